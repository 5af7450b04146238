package omsapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// A client that knows only the documentation registers two real databases, submits a precheck, polls it until it has
// finished, and fixes what it reports. Each answer has the documented fields in the documented order, byte for byte.
func TestRealPreCheck(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Start(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL)
	from.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(20))",
		"CREATE TABLE shop.log (at DATETIME)")
	to.Exec(
		t,
		"CREATE DATABASE shop",
		"CREATE TABLE shop.orders (id INT PRIMARY KEY)",
		"INSERT INTO shop.orders VALUES (1)",
	)
	secure := secured(t)
	s := serve(t, func(c *config.Config) {
		secure(c)
		c.Endpoints = config.Endpoints{Create: true, Hosts: []string{"*"}}
		c.Key = datasource.NewSecret("0123456789abcdef")
	}, engine.WithOpener(engine.Open))

	call := func(action, body string) map[string]any {
		t.Helper()
		authorization := "Basic " + base64.StdEncoding.EncodeToString([]byte("alice:correct"))
		if strings.HasPrefix(action, "Create") {
			authorization = "Bearer " + token
		}
		r := s.call(t, action, body, "Authorization", authorization)
		var answer map[string]any
		if err := json.Unmarshal([]byte(r.body), &answer); err != nil || r.status != http.StatusOK ||
			answer["success"] != true {
			t.Fatalf("%s: status %d: %s", action, r.status, r.body)
		}
		answer["body"] = r.body
		return answer
	}
	register := func(name string, server *dbtest.Server) string {
		password := base64.StdEncoding.EncodeToString([]byte(server.Password))
		return call("CreateMySqlDataSource", fmt.Sprintf(`{"name":%q,"ip":%q,"port":%d,"username":%q,"password":%q}`,
			name, server.Host, server.Port, server.User, password))["data"].(string)
	}
	source, sink := register("source", from), register("sink", to)

	precheck := func(more string) (records map[string]string, body string) {
		id := call("SubmitPreCheck", fmt.Sprintf(`{"name":"shop","type":"MIGRATION","sourceEndpointId":%q,`+
			`"sinkEndpointId":%q,"enableStructTransfer":true,"enableFullTransfer":true,`+
			`"transferMapping":{"mode":"SPECIFIC",`+
			`"databases":[{"name":"shop"}]}%s}`, source, sink, more))["data"].(string)
		for {
			answer := call("GetPreCheckResult", `{"id":"`+id+`"}`)
			data := answer["data"].(map[string]any)
			switch data["projectStatus"] {
			case "FINISHED", "FAILED", "SKIPPED":
				records = map[string]string{}
				for _, r := range data["preCheckResults"].([]any) {
					r := r.(map[string]any)
					message, _ := r["message"].(string)
					records[r["checkType"].(string)] += r["status"].(string) + " " + message
				}
				return records, answer["body"].(string)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	records, body := precheck("")
	if !strings.HasPrefix(records["RDB_CONNECT"], "PASSED") || !strings.HasPrefix(records["RDB_SCHEMA_EXIST"],
		"PASSED") {
		t.Errorf("%s", body)
	}
	if got := records["RDB_TABLE_CONFLICT"]; !strings.HasPrefix(got, "FAILED") || !strings.Contains(got, "orders") {
		t.Errorf("RDB_TABLE_CONFLICT: %s", got)
	}
	if got := records["RDB_PRIMARY_KEY"]; !strings.Contains(got, "shop.log") {
		t.Errorf("RDB_PRIMARY_KEY: %s", got)
	}
	var raw struct {
		Data struct{ PreCheckResults []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(body), &raw); err != nil {
		t.Fatal(err)
	}
	for _, record := range raw.Data.PreCheckResults {
		if diff := cmp.Diff(strings.Fields(recordKeys), keys(t, string(record))); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
	const first = `"data":{"projectId":"t_`
	if at := strings.Index(body, `,"data":`); !strings.HasPrefix(body,
		`{"success":true,"errorDetail":null,"code":null,`+
			`"message":null,"advice":null,"requestId":"`) || !strings.HasPrefix(body[at+1:], first) {
		t.Errorf("%.400s", body)
	}

	// Tables of another category are not part of the task; rows on the destination may be allowed.
	records, _ = precheck(`,"commonTransferConfig":{"tableCategory":"WITHUNIQUEROWID"}`)
	if got := records["RDB_PRIMARY_KEY"]; !strings.HasPrefix(got, "PASSED") {
		t.Errorf("RDB_PRIMARY_KEY without tables that do not have a key: %s", got)
	}
	to.Exec(t, "DROP TABLE shop.orders")
	records, body = precheck(``)
	if got := records["RDB_TABLE_CONFLICT"]; !strings.HasPrefix(got, "PASSED") {
		t.Errorf("RDB_TABLE_CONFLICT after the table was dropped: %s\n%s", got, body)
	}

	// The databases and tables of a data source can be browsed.
	objects := call("ListDataSourceObjects", `{"id":"`+source+`","schema":"shop"}`)["data"].([]any)[0].(map[string]any)
	if diff := cmp.Diff([]any{"log", "orders"}, objects["tables"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

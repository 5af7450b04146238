package omsapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// requests are the requests of all actions.
var requests = map[string]any{
	"SubmitPreCheck": wire.SubmitPreCheckRequest{}, "GetPreCheckResult": wire.IDRequest{},
	"ListPreCheck": wire.ListPreCheckRequest{}, "GetPreCheckReport": wire.GetPreCheckReportRequest{},
	"GetPreCheckSummary": wire.GetPreCheckSummaryRequest{},
	"CancelPreCheck":     wire.IDRequest{}, "SkipPreCheckItem": wire.SkipPreCheckItemRequest{},
	"RetryPreCheck": wire.RetryPreCheckRequest{}, "RemovePreCheckObjects": wire.RemovePreCheckObjectsRequest{},
	"ListDataSource": wire.ListDataSourceRequest{}, "CreateMySqlDataSource": wire.CreateMySQLDataSourceRequest{},
	"CreateOceanBaseDataSource": wire.CreateOceanBaseDataSourceRequest{},
	"CreateOracleDataSource":    wire.CreateOracleDataSourceRequest{},
	"ListDataSourceObjects":     wire.ListDataSourceObjectsRequest{}, "CreateLabel": wire.CreateLabelRequest{},
	"ListAllLabels": wire.Empty{}, "CreateProject": wire.CreateProjectRequest{}, "StartProject": wire.IDRequest{},
	"StopProject": wire.IDRequest{}, "DescribeProject": wire.IDRequest{}, "ListProjects": wire.ListProjectsRequest{},
	"DescribeProjectSteps": wire.IDRequest{}, "DescribeProjectProgress": wire.IDRequest{},
	"DeleteProject": wire.IDRequest{},
}

// shown are the fields whose values a user sees again: names, reasons, and the objects of a task.
var shown = []string{"name", "mappedName", "reason", "objects", "mode", "sortField", "searchKey", "description",
	"schema", "region", "ocpName", "tenant", "cluster", "configUrl", "drcUserName", "type", "tableAndViewWhiteList",
	"tableAndViewBlackList", "skippableFlags", "tableCategory", "username", "ip", "serviceName", "oracleSid", "tlsMode",
	"zone", "ddl", "startPosition", "sqlMode"}

// fill returns a JSON value of a type in which each string is made by text, and the paths of the strings.
func fill(t reflect.Type, path string, depth int, text func(path string) any) any {
	switch t.Kind() {
	case reflect.Pointer:
		return fill(t.Elem(), path, depth, text)
	case reflect.Slice:
		if depth > 4 {
			return nil
		}
		return []any{fill(t.Elem(), path, depth+1, text)}
	case reflect.Map:
		return map[string]any{"RDB_PRIMARY_KEY": true}
	case reflect.Struct:
		object := map[string]any{}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.Anonymous && name != "" && name != "-" {
				object[name] = fill(f.Type, strings.TrimPrefix(path+"."+name, "."), depth+1, text)
			}
		}
		return object
	}
	return text(path)
}

// A secret in any field of any call, of the right type or another, is in no answer, no log and no file of the store. A
// field that a user sees again is no place for a secret if the call succeeds; an error does not show it either.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	const secret, password = "Hunter2Zq9", "Tiger7Kp3w"
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	encodedPassword := base64.StdEncoding.EncodeToString([]byte(password))
	folder := t.TempDir()
	s := serveIn(t, folder, func(c *config.Config) {
		c.Endpoints = config.Endpoints{Create: true, Inline: true, Hosts: []string{"*"}}
		c.Key = datasource.NewSecret(secret + secret)
	})
	id := s.submit(t, task)
	s.finish(t, id)
	check := func(what, text string) {
		t.Helper()
		for _, form := range []string{secret, strings.ToLower(secret), encoded, password, encodedPassword} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows the secret: %.400s", what, text)
			}
		}
	}
	for action, request := range requests {
		var paths []string
		fill(reflect.TypeOf(request), "", 0, func(path string) any {
			paths = append(paths, path)
			return nil
		})
		for _, at := range paths {
			field := at[strings.LastIndexByte(at, '.')+1:]
			for _, value := range []any{secret, encoded, map[string]any{"x": secret},
				[]any{map[string]any{"y": secret}}} {
				_, isText := value.(string)
				body, err := json.Marshal(fill(reflect.TypeOf(request), "", 0, func(path string) any {
					switch {
					case path == at:
						return value
					case path == "id":
						return id
					}
					return nil
				}))
				if err != nil {
					t.Fatal(err)
				}
				r := s.call(t, action, string(body))
				if isText && contains(shown, field) {
					continue
				}
				check(fmt.Sprintf("the answer of %s with %s", action, at), r.body)
			}
		}
	}
	// Passwords in calls that succeed.
	valid := `"ip":"10.0.0.5","port":3306,"username":"u","password":"` + encodedPassword + `"`
	for i, call := range [][2]string{
		{"CreateMySqlDataSource", `{"name":"a",` + valid + `}`},
		{"CreateOceanBaseDataSource", `{"name":"b","drcPassword":"` + password + `",` +
			`"innerDrcPassword":"` + password + `",` + valid + `}`},
		{"SubmitPreCheck", strings.Replace(task, `"sourceEndpointId":"e_a"`,
			`"sourceEndpoint":{"type":"MYSQL",`+valid+`}`, 1)},
		{"ListDataSource", `{}`}, {"ListPreCheck", `{}`}, {"ListProjects", `{}`},
	} {
		r := s.call(t, call[0], call[1])
		if r.code(t) != "" {
			t.Errorf("call %d: %s", i, r.body)
		}
		if !strings.HasPrefix(call[0], "List") { // lists show the names that were given above
			check(call[0], r.body)
		} else if strings.Contains(r.body, password) || strings.Contains(r.body, encodedPassword) {
			t.Errorf("%s shows the password: %s", call[0], r.body)
		}
	}
	for _, path := range []string{"/metrics", "/openapi.json", "/session"} {
		check(path, s.do(t, "GET", path, "").body)
	}
	for _, header := range [][]string{{"Authorization", "Bearer " + secret}, {"Authorization", secret},
		{"Cookie", "precheck=" + secret}, {"X-CSRF-Token", secret}, {"X-Language", secret}} {
		check(header[0], s.call(t, "GetPreCheckResult", `{"id":"`+id+`"}`, header...).body)
	}
	check("an unknown action", s.call(t, secret, "{}").body)
	check("an unknown path", s.do(t, "GET", "/"+secret, "").body)
	s.do(t, "POST", "/login", `{"username":"u","password":"`+secret+`"}`)
	s.stop()
	for _, line := range strings.Split(s.log.String(), "\n") {
		var entry struct{ Msg, Change string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "audit" { // repeats reasons and names
			continue
		}
		check("the log", line)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(content); strings.Contains(text, password) || strings.Contains(text, encodedPassword) {
			t.Errorf("%s holds the password", file)
		}
	}
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

const fleetYAML = `
defaults:
  phases: [SCHEMA, FULL]
  source: {dataSource: demo-source}
  destination: {dataSource: e_demo_destination}
tasks:
  - {name: fleet-shop, objects: {databases: [{name: shop, mappedName: shop_new}]}}
  - {name: fleet-none, objects: {include: [none.*]}}
`

const fleetCSV = "name,phases,source.dataSource,destination.dataSource,objects.include\n" +
	"csv-a,SCHEMA;FULL,demo-source,e_demo_destination,shop.*\ncsv-b,FULL,demo-source,e_demo_destination,shop.*\n"

// submitFleet writes a fleet file and submits it to a server.
func submitFleet(t *testing.T, server, name, text string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	status = run(append([]string{"submit", "--fleet", file, "--server", server, "--every", "20ms"}, args...),
		strings.NewReader(""), &out, &errors)
	return status, out.String(), errors.String()
}

// runsOf returns the list of the runs whose names contain a text.
func runsOf(t *testing.T, server, search string) string {
	t.Helper()
	var out bytes.Buffer
	if got := run([]string{"runs", "--server", server, "--search", search}, strings.NewReader(""), &out,
		&out); got != exitPassed {
		t.Fatalf("exit status %d: %s", got, &out)
	}
	return out.String()
}

// A fleet is submitted from its file and watched until its end. Nothing is submitted if a task is wrong.
func TestSubmitFleet(t *testing.T) {
	t.Parallel()
	server := startServe(t, "--demo")
	status, stdout, stderr := submitFleet(t, server, "fleet.yaml", fleetYAML, "--dry-run")
	if status != exitPassed || stdout != "2 tasks are valid. Nothing was submitted.\n" {
		t.Errorf("--dry-run: exit status %d: %s%s", status, stdout, stderr)
	}
	wrong := strings.Replace(fleetYAML, "fleet-none, ", "fleet-none, source: {dataSource: demo-sourc}, ", 1)
	status, stdout, stderr = submitFleet(t, server, "fleet.yaml", wrong)
	if status != exitUsage || stdout != "" || !strings.Contains(stderr,
		`fleet.yaml:8: tasks[1].source.dataSource: the server does not have a data source "demo-sourc"; did you mean `+
			"demo-source?") {
		t.Errorf("wrong: exit status %d: %s%s", status, stdout, stderr)
	}
	local := strings.Replace(fleetYAML, "fleet-none, ",
		"fleet-none, source: {type: MYSQL, socket: /run/db.sock, user: u, password: hunter2}, ", 1)
	status, stdout, stderr = submitFleet(t, server, "fleet.yaml", local)
	if status != exitUsage || stdout != "" || strings.Contains(stderr, "hunter2") || !strings.Contains(stderr,
		"fleet.yaml:8: fleet-none: source.socket: cannot be part of a request; add the database to the data sources") {
		t.Errorf("socket: exit status %d: %s%s", status, stdout, stderr)
	}
	if runs := runsOf(t, server, "fleet-"); strings.Contains(runs, "fleet-") {
		t.Errorf("tasks were submitted:\n%s", runs)
	}

	status, stdout, stderr = submitFleet(t, server, "fleet.yaml", fleetYAML, "--watch")
	if status != exitFailed || strings.Count(stdout, "fleet-shop") != 2 || strings.Count(stdout, "\tt_") != 2 ||
		!strings.Contains(stdout, "2 runs: ") || !strings.Contains(stderr, "2 of 2 runs finished") {
		t.Errorf("--watch: exit status %d: %s%s", status, stdout, stderr)
	}

	status, first, stderr := submitFleet(t, server, "fleet.csv", fleetCSV, "--idempotency-key", "k")
	_, second, _ := submitFleet(t, server, "fleet.csv", fleetCSV, "--idempotency-key", "k")
	if status != exitPassed || first != second || strings.Count(first, "\tt_") != 2 {
		t.Errorf("CSV: exit status %d: %s%s%s", status, first, second, stderr)
	}

	refused := strings.Replace(fleetYAML, "fleet-none, ",
		"fleet-inline, source: {type: MYSQL, host: db, user: u, password: hunter2}, ", 1)
	status, stdout, stderr = submitFleet(t, server, "fleet.yaml", refused)
	if status != exitUsage || !strings.HasPrefix(stdout, "fleet-shop\tt_") ||
		!strings.Contains(stderr, "fleet.yaml:8: fleet-inline: ") || !strings.Contains(stderr, "refused 1 task") ||
		strings.Contains(stderr, "hunter2") {
		t.Errorf("refused: exit status %d: %s%s", status, stdout, stderr)
	}
	for _, args := range [][]string{{"--source-id", "e_x"}, {"--format", "json"}, {"task.yaml"}, {"--every", "0s"}} {
		if status, stdout, stderr = submitFleet(t, server, "fleet.yaml", fleetYAML, args...); status != exitUsage {
			t.Errorf("%v: exit status %d: %s%s", args, status, stdout, stderr)
		}
	}
}

// An answer that is lost makes no second run.
func TestSubmitFleetAgain(t *testing.T) {
	t.Parallel()
	server := startServe(t, "--demo")
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if strings.Contains(r.Request.URL.RawQuery, "SubmitPreCheck") && calls.Add(1) == 2 {
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	between := httptest.NewServer(proxy)
	defer between.Close()
	status, stdout, stderr := submitFleet(t, between.URL, "fleet.csv", fleetCSV)
	if status != exitPassed || strings.Count(stdout, "\tt_") != 2 || calls.Load() != 3 {
		t.Errorf("exit status %d after %d calls: %s%s", status, calls.Load(), stdout, stderr)
	}
	if runs := runsOf(t, server, "csv-"); strings.Count(runs, "csv-") != 2 {
		t.Errorf("runs:\n%s", runs)
	}
}

// A fleet is watched to its end, and its summary counts its runs; the list shows those that a number counts.
func TestSummary(t *testing.T) {
	t.Parallel()
	server := startServe(t, "--demo")
	if status, _, stderr := submitFleet(t, server, "fleet.yaml", fleetYAML); status != exitPassed {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	execute := func(want int, args ...string) string {
		t.Helper()
		var out, errors bytes.Buffer
		if got := run(append(args, "--server", server), strings.NewReader(""), &out, &errors); got != want {
			t.Fatalf("%v: exit status %d: %s%s", args, got, &out, &errors)
		}
		return out.String() + errors.String()
	}
	table := execute(exitFailed, "summary", "--search", "fleet-", "--watch", "--every", "20ms")
	if !strings.HasPrefix(table, "2 runs: ") || !strings.Contains(table, "DATA SOURCE") ||
		!strings.Contains(table, "demo-source") || !strings.Contains(table, "FAILED  NOT CHECKED  WARNINGS") {
		t.Errorf("table:\n%s", table)
	}
	var s wire.PreCheckSummary
	if err := json.Unmarshal([]byte(execute(exitPassed, "summary", "--search", "fleet-", "--format", "json")),
		&s); err != nil || s.Runs != 2 || len(s.Checks) == 0 || s.Checks[0].Failed == 0 || len(s.DataSources) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	text := execute(exitPassed, "summary", "--format", "csv", "--search", "fleet-", "--lang", "zh")
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) != 2+len(s.Checks)+len(s.DataSources) || records[1][0] != "全部预检查" ||
		records[2][1] != s.Checks[0].CheckType {
		t.Errorf("%q, %v", records, err)
	}
	list := execute(exitPassed, "runs", "--latest", "--check", s.Checks[0].CheckType, "--verdict", "failed")
	if strings.Count(list, "\nt_") != s.Checks[0].Failed {
		t.Errorf("%d runs failed %s:\n%s", s.Checks[0].Failed, s.Checks[0].CheckType, list)
	}
	for _, wrong := range [][]string{{"summary", "--format", "xml"}, {"summary", "--every", "0s"},
		{"summary", "--label", "none"}, {"summary", "--from", "yesterday"}, {"runs", "--verdict", "bad"},
		{"runs", "--label", "none"}} {
		execute(exitUsage, wrong...)
	}
}

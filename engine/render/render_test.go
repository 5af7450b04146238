package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

var update = flag.Bool("update", false, "update the golden files")

const pageText = "# %s: %s\n\nWhat.\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n## " +
	"Privileges\n\nx\n\n## Remedy\n\nx\n\n%s## Findings\n\n### wrong\n\n{object} is wrong.\n\nRemedy: Fix it.\n"

func item(checkType, title, consequence string, side checks.Side) engine.Item {
	if consequence != "" {
		consequence = "## If skipped\n\n" + consequence + "\n\n"
	}
	return engine.Item{Side: side, Role: checks.Master,
		Check: &checks.Check{Type: checkType, Level: checks.Fail, Sides: []checks.Side{side}, Phases: checks.Full,
			Page: checks.ParsePage(fmt.Sprintf(pageText, checkType, title, consequence)),
			Run:  func(context.Context, *checks.Pass) error { return nil }}}
}

func finding(level checks.Level, table string, sql ...string) engine.Finding {
	return engine.Finding{Finding: checks.Finding{Rule: "wrong", Level: level,
		Object: checks.TableObject(datasource.TableName{Schema: "shop", Name: table}),
		Actual: "no <key>", Expected: "a key", Message: "Table shop." + table + " has no key.", Remedy: "Add one.",
		SQL: sql}}
}

// report returns a report with an item of each outcome. One has more findings than are listed.
func report() *engine.Report {
	removable := []engine.RemovableObject{{TableName: datasource.TableName{Schema: "crm", Name: "c"}},
		{TableName: datasource.TableName{Schema: "shop", Name: "a"}},
		{TableName: datasource.TableName{Schema: "shop", Name: "v"}, View: true}}
	skipped := finding(checks.Fail, "log")
	skipped.Skipped = "append-only"
	refused := &datasource.Error{Class: datasource.ErrPrivilege, Code: "1227",
		Cause: message.Verbatim("the account does not have a privilege"), Remedy: message.Verbatim("Grant it."),
		Err: errors.New("Error 1227 (42000): Access denied")}
	end := engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "db1", User: "u",
		Password: datasource.NewSecret("hunter2")})
	return &engine.Report{
		Task: engine.Task{ID: "t_57p", Name: "shop", Phases: checks.Full, Source: end, Destination: end,
			Limits: engine.Limits{Objects: 2}},
		Plan: engine.Plan{Excluded: []engine.Excluded{{Check: item("RDB_OTHER", "Other check", "", checks.Source).Check,
			Reason: "it is not one of the selected checks"}}},
		Warnings: []string{"objects.exclude[0]: the pattern matches nothing"},
		Databases: []engine.CheckedDatabase{{Side: checks.Source, Role: checks.Master, Server: datasource.Server{
			Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Minor: 4}, Account: "u@%",
			Transport: datasource.Transport{Mode: datasource.TLSPreferred, Cipher: "TLS_AES_256_GCM_SHA384"}}}},
		Scope:   &engine.Scope{Schemas: []string{"crm", "shop"}, Tables: 6, Views: 1},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Duration: 1500 * time.Millisecond,
		Usage: []engine.DatabaseUsage{{Side: checks.Source, Role: checks.Master,
			Usage: datasource.Usage{Connections: 3, Statements: map[string]int{"RDB_CONNECT": 2, "RDB_ONE": 4}}}},
		Results: []engine.Result{
			{Item: item("RDB_CONNECT", "Database connectivity check", "", checks.Source), Outcome: engine.Passed,
				Notes: []string{"MySQL 8.4.0 as u@%"}, VolatileNotes: []string{"It took 3 ms."}},
			{Item: item("RDB_SCHEMA_EXIST", "Database existence check", "", checks.Source), Outcome: engine.Passed},
			{Item: item("RDB_ONE", "First check", "Rows may be lost.", checks.Source), Outcome: engine.Failed,
				Duration: 20 * time.Millisecond,
				Findings: []engine.Finding{finding(checks.Fail, "a", "ALTER TABLE `shop`.`a` ADD PRIMARY KEY (id)"),
					finding(checks.Fail, "v"), finding(checks.Warn, "c")},
				Removable: removable},
			{Item: item("RDB_TWO", "Second check", "Nothing much.", checks.Dest), Outcome: engine.Warned,
				Findings: []engine.Finding{finding(checks.Warn, "d")}, Notes: []string{"Views could not be read."}},
			{Item: item("RDB_THREE", "Third check", "Rows may be lost.", checks.Source), Outcome: engine.Skipped,
				Reason: "append-only", Findings: []engine.Finding{skipped}},
			{Item: item("RDB_FOUR", "Fourth check", "", checks.Dest), Outcome: engine.Unknown,
				Reason: "the account does not have a privilege (error 1227)", Advice: "Grant it.", Err: refused},
			{Item: item("RDB_FIVE", "Fifth check", "", checks.Dest), Outcome: engine.Blocked,
				Reason: "Destination-Primary database-Fourth check could not be checked"},
			{Item: item("RDB_SIX", "Sixth check", "Rows may be lost.", checks.Dest), Outcome: engine.Skipped,
				Reason: "checked by hand", NotChecked: "the account does not have a privilege (error 1227)",
				Advice: "Grant it.", Err: refused},
		},
	}
}

// assets are the parts of an HTML report that do not depend on the result or are compressed.
var assets = regexp.MustCompile(`(?s)(<style>|<script[^>]*>|&#39;sha256-).*?(</style>|</script>|&#39;)`)

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]render.Options{
		"table":       {},
		"table_all":   {All: true, Width: 60},
		"table_color": {Color: true},
		"json":        {RequestID: "bf2", Cost: 126 * time.Millisecond},
		"json-ce":     {RequestID: "bf2", Cost: 126 * time.Millisecond},
		"full":        {},
		"markdown":    {},
		"junit":       {},
		"html":        {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			format, _, _ := strings.Cut(name, "_")
			var b bytes.Buffer
			if err := render.Write(&b, render.Format(format), report(), o); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "hunter2") {
				t.Error("the password is shown")
			}
			got := assets.ReplaceAllString(b.String(), "$1…$2")
			path := filepath.Join("..", "..", "testdata", "golden", name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	if err := render.Write(&bytes.Buffer{}, "yaml", report(), render.Options{}); err == nil {
		t.Error("no error for the format yaml")
	}
}

// The documented example, field by field and in its order.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	r := report()
	r.Results = r.Results[:2]
	r.Results[0].Notes = nil
	r.Task.ID = "t_57p****"
	var b, want bytes.Buffer
	if err := render.Write(&b, render.JSON, r,
		render.Options{RequestID: "bf2-9bc9-****", Cost: 126 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	example := `{"success": true, "errorDetail": null, "code": null, "message": null, "advice": null, "requestId":
"bf2-9bc9-****",
	"pageNumber": null, "pageSize": null, "totalCount": null, "cost": "126 ms", "data": {"projectId": "t_57p****",
"projectStatus": "FINISHED",
	"preCheckResults": [
	{"name": "Source-Primary database-Database connectivity check", "endpointType": "SOURCE", "checkType":
"RDB_CONNECT",
"status": "PASSED", "message": null,
	 "skippable": false, "role": "MASTER", "skipConsequence": null, "errorDetail": null, "removable": false,
"blackObjectsInfo": null},
	{"name": "Source-Primary database-Database existence check", "endpointType": "SOURCE", "checkType":
"RDB_SCHEMA_EXIST",
"status": "PASSED", "message": null,
	 "skippable": false, "role": "MASTER", "skipConsequence": null, "errorDetail": null, "removable": false,
"blackObjectsInfo": null}],
	"progress": 100.0}}`
	if err := json.Indent(&want, []byte(example), "", "    "); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String()+"\n", b.String()); diff != "" {
		t.Errorf("(-documented +got):\n%s", diff)
	}
}

// Items that could not be checked for the same reason are grouped, unless all items are shown.
func TestTableGroupsWhatWasNotChecked(t *testing.T) {
	t.Parallel()
	r := report()
	r.Results, r.Warnings = nil, nil
	for _, checkType := range []string{"RDB_ONE", "RDB_TWO", "RDB_THREE"} {
		r.Results = append(r.Results,
			engine.Result{Item: item(checkType, "Check", "", checks.Source), Outcome: engine.Blocked,
				Reason: "Source-Primary database-Database connectivity check failed"},
			engine.Result{Item: item(checkType, "Check", "", checks.Dest), Outcome: engine.Unknown,
				Reason: "interrupted",
				Err:    engine.ErrInterrupted})
	}
	r.Results[5].Findings = []engine.Finding{finding(checks.Warn, "a")}
	for _, tc := range []struct {
		all  bool
		want string
	}{
		{false, `NOT CHECKED  3 checks: Source-Primary database-Database connectivity check failed
NOT CHECKED  2 checks: interrupted

NOT CHECKED  RDB_THREE  Destination-Primary database-Check
  Reason: interrupted
  - Table shop.a has no key.
      actual: no <key>
      expected: a key
      remedy: Add one.

To list every object and statement, use --all or --format html=report.html.
6 checks: 0 failed, 0 with warnings, 6 not checked, 0 skipped, 0 passed. Nothing failed, but not everything could be ` +
			"checked. Make the missing checks possible, or skip them with a reason.\n"},
		{true,
			"NOT CHECKED  RDB_TWO  Source-Primary database-Check\n  Reason: Source-Primary database-Database " +
				"connectivity " +
				"check failed\n"},
	} {
		var b bytes.Buffer
		if err := render.Write(&b, render.Table, r, render.Options{All: tc.all}); err != nil {
			t.Fatal(err)
		}
		_, got, _ := strings.Cut(b.String(), "\n\n") // after the header
		if tc.all && !strings.Contains(got, tc.want) || !tc.all && got != tc.want {
			t.Errorf("all %v: %s", tc.all, cmp.Diff(tc.want, got))
		}
	}
}

// The last line has the counts, the verdict and the next step. It mentions warnings.
func TestTableVerdict(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		outcomes    []engine.Outcome
		strict      bool
		interrupted bool
		want        string
	}{
		{[]engine.Outcome{engine.Passed}, true, false, "Nothing failed. The migration can start."},
		{[]engine.Outcome{engine.Passed, engine.Warned}, false, false,
			"Nothing failed. Review the warnings before the migration starts."},
		{[]engine.Outcome{engine.Passed, engine.Warned}, true, false,
			"Nothing failed, but warnings are treated as failures. Fix them, then run the checks again."},
		{[]engine.Outcome{engine.Warned, engine.Failed}, true, false,
			"The migration would fail. Fix the failures first, then run the checks again."},
		{[]engine.Outcome{engine.Passed, engine.Unknown}, false, false,
			"Nothing failed, but not everything could be checked. Make the missing checks possible, or skip them " +
				"with a reason."},
		{[]engine.Outcome{engine.Failed, engine.Unknown}, false, true,
			"Interrupted. The result is incomplete. Run the checks again."},
	} {
		r := report()
		r.Results, r.Interrupted = nil, tc.interrupted
		for _, o := range tc.outcomes {
			r.Results = append(r.Results, engine.Result{Item: item("RDB_ONE", "Check", "", checks.Source), Outcome: o})
		}
		var b bytes.Buffer
		if err := render.Write(&b, render.Table, r, render.Options{Strict: tc.strict}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if got := lines[len(lines)-1]; !strings.HasSuffix(got, " passed. "+tc.want) {
			t.Errorf("%v, strict %v: %q, want %q", tc.outcomes, tc.strict, got, tc.want)
		}
	}
}

// A table for a terminal ends with the command that writes scripts, if they would fix a failure.
func TestTableNextStep(t *testing.T) {
	t.Parallel()
	failure := func(name string, sql ...string) engine.Result {
		return engine.Result{Item: item(name, "Check", "", checks.Source), Outcome: engine.Failed,
			Findings: []engine.Finding{{Finding: checks.Finding{Rule: "x", Level: checks.Fail, SQL: sql}}}}
	}
	for _, tc := range []struct {
		file    string
		results []engine.Result
		want    string
	}{
		{"my task.yaml", []engine.Result{failure("A", "DROP VIEW v"), failure("B"), failure("C", "SET GLOBAL a = 1")},
			"precheck fix 'my task.yaml' writes a script for 2 of 3 failures."},
		{"task.yaml", []engine.Result{failure("A")}, ""},
		{"", []engine.Result{failure("A", "DROP VIEW v")}, ""},
	} {
		r := report()
		r.Results = tc.results
		var b bytes.Buffer
		if err := render.Write(&b, render.Table, r, render.Options{TaskFile: tc.file}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if last := lines[len(lines)-1]; tc.want != "" && last != tc.want || tc.want == "" && strings.Contains(last,
			"precheck fix") {
			t.Errorf("%q, want %q", last, tc.want)
		}
	}
}

// The items of format full are written one at a time, and the result is valid JSON.
func TestFullIsWhole(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		r := &engine.Report{Results: make([]engine.Result, n)}
		for i := range r.Results {
			r.Results[i].Item = item("RDB_CONNECT", "Connectivity", "", checks.Source)
		}
		var b strings.Builder
		if err := render.Write(&b, render.Full, r, render.Options{}); err != nil {
			t.Fatal(err)
		}
		var got render.FullReport
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil || len(got.Items) != n || got.Excluded == nil {
			t.Errorf("%d items: %v\n%s", n, err, b.String())
		}
	}
}

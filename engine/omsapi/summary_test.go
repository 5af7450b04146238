package omsapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// The summary counts the newest run of each name, and the list shows the runs that it counts.
func TestSummary(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, engine.WithChecks(failing), engine.WithOnly("TEST_FAILING"))
	d := describe(t, s)
	run := func(name string) string {
		id := s.submit(t, strings.Replace(task, `"name":"n"`, `"name":"`+name+`"`, 1))
		s.finish(t, id)
		return id
	}
	run("shop")
	shop, crm := run("shop"), run("crm")
	s.call(t, "SkipPreCheckItem", `{"id":"`+crm+`","type":"TEST_FAILING","reason":"known"}`).data(t, new(any))
	s.finish(t, crm)

	r := s.call(t, "GetPreCheckSummary", `{"csv":true}`, "X-Language", "zh-cn")
	d.validate(t, "GetPreCheckSummaryAnswer", r.body)
	var got wire.PreCheckSummary
	r.data(t, &got)
	if got.CSV == nil || !strings.HasPrefix(*got.CSV, "类别,ID,名称,") || strings.Count(*got.CSV, "\r\n") != 5 {
		t.Errorf("CSV %v", got.CSV)
	}
	got.CSV = nil
	counts := wire.VerdictCounts{Failed: 1, Passed: 1}
	want := wire.PreCheckSummary{Runs: 2, Verdicts: counts,
		Checks: []wire.CheckSummary{{CheckType: "TEST_FAILING", Title: got.Checks[0].Title, Failed: 1}},
		DataSources: []wire.DataSourceSummary{{ID: "e_a", Name: "e_a", Runs: 2, Verdicts: counts,
			Failing: []wire.FailingCheck{{CheckType: "TEST_FAILING", Runs: 1}}},
			{ID: "e_b", Name: "e_b", Runs: 2, Verdicts: counts, Failing: []wire.FailingCheck{}}}}
	if diff := cmp.Diff(want, got); diff != "" || got.Checks[0].Title == "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.call(t, "GetPreCheckSummary", `{"allRuns":true,"endpointId":"e_a"}`).data(t, &got)
	if got.Runs != 3 || got.Verdicts.Failed != 2 || got.Checks[0].Failed != 2 || got.CSV != nil {
		t.Errorf("all runs: %+v", got)
	}
	for body, want := range map[string][]string{
		`{"latest":true,"checkType":"TEST_FAILING"}`:      {shop},
		`{"latest":true,"verdicts":["passed"]}`:           {crm},
		`{"checkType":"TEST_FAILING","outcome":"warned"}`: nil,
	} {
		var list []wire.PreCheck
		s.call(t, "ListPreCheck", body).data(t, &list)
		var ids []string
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for action, bad := range map[string]string{"ListPreCheck": `{"verdicts":["good"]}`,
		"GetPreCheckSummary": `{"labelIds":["a","b"],"createdFrom":"x"}`} {
		if r := s.call(t, action, bad); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s: %s", bad, r.body)
		}
	}
	if r := s.call(t, "ListPreCheck", `{"outcome":"passed"}`); r.code(t) != "PARAM_ERROR" {
		t.Errorf("%s", r.body)
	}
}

// No cell of the CSV is a formula.
func TestSummaryCSV(t *testing.T) {
	t.Parallel()
	s := wire.PreCheckSummary{Runs: 3, Verdicts: wire.VerdictCounts{Failed: 2, Waiting: 1},
		Checks: []wire.CheckSummary{{CheckType: "OWN_A", Title: `=HYPERLINK("http://x")`, Failed: 2, Warned: 1},
			{CheckType: "OWN_B", Title: "-1", Unknown: 1}, {CheckType: "OWN_C", Title: "\tx"}},
		DataSources: []wire.DataSourceSummary{{ID: "e_a", Name: "@sum, shop\x1b[2J", Runs: 3,
			Failing: []wire.FailingCheck{{CheckType: "OWN_A", Runs: 2}, {CheckType: "OWN_B", Runs: 1}}},
			{ID: "e_b", Name: "＋客户"}}}
	want := strings.ReplaceAll(`Kind,ID,Name,Prechecks,Failed,Could not be checked,Warnings,Passed,Running,Waiting,`+
		`Failing checks
All prechecks,,,3,2,0,0,0,0,1,
Check,OWN_A,"'=HYPERLINK(""http://x"")",,2,0,1,,,,
Check,OWN_B,'-1,,0,1,0,,,,
Check,OWN_C,'\tx,,0,0,0,,,,
Data source,e_a,"'@sum, shop\x1b[2J",3,0,0,0,0,0,0,"OWN_A (2), OWN_B (1)"
Data source,e_b,'＋客户,0,0,0,0,0,0,0,
`, "\n", "\r\n")
	if diff := cmp.Diff(want, s.EncodeCSV("en")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package omsapi_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
)

// recordKeys are the documented fields of a record, in order.
const recordKeys = "name endpointType checkType status message skippable role skipConsequence errorDetail removable " +
	"blackObjectsInfo"

// keys returns the keys of the JSON objects of a text at one depth, in order.
func keys(t testing.TB, text string) []string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// A precheck is submitted and polled until it has finished. Every answer has the documented fields in the documented
// order, lists all items in the order of the plan, and progress never falls.
func TestSubmitAndPoll(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	d.validate(t, "SubmitPreCheckRequest", task)
	r := s.call(t, "SubmitPreCheck", task)
	d.validate(t, "SubmitPreCheckAnswer", r.body)
	var id string
	r.data(t, &id)
	if !regexp.MustCompile(`^t_[a-z0-9]+$`).MatchString(id) {
		t.Fatalf("id %q", id)
	}
	var names []string
	last := engine.Progress(-1)
	for {
		r := s.call(t, "GetPreCheckResult", `{"ID":"`+id+`"}`)
		d.validate(t, "GetPreCheckResultAnswer", r.body)
		want := strings.Fields("success errorDetail code message advice requestId pageNumber pageSize totalCount " +
			"cost data")
		if diff := cmp.Diff(want, keys(t, r.body)); diff != "" {
			t.Fatalf("envelope (-want +got):\n%s", diff)
		}
		var raw struct{ Data json.RawMessage }
		var records struct{ PreCheckResults []json.RawMessage }
		var data engine.Data
		for _, to := range []any{&raw} {
			if err := json.Unmarshal([]byte(r.body), to); err != nil {
				t.Fatal(err)
			}
		}
		for _, to := range []any{&records, &data} {
			if err := json.Unmarshal(raw.Data, to); err != nil {
				t.Fatal(err)
			}
		}
		want = strings.Fields("projectId projectStatus preCheckResults progress")
		if diff := cmp.Diff(want, keys(t, string(raw.Data))); diff != "" {
			t.Fatalf("data (-want +got):\n%s", diff)
		}
		var got []string
		for i, record := range data.PreCheckResults {
			got = append(got, record.Name)
			if diff := cmp.Diff(strings.Fields(recordKeys), keys(t, string(records.PreCheckResults[i]))); diff != "" {
				t.Fatalf("record (-want +got):\n%s", diff)
			}
		}
		if names == nil {
			names = got
		}
		if diff := cmp.Diff(names, got); diff != "" || len(got) == 0 {
			t.Fatalf("%d items; the items change (-before +now):\n%s", len(got), diff)
		}
		if data.ProjectID != id || data.Progress < last {
			t.Fatalf("project %s, progress %v after %v", data.ProjectID, data.Progress, last)
		}
		last = data.Progress
		if data.ProjectStatus == engine.StatusFailed || data.ProjectStatus == engine.StatusFinished {
			if data.Progress != 100 || !strings.Contains(r.body, `"progress":100.0}`) {
				t.Errorf("progress at the end: %s", r.body[len(r.body)-40:])
			}
			break
		}
	}
	ce := s.call(t, "GetPreCheckResult", `{"id":"`+id+`"}`, "X-OMS-Edition", "CE")
	d.validate(t, "GetPreCheckResultAnswer", ce.body)
	var raw struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(ce.body), &raw); err != nil {
		t.Fatal(err)
	}
	want := strings.Fields("preCheckId preCheckStatus progress preCheckResults")
	if diff := cmp.Diff(want, keys(t, string(raw.Data))); diff != "" {
		t.Errorf("Community Edition (-want +got):\n%s", diff)
	}
}

// The same idempotency key returns the first run; another request with it is refused.
func TestIdempotency(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	first := s.submit(t, task, "Idempotency-Key", "k")
	if again := s.submit(t, task, "Idempotency-Key", "k"); again != first {
		t.Errorf("%s and %s", first, again)
	}
	if other := s.submit(t, task, "Idempotency-Key", "l"); other == first {
		t.Error("another key returns the same run")
	}
	changed := strings.Replace(task, `"name":"n"`, `"name":"m"`, 1)
	if code := s.call(t, "SubmitPreCheck", changed, "Idempotency-Key", "k").code(t); code != "PARAM_ERROR" {
		t.Errorf("code %q", code)
	}
}

// Every wrong property of a task is reported at once, under its own name.
func TestWrongTasks(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	with := func(properties string) string { return strings.Replace(task, `{"name"`, `{`+properties+`,"name"`, 1) }
	without := func(old, more string) string { return strings.Replace(task, old, more, 1) }
	const list = "transferMapping.tableAndViewWhiteList"
	for name, tc := range map[string]struct{ body, want string }{
		"empty": {`{}`, "name: sourceEndpointId: sinkEndpointId: transferMapping:"},
		"unknown ids": {`{"name":"n","sourceEndpointId":"e_x","sinkEndpointId":"e_y",` +
			`"transferMapping":{"databases":[{"name":"a"}]}}`, "sourceEndpointId: sinkEndpointId:"},
		"type":     {without(`"name":"n"`, `"name":"a b","type":"COPY"`), "name: type:"},
		"labels":   {with(`"labelIds":["l_1"]`), "labelIds[0]:"},
		"no steps": {with(`"enableFullTransfer":false`), "enableStructTransfer:"},
		"hours": {with(`"incrTransferConfig":{"storeLogKeptHour":9000,"startTimestamp":99999999999}`),
			"incrTransferConfig.storeLogKeptHour: incrTransferConfig.startTimestamp:"},
		"category": {with(`"commonTransferConfig":{"tableCategory":"SOME"}`), "commonTransferConfig.tableCategory:"},
		"patterns": {without(`"SPECIFIC"`, `"WILDCARD","tableAndViewWhiteList":["*.t","shop","a.[b"]`),
			list + "[0]: " + list + "[1]: " + list + "[2]:"},
		"inline": {without(`"sourceEndpointId":"e_a"`, `"sourceEndpoint":{"type":"MYSQL","ip":"h","username":"u"}`),
			"sourceEndpoint:"},
		"both":         {with(`"sourceEndpoint":{"type":"MYSQL","ip":"h"}`), "sourceEndpoint:"},
		"skips":        {with(`"skipItems":[{"type":"RDB_PRIMARY_KE"}]`), "skipItems[0].type: skipItems[0].reason:"},
		"unknown mode": {without("SPECIFIC", "ALL"), "transferMapping.mode:"},
	} {
		r := s.call(t, "SubmitPreCheck", tc.body)
		if r.code(t) != "PARAM_ERROR" || r.status != 200 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		for _, field := range strings.Fields(tc.want) {
			if !strings.Contains(r.body, field) {
				t.Errorf("%s: %s is missing: %s", name, field, r.body)
			}
		}
	}
}

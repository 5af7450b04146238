package omsapi_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/render"
)

// blocking returns an option that makes runs wait until release is called.
func blocking(t testing.TB) (option engine.Option, release func()) {
	t.Helper()
	released := make(chan struct{})
	return engine.WithOpener(func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
		return waitingReader{facts("shop"), released}, nil
	}), func() { close(released) }
}

// waitingReader reads facts once it is released.
type waitingReader struct {
	datasource.Reader
	released chan struct{}
}

func (r waitingReader) Read(ctx context.Context, f datasource.AnyFact) (any, error) {
	select {
	case <-r.released:
		return r.Reader.Read(ctx, f)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A run that is cancelled ends as FAILED, and cannot be cancelled again.
func TestCancel(t *testing.T) {
	t.Parallel()
	option, _ := blocking(t)
	s := serve(t, nil, option)
	id := s.submit(t, task)
	d := describe(t, s)
	if r := s.call(t, "GetPreCheckReport", `{"id":"`+id+`"}`); r.code(t) == "" {
		t.Errorf("a report of a run that has not finished: %s", r.body)
	}
	r := s.call(t, "CancelPreCheck", `{"id":"`+id+`"}`)
	d.validate(t, "CancelPreCheckAnswer", r.body)
	if data := s.finish(t, id); data.ProjectStatus != engine.StatusFailed {
		t.Errorf("status %s", data.ProjectStatus)
	}
	if r = s.call(t, "CancelPreCheck", `{"id":"`+id+`"}`); r.code(t) != "" {
		t.Errorf("a second cancel: %s", r.body)
	}
	for _, action := range []string{"CancelPreCheck", "GetPreCheckResult", "RetryPreCheck", "GetPreCheckReport"} {
		if r := s.call(t, action, `{"id":"t_unknown"}`); r.code(t) != "PARAM_ERROR" || r.status != 200 {
			t.Errorf("%s of an unknown ID: %s", action, r.body)
		}
		if r := s.call(t, action, `{}`); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s without an ID: %s", action, r.body)
		}
	}
	if !strings.Contains(s.log.String(), `"msg":"audit","change":"cancel"`) {
		t.Error("the cancel is not in the audit log")
	}
}

// item returns an item of a run by its type.
func item(t testing.TB, d engine.Data, checkType string) engine.Record {
	t.Helper()
	for _, r := range d.PreCheckResults {
		if r.CheckType == checkType {
			return r
		}
	}
	t.Fatalf("there is no item %s", checkType)
	return engine.Record{}
}

// failing is a check that fails for the only table.
var failing = &checks.Check{Type: "TEST_FAILING", Level: checks.Fail, Sides: []checks.Side{checks.Source},
	Phases: checks.AllPhases, Reads: checks.Reads{Mapping: true},
	Page: checks.ParsePage(`# TEST_FAILING: Failing check

Fails.

## Why it matters

It fails.

## How it is decided

Nothing is read.

## Privileges

None.

## Remedy

None.

## If skipped

It stays.

## Findings

### bad

Table {object} is bad.

Remedy: Drop it.
`),
	Run: func(_ context.Context, p *checks.Pass) error {
		p.Report(checks.Finding{Rule: "bad", Level: checks.Fail,
			Object: checks.TableObject(datasource.TableName{Schema: "shop", Name: "orders"})})
		return nil
	}}

// Findings of a run that has finished are skipped with a reason, objects are removed, and failures are retried.
func TestSkipRetryRemove(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, engine.WithChecks(failing))
	d := describe(t, s)
	id := s.submit(t, task)
	if got := item(t, s.finish(t, id), "TEST_FAILING"); got.Status != engine.ItemFailed {
		t.Fatalf("%+v", got)
	}
	for _, bad := range []string{`{"id":"` + id + `"}`, `{"id":"` + id + `","type":"RDB_CONNECT","reason":"x"}`,
		`{"id":"` + id + `","type":"NO_SUCH","reason":"x"}`} {
		if r := s.call(t, "SkipPreCheckItem", bad); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s: %s", bad, r.body)
		}
	}
	r := s.call(t, "SkipPreCheckItem", `{"id":"`+id+`","checkType":"TEST_FAILING","objects":"shop.*","reason":"known"}`)
	d.validate(t, "SkipPreCheckItemAnswer", r.body)
	if got := item(t, s.finish(t, id), "TEST_FAILING"); got.Status != engine.ItemSkipped ||
		!strings.Contains(*got.Message, "known") {
		t.Errorf("after the skip: %+v", got)
	}
	if !strings.Contains(s.log.String(), `"reason":"known"`) {
		t.Error("the skip is not in the audit log with its reason")
	}
	d.validate(t, "RetryPreCheckAnswer", s.call(t, "RetryPreCheck", `{"id":"`+id+`","failedOnly":"true"}`).body)
	s.finish(t, id)
	r = s.call(t, "RemovePreCheckObjects", `{"id":"`+id+`","blackObjectsInfo":{"databases":[{"name":"shop","tables":`+
		`[{"name":"orders"}],"views":[]}]}}`)
	d.validate(t, "RemovePreCheckObjectsAnswer", r.body)
	s.finish(t, id)
	run, err := s.store.Get(t.Context(), id)
	if err != nil || len(run.Task.Objects.Exclude) != 1 || run.Task.Objects.Exclude[0] != "shop.orders" {
		t.Errorf("excluded %q, %v", run.Task.Objects.Exclude, err)
	}
}

// Fields that only concern the transfer are accepted and listed with the report, in each format of package render.
func TestReport(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	body := strings.Replace(
		task,
		`{"name"`,
		`{"fullTransferConfig":{"fullTransferSpeedMode":"FAST"},"unknown":1,"name"`,
		1,
	)
	id := s.submit(t, body)
	s.finish(t, id)
	cancelled := s.call(t, "CancelPreCheck", `{"id":"`+id+`"}`)
	d.validate(t, "Error", cancelled.body)
	if cancelled.code(t) != wire.CodeConflict {
		t.Errorf("a cancel after the end: %s", cancelled.body)
	}
	for _, format := range render.Formats() {
		r := s.call(t, "GetPreCheckReport", fmt.Sprintf(`{"id":%q,"format":%q}`, id, format))
		d.validate(t, "GetPreCheckReportAnswer", r.body)
		var report wire.PreCheckReport
		r.data(t, &report)
		if len(report.Content) < 100 || report.ContentType == "" || len(report.IgnoredFields) != 1 ||
			report.IgnoredFields[0] != "fullTransferConfig.fullTransferSpeedMode" {
			t.Errorf("%s: %.300s", format, r.body)
		}
	}
	for _, format := range []string{"fix-source", "fix-dest"} {
		r := s.call(t, "GetPreCheckReport", fmt.Sprintf(`{"id":%q,"format":%q}`, id, format))
		d.validate(t, "GetPreCheckReportAnswer", r.body)
		var report wire.PreCheckReport
		if r.data(t, &report); report.ContentType != "application/sql" ||
			report.Content != "" && !strings.HasPrefix(report.Content, "-- Fixes for the ") {
			t.Errorf("%s: %.300s", format, r.body)
		}
	}
	if r := s.call(t, "GetPreCheckReport", `{"id":"`+id+`","format":"pdf"}`); r.code(t) != "PARAM_ERROR" {
		t.Errorf("an unknown format: %s", r.body)
	}
	s.submit(t, body)
	if n := strings.Count(s.log.String(), `"property":"unknown"`); n != 1 {
		t.Errorf("an unknown property is logged %d times", n)
	}
}

// Runs are listed in pages, the newest first, and filtered.
func TestListPreCheck(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	var ids []string
	for i := range 3 {
		ids = append(ids, s.submit(t, strings.Replace(task, `"name":"n"`, fmt.Sprintf(`"name":"task-%d"`, i), 1)))
	}
	for _, id := range ids {
		s.finish(t, id)
	}
	for body, want := range map[string][]string{
		`{}`:                                   {ids[2], ids[1], ids[0]},
		`{"pageNumber":2,"pageSize":"2"}`:      {ids[0]},
		`{"searchKey":"task-1"}`:               {ids[1]},
		`{"status":"PENDING"}`:                 {},
		`{"endpointId":"e_b"}`:                 {ids[2], ids[1], ids[0]},
		`{"endpointId":"e_c"}`:                 {},
		`{"createdTo":"2020-01-01T00:00:00Z"}`: {},
		`{"createdFrom":"1600000000"}`:         {ids[2], ids[1], ids[0]},
	} {
		r := s.call(t, "ListPreCheck", body)
		d.validate(t, "ListPreCheckAnswer", r.body)
		var list []wire.PreCheck
		r.data(t, &list)
		var got []string
		for _, p := range list {
			got = append(got, p.ID)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
	for _, bad := range []string{`{"pageSize":151}`, `{"pageNumber":-1}`, `{"status":"X"}`, `{"createdFrom":"x"}`} {
		if r := s.call(t, "ListPreCheck", bad); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s: %s", bad, r.body)
		}
	}
}

// The reader accounts of an OceanBase tenant reach the run, from a data source as from the request itself, and so does
// the heartbeat.
func TestReaderAccounts(t *testing.T) {
	t.Parallel()
	used := make(chan datasource.Endpoint, 20)
	s := serve(t, func(c *config.Config) {
		c.Endpoints = config.Endpoints{Create: true, Inline: true, Hosts: []string{"10.0.0.0/8"}}
		c.Key = datasource.NewSecret("0123456789abcdef")
	}, engine.WithOpener(func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if strings.HasPrefix(e.Host, "10.") {
			used <- e
		}
		return facts("shop"), nil
	}))
	const readers = `"tryKeepHb":true,"drcUserName":"drc_user","drcPassword":"log","innerDrcPassword":"inner"`
	var id, without string
	s.call(t, "CreateOceanBaseDataSource", `{"name":"o","tenant":"t1","cluster":"c1","ip":"10.0.0.6","port":2883,`+
		`"username":"u","password":"own",`+readers+`}`).data(t, &id)
	s.call(t, "CreateOceanBaseDataSource", `{"name":"p","tenant":"t1","ip":"10.0.0.7","port":2883,`+
		`"username":"u","password":"own","drcUserName":"drc_user"}`).data(t, &without)
	login := func(user, password string) datasource.Login {
		return datasource.Login{User: user, Password: datasource.NewSecret(password)}
	}
	drc, inner := login("drc_user@sys#c1", "log"), login("__oceanbase_inner_drc_user@t1#c1", "inner")
	for source, want := range map[string][2]datasource.Login{
		`"sourceEndpointId":"` + id + `"`:      {drc, inner},
		`"sourceEndpointId":"` + without + `"`: {},
		`"sourceEndpoint":{"type":"OB_MYSQL","ip":"10.0.0.8","port":2883,"username":"u@t1#c1","password":"own",` +
			readers + `}`: {drc, inner},
	} {
		run := s.submit(t, strings.Replace(task, `"sourceEndpointId":"e_a"`, source, 1))
		s.finish(t, run)
		e := <-used
		if e.Password.Reveal() != "own" || [2]datasource.Login{e.DRC, e.InnerDRC} != want {
			t.Errorf("%s: the run has the accounts %+v and %+v", source, e.DRC, e.InnerDRC)
		}
		stored, err := s.store.Get(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		asked := want[0] != (datasource.Login{})
		if stored.Task.Settings.Heartbeat != asked {
			t.Errorf("%s: the heartbeat of the task is %t", source, stored.Task.Settings.Heartbeat)
		}
	}
	if r := s.call(t, "SubmitPreCheck", strings.Replace(task, `"sourceEndpointId":"e_a"`,
		`"sourceEndpoint":{"type":"MYSQL","ip":"10.0.0.8","username":"u","password":"own",`+readers+`}`, 1)); r.code(
		t) != "PARAM_ERROR" {
		t.Errorf("MySQL with reader accounts: %s", r.body)
	}
}

// The password of a created data source is encrypted in the store, and the run uses it. Only allowed hosts can be
// named.
func TestCreateDataSource(t *testing.T) {
	t.Parallel()
	const password = "pa$$word-of-the-source"
	used := make(chan string, 10)
	folder := t.TempDir()
	s := serveIn(t, folder, func(c *config.Config) {
		c.Endpoints = config.Endpoints{Create: true, Hosts: []string{"10.0.0.0/8"}}
		c.Key = datasource.NewSecret("0123456789abcdef")
	}, engine.WithOpener(func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if e.Host == "10.0.0.5" {
			used <- e.User + " " + e.Password.Reveal()
		}
		return facts("shop"), nil
	}))
	d := describe(t, s)
	create := func(action, body string) string {
		r := s.call(t, action, body)
		d.validate(t, action+"Answer", r.body)
		var id string
		r.data(t, &id)
		return id
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(password))
	id := create(
		"CreateMySqlDataSource",
		`{"name":"m","ip":"10.0.0.5","port":"3306","userName":"u","password":"`+encoded+`"}`,
	)
	create("CreateOceanBaseDataSource",
		`{"name":"o","tenant":"t1","cluster":"c1","ip":"10.0.0.6","port":2883,"username":"u",`+
			`"password":"`+password+`"}`)
	create("CreateOracleDataSource",
		`{"name":"r","ip":"10.0.0.7","port":1521,"username":"u","password":"`+password+`","serviceName":"ORCL"}`)
	s.finish(t, s.submit(t, strings.Replace(task, `"sourceEndpointId":"e_a"`, `"sourceEndpointId":"`+id+`"`, 1)))
	if got := <-used; got != "u "+password {
		t.Errorf("the run logs on as %q", got)
	}
	r := s.call(t, "ListDataSource", `{"searchKey":"o","types":["OB_MYSQL"]}`)
	d.validate(t, "ListDataSourceAnswer", r.body)
	var list []wire.DataSource
	if r.data(t, &list); len(list) != 1 || list[0].UserName != "u@t1#c1" || *list[0].Tenant != "t1" {
		t.Errorf("%s", r.body)
	}
	for _, bad := range []string{
		`{"name":"m","ip":"10.0.0.5","username":"u"}`, `{"name":"a b","ip":"10.0.0.5","username":"u"}`,
		`{"name":"x","ip":"127.0.0.1","username":"u"}`, `{"name":"x","ip":"169.254.169.254","username":"u"}`,
		`{"name":"x","ip":"localhost","username":"u"}`, `{"name":"x","username":"u"}`,
		`{"name":"e_a","ip":"10.0.0.5","username":"u"}`, `{"name":"x","ip":"10.0.0.5"}`} {
		if r := s.call(t, "CreateMySqlDataSource", bad); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s: %s", bad, r.body)
		}
	}
	s.stop()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), password) || strings.Contains(string(content), encoded) {
			t.Errorf("%s holds the password", file)
		}
	}
	if other := serve(t, nil); other.call(t, "CreateMySqlDataSource", `{}`).code(t) != wire.CodeDenied {
		t.Error("data sources are created without permission")
	}
}

// A request describes a database itself only where that is allowed, and only an allowed host. Its password is lost
// with the process: a run that waits for it then ends as interrupted.
func TestInlineEndpoint(t *testing.T) {
	t.Parallel()
	allow := func(c *config.Config) {
		c.Endpoints = config.Endpoints{Inline: true, Hosts: []string{"db*.example.com"}}
		c.Limits.Runs = 1
	}
	inline := func(host string) string {
		return strings.Replace(task, `"sourceEndpointId":"e_a"`,
			`"sourceEndpoint":{"type":"MYSQL","ip":"`+host+`","username":"u","password":"c2VjcmV0"}`, 1)
	}
	option, _ := blocking(t)
	folder := t.TempDir()
	s := serveIn(t, folder, allow, option)
	for _, host := range []string{"169.254.169.254", "localhost", "127.0.0.1", "db1.example.com.evil.org", "[::1]",
		""} {
		if r := s.call(t, "SubmitPreCheck", inline(host)); r.code(t) != "PARAM_ERROR" {
			t.Errorf("%s: %s", host, r.body)
		}
	}
	id := s.submit(t, inline("db1.example.com"))
	s.stop()
	again := serveIn(t, folder, allow)
	if d := again.finish(t, id); d.ProjectStatus != engine.StatusFailed {
		t.Errorf("status %s", d.ProjectStatus)
	}
	run, err := again.store.Get(t.Context(), id)
	if err != nil || run.End != "INTERRUPTED" {
		t.Errorf("%s %s %v", run.End, run.EndText, err)
	}
	if id := again.submit(t, inline("db1.example.com")); again.finish(t, id).ProjectStatus == engine.StatusPending {
		t.Error("does not run")
	}
}

// A client script that drives OceanBase Migration Service gets the precheck step of a project here.
func TestProjects(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, engine.WithChecks(failing))
	d := describe(t, s)
	var label, id string
	r := s.call(t, "CreateLabel", `{"name":"production"}`)
	d.validate(t, "CreateLabelAnswer", r.body)
	r.data(t, &label)
	d.validate(t, "ListAllLabelsAnswer", s.call(t, "ListAllLabels", `{}`).body)
	r = s.call(t, "CreateProject", strings.Replace(task, `{"name"`, `{"labelIds":["`+label+`"],"name"`, 1))
	d.validate(t, "CreateProjectAnswer", r.body)
	r.data(t, &id)
	if !strings.HasPrefix(id, "np_") || !strings.HasPrefix(label, "l_") {
		t.Errorf("project %s, label %s", id, label)
	}
	body := `{"id":"` + id + `"}`
	steps := func() wire.Step {
		r := s.call(t, "DescribeProjectSteps", body)
		d.validate(t, "DescribeProjectStepsAnswer", r.body)
		var steps []wire.Step
		if r.data(t, &steps); len(steps) != 1 || steps[0].Name != "TRANSFER_PRECHECK" {
			t.Fatalf("%s", r.body)
		}
		return steps[0]
	}
	if step := steps(); step.Status != "INIT" || step.Progress != 0 {
		t.Errorf("%+v", step)
	}
	if r := s.call(t, "StopProject", body); r.code(t) != wire.CodeConflict {
		t.Errorf("a project that does not run is stopped: %s", r.body)
	}
	d.validate(t, "StartProjectAnswer", s.call(t, "StartProject", body).body)
	var step wire.Step
	for step = steps(); step.Status == "RUNNING" || step.Status == "INIT"; step = steps() {
		time.Sleep(20 * time.Millisecond)
	}
	if step.Status != "FAILED" || step.Progress != 100 || len(step.ExtraInfo.ErrorDetails) == 0 ||
		step.FinishTime == nil || step.ExtraInfo.FailedTime == nil {
		t.Errorf("%+v", step)
	}
	r = s.call(t, "DescribeProject", body)
	d.validate(t, "DescribeProjectAnswer", r.body)
	var projects []wire.Project
	if r.data(t, &projects); len(projects) != 1 || projects[0].Status != "FAILED" ||
		projects[0].Labels[0].Name != "production" {
		t.Errorf("%s", r.body)
	}
	r = s.call(t, "ListProjects", `{"status":"FAILED","labelIds":"`+label+`","sourceEndpointTypes":["MYSQL"]}`)
	d.validate(t, "ListProjectsAnswer", r.body)
	if r.data(t, &projects); len(projects) != 1 {
		t.Errorf("%s", r.body)
	}
	d.validate(t, "DescribeProjectProgressAnswer", s.call(t, "DescribeProjectProgress", body).body)
	d.validate(t, "DeleteProjectAnswer", s.call(t, "DeleteProject", body).body)
	if r := s.call(t, "DescribeProject", body); r.code(t) != "PARAM_ERROR" {
		t.Errorf("a deleted project: %s", r.body)
	}
}

// A stream of events shows a run from its first state to its end, and a stream of all runs what changes.
func TestEvents(t *testing.T) {
	t.Parallel()
	option, release := blocking(t)
	s := serve(t, func(c *config.Config) { c.Limits.Streams = 2 }, option)
	id := s.submit(t, task)
	open := func(path string) *bufio.Scanner {
		r, err := http.Get(s.URL + path) //nolint:noctx // the server ends it
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Body.Close() })
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
			t.Fatalf("status %d %s", r.StatusCode, r.Header)
		}
		lines := bufio.NewScanner(r.Body)
		lines.Buffer(nil, 1<<20)
		return lines
	}
	next := func(lines *bufio.Scanner) (event, data string) {
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				event = value
			case "data":
				return event, value
			}
		}
		return "", ""
	}
	one, all := open("/events/runs/"+id), open("/events/runs")
	event, text := next(one)
	var state engine.Data
	if err := json.Unmarshal([]byte(text), &state); err != nil || event != "snapshot" ||
		len(state.PreCheckResults) == 0 {
		t.Fatalf("%s %.200s %v", event, text, err)
	}
	if event, text := next(all); event != "snapshot" || !strings.Contains(text, id) {
		t.Errorf("%s %s", event, text)
	}
	if r := s.do(t, "GET", "/events/runs", ""); r.status != http.StatusTooManyRequests ||
		r.header.Get("Retry-After") == "" {
		t.Errorf("a third stream: status %d", r.status)
	}
	if r := s.do(t, "GET", "/events/runs/t_x", ""); r.code(t) != "PARAM_ERROR" {
		t.Errorf("events of an unknown run: %s", r.body)
	}
	release()
	for event != "end" {
		if event, text = next(one); event == "" {
			t.Fatal("the stream ends early")
		}
		if event == "change" {
			var change wire.RunChange
			if err := json.Unmarshal([]byte(text), &change); err != nil {
				t.Fatal(err)
			}
			for _, i := range change.Items {
				state.PreCheckResults[i.Index] = i.Item
			}
			state.ProjectStatus, state.Progress = change.ProjectStatus, change.Progress
		}
	}
	want, _ := json.Marshal(s.finish(t, id))
	if got, _ := json.Marshal(state); string(got) != string(want) {
		t.Errorf("the state after all events is\n%s\nwant\n%s", got, want)
	}
	for status := ""; status != "FAILED" && status != "FINISHED"; {
		event, text := next(all)
		var run wire.PreCheck
		if err := json.Unmarshal([]byte(text), &run); err != nil || event != "run" || run.ID != id {
			t.Fatalf("%s %s", event, text)
		}
		status = string(run.Status)
	}
}

// The tables of a data source are listed for a form. The error of one that cannot be read does not show its password.
func TestListObjects(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	r := s.call(t, "ListDataSourceObjects", `{"id":"e_a","schema":"shop"}`)
	d.validate(t, "ListDataSourceObjectsAnswer", r.body)
	var objects []wire.SchemaObjects
	if r.data(t, &objects); len(objects) != 1 || len(objects[0].Tables) != 1 || objects[0].Tables[0] != "orders" {
		t.Errorf("%s", r.body)
	}
	if r := s.call(t, "ListDataSourceObjects", `{"id":"e_none"}`); r.code(t) != "PARAM_ERROR" {
		t.Errorf("%s", r.body)
	}
	broken := serve(t, nil, engine.WithOpener(
		func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
			return nil, errors.New(e.Password.Reveal())
		}))
	r = broken.call(t, "ListDataSourceObjects", `{"id":"e_a"}`)
	if r.code(t) != wire.CodeUnavailable || strings.Contains(r.body, "configured-password") {
		t.Errorf("a database that cannot be read: %s", r.body)
	}
}

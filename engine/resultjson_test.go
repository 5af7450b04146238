package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// fillAll sets every field of a value to something else than its zero value, as deep as it goes.
func fillAll(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(uint64(checks.Full))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillAll(t, v.Index(0))
		fillAll(t, v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fillAll(t, value)
		v.SetMapIndex(reflect.ValueOf("key"), value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(t, v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[datasource.Secret]() {
			v.Set(reflect.ValueOf(datasource.NewSecret("hunter2")))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") == "-" {
				continue
			}
			fillAll(t, v.Field(i))
		}
	default:
		t.Fatalf("no value for a %s", v.Type())
	}
}

// A stored task has everything of the task but its passwords.
func TestStoredTaskIsWhole(t *testing.T) {
	t.Parallel()
	var task engine.Task
	fillAll(t, reflect.ValueOf(&task).Elem())
	data, err := engine.EncodeTask(task)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "hunter2") {
		t.Errorf("the stored task contains a password: %s", data)
	}
	back, err := engine.DecodeTask(data)
	if err != nil {
		t.Fatal(err)
	}
	if task.Source.Standby.Password.Reveal() != "hunter2" {
		t.Error("the task itself lost a password")
	}
	if diff := cmp.Diff(task.WithoutPasswords(), back, cmp.AllowUnexported(datasource.Secret{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The form of stored tasks and results does not change: these were written by an earlier version.
func TestStoredFormIsRead(t *testing.T) {
	t.Parallel()
	task, err := engine.DecodeTask([]byte(`{"ID":"t_1","Name":"n","Type":"MIGRATION","Phases":["FULL"],` +
		`"Source":{"Type":"MYSQL","Host":"h","Port":3306,"User":"u","TLS":{"Mode":"required"},"Connections":2},` +
		`"Destination":{"Type":"OB_MYSQL","Host":"d","Standby":{"Host":"s"}},"Skip":[{"Type":"A","Reason":"r"}],` +
		`"Objects":{"Mode":"SPECIFIC","Databases":[{"Name":"shop"}]},"Limits":{"Timeout":1000}}`))
	if err != nil {
		t.Fatal(err)
	}
	if task.Source.Host != "h" || task.Source.TLS.Mode != datasource.TLSRequired || task.Phases != checks.Full ||
		task.Destination.Standby.Host != "s" || task.Objects.Databases[0].Name != "shop" ||
		task.Limits.Timeout != 1000 || task.Skip[0].Reason != "r" {
		t.Errorf("%+v", task)
	}
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	res, err := e.DecodeResult([]byte(`{"Outcome":"failed","Item":{"Type":"GONE_CHECK","Title":"Gone check",` +
		`"SkipConsequence":"Rows are lost.","Side":"DEST","Role":"MASTER"},"Findings":[{"Rule":"wrong",` +
		`"Level":"failure","Object":{"Kind":"TABLE","Schema":"s","Table":"t"},"Message":"It is wrong.","SQL":["X"]}],` +
		`"Err":{"Server":{"Class":"missing privilege","Code":"1142","Cause":{"key":"datasource.cancelled"},` +
		`"Remedy":{"key":""}},"Wrapped":[{"Text":"denied"}]},"Duration":5}`))
	if err != nil {
		t.Fatal(err)
	}
	record := res.Record(message.English, 20)
	if record.Name != "Destination-Primary database-Gone check" || !record.Skippable ||
		record.Status != engine.ItemFailed || *record.ErrorDetail != "denied" || res.Findings[0].Level != checks.Fail ||
		datasource.ClassOf(res.Err) != datasource.ErrPrivilege {
		t.Errorf("%+v", record)
	}
	for _, damaged := range []string{``, `[]`, `{"Findings":[{"Level":"fatal"}]}`, `{"Findings":7}`} {
		if _, err := e.DecodeResult([]byte(damaged)); err == nil {
			t.Errorf("%q was read", damaged)
		}
	}
	for _, damaged := range []string{``, `{"Phases":["LATER"]}`} {
		if _, err := engine.DecodeTask([]byte(damaged)); err == nil {
			t.Errorf("%q was read", damaged)
		}
	}
}

// Each kind of result shows the same after it was stored.
func TestStoredReportShowsTheSame(t *testing.T) {
	t.Parallel()
	server := &datasource.Error{Class: datasource.ErrPrivilege, Code: "1142",
		Cause:  message.New("datasource.network.timeout", "address", "h:3306"),
		Remedy: message.New("datasource.network.timeout.remedy"), Err: errors.New("SELECT denied")}
	fails := func(err error) func(context.Context, *checks.Pass) error {
		return func(context.Context, *checks.Pass) error { return err }
	}
	added := []*checks.Check{
		check("OWN_A", fails(nil)),
		check("OWN_B", wrongTables("a", "b")),
		check("OWN_C", fails(server)),
		check("OWN_D", fails(fmt.Errorf("reading: %w", errors.Join(io.EOF, server)))),
		check("OWN_E", fails(&checks.NotCheckedError{Reason: "hidden", Remedy: "Grant it.", Err: server})),
		check("OWN_F", fails(message.Wrap(io.EOF, "engine.run.panic", "panic", "x"))),
		check("OWN_G", fails(datasource.ErrTimeLimit)),
		check("OWN_H", func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Warn, Err: server, SQL: []string{"SET x = 1"},
				Object:     checks.VariableObject("x"),
				Args:       checks.Args{"count": 2, "d": time.Hour, "o": checks.ServerObject},
				Privileges: []datasource.Privilege{"SELECT"}})
			p.NoteText(message.Verbatim("a note"))
			return nil
		}),
		check("OWN_I", func(ctx context.Context, p *checks.Pass) error {
			_, err := datasource.FactGTIDs.Of(ctx, p.Dest())
			return err
		}),
		check("OWN_J", func(context.Context, *checks.Pass) error { panic("x") }),
		check("OWN_K", wrongTables("v")),
		check("OWN_L", fails(checks.ErrNothingMapped)),
	}
	blocked := check("OWN_M", fails(nil))
	blocked.Requires = []string{"OWN_B"}
	added = append(added, blocked)
	wanted := task()
	wanted.Source.Password = datasource.NewSecret("hunter2")
	wanted.Skip = []engine.Skip{{Type: "OWN_K", Reason: "views are made later"}, {Type: "OWN_C", Reason: "known"},
		{Type: "OWN_A", Reason: "has no effect"}}
	r := run(t, wanted, added)
	e, err := engine.New(engine.WithChecks(added...))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Warnings) == 0 || r.Count(engine.Skipped) != 2 || r.Count(engine.Blocked) != 1 {
		t.Errorf("the report has not every kind of result: %v", r.Warnings)
	}
	checktest.WantStored(t, e, r)
}

// A resumed run keeps what is done and runs the rest.
func TestResume(t *testing.T) {
	t.Parallel()
	var ran []string
	counted := func(name string, run func(context.Context, *checks.Pass) error) *checks.Check {
		return check(name, func(ctx context.Context, p *checks.Pass) error {
			ran = append(ran, name)
			return run(ctx, p)
		})
	}
	good := func(context.Context, *checks.Pass) error { return nil }
	first := counted("OWN_A", wrongTables("a", "b"))
	second := counted("OWN_B", good)
	second.Requires = []string{"OWN_A"}
	wanted := task()
	wanted.Skip = []engine.Skip{{Type: "OWN_A", Objects: []string{"shop.*"}, Reason: "known"}}
	whole := run(t, wanted, []*checks.Check{first, second})
	ran = nil

	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) { return shop(), nil }
	e, err := engine.New(engine.WithChecks(first, second), engine.WithOnly("OWN_B"), engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	var done []engine.Result
	for _, res := range whole.Results[:len(whole.Results)-1] {
		data, err := engine.EncodeResult(res)
		if err != nil {
			t.Fatal(err)
		}
		back, err := e.DecodeResult(data)
		if err != nil {
			t.Fatal(err)
		}
		done = append(done, back)
	}
	resumed, err := e.Resume(t.Context(), wanted, done)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"OWN_B"}, ran); diff != "" {
		t.Errorf("ran (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(whole.Data(false), resumed.Data(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(resumed.Warnings) != 0 {
		t.Errorf("warnings: %v", resumed.Warnings)
	}
}

// An unfinished report shows its items in the order of the plan.
func TestUnfinishedReport(t *testing.T) {
	t.Parallel()
	r := run(t, task(), []*checks.Check{check("OWN_A", func(context.Context, *checks.Pass) error { return nil })})
	r.Unfinished = engine.StatusRunning
	last := len(r.Results) - 1
	r.Results[last] = engine.Result{Item: r.Results[last].Item, Outcome: engine.Running}
	for _, names := range engine.ItemTypesNames() {
		d := r.DataAs(names, false)
		if got := d.PreCheckResults[len(d.PreCheckResults)-1].Status; got != engine.ItemRunning {
			t.Errorf("%s: the status is %s", names, got)
		}
		if d.ProjectStatus != engine.StatusRunning || d.Progress >= 100 || d.Progress <= 0 {
			t.Errorf("%s: %s, %v %%", names, d.ProjectStatus, d.Progress)
		}
	}
	if r.Verdict(false) != engine.VerdictUnknown {
		t.Error("an unfinished run has a verdict")
	}
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	checktest.WantStored(t, e, r)
}

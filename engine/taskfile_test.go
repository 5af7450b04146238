package engine_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

var update = flag.Bool("update", false, "update the golden files")

// golden compares got with a file of testdata/golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "testdata", "golden", name)
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
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// All errors of a wrong task are returned at once, with line, field and allowed values.
func TestWrongTasks(t *testing.T) {
	t.Parallel()
	e, err := engine.New(engine.WithOnly("RDB_CONNECT"))
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := filepath.Glob(filepath.Join("..", "testdata", "tasks", "wrong_*"))
	if err != nil || len(tasks) == 0 {
		t.Fatalf("no tasks: %v", err)
	}
	for _, path := range tasks {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, warnings, err := engine.ParseTask(name, data, engine.FileOptions{Engine: e})
			var invalid engine.TaskErrors
			if !errors.As(err, &invalid) {
				t.Fatalf("the error is a %T, want TaskErrors", err)
			}
			var b strings.Builder
			for _, w := range warnings {
				b.WriteString("warning: " + w + "\n")
			}
			b.WriteString(err.Error() + "\n")
			if strings.Contains(b.String(), "hunter2") {
				t.Error("a password is shown")
			}
			golden(t, strings.TrimSuffix(name, filepath.Ext(name))+".txt", b.String())
		})
	}
}

func TestParseTask(t *testing.T) {
	t.Setenv("PRECHECK_TEST_PASSWORD", "one")
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("two\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	text := `
id: t_shop
name: shop-to-ob
type: SYNC
phases: [FULL, INCREMENTAL]
source:
  type: MYSQL
  host: db1
  user: u
  password: {env: PRECHECK_TEST_PASSWORD}
  tls: {mode: required}
  serverPublicKey: ` + file + `
  insecurePassword: true
  standby: {host: db1b, port: 3307}
destination: {type: OB_MYSQL, host: ob, port: 2883, user: u@t#c, password: {prompt: true},
  standby: {host: ob2, password: {file: ` + file + `}}}
objects:
  mode: COMPLEX
  databases: [{name: shop, mappedName: shop_new, tables: [{name: orders, mappedName: o}], views: [{name: v}]}]
  include: ["crm.*"]
  exclude: ["shop.tmp_*"]
skip: [{type: RDB_PRIMARY_KEY, objects: ["shop.log_*"], reason: append-only}]
limits: {connections: 2, connectTimeout: 3s, checkTimeout: 5s, timeout: 1m, objects: 7}
settings: {deep: true, connections: 16, logRetention: 48h, startPosition: "b.1:4", allowNonEmpty: true,
  ddl: rewritten, routines: true, diskSpace: 1.5TiB,
  deepBudget: {tableRows: 10, rows: 20, bytes: 1KiB, time: 2s},
  loader: {sqlMode: "", foreignKeyChecks: false}}
`
	asked := ""
	got, warnings, err := engine.ParseTask("t.yaml", []byte(text),
		engine.FileOptions{Prompt: func(field string, e datasource.Endpoint) (string, error) {
			asked = field + " " + e.User
			return "three", nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	if asked != "destination.password u@t#c" {
		t.Errorf("the prompt is for %q", asked)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "chmod 600") {
		t.Errorf("warnings %q, want one of the password file's mode", warnings)
	}
	source := datasource.Endpoint{Type: datasource.MySQL, Host: "db1", User: "u", Password: datasource.NewSecret("one"),
		TLS: datasource.TLS{Mode: datasource.TLSRequired}, ServerPublicKey: file, InsecurePassword: true}
	sourceB := source
	sourceB.Host, sourceB.Port = "db1b", 3307
	dest := datasource.Endpoint{Type: datasource.OceanBaseMySQL, Host: "ob", Port: 2883, User: "u@t#c",
		Password: datasource.NewSecret("three")}
	destB := dest
	destB.Host, destB.Port, destB.Password = "ob2", 0, datasource.NewSecret("two")
	want := engine.Task{ID: "t_shop", Name: "shop-to-ob", Type: engine.Sync, Phases: checks.Full | checks.Incremental,
		Source:      engine.Endpoint{Endpoint: source, Standby: &sourceB},
		Destination: engine.Endpoint{Endpoint: dest, Standby: &destB},
		Objects: checks.Selection{Mode: checks.Complex, Include: []string{"crm.*"}, Exclude: []string{"shop.tmp_*"},
			Databases: []checks.SelectedDatabase{{Name: "shop", MappedName: "shop_new",
				Tables: []checks.SelectedTable{{Name: "orders", MappedName: "o"}},
				Views:  []checks.SelectedTable{{Name: "v"}}}}},
		Skip: []engine.Skip{{Type: "RDB_PRIMARY_KEY", Objects: []string{"shop.log_*"}, Reason: "append-only"}},
		Limits: engine.Limits{Connections: 2, ConnectTimeout: 3 * time.Second, CheckTimeout: 5 * time.Second,
			Timeout: time.Minute, Objects: 7},
		Settings: checks.Settings{Deep: true, Connections: 16, LogRetention: 48 * time.Hour, StartPosition: "b.1:4",
			AllowNonEmpty: true, DDL: checks.DDLRewritten, Routines: true, DiskSpace: 3 << 39,
			DeepBudget: datasource.ReadBudget{TableRows: 10, Rows: 20, Bytes: 1024, Time: 2 * time.Second},
			Loader:     checks.Loader{SQLMode: new(string), ForeignKeyChecks: new(bool)}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b datasource.Secret) bool { return a.Reveal() == b.Reveal() }),
		cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
}

// A JSON task is read with every escape of JSON, and its errors have lines.
func TestParseTaskOfJSON(t *testing.T) {
	t.Parallel()
	text := "\uFEFF" + `{
	"name": "a\/b",
	"phases": ["FULL"], "source": {"type": "MYSQL", "host": "db", "user": "\\\/\u00e9\ud83d\ude00\""},
	"destination": {"type": "MYSQL", "host": "db", "user": "u"},
	"objects": {"include": ["shop.*"]}%s
}`
	task, _, err := engine.ParseTask("t.json", []byte(fmt.Sprintf(text, "")), engine.FileOptions{})
	if err != nil || task.Name != "a/b" || task.Source.User != `\/é😀"` {
		t.Errorf("name %q, user %q, %v", task.Name, task.Source.User, err)
	}
	_, _, err = engine.ParseTask("t.json", []byte(fmt.Sprintf(text, ",\n\"typ\": \"\\/\"")), engine.FileOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "t.json:6: typ: unknown field") {
		t.Errorf("error %v, want one of line 6", err)
	}
}

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	got, err := engine.ParseEndpoint("oceanbase://u%40shop%23prod:p%2Fw@ob1:2883?tls=verify-ca&ca=ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	if got.Type != datasource.OceanBaseMySQL || got.User != "u@shop#prod" || got.Password.Reveal() != "p/w" ||
		got.Address() != "ob1:2883" || got.TLS != (datasource.TLS{Mode: datasource.TLSVerifyCA, CA: "ca.pem"}) {
		t.Errorf("got %+v", got)
	}
	if got, err := engine.ParseEndpoint("oracle://u@[::1]:1521/ORCLPDB1"); err != nil || got.Service != "ORCLPDB1" ||
		got.Host != "::1" {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = engine.ParseEndpoint("mysql://u@h?serverPublicKey=key.pem&insecurePassword=true")
	if err != nil || got.ServerPublicKey != "key.pem" || !got.InsecurePassword {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = engine.ParseEndpoint("mysql://u@h?insecurePassword=false"); err != nil || got.InsecurePassword {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, raw := range []string{"", "db1:3306", "postgres://u@h", "mysql://u@h?insecurePassword=yes",
		"mysql://u:hunter2@h:port",
		"mysql://u:hunter2@h/shop",
		"mysql://u@h?tsl=required", "mysql://u:hunt%zzer2@h",
		"oceanbase://u@shop#prod:hunter2@h:2883", "mysql://u@h#hunter2", "mysql://u:1/hunter2@h:3306",
		"mysql://u@t:1/hunter2@h", "mysql://u:1?hunter2@h", "mysql://u:1?hunt=er2@h",
		"mysql://u@h?tls=required&tls=disabled"} {
		_, err := engine.ParseEndpoint(raw)
		if err == nil {
			t.Errorf("%q was read", raw)
		} else if strings.Contains(err.Error(), "hunt") {
			t.Errorf("%q: the error shows the password: %v", raw, err)
		}
	}
}

// Printing, marshalling or logging a task does not show its passwords.
func TestPasswordsOfATaskAreNotShown(t *testing.T) {
	t.Parallel()
	task, warnings, err := engine.ParseTask("t.yaml", []byte(`
name: x
phases: [FULL]
source: {type: MYSQL, host: a, user: u, password: hunter2, standby: {host: b}}
destination: {type: MYSQL, host: c, user: u, password: hunter2}
objects: {include: ["*.*"]}
`), engine.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("task", "task", task, "source", task.Source)
	slog.New(slog.NewTextHandler(&log, nil)).Info("task", "task", task, "password", task.Source.Password)
	marshalled, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.Join(warnings, " ") + log.String() + string(marshalled)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		shown += fmt.Sprintf(verb, task) + fmt.Sprintf(verb, *task.Source.Standby)
	}
	if strings.Contains(shown, "hunter2") || strings.Contains(shown, hex.EncodeToString([]byte("hunter2"))) ||
		!strings.Contains(shown, "***") {
		t.Errorf("a password is shown: %s", shown)
	}
	if task.Source.Standby.Password.Reveal() != "hunter2" {
		t.Error("the standby does not inherit its primary's password")
	}
}

// The further accounts of an OceanBase endpoint have passwords of their own, which are not stored; the internal account
// has a fixed name in the tenant of the endpoint.
func TestAccountsOfOceanBase(t *testing.T) {
	t.Parallel()
	text := `{name: t, phases: [FULL], objects: {include: [shop.t]},
source: {type: OB_MYSQL, host: h, user: u@shop#c1, password: own, drc: {user: drc@sys#c1, password: log},
  innerDrc: {password: inner}, standby: {host: h2}},
destination: {type: %s, host: h3, user: u, password: p%s}}`
	task, _, err := engine.ParseTask("task.yaml", fmt.Appendf(nil, text, "OB_MYSQL", ""), engine.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	source := task.Source
	if source.DRC.User != "drc@sys#c1" || source.DRC.Password.Reveal() != "log" ||
		source.InnerDRC.User != "__oceanbase_inner_drc_user@shop#c1" || source.InnerDRC.Password.Reveal() != "inner" ||
		source.Standby.DRC != (datasource.Login{}) {
		t.Errorf("source %+v, standby %+v", source.Endpoint, source.Standby)
	}
	data, err := engine.EncodeTask(task)
	if err != nil || strings.Contains(string(data), `"log"`) || strings.Contains(string(data), `"inner"`) {
		t.Errorf("%v: %s", err, data)
	}
	decoded, err := engine.DecodeTask(data)
	if err != nil || decoded.Source.DRC.User != source.DRC.User || !decoded.Source.DRC.Password.Empty() {
		t.Errorf("%v: %+v", err, decoded.Source.DRC)
	}
	without := task.WithoutPasswords()
	if !without.Source.DRC.Password.Empty() || !without.Source.InnerDRC.Password.Empty() {
		t.Error("the passwords of the further accounts are kept")
	}
	for _, wrong := range []string{"MYSQL', drc: {user: a, password: b}", "OB_MYSQL', drc: {password: b}"} {
		kind, more, _ := strings.Cut(wrong, "'")
		_, _, err := engine.ParseTask("task.yaml", fmt.Appendf(nil, text, kind, more), engine.FileOptions{})
		if err == nil || !strings.Contains(err.Error(), "destination.drc") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

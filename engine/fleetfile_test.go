package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// findSource finds the data sources shop and ob of a server.
func findSource(name string) (string, datasource.Type, error) {
	switch name {
	case "shop", "e_shop":
		return "e_shop", datasource.MySQL, nil
	case "ob":
		return "e_ob", datasource.OceanBaseMySQL, nil
	}
	return "", "", errors.New("unknown")
}

// A task of a fleet has the defaults that it does not have itself.
func TestFleetDefaults(t *testing.T) {
	t.Parallel()
	tasks, _, err := engine.ParseFleet("fleet.yaml", []byte(`
defaults:
  phases: [SCHEMA, FULL]
  source: {type: MYSQL, host: db1, user: u, password: {prompt: true}, tls: {mode: required}}
  destination: {dataSource: ob}
  objects: {exclude: ["*.tmp_*"]}
  settings: {deep: true, connections: 8}
tasks:
  - {name: a, source: {dataSource: shop}, objects: {include: ["shop.*"]}}
  - name: b
    phases: [FULL]
    source: {host: db2, password: plain}
    destination: {type: MYSQL, host: db3, user: u, password: plain}
    objects: {include: ["crm.*"], exclude: ["crm.x"]}
    settings: {deep: false}
`), findSource, engine.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := tasks[0], tasks[1]
	if a.SourceID != "e_shop" || a.DestinationID != "e_ob" || a.Phases != checks.Schema|checks.Full || a.Line != 9 ||
		!a.Settings.Deep || a.Settings.Connections != 8 || a.Source.Host != "" {
		t.Errorf("a: %+v", a)
	}
	if b.SourceID+b.DestinationID != "" || b.Phases != checks.Full || b.Line != 10 || b.Source.Host != "db2" ||
		b.Source.User != "u" || b.Source.Password.Reveal() != "plain" || b.Source.TLS.Mode != "required" ||
		b.Settings.Deep || b.Settings.Connections != 8 || b.Destination.Host != "db3" {
		t.Errorf("b: %+v", b)
	}
	if diff := cmp.Diff([]string{"*.tmp_*"}, a.Objects.Exclude); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"crm.x"}, b.Objects.Exclude); diff != "" {
		t.Error(diff)
	}
}

// The columns of a CSV file are fields. Cells may have several lines.
func TestFleetCSV(t *testing.T) {
	t.Parallel()
	text := "\uFEFFname,phases,source.dataSource,destination.dataSource,objects.include,objects.databases," +
		"settings.deep\r\n" +
		"\"a\",SCHEMA;FULL,shop,ob,,\"[{name: shop,\n  mappedName: \"\"x,y\"\"}]\",true\r\n" +
		",,,,,,\r\n" +
		"b,FULL,e_shop,ob,shop.a; shop.b,,\r\n"
	tasks, _, err := engine.ParseFleet("stdin", []byte(text), findSource, engine.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := tasks[0], tasks[1]
	if len(tasks) != 2 || a.Name != "a" || a.Phases != checks.Schema|checks.Full || !a.Settings.Deep || a.Line != 2 ||
		a.Objects.Databases[0].MappedName != "x,y" {
		t.Errorf("a: %+v", a)
	}
	if b.SourceID != "e_shop" || b.Line != 5 || cmp.Diff([]string{"shop.a", "shop.b"}, b.Objects.Include) != "" {
		t.Errorf("b: %+v", b)
	}
}

// All errors of a fleet are returned at once, each with its line and field; one of defaults is returned once.
func TestWrongFleets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, want string }{
		"entries": {"f.yaml", `defaults:
  phases: [FUL]
  destination: {dataSource: ob}
tasks:
  - {name: a, source: {dataSource: shop}, objects: {include: ["a.*"]}}
  - {name: a, source: {dataSource: shop}, objects: {include: ["a.*"]}}
  - name: b
    source: {dataSource: nope, host: x}
    objcts: {}
  - source: {type: MYSQL, user: u, password: {env: PRECHECK_NO_SUCH_VARIABLE}}
    objects: {include: ["a.*"]}
  - text
`, `f.yaml:2: defaults.phases[0]: must be one of
f.yaml:6: tasks[1].name: duplicate name "a"; line 5 already has it
f.yaml:7: tasks[2].objects: databases or include is required
f.yaml:8: tasks[2].source.dataSource: unknown
f.yaml:8: tasks[2].source.host: not allowed beside dataSource
f.yaml:9: tasks[2].objcts: unknown field
f.yaml:10: tasks[3].source.password: the environment variable
f.yaml:10: tasks[3].name: required
f.yaml:10: tasks[3].source.host: required
f.yaml:12: tasks[4]: must be a mapping`},
		"one line": {"f.json", `{"defaults":{"phases":["FUL"]},"tasks":[{"name":"a","source":{"dataSource":"shop"},
"destination":{"dataSource":"ob"},"objects":{"include":["a.*"]}}]}`, `f.json:1: tasks[0].phases[0]: must be one of`},
		"route": {"f.yaml", `tasks:
  - {name: a, phases: [FULL], source: {dataSource: shop}, destination: {type: ORACLE}, objects: {include: ["a.*"]}}
`, `f.yaml:2: tasks[0].destination.host: required
f.yaml:2: tasks[0].destination.user: required
f.yaml:2: tasks[0].destination.service: 
f.yaml:2: tasks[0].destination.type: a source of type MYSQL cannot be migrated to ORACLE`},
		"empty":       {"f.yaml", "tasks: []\n", "f.yaml:1: the file does not contain a task"},
		"no list":     {"f.yaml", "tasks: a\n", "f.yaml:1: tasks: must be a list"},
		"a task":      {"f.yaml", "name: a\n", "f.yaml:1: unknown field; allowed fields: defaults, tasks"},
		"defaults":    {"f.yaml", "defaults: a\ntasks: []\n", "f.yaml:1: defaults: must be a mapping"},
		"header only": {"f.csv", "name,phases\n", "f.csv:1: the file does not contain a task"},
		"nothing":     {"f.csv", "", "f.csv:1: the file does not contain a task"},
		"not UTF-8":   {"f.csv", "name\na\n\xff\n", "f.csv:3: the file must be UTF-8"},
		"quotes":      {"f.csv", "name\n\"a\"b\n", "f.csv:2: not valid CSV"},
		"columns": {"f.csv", "name,phase,name,source.password.evn\na,b,c,d\n", `f.csv:1: phase: unknown field
f.csv:1: name: duplicate field
f.csv:1: source.password.evn: unknown field`},
		"records": {"f.csv", `name,phases,source.dataSource,destination.dataSource,objects.include,skip,settings.deep
a,FUL,shop,ob,a.*,,maybe
b,FULL,shop
c,FULL,shop,ob,a.*,[{,
a,FULL,x,ob,a.*,[{typ: X}],
`, `f.csv:2: phases[0]: must be one of
f.csv:2: settings.deep: must be true or false
f.csv:3: number of values: 3, expected as in the header: 7
f.csv:4: skip: 
f.csv:5: source.dataSource: unknown
f.csv:5: skip[0].typ: unknown field
f.csv:5: name: duplicate name "a"; line 2 already has it`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := engine.ParseFleet(c.file, []byte(c.text), findSource, engine.FileOptions{})
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.Split(err.Error(), "\n")
			for _, want := range strings.Split(c.want, "\n") {
				found := false
				for _, line := range got {
					found = found || strings.HasPrefix(line, want)
				}
				if !found {
					t.Errorf("%q is missing", want)
				}
			}
			if t.Failed() || name == "entries" && len(got) != 11 {
				t.Errorf("%d errors:\n%s", len(got), err)
			}
		})
	}
}

package common_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// named is a task over one table of that name, which has a column, an index and a foreign key.
func withNames(schema, table, column, index, constraint string) datasource.Snapshot {
	t := datasource.TableName{Schema: schema, Name: table}
	return datasource.Snapshot{
		datasource.FactServer:           datasource.Server{},
		datasource.FactSchemas:          []datasource.Schema{{Name: schema}},
		datasource.FactTables:           datasource.Tables{{TableName: t, Kind: datasource.BaseTable}},
		datasource.FactColumns:          datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: t, Rows: []datasource.Column{{Name: column}}}),
		datasource.FactIndexes:          datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: t, Rows: []datasource.Index{{Name: index}}}),
		datasource.FactForeignKeys:      datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: t, Rows: []datasource.ForeignKey{{Name: constraint}}}),
		datasource.FactCheckConstraints: datasource.ByTable[datasource.CheckConstraint]{},
	}
}

func TestNameLength(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ä", n) }
	for _, tc := range []struct {
		name                                     string
		dest                                     datasource.Type
		version                                  datasource.Version
		schema, table, column, index, constraint string
		want                                     []string
	}{
		{name: "MySQL's limit", dest: datasource.MySQL, schema: long(64), table: long(64), column: long(64), index: long(64), constraint: long(64)},
		{name: "beyond MySQL's limit", dest: datasource.MariaDB, schema: long(65), table: long(65), column: long(65), index: long(65), constraint: long(65),
			want: []string{"COLUMN", "CONSTRAINT", "INDEX", "SCHEMA", "TABLE"}},
		{name: "OceanBase's limits", dest: datasource.OceanBaseMySQL, schema: long(64), table: long(64), column: long(64), index: long(32), constraint: long(99)},
		{name: "beyond OceanBase's limits", dest: datasource.OceanBaseMySQL, schema: long(65), table: long(65), column: long(65), index: long(33),
			want: []string{"COLUMN", "INDEX", "SCHEMA", "TABLE"}},
		{name: "Oracle 12.2", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 2}, schema: "S", table: long(64), column: long(65), want: []string{"COLUMN"}},
		{name: "Oracle 12.1", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 1}, schema: "S", table: long(16), column: long(15), want: []string{"TABLE"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: withNames(tc.schema, tc.table, tc.column, tc.index, tc.constraint),
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{Version: tc.version}}, Route: checks.Route{Dest: tc.dest}}.Run(t, common.NameLength)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, kinds(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	source := withNames("s", "t", "c", "i", "k")
	source[datasource.FactIndexes] = errors.New("lost")
	if _, _, err := (checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{}}}).Run(t, common.NameLength); err == nil {
		t.Error("it passes without knowing the indexes")
	}
}

// kinds gives the kinds of the objects, sorted.
func kinds(findings []checks.Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, f.Object.Kind)
	}
	slices.Sort(list)
	return list
}

func TestNameLengthOnRealServers(t *testing.T) {
	t.Parallel()
	directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		most, more := strings.Repeat("é", 64), strings.Repeat("é", 65)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT)", "CREATE TABLE "+from+".`"+most+"` (`"+most+"` INT, KEY `"+most+"` (`"+most+"`))")
		task := checktest.Real{Source: checktest.End{Server: source}, Dest: checktest.End{Server: dest}, Selection: &checks.Selection{Databases: []checks.SelectedDatabase{
			{Name: from, MappedName: to, Tables: []checks.SelectedTable{{Name: "a", MappedName: more}, {Name: most}}}}}}
		got := task.Run(t, common.NameLength)
		if diff := cmp.Diff([]string{"name_too_long " + to + "." + more}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, err := dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".`"+more+"` (id INT)"); err == nil {
			t.Error("the destination takes the long name")
		}
		dest.Exec(t, "CREATE TABLE "+to+".`"+most+"` (`"+most+"` INT, KEY `"+most+"` (`"+most+"`))")
		task.Selection.Databases[0].Tables[0].MappedName = "b"
		if got := task.Run(t, common.NameLength); got.Outcome != engine.Passed {
			t.Errorf("mapped to a short name, it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

func TestNameCharacters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.Type
		column string
		level  checks.Level
		want   []string
	}{
		{name: "plain", dest: datasource.OceanBaseMySQL, column: "order_No-1#"},
		{name: "a quote", dest: datasource.MySQL, column: "o'clock", level: checks.Warn, want: []string{"odd_characters s.t.o'clock"}},
		{name: "a quote to OceanBase", dest: datasource.OceanBaseMySQL, column: "o'clock", level: checks.Fail, want: []string{"odd_characters s.t.o'clock"}},
		{name: "a control character", dest: datasource.MySQL, column: "a\x01", level: checks.Warn, want: []string{"odd_characters s.t.a\x01"}},
		{name: "not ASCII", dest: datasource.MySQL, column: "größe", level: checks.Warn, want: []string{"odd_characters s.t.größe"}},
		{name: "a final space", dest: datasource.MySQL, column: "a ", level: checks.Fail, want: []string{"name_refused s.t.a "}},
		{name: "a final space to Oracle", dest: datasource.Oracle, column: "a ", level: checks.Warn, want: []string{"odd_characters s.t.a "}},
		{name: "beyond the first plane", dest: datasource.MariaDB, column: "a😀", level: checks.Fail, want: []string{"name_refused s.t.a😀"}},
		{name: "a leading dollar", dest: datasource.MySQL, column: "$a", level: checks.Info, want: []string{"leading_dollar s.t.$a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Patch: 32}}
			findings, _, err := checktest.Facts{Source: withNames("s", "t", tc.column, "", ""), Dest: datasource.Snapshot{datasource.FactServer: dest}, Route: checks.Route{Dest: tc.dest}}.Run(t, common.NameCharacters)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("level %s, want %s", findings[0].Level, tc.level)
			}
		})
	}
}

func TestNameCharactersOnRealServers(t *testing.T) {
	t.Parallel()
	directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT)", "CREATE TABLE "+from+".b (id INT)", "CREATE TABLE "+from+".`c d` (`größe` INT, plain INT)")
		got := checktest.Real{Source: checktest.End{Server: source}, Dest: checktest.End{Server: dest}, Selection: &checks.Selection{Databases: []checks.SelectedDatabase{
			{Name: from, MappedName: to, Tables: []checks.SelectedTable{{Name: "a", MappedName: "a "}, {Name: "b", MappedName: "b😀"}, {Name: "c d"}}}}}}.Run(t, common.NameCharacters)
		want := []string{"name_refused " + to + ".a ", "name_refused " + to + ".b😀", "odd_characters " + to + ".c d", "odd_characters " + to + ".c d.größe"}
		if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, name := range []string{"a ", "b😀"} {
			_, _ = dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".`"+name+"` (id INT)")
			var found int
			if err := dest.DB(t).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM information_schema.TABLES WHERE table_schema = ? AND HEX(table_name) = HEX(?)", to, name).Scan(&found); err != nil || found != 0 {
				t.Errorf("the destination takes the name %q: %v", name, err)
			}
		}
		dest.Exec(t, "CREATE TABLE "+to+".`c d` (`größe` INT, plain INT)")
	})
}

func TestDuplicateMapping(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		tables datasource.Tables
		mapped string // of the schema b; a keeps its name
		fold   datasource.NameCase
		phases checks.Phases
		want   []string
	}{
		{name: "names of their own", tables: tables("a.t", "b.t"), mapped: "b", phases: checks.Schema},
		{name: "two schemas into one", tables: tables("a.t", "a.u", "b.t"), mapped: "a", phases: checks.Schema | checks.Full, want: []string{"one_name a.t"}},
		{name: "rows of two schemas into one", tables: tables("a.t", "b.t"), mapped: "a", phases: checks.Full, want: []string{"merged a.t"}},
		{name: "a table and a view", tables: tables("a.t", "b.t!"), mapped: "a", phases: checks.Full, want: []string{"one_name a.t"}},
		{name: "case, which the destination tells apart", tables: tables("a.T", "a.t"), mapped: "b", phases: checks.Full},
		{name: "case, which the destination does not keep", tables: tables("a.T", "a.t"), mapped: "b", fold: datasource.CaseLower, phases: checks.Full, want: []string{"one_name_by_case a.t"}},
		{name: "case, which the destination keeps but does not mind", tables: tables("a.T", "a.t"), mapped: "b", fold: datasource.CaseFolded, phases: checks.Full, want: []string{"one_name_by_case a.T"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactSchemas: []datasource.Schema{{Name: "a"}, {Name: "b"}}, datasource.FactTables: tc.tables},
				Dest:   datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold}}, Route: checks.Route{Phases: tc.phases},
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "a"}, {Name: "b", MappedName: tc.mapped}}},
			}.Run(t, common.DuplicateMapping)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Tables whose names differ only in case are two on the source and one on a destination with
// lower_case_table_names=1, which refuses to create the second.
func TestDuplicateMappingToLowerCase(t *testing.T) {
	t.Parallel()
	source, dest := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1")
	from, to := source.Database(t), dest.Database(t)
	source.Exec(t, "CREATE TABLE "+from+".Orders (id INT)", "CREATE TABLE "+from+".orders (id INT)", "CREATE TABLE "+from+".Items (id INT)")
	dest.Exec(t, "CREATE TABLE "+to+".Orders (id INT)")
	if _, err := dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".orders (id INT)"); err == nil {
		t.Error("the destination tells Orders from orders")
	}
	task := checktest.Real{Source: checktest.End{Server: source, Schema: from}, Dest: checktest.End{Server: dest, Schema: strings.ToUpper(to)}, Phases: checks.Full}
	got := task.Run(t, common.DuplicateMapping)
	if diff := cmp.Diff([]string{"one_name_by_case " + to + ".orders"}, rulesAndObjects(got.Findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := task.Run(t, common.SchemaExist, checks.Dest); got.Outcome != engine.Passed {
		t.Errorf("the schema is found as %s:\n%s", got.Outcome, got.Message(20))
	}
	exist := task.Run(t, common.TableExist, checks.Dest)
	if diff := cmp.Diff([]string{"table_missing_dest " + to + ".items"}, rulesAndObjects(exist.Findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	task.Exclude = []string{checks.EscapePattern(datasource.TableName{Schema: from, Name: "Orders"})}
	if got := task.Run(t, common.DuplicateMapping); got.Outcome != engine.Passed {
		t.Errorf("with %v excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
	}
	// The other way round every name of the task finds its lower-case object.
	back := checktest.Real{Source: checktest.End{Server: dest, Schema: strings.ToUpper(to)}, Dest: checktest.End{Server: source, Schema: from}, Phases: checks.Full}
	back.Selection = &checks.Selection{Databases: []checks.SelectedDatabase{{Name: strings.ToUpper(to), MappedName: from, Tables: []checks.SelectedTable{{Name: "ORDERS", MappedName: "Orders"}}}}}
	for _, side := range []checks.Side{checks.Source, checks.Dest} {
		if got := back.Run(t, common.TableExist, side); got.Outcome != engine.Passed {
			t.Errorf("%s: from a source that folds case it is %s:\n%s", side, got.Outcome, got.Message(20))
		}
	}
}

// Two schemas into one: tables of one name are one on the destination, where the second cannot be made; rows alone are merged.
func TestDuplicateMappingOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		one, two, to := s.Database(t), s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+one+".t (id INT)", "CREATE TABLE "+one+".own (id INT)", "CREATE TABLE "+two+".t (id INT)", "CREATE TABLE "+two+".other (id INT)")
		wantCreated(t, s, false, "CREATE TABLE t (id INT)", "CREATE TABLE t (id INT)")
		selection := checks.Selection{Databases: []checks.SelectedDatabase{{Name: one, MappedName: to}, {Name: two, MappedName: to}}}
		task := checktest.Real{Source: checktest.End{Server: s}, Dest: checktest.End{Server: s}, Selection: &selection, Phases: checks.Schema}
		for phases, rule := range map[checks.Phases]string{checks.Schema: "one_name", checks.Full: "merged"} {
			task.Phases = phases
			got := task.Run(t, common.DuplicateMapping)
			if diff := cmp.Diff([]string{rule + " " + to + ".t"}, rulesAndObjects(got.Findings)); diff != "" || got.Findings[0].Want != "one object" {
				t.Errorf("%s (-want +got):\n%s", got.Message(20), diff)
			}
		}
		selection.Databases[1].Tables = []checks.SelectedTable{{Name: "t", MappedName: "t2"}, {Name: "other"}}
		if got := task.Run(t, common.DuplicateMapping); got.Outcome != engine.Passed {
			t.Errorf("with a name of its own it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

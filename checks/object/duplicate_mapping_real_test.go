package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Tables whose names differ only in case are two tables on the source. A destination with lower_case_table_names=1
// refuses to create the second one.
func TestDuplicateMappingToLowerCase(t *testing.T) {
	t.Parallel()
	source, dest := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1")
	from, to := source.Database(t), dest.Database(t)
	source.Exec(t, "CREATE TABLE "+from+".Orders (id INT)", "CREATE TABLE "+from+".orders (id INT)",
		"CREATE TABLE "+from+".Items (id INT)")
	dest.Exec(t, "CREATE TABLE "+to+".Orders (id INT)")
	if _, err := dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".orders (id INT)"); err == nil {
		t.Error("the destination distinguishes Orders and orders")
	}
	task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
		Dest: checktest.Endpoint{Server: dest, Schema: strings.ToUpper(to)}, Phases: checks.Full}
	got := task.Run(t, object.DuplicateMapping)
	if diff := cmp.Diff([]string{"one_name_by_case " + to + ".orders"},
		checktest.RulesAndObjects(got.Findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := task.Run(t, object.SchemaExist, checks.Dest); got.Outcome != engine.Passed {
		t.Errorf("the schema is found as %s:\n%s", got.Outcome, got.Message(20))
	}
	exist := task.Run(t, object.TableExist, checks.Dest)
	if diff := cmp.Diff([]string{"table_missing_dest " + to + ".items"},
		checktest.RulesAndObjects(exist.Findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	task.Exclude = []string{checks.EscapePattern(datasource.TableName{Schema: from, Name: "Orders"})}
	if got := task.Run(t, object.DuplicateMapping); got.Outcome != engine.Passed {
		t.Errorf("with %v excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
	}
	// In the opposite direction, every name of the task finds its lower-case object.
	back := checktest.Real{Source: checktest.Endpoint{Server: dest, Schema: strings.ToUpper(to)},
		Dest: checktest.Endpoint{Server: source, Schema: from}, Phases: checks.Full}
	back.Selection = &checks.Selection{Databases: []checks.SelectedDatabase{{Name: strings.ToUpper(to),
		MappedName: from,
		Tables:     []checks.SelectedTable{{Name: "ORDERS", MappedName: "Orders"}}}}}
	for _, side := range []checks.Side{checks.Source, checks.Dest} {
		if got := back.Run(t, object.TableExist, side); got.Outcome != engine.Passed {
			t.Errorf("%s: from a source that folds case it is %s:\n%s", side, got.Outcome, got.Message(20))
		}
	}
}

// If two schemas are mapped to one, the destination cannot create the second table with the same name. If the task only
// loads rows, they are merged.
func TestDuplicateMappingOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		one, two, to := s.Database(t), s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+one+".t (id INT)", "CREATE TABLE "+one+".own (id INT)",
			"CREATE TABLE "+two+".t (id INT)",
			"CREATE TABLE "+two+".other (id INT)")
		checktest.WantCreated(t, s, false, "CREATE TABLE t (id INT)", "CREATE TABLE t (id INT)")
		selection := checks.Selection{Databases: []checks.SelectedDatabase{{Name: one, MappedName: to},
			{Name: two, MappedName: to}}}
		task := checktest.Real{Source: checktest.Endpoint{Server: s}, Dest: checktest.Endpoint{Server: s},
			Selection: &selection,
			Phases:    checks.Schema}
		for phases, rule := range map[checks.Phases]string{checks.Schema: "one_name", checks.Full: "merged"} {
			task.Phases = phases
			got := task.Run(t, object.DuplicateMapping)
			if diff := cmp.Diff([]string{rule + " " + to + ".t"},
				checktest.RulesAndObjects(got.Findings)); diff != "" ||
				got.Findings[0].Expected != "one object" {
				t.Errorf("%s (-want +got):\n%s", got.Message(20), diff)
			}
		}
		selection.Databases[1].Tables = []checks.SelectedTable{{Name: "t", MappedName: "t2"}, {Name: "other"}}
		if got := task.Run(t, object.DuplicateMapping); got.Outcome != engine.Passed {
			t.Errorf("with a different name it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

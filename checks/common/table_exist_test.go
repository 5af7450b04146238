package common_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestTableExist(t *testing.T) {
	t.Parallel()
	type names = []checks.SelectedTable
	shop := func(tables names, views ...checks.SelectedTable) checks.Selection {
		return checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", Tables: tables, Views: views}}}
	}
	for _, tc := range []struct {
		name      string
		side      checks.Side
		phases    checks.Phases
		selection checks.Selection
		dest      datasource.Tables
		fold      datasource.NameCase
		want      []string
	}{
		{name: "all named tables are there", side: checks.Source, selection: shop(names{{Name: "a"}})},
		{name: "one is not", side: checks.Source, selection: shop(names{{Name: "a"}, {Name: "c"}}), want: []string{"table_missing shop.c"}},
		{name: "one is written in another case", side: checks.Source, selection: shop(names{{Name: "A"}, {Name: "b"}}), want: []string{"table_case shop.A"}},
		{name: "case does not matter", side: checks.Source, fold: datasource.CaseLower, selection: shop(names{{Name: "A"}})},
		{name: "nothing matches", side: checks.Source, selection: shop(nil, checks.SelectedTable{Name: "w"}), want: []string{"nothing_mapped ", "table_missing shop.w"}},
		{name: "a pattern matches nothing", side: checks.Source, selection: checks.Selection{Include: []string{"shop.a", "shop.x*"}}, want: []string{"pattern_unmatched shop.x*"}},
		{name: "no destination tables, but a schema phase", side: checks.Dest, phases: checks.Schema | checks.Full, selection: shop(nil)},
		{name: "no destination tables, no schema phase", side: checks.Dest, phases: checks.Full, selection: shop(nil), dest: tables("shop.A", "shop.b"), want: []string{"table_case shop.a"}},
		{name: "destination tables but for one, no schema phase", side: checks.Dest, phases: checks.Full, selection: shop(nil), dest: tables("shop.b"), want: []string{"table_missing_dest shop.a"}},
		{name: "destination that folds names", side: checks.Dest, phases: checks.Full, fold: datasource.CaseFolded, selection: shop(nil), dest: tables("Shop.A", "shop.B")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{NameCase: tc.fold},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  tables("shop.a", "shop.b", "shop.v!"),
				},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold}, datasource.FactTables: tc.dest},
				Side: tc.side, Route: checks.Route{Phases: tc.phases}, Selection: tc.selection,
			}.Run(t, common.TableExist)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTableExistUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactTables: lost}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, common.TableExist); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestTableExistOnRealServers(t *testing.T) {
	t.Parallel()
	directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".`a.b` (id INT)", "CREATE TABLE "+from+".c (id INT)", "CREATE VIEW "+from+".v AS SELECT * FROM "+from+".c")
		dest.Exec(t, "CREATE TABLE "+to+".C (id INT)")
		task := checktest.Real{Source: checktest.End{Server: source, Schema: from}, Dest: checktest.End{Server: dest, Schema: to}, Phases: checks.Full}

		if got := task.Run(t, common.TableExist); got.Outcome != engine.Passed {
			t.Errorf("source: %s\n%s", got.Outcome, got.Message(20))
		}
		got := task.Run(t, common.TableExist, checks.Dest)
		if diff := cmp.Diff([]string{"table_case " + to + ".c", "table_missing_dest " + to + ".a.b"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		if len(task.Exclude) != 2 {
			t.Errorf("to be removed: %v, want both tables", got.Removable)
		}
		task.Exclude = task.Exclude[:1] // a.b
		dest.Exec(t, "CREATE TABLE "+to+".c (id INT)")
		if got := task.Run(t, common.TableExist, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("one table excluded and one created, it is %s:\n%s", got.Outcome, got.Message(20))
		}

		task.Exclude = nil
		task.Selection = &checks.Selection{Include: []string{from + ".x*"}, Databases: []checks.SelectedDatabase{{Name: from, MappedName: to,
			Tables: []checks.SelectedTable{{Name: "c"}, {Name: "gone*"}}, Views: []checks.SelectedTable{{Name: "V"}}}}}
		got = task.Run(t, common.TableExist)
		if diff := cmp.Diff([]string{"table_case " + from + ".V", "table_missing " + from + ".gone*", "pattern_unmatched " + from + ".x*"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		task.Selection.Include = nil
		got = task.Run(t, common.TableExist)
		for _, r := range got.Removable {
			task.Selection.Exclude = append(task.Selection.Exclude, checks.EscapePattern(r.TableName))
		}
		if got := task.Run(t, common.TableExist); got.Outcome != engine.Passed {
			t.Errorf("with %v excluded it is %s:\n%s", task.Selection.Exclude, got.Outcome, got.Message(20))
		}
		task.Source.User, task.Source.Password = source.Account(t)
		if got := task.Run(t, common.TableExist); got.Outcome != engine.Failed || got.Findings[0].Rule != "nothing_mapped" {
			t.Errorf("to an account without a right it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

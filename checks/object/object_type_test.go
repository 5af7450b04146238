package object_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestObjectType(t *testing.T) {
	t.Parallel()
	in := func(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }
	facts := func() datasource.Snapshot {
		return datasource.Snapshot{
			datasource.FactServer:  datasource.Server{},
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables: datasource.SortTables([]datasource.Table{{TableName: in("a"),
				Kind: datasource.BaseTable},
				{TableName: in("h"), Kind: datasource.SystemVersioned},
				{TableName: in("out"), Kind: datasource.BaseTable}, {TableName: in("s"), Kind: datasource.Sequence},
				{TableName: in("v"), Kind: datasource.View}, {TableName: in("w"), Kind: datasource.View}}),
			datasource.FactTriggers: []datasource.Trigger{{TableName: in("tr"), Table: in("a")},
				{TableName: in("other"), Table: in("out")}},
			datasource.FactRoutines: []datasource.Routine{{TableName: in("f"), Kind: "FUNCTION"},
				{TableName: in("p"), Kind: "PROCEDURE"}, {TableName: in("q"), Kind: "PROCEDURE"}},
			datasource.FactEvents: []datasource.Event{{TableName: in("e")}},
		}
	}
	selection := checks.Selection{Include: []string{"shop.*"}, Exclude: []string{"shop.out", "shop.w"}}
	for dest, want := range map[datasource.Type][]string{
		datasource.MySQL:   {"failure sequence shop.s", "failure system_versioned shop.h"},
		datasource.MariaDB: nil,
	} {
		findings, _, err := checktest.Facts{Source: facts(),
			Dest: destOfPrograms(datasource.Server{}), Route: checks.Route{Dest: dest},
			Selection: selection}.Run(t, object.ObjectType)
		if err != nil {
			t.Fatal(err)
		}
		var got, left []string
		for _, f := range findings {
			if f.Rule == "not_carried" {
				left = append(left, fmt.Sprint(f.Args["kind"], " ", f.Args["count"], " ", f.Args["names"]))
			} else {
				got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Rule, f.Object))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("to %s (-want +got):\n%s", dest, diff)
		}
		if diff := cmp.Diff([]string{"EVENT 1 e", "FUNCTION 1 f", "PROCEDURE 2 p, q", "TRIGGER 1 tr", "VIEW 1 w"},
			checktest.Sorted(left)); diff != "" {
			t.Errorf("to %s, not migrated (-want +got):\n%s", dest, diff)
		}
	}
	for _, fact := range []datasource.AnyFact{datasource.FactTriggers, datasource.FactRoutines, datasource.FactEvents} {
		source := facts()
		source[fact] = errors.New("lost")
		if _, _, err := (checktest.Facts{Source: source, Selection: selection}).Run(t, object.ObjectType); err == nil {
			t.Errorf("without %s it passes", fact)
		}
		source[fact] = &datasource.Error{Class: datasource.ErrNoSuchObject, Cause: message.Verbatim("no such catalog")}
		if _, notes, err := (checktest.Facts{Source: source, Dest: destOfPrograms(datasource.Server{}),
			Selection: selection}).Run(t, object.ObjectType); err != nil || len(notes) != 1 {
			t.Errorf("on a server without %s: %v, notes %q", fact, err, notes)
		}
	}
}

// MariaDB 11.8 supports a sequence with a type; 10.11 does not (error 1064).
func TestTypedSequence(t *testing.T) {
	t.Parallel()
	name := datasource.TableName{Schema: "shop", Name: "s"}
	of := func(dataType, columnType string) datasource.Snapshot {
		return datasource.Snapshot{
			datasource.FactServer: checktest.MariaDB118, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:   datasource.Tables{{TableName: name, Kind: datasource.Sequence}},
			datasource.FactTriggers: []datasource.Trigger(nil), datasource.FactRoutines: []datasource.Routine(nil),
			datasource.FactEvents: []datasource.Event(nil),
			datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: name,
				Rows: []datasource.Column{
					{Name: "next_not_cached_value",
						ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: columnType}}}})}
	}
	for _, tc := range []struct {
		name   string
		source datasource.Snapshot
		dest   datasource.Server
		want   []string
	}{
		{"INT", of("int", "int(12)"), checktest.MariaDB1011, []string{"ALTER SEQUENCE `shop`.`s` AS BIGINT"}},
		{"BIGINT UNSIGNED", of("bigint", "bigint(21) unsigned"), checktest.MariaDB1011,
			[]string{"ALTER SEQUENCE `shop`.`s` AS BIGINT"}},
		{"BIGINT", of("bigint", "bigint(21)"), checktest.MariaDB1011, nil},
		{"INT to a later MariaDB", of("int", "int(12)"), checktest.MariaDB118, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: tc.source,
				Dest:      datasource.Snapshot{datasource.FactServer: tc.dest},
				Route:     checks.Route{Source: datasource.MariaDB, Dest: datasource.MariaDB},
				Selection: checks.Selection{Include: []string{"shop.*"}}}.Run(t, object.ObjectType)
			if err != nil {
				t.Fatal(err)
			}
			var sql []string
			for _, f := range findings {
				sql = append(sql, f.SQL...)
			}
			if diff := cmp.Diff(tc.want, sql); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// OceanBase lists a schema among the objects of the schema. That object, parts of objects and migrated objects are not
// reported.
func TestObjectTypeOfTenant(t *testing.T) {
	t.Parallel()
	var objects []datasource.OracleObject
	for _, o := range [][2]string{{"shop", "DATABASE"}, {"t", "TABLE"}, {"I", "INDEX"}, {"P", "PACKAGE"},
		{"P", "PACKAGE BODY"}, {"V", "VIEW"}} {
		objects = append(objects, datasource.OracleObject{TableName: datasource.TableName{Schema: "shop", Name: o[0]},
			Type: o[1], Valid: true})
	}
	source := checktest.Snapshot(checktest.OBOracle43, nil, nil,
		datasource.Snapshot{datasource.FactOracleObjects: objects})
	findings := checktest.WantRules(t, checktest.Facts{Source: source, Route: checktest.OBToOracle}, object.ObjectType,
		"not_carried", "not_carried")
	var kinds []string
	for _, f := range findings {
		kinds = append(kinds, fmt.Sprint(f.Args["kind"]))
	}
	checktest.WantEqual(t, []string{"PACKAGE", "VIEW"}, checktest.Sorted(kinds))
}

func destOfPrograms(s datasource.Server) datasource.Snapshot {
	return datasource.Snapshot{datasource.FactServer: s,
		datasource.FactSQLModes: datasource.SQLModes{"ORACLE": false, "NO_AUTO_CREATE_USER": false},
		datasource.FactCharsets: checktest.Collations("utf8mb4", "bin")}
}

// TestPrograms covers how triggers, routines and events were created, and what their bodies use.
func TestPrograms(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body, mode, collation string
		settings                    checks.Settings
		want                        []string
	}{
		{name: "plain", body: "SELECT 1", mode: "STRICT_TRANS_TABLES", collation: "utf8mb4_bin"},
		{name: "an unknown mode", mode: "STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER",
			want: []string{"warning unknown_mode_of_creation NO_AUTO_CREATE_USER"}},
		{name: "an unknown mode of a migrated routine", mode: "ORACLE,NO_AUTO_CREATE_USER",
			settings: checks.Settings{Routines: true},
			want:     []string{"failure unknown_mode_of_creation ORACLE,NO_AUTO_CREATE_USER"}},
		{name: "an unknown mode that is rewritten", mode: "ORACLE",
			settings: checks.Settings{Routines: true, DDL: checks.DDLRewritten},
			want:     []string{"warning unknown_mode_of_creation ORACLE"}},
		{name: "an unknown collation", collation: "utf8mb4_uca1400_ai_ci",
			want: []string{"warning unknown_collation_of_creation utf8mb4_uca1400_ai_ci"}},
		{name: "syntax of a routine that is not migrated", body: "BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END"},
		{name: "FOR", body: "BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END", settings: checks.Settings{Routines: true},
			want: []string{"failure mariadb_syntax FOR"}},
		{name: "TYPE OF", body: "BEGIN DECLARE a TYPE OF t.b; END", settings: checks.Settings{Routines: true},
			want: []string{"failure mariadb_syntax TYPE OF"}},
		{name: "ROW", body: "BEGIN DECLARE r ROW (a INT); END", settings: checks.Settings{Routines: true},
			want: []string{"failure mariadb_syntax ROW"}},
		{name: "EXECUTE IMMEDIATE", body: "EXECUTE IMMEDIATE 'SELECT 1'", settings: checks.Settings{Routines: true},
			want: []string{"failure mariadb_syntax EXECUTE IMMEDIATE"}},
		{name: "a function", body: "SELECT NVL2(1, 2, 3)", settings: checks.Settings{Routines: true},
			want: []string{"warning function_missing nvl2"}},
		{name: "a cursor", body: "BEGIN DECLARE c CURSOR FOR SELECT a FROM t; DECLARE CONTINUE HANDLER FOR NOT FOUND " +
			"SET @a = 1; EXECUTE s; SELECT ROW(1, 2) = ROW(1, 2); END", settings: checks.Settings{Routines: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			name := datasource.TableName{Schema: "shop", Name: "p"}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:   datasource.Server{},
					datasource.FactSchemas:  []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:   checktest.Tables("shop.t"),
					datasource.FactTriggers: []datasource.Trigger{}, datasource.FactEvents: []datasource.Event{},
					datasource.FactRoutines: []datasource.Routine{{TableName: name, Kind: "PROCEDURE",
						Definition: tc.body, SQLMode: tc.mode, Collation: tc.collation}},
				},
				Dest: destOfPrograms(checktest.MySQL97), Settings: tc.settings}.Run(t, object.ObjectType)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				if f.Rule != "not_carried" {
					got = append(got, f.Level.String()+" "+f.Rule+" "+f.Actual)
				}
			}
			checktest.WantEqual(t, tc.want, got)
			checktest.WantEqual(t, tc.settings.Routines, len(findings) == len(got))
		})
	}
}

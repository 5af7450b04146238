package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestUniqueKeyDiffOfOracle(t *testing.T) {
	t.Parallel()
	key := func(name string, parts ...datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: name, Unique: true, Primary: name == "PK", Constraint: name != "IX", Columns: parts}
	}
	named := func(name string) datasource.IndexColumn { return datasource.IndexColumn{Name: name} }
	upper := func(text string) datasource.IndexColumn { return datasource.IndexColumn{Expression: text} }
	text := func(name, collation string) []datasource.Column {
		return []datasource.Column{{Name: name, ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: collation}}}
	}
	identity := []datasource.Column{{Name: "N", ColumnType: &datasource.ColumnType{DataType: "NUMBER", Oracle: &datasource.OracleColumn{Identity: true}}}}
	none := []datasource.Index(nil)
	for _, tc := range []struct {
		name                   string
		route                  checks.Route
		dest                   datasource.Server
		from, to               []datasource.Index
		fromColumns, toColumns []datasource.Column
		undecided              bool
		want                   []string
	}{
		{"names in another case, to MySQL", toMySQL, mysql97, []datasource.Index{key("PK", named("ID"))}, []datasource.Index{key("PRIMARY", named("id"))}, nil, nil, false, nil},
		{"names in another case, to Oracle", toOracle, oracle19, []datasource.Index{key("PK", named("ID"))}, []datasource.Index{key("K", named("id"))}, nil, nil, false, []string{"only_there", "missing"}},
		{"a key of MySQL's own", toMySQL, mysql97, none, []datasource.Index{key("u", named("a"))}, nil, nil, false, []string{"only_there"}},
		{"a key of OceanBase's own", toOBOracle, obOracle43, none, []datasource.Index{key("U", named("A"))}, nil, nil, false, []string{"only_there"}},
		{"an identity column of Oracle's own", toOracle, oracle19, none, []datasource.Index{key("PK", named("N"))}, nil, identity, false, nil},
		{"a collation that takes a for A", toMySQL, mysql97, []datasource.Index{key("U", named("A"))}, []datasource.Index{key("u", named("a"))}, text("A", ""), text("a", "utf8mb4_0900_ai_ci"), false, []string{"compared_otherwise"}},
		{"a collation that tells all apart", toMySQL, mysql97, []datasource.Index{key("U", named("A"))}, []datasource.Index{key("u", named("a"))}, text("A", ""), text("a", "utf8mb4_0900_bin"), false, nil},
		{"an expression in MySQL's words", toMySQL, mysql97, []datasource.Index{key("U", upper(`UPPER("A")`))}, []datasource.Index{key("u", upper("ucase(`a`)"))}, nil, nil, true, nil},
		{"an expression in Oracle's words", toOracle, oracle19, []datasource.Index{key("U", upper(`UPPER("A")`))}, []datasource.Index{key("U", upper(`UPPER("A")`))}, nil, nil, false, nil},
		{"another expression", toOBOracle, obOracle43, []datasource.Index{key("U", upper(`UPPER("A")`))}, []datasource.Index{key("U", upper(`LOWER("A")`))}, nil, nil, false, []string{"only_there", "missing"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.route.Phases = checks.Full
			findings, _, err := checktest.Facts{Source: snapshot(oracle19, tc.fromColumns, tc.from, nil), Dest: snapshot(tc.dest, tc.toColumns, tc.to, nil), Route: tc.route}.Run(t, common.UniqueKeyDiff)
			if (err != nil) != tc.undecided {
				t.Errorf("error %v, want one: %v", err, tc.undecided)
			}
			wantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

// What is to be dropped and added is written in the destination's words.
func TestUniqueKeyDiffMendsOracle(t *testing.T) {
	t.Parallel()
	columns := []datasource.Column{column("A", "NUMBER")}
	parts := []datasource.IndexColumn{{Name: "A"}}
	for _, tc := range []struct {
		route    checks.Route
		from, to []datasource.Index
		want     []string
	}{
		{toOracle, nil, []datasource.Index{{Name: "K", Unique: true, Constraint: true, Columns: parts}}, []string{`ALTER TABLE "shop"."t" DROP CONSTRAINT "K"`}},
		{toOracle, nil, []datasource.Index{{Name: "K", Unique: true, Columns: parts}}, []string{`DROP INDEX "shop"."K"`}},
		{toOracle, nil, []datasource.Index{{Name: "K", Schema: "other", Unique: true, Columns: parts}}, []string{`DROP INDEX "other"."K"`}},
		{toOBOracle, nil, []datasource.Index{{Name: "K", Unique: true, Constraint: true, Columns: parts}}, nil},
		{toOracle, []datasource.Index{{Name: "K", Unique: true, Columns: parts}}, nil, []string{`ALTER TABLE "shop"."t" ADD UNIQUE ("A")`}},
		{toOBOracle, []datasource.Index{{Name: "K", Unique: true, Columns: parts}}, nil, []string{`CREATE UNIQUE INDEX "shop"."K" ON "shop"."t" ("A")`}},
		{toOBOracle, []datasource.Index{{Name: "K", Primary: true, Unique: true, Columns: parts}}, nil, []string{`ALTER TABLE "shop"."t" ADD PRIMARY KEY ("A")`}},
	} {
		findings, _, err := checktest.Facts{Source: snapshot(oracle19, columns, tc.from, nil), Dest: snapshot(oracle19, columns, tc.to, nil), Route: tc.route}.Run(t, common.UniqueKeyDiff)
		if err != nil || len(findings) != 1 {
			t.Fatalf("%v, %v", findings, err)
		}
		wantEqual(t, tc.want, findings[0].SQL)
	}
}

func TestUniqueKeyDiffOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	srv, from := emulatedOracle(t, oracletest.Release19c, "SAME", "LACKS", "STRICTER")
	for _, table := range []string{"SAME", "LACKS", "STRICTER"} {
		emulatedColumn(srv, table, 1, "ID", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"})
		emulatedColumn(srv, table, 2, "CODE", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0})
		emulatedKey(srv, table, table+"_PK", "P", "ID")
	}
	emulatedKey(srv, "LACKS", "LACKS_UK", "U", "CODE")
	task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
	at := "CREATE TABLE " + task.Dest.Schema + "."
	my.Exec(t, at+"SAME (id INT PRIMARY KEY, code INT)", at+"LACKS (id INT PRIMARY KEY, code INT)", at+"STRICTER (id INT PRIMARY KEY, code INT, UNIQUE uc (code))")
	got := wantFound(t, task, common.UniqueKeyDiff, "only_there STRICTER.uc", "missing LACKS")
	checktest.Mend(t, my, got.Findings)
	wantFound(t, task, common.UniqueKeyDiff)
	srv.Deny(942, "*_CONS_COLUMNS")
	unreadable(t, task, common.UniqueKeyDiff)
}

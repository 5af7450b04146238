package key_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUniqueKeyDiffOfOracle(t *testing.T) {
	t.Parallel()
	uniqueKey := func(name string, parts ...datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: name, Unique: true, Primary: name == "PK", Constraint: name != "IX",
			Columns: parts}
	}
	named := func(name string) datasource.IndexColumn { return datasource.IndexColumn{Name: name} }
	upper := func(text string) datasource.IndexColumn { return datasource.IndexColumn{Expression: text} }
	text := func(name, collation string) []datasource.Column {
		return []datasource.Column{{Name: name,
			ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: collation}}}
	}
	identity := []datasource.Column{{Name: "N",
		ColumnType: &datasource.ColumnType{DataType: "NUMBER", Oracle: &datasource.OracleColumn{Identity: true}}}}
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
		{"names in another case, to MySQL", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.Index{uniqueKey("PK", named("ID"))}, []datasource.Index{uniqueKey("PRIMARY", named("id"))},
			nil, nil,
			false, nil},
		{"names in another case, to Oracle", checktest.ToOracle, checktest.OracleServer19,
			[]datasource.Index{uniqueKey("PK", named("ID"))}, []datasource.Index{uniqueKey("K", named("id"))}, nil, nil,
			false,
			[]string{"only_there", "missing"}},
		{"a key only on MySQL", checktest.ToMySQL, checktest.MySQL97, none,
			[]datasource.Index{uniqueKey("u", named("a"))},
			nil, nil, false, []string{"only_there"}},
		{"a key only on OceanBase", checktest.ToOBOracle, checktest.OBOracle43, none,
			[]datasource.Index{uniqueKey("U", named("A"))}, nil, nil, false, []string{"only_there"}},
		{"an identity column only on Oracle", checktest.ToOracle, checktest.OracleServer19, none,
			[]datasource.Index{uniqueKey("PK", named("N"))}, nil, identity, false, nil},
		{"a collation that ignores case", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.Index{uniqueKey("U", named("A"))}, []datasource.Index{uniqueKey("u", named("a"))},
			text("A", ""),
			text("a", "utf8mb4_0900_ai_ci"), false, []string{"compared_otherwise"}},
		{"a collation that distinguishes all texts", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.Index{uniqueKey("U", named("A"))}, []datasource.Index{uniqueKey("u", named("a"))},
			text("A", ""),
			text("a", "utf8mb4_0900_bin"), false, nil},
		{"an expression in the syntax of MySQL", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.Index{uniqueKey("U", upper(`UPPER("A")`))},
			[]datasource.Index{uniqueKey("u", upper("ucase(`a`)"))},
			nil, nil, true, nil},
		{"an expression in the syntax of Oracle", checktest.ToOracle, checktest.OracleServer19,
			[]datasource.Index{uniqueKey("U", upper(`UPPER("A")`))},
			[]datasource.Index{uniqueKey("U", upper(`UPPER("A")`))},
			nil, nil, false, nil},
		{"another expression", checktest.ToOBOracle, checktest.OBOracle43,
			[]datasource.Index{uniqueKey("U", upper(`UPPER("A")`))},
			[]datasource.Index{uniqueKey("U", upper(`LOWER("A")`))},
			nil, nil, false, []string{"only_there", "missing"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.route.Phases = checks.Full
			findings, _, err := checktest.Facts{Source: checktest.Snapshot(checktest.OracleServer19, tc.fromColumns,
				tc.from,
				nil), Dest: checktest.Snapshot(tc.dest, tc.toColumns, tc.to, nil), Route: tc.route}.Run(t,
				key.UniqueKeyDiff)
			if (err != nil) != tc.undecided {
				t.Errorf("error %v, want one: %v", err, tc.undecided)
			}
			checktest.WantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

// The statements are in the syntax of the destination.
func TestUniqueKeyDiffMendsOracle(t *testing.T) {
	t.Parallel()
	columns := []datasource.Column{checktest.ColumnOfType("A", "NUMBER")}
	parts := []datasource.IndexColumn{{Name: "A"}}
	for _, tc := range []struct {
		route    checks.Route
		from, to []datasource.Index
		want     []string
	}{
		{checktest.ToOracle, nil, []datasource.Index{{Name: "K", Unique: true, Constraint: true, Columns: parts}},
			[]string{`ALTER TABLE "shop"."t" DROP CONSTRAINT "K"`}},
		{checktest.ToOracle, nil, []datasource.Index{{Name: "K", Unique: true, Columns: parts}},
			[]string{`DROP INDEX "shop"."K"`}},
		{checktest.ToOracle, nil, []datasource.Index{{Name: "K", Schema: "other", Unique: true, Columns: parts}},
			[]string{`DROP INDEX "other"."K"`}},
		{checktest.ToOBOracle, nil, []datasource.Index{{Name: "K", Unique: true, Constraint: true, Columns: parts}},
			nil},
		{checktest.ToOracle, []datasource.Index{{Name: "K", Unique: true, Columns: parts}}, nil,
			[]string{`ALTER TABLE "shop"."t" ADD UNIQUE ("A")`}},
		{checktest.ToOBOracle, []datasource.Index{{Name: "K", Unique: true, Columns: parts}}, nil,
			[]string{`CREATE UNIQUE INDEX "shop"."K" ON "shop"."t" ("A")`}},
		{checktest.ToOBOracle, []datasource.Index{{Name: "K", Primary: true, Unique: true, Columns: parts}}, nil,
			[]string{`ALTER TABLE "shop"."t" ADD PRIMARY KEY ("A")`}},
	} {
		findings, _, err := checktest.Facts{Source: checktest.Snapshot(checktest.OracleServer19, columns, tc.from, nil),
			Dest: checktest.Snapshot(checktest.OracleServer19, columns, tc.to, nil), Route: tc.route}.Run(t,
			key.UniqueKeyDiff)
		if err != nil || len(findings) != 1 {
			t.Fatalf("%v, %v", findings, err)
		}
		checktest.WantEqual(t, tc.want, findings[0].SQL)
	}
}

func TestUniqueKeyDiff(t *testing.T) {
	t.Parallel()
	uniqueKey := func(name string, parts ...datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: name, Unique: true, Primary: name == "PRIMARY", Columns: parts}
	}
	a, b := datasource.IndexColumn{Name: "a"}, datasource.IndexColumn{Name: "b"}
	text := func(collation string) []datasource.Column {
		return []datasource.Column{{Name: "a",
			ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: collation}}}
	}
	numbered := []datasource.Column{{Name: "n",
		ColumnType: &datasource.ColumnType{DataType: "bigint", Extra: "auto_increment invisible"}}}
	for _, tc := range []struct {
		name                  string
		source, dest          []datasource.Index
		fromColumns, toColumn []datasource.Column
		phases                checks.Phases
		want                  []string
	}{
		{"equal keys", []datasource.Index{uniqueKey("PRIMARY", a, b)},
			[]datasource.Index{uniqueKey("PRIMARY", datasource.IndexColumn{Name: "B"},
				datasource.IndexColumn{Name: "A"})}, nil,
			nil, checks.Full, nil},
		{"a key with more columns on the destination", []datasource.Index{uniqueKey("PRIMARY", a)},
			[]datasource.Index{uniqueKey("PRIMARY", a), uniqueKey("u", a, b)}, nil, nil, checks.Full, nil},
		{"a key with fewer columns on the destination", []datasource.Index{uniqueKey("PRIMARY", a, b)},
			[]datasource.Index{uniqueKey("PRIMARY", a)}, nil, nil, checks.Full, []string{"only_there"}},
		{"the whole of what is unique by its start",
			[]datasource.Index{uniqueKey("u", datasource.IndexColumn{Name: "a", Prefix: 5})},
			[]datasource.Index{uniqueKey("u", a)}, nil, nil, checks.Full, []string{"missing"}},
		{"the start of what is unique as a whole", []datasource.Index{uniqueKey("u", a)},
			[]datasource.Index{uniqueKey("u", datasource.IndexColumn{Name: "a", Prefix: 5})}, nil, nil, checks.Full,
			[]string{"only_there"}},
		{"no key on the destination, rows copied", []datasource.Index{uniqueKey("PRIMARY", a)}, nil, nil, nil,
			checks.Full,
			[]string{"missing"}},
		{"a numbered key on the destination", nil,
			[]datasource.Index{uniqueKey("PRIMARY", datasource.IndexColumn{Name: "n"})}, nil, numbered, checks.Full,
			nil},
		{"the same expression", []datasource.Index{uniqueKey("u", datasource.IndexColumn{Expression: "lower(`a`)"})},
			[]datasource.Index{uniqueKey("u", datasource.IndexColumn{Expression: "(lower( `a` ))"})}, nil, nil,
			checks.Full,
			nil},
		{"another expression", []datasource.Index{uniqueKey("u", datasource.IndexColumn{Expression: "lower(`a`)"})},
			[]datasource.Index{uniqueKey("u", datasource.IndexColumn{Expression: "upper(`a`)"})}, nil, nil, checks.Full,
			[]string{"only_there", "missing"}},
		{"another collation", []datasource.Index{uniqueKey("u", a)}, []datasource.Index{uniqueKey("u", a)},
			text("utf8mb4_bin"), text("utf8mb4_general_ci"), checks.Full, []string{"compared_otherwise"}},
		{"a new name of a collation", []datasource.Index{uniqueKey("u", a)}, []datasource.Index{uniqueKey("u", a)},
			text("utf8_general_ci"), text("utf8mb3_general_ci"), checks.Full, nil},
		{"a collation that distinguishes all texts", []datasource.Index{uniqueKey("u", a)},
			[]datasource.Index{uniqueKey("u", a)}, text("utf8mb4_general_ci"), text("utf8mb4_0900_bin"), checks.Full,
			nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantRules(t,
				checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, tc.fromColumns, tc.source, nil),
					Dest: checktest.Snapshot(checktest.MySQL97, tc.toColumn, tc.dest,
						datasource.Snapshot{datasource.FactCharsets: datasource.Charsets{}}),
					Route: checks.Route{Phases: tc.phases}}, key.UniqueKeyDiff, tc.want...)
		})
	}
	level := func(phases checks.Phases) checks.Level {
		return checktest.WantRules(t,
			checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil,
				[]datasource.Index{uniqueKey("PRIMARY", a)}, nil),
				Dest:  checktest.Snapshot(checktest.MySQL97, nil, nil, nil),
				Route: checks.Route{Phases: phases}}, key.UniqueKeyDiff, "missing")[0].Level
	}
	checktest.WantEqual(t, []checks.Level{checks.Warn, checks.Fail},
		[]checks.Level{level(checks.Full), level(checks.Incremental)})
}

func TestUniqueKeyDiffUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := checktest.Snapshot(checktest.MySQL97, nil, nil, datasource.Snapshot{datasource.FactIndexes: lost})
	if _, _, err := (checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil, nil, nil), Dest: dest}).Run(t,
		key.UniqueKeyDiff); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

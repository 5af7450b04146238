package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestUniqueKeyDiff(t *testing.T) {
	t.Parallel()
	key := func(name string, parts ...datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: name, Unique: true, Primary: name == "PRIMARY", Columns: parts}
	}
	a, b := datasource.IndexColumn{Name: "a"}, datasource.IndexColumn{Name: "b"}
	text := func(collation string) []datasource.Column {
		return []datasource.Column{{Name: "a", ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: collation}}}
	}
	numbered := []datasource.Column{{Name: "n", ColumnType: &datasource.ColumnType{DataType: "bigint", Extra: "auto_increment invisible"}}}
	for _, tc := range []struct {
		name                  string
		source, dest          []datasource.Index
		fromColumns, toColumn []datasource.Column
		phases                checks.Phases
		want                  []string
	}{
		{"alike", []datasource.Index{key("PRIMARY", a, b)}, []datasource.Index{key("PRIMARY", datasource.IndexColumn{Name: "B"}, datasource.IndexColumn{Name: "A"})}, nil, nil, checks.Full, nil},
		{"a wider key there", []datasource.Index{key("PRIMARY", a)}, []datasource.Index{key("PRIMARY", a), key("u", a, b)}, nil, nil, checks.Full, nil},
		{"a narrower key there", []datasource.Index{key("PRIMARY", a, b)}, []datasource.Index{key("PRIMARY", a)}, nil, nil, checks.Full, []string{"only_there"}},
		{"the whole of what is unique by its start", []datasource.Index{key("u", datasource.IndexColumn{Name: "a", Prefix: 5})}, []datasource.Index{key("u", a)}, nil, nil, checks.Full, []string{"missing"}},
		{"the start of what is unique as a whole", []datasource.Index{key("u", a)}, []datasource.Index{key("u", datasource.IndexColumn{Name: "a", Prefix: 5})}, nil, nil, checks.Full, []string{"only_there"}},
		{"none there, rows copied", []datasource.Index{key("PRIMARY", a)}, nil, nil, nil, checks.Full, []string{"missing"}},
		{"a numbered key there", nil, []datasource.Index{key("PRIMARY", datasource.IndexColumn{Name: "n"})}, nil, numbered, checks.Full, nil},
		{"the same expression", []datasource.Index{key("u", datasource.IndexColumn{Expression: "lower(`a`)"})}, []datasource.Index{key("u", datasource.IndexColumn{Expression: "(lower( `a` ))"})}, nil, nil, checks.Full, nil},
		{"another expression", []datasource.Index{key("u", datasource.IndexColumn{Expression: "lower(`a`)"})}, []datasource.Index{key("u", datasource.IndexColumn{Expression: "upper(`a`)"})}, nil, nil, checks.Full, []string{"only_there", "missing"}},
		{"another collation", []datasource.Index{key("u", a)}, []datasource.Index{key("u", a)}, text("utf8mb4_bin"), text("utf8mb4_general_ci"), checks.Full, []string{"compared_otherwise"}},
		{"a new name of a collation", []datasource.Index{key("u", a)}, []datasource.Index{key("u", a)}, text("utf8_general_ci"), text("utf8mb3_general_ci"), checks.Full, nil},
		{"a collation that tells all apart", []datasource.Index{key("u", a)}, []datasource.Index{key("u", a)}, text("utf8mb4_general_ci"), text("utf8mb4_0900_bin"), checks.Full, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wantRules(t, checktest.Facts{Source: snapshot(mysql97, tc.fromColumns, tc.source, nil), Dest: snapshot(mysql97, tc.toColumn, tc.dest, nil),
				Route: checks.Route{Phases: tc.phases}}, common.UniqueKeyDiff, tc.want...)
		})
	}
	level := func(phases checks.Phases) checks.Level {
		return wantRules(t, checktest.Facts{Source: snapshot(mysql97, nil, []datasource.Index{key("PRIMARY", a)}, nil), Dest: snapshot(mysql97, nil, nil, nil),
			Route: checks.Route{Phases: phases}}, common.UniqueKeyDiff, "missing")[0].Level
	}
	wantEqual(t, []checks.Level{checks.Warn, checks.Fail}, []checks.Level{level(checks.Full), level(checks.Incremental)})
}

func TestUniqueKeyDiffUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactIndexes: lost})
	if _, _, err := (checktest.Facts{Source: snapshot(mysql97, nil, nil, nil), Dest: dest}).Run(t, common.UniqueKeyDiff); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestUniqueKeyDiffOnRealServers(t *testing.T) {
	t.Parallel()
	for _, direction := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(direction[0])+" to "+string(direction[1]), func(t *testing.T) {
			t.Parallel()
			from, to, task := pairOf(t, direction[0], direction[1])
			at, there := "CREATE TABLE "+task.Source.Schema+".", "CREATE TABLE "+task.Dest.Schema+"."
			text := "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_"
			from.Exec(t, at+"same (a INT PRIMARY KEY, t "+text+"bin, UNIQUE (t(5)))", at+"lacks (a INT PRIMARY KEY, b INT, t "+text+"bin, UNIQUE ub (b), UNIQUE (t(5)))",
				at+"keyless (a INT PRIMARY KEY)", at+"stricter (a INT PRIMARY KEY, b INT)", at+"folded (t "+text+"bin, a INT PRIMARY KEY, UNIQUE ut (t))")
			to.Exec(t, there+"same (a INT PRIMARY KEY, t "+text+"bin, UNIQUE (t(5)))", there+"lacks (a INT PRIMARY KEY, b INT, t "+text+"bin)",
				there+"keyless (a INT)", there+"stricter (a INT PRIMARY KEY, b INT, UNIQUE ub (b))", there+"folded (t "+text+"general_ci, a INT PRIMARY KEY, UNIQUE ut (t))")
			got := wantFound(t, task, common.UniqueKeyDiff, "missing keyless", "only_there stricter.ub", "compared_otherwise folded.ut", "missing lacks", "missing lacks")
			// What is reported is what the destination does.
			wantCreated(t, to, false, "CREATE TABLE folded (t "+text+"general_ci, UNIQUE (t))", "INSERT INTO folded VALUES ('a'), ('A')")
			wantCreated(t, from, true, "CREATE TABLE folded (t "+text+"bin, UNIQUE (t))", "INSERT INTO folded VALUES ('a'), ('A')")
			checktest.Mend(t, to, got.Findings)
			wantFound(t, task, common.UniqueKeyDiff, "compared_otherwise folded.ut")
		})
	}
}

package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestIndexType(t *testing.T) {
	t.Parallel()
	over := func(part datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: "k", Columns: []datasource.IndexColumn{part}}
	}
	unique := over(datasource.IndexColumn{Name: "t"})
	unique.Unique = true
	prefix := over(datasource.IndexColumn{Name: "t", Prefix: 9})
	prefix.Unique = true
	hidden := over(datasource.IndexColumn{Name: "a"})
	hidden.Invisible = true
	words, typed := over(datasource.IndexColumn{Name: "t"}), over(datasource.IndexColumn{Name: "t"})
	words.Unordered, typed.Type = true, "FULLTEXT"
	functional := over(datasource.IndexColumn{Expression: "(`a` + 1)"})
	elements := over(datasource.IndexColumn{Expression: "cast(json_extract(`j`,_utf8mb4\\'$.a\\') as unsigned array)"})
	down := over(datasource.IndexColumn{Name: "a", Descending: true})
	area, start := over(datasource.IndexColumn{Name: "g", Prefix: 32}), over(datasource.IndexColumn{Name: "g", Prefix: 25})
	maria103, maria105 := server(datasource.FlavorMariaDB, "10.3.9"), server(datasource.FlavorMariaDB, "10.5.9")
	mysql56, ob40 := server(datasource.FlavorMySQL, "5.6.51"), server(datasource.FlavorOceanBase, "4.0.0")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		index        datasource.Index
		want         []string
	}{
		{"a plain one", maria1011, mysql57, over(datasource.IndexColumn{Name: "a"}), nil},
		{"over an expression, on MariaDB", mysql97, maria1011, functional, []string{"functional"}},
		{"over an expression, on MySQL 5.7", mysql97, mysql57, functional, []string{"functional"}},
		{"over an expression, on MySQL 8", mysql97, mysql80, functional, nil},
		{"over an expression, on OceanBase", mysql97, ob43, functional, []string{"functional"}},
		{"over elements, on MariaDB", mysql97, maria1011, elements, []string{"multi_valued"}},
		{"over elements, on MySQL 8", mysql97, mysql80, elements, nil},
		{"unique TEXT, on MySQL", maria1011, mysql97, unique, []string{"long_unique"}},
		{"unique TEXT, on MariaDB 10.3", maria1011, maria103, unique, []string{"long_unique"}},
		{"unique TEXT, on MariaDB", maria1011, maria105, unique, nil},
		{"unique prefix, on MySQL", maria1011, mysql97, prefix, nil},
		{"ignored, on MySQL", maria1011, mysql97, hidden, []string{"ignored"}},
		{"ignored, on MariaDB 10.5", maria1011, maria105, hidden, []string{"ignored"}},
		{"ignored, on MariaDB", maria1011, maria1011, hidden, nil},
		{"invisible, on MariaDB", mysql97, maria1011, hidden, []string{"invisible"}},
		{"invisible, on MySQL", mysql97, mysql80, hidden, nil},
		{"descending, on MySQL 5.7", mysql97, mysql57, down, []string{"descending"}},
		{"descending, on MariaDB 10.5", mysql97, maria105, down, []string{"descending"}},
		{"descending, on MariaDB", mysql97, maria1011, down, nil},
		{"FULLTEXT by its type, on OceanBase 4.0", mysql97, ob40, typed, []string{"fulltext"}},
		{"FULLTEXT by its parts, on OceanBase 4.0", maria1011, ob40, words, []string{"fulltext"}},
		{"FULLTEXT, on OceanBase 4.3.1", maria1011, server(datasource.FlavorOceanBase, "4.3.1"), words, nil},
		{"SPATIAL, on MySQL 5.6", maria1011, mysql56, area, []string{"spatial"}},
		{"SPATIAL, on MySQL", maria1011, mysql97, area, nil},
		{"a prefix of a POINT, on MySQL", maria1011, mysql97, start, []string{"spatial_prefix"}},
		{"a prefix of a POINT, on MariaDB", maria1011, maria1011, start, nil},
		{"a prefix of a POINT, on the same MySQL", mysql97, mysql97, start, nil},
		{"over a VECTOR, on MySQL", server(datasource.FlavorMariaDB, "11.8.2"), mysql97, over(datasource.IndexColumn{Name: "v"}), []string{"vector"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			columns := []datasource.Column{column("a", "int"), column("t", "text"), column("j", "json"), column("g", "point"), column("v", "vector")}
			source := snapshot(tc.source, columns, []datasource.Index{tc.index}, nil)
			wantRules(t, checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil)}, common.IndexType, tc.want...)
		})
	}
}

func TestIndexTypeOfMyISAM(t *testing.T) {
	t.Parallel()
	area := datasource.Index{Name: "k", Columns: []datasource.IndexColumn{{Name: "g", Prefix: 32}}}
	dest := snapshot(server(datasource.FlavorMySQL, "5.6.51"), nil, nil, nil)
	for engine, want := range map[string][]string{"MyISAM": nil, "InnoDB": {"spatial"}} {
		source := snapshot(maria1011, []datasource.Column{column("g", "point")}, []datasource.Index{area},
			datasource.Snapshot{datasource.FactTables: datasource.Tables{{TableName: shopT, Kind: datasource.BaseTable, Engine: engine}}})
		wantRules(t, checktest.Facts{Source: source, Dest: dest}, common.IndexType, want...)
	}
}

func TestIndexTypeUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactIndexes: lost})
	if _, _, err := (checktest.Facts{Source: source, Dest: snapshot(mysql97, nil, nil, nil)}).Run(t, common.IndexType); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
	functional := datasource.Index{Name: "k", Columns: []datasource.IndexColumn{{Expression: "`a`"}}}
	source, dest := snapshot(mysql97, nil, []datasource.Index{functional}, nil), snapshot(server(datasource.FlavorDolt, "8.0.31"), nil, nil, nil)
	if findings, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t, common.IndexType); err == nil {
		t.Errorf("no error, and %d findings", len(findings))
	}
}

func TestIndexTypeMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	tables := map[string]bool{
		"plain (a INT, t TEXT, u TEXT, g POINT NOT NULL, KEY (a DESC), UNIQUE (t(100)), FULLTEXT (u), SPATIAL (g))": true,
		"whole (a INT, T TEXT, UNIQUE whole_t (a, T))":                                                              false,
		"nearby (g POINT NOT NULL, KEY nearby_g (g(25)))":                                                           false,
	}
	var mended []string
	rest := []string{"long_unique whole.whole_t", "spatial_prefix nearby.nearby_g"}
	if maria.AtLeast(10, 6) {
		tables["unused (a INT, KEY unused_a (a) IGNORED)"] = false
		mended = append(mended, "ignored unused.unused_a")
	}
	if maria.AtLeast(11, 7, 1) {
		tables["vectors (v VECTOR(3) NOT NULL, VECTOR vectors_v (v))"] = false
		rest = append(rest, "vector vectors.vectors_v")
	}
	wantTaken(t, maria, my, use, tables)
	wantCreated(t, my, false, "CREATE TABLE vectors (v VECTOR(3) NOT NULL, KEY (v))")
	got := wantFound(t, task, common.IndexType, append(mended, rest...)...)
	checktest.Mend(t, maria, got.Findings)
	wantFound(t, task, common.IndexType, rest...)
}

func TestIndexTypeMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	wantTaken(t, my, maria, use, map[string]bool{
		"plain (a INT, t TEXT, u TEXT, g POINT NOT NULL, KEY (a DESC), UNIQUE (t(100)), FULLTEXT (u), SPATIAL (g))": true,
		"computed (a INT, KEY computed_a ((a + 1)))":                                                                false,
		"elements (j JSON, KEY elements_j ((CAST(j->'$.a' AS UNSIGNED ARRAY))))":                                    false,
		"hidden (a INT, KEY hidden_a (a) /*!80000 INVISIBLE */)":                                                    true,
		"parsed (t TEXT, FULLTEXT parsed_t (t) /*!50100 WITH PARSER `ngram` */) CHARSET utf8mb4":                    false,
	})
	want := []string{"functional computed.computed_a", "multi_valued elements.elements_j"}
	if !maria.AtLeast(10, 8, 1) {
		want = append(want, "descending plain.a")
	}
	got := wantFound(t, task, common.IndexType, append(want, "invisible hidden.hidden_a")...)
	if len(got.Notes) != 1 {
		t.Errorf("remarks %q, want one on the parser of FULLTEXT", got.Notes)
	}
}

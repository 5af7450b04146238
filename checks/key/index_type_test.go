package key_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestIndexTypeOfOracle(t *testing.T) {
	t.Parallel()
	typed := func(kind string) datasource.Index {
		return datasource.Index{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "A"}}}
	}
	over := func(part datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: "K", Type: "FUNCTION-BASED NORMAL", Columns: []datasource.IndexColumn{part}}
	}
	upper, down := over(datasource.IndexColumn{Expression: `UPPER("A")`}),
		over(datasource.IndexColumn{Name: "A", Descending: true})
	hidden := typed("NORMAL")
	hidden.Invisible = true
	for _, tc := range []struct {
		name  string
		route checks.Route
		dest  datasource.Server
		index datasource.Index
		level checks.Level
		want  []string
	}{
		{"an ordinary key", checktest.ToMySQL, checktest.MySQL97, typed("NORMAL"), 0, nil},
		{"over an expression, to MySQL", checktest.ToMySQL, checktest.MySQL97, upper, checks.Warn,
			[]string{"functional_rewritten"}},
		{"over an expression, to MySQL 5.7", checktest.ToMySQL, checktest.MySQL57, upper, checks.Warn,
			[]string{"functional"}},
		{"over an expression, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, upper, checks.Warn,
			[]string{"functional"}},
		{"over an expression, to OceanBase MySQL mode", checktest.ToOBMySQL, checktest.OB43, upper, checks.Warn,
			[]string{"functional_rewritten"}},
		{"over an expression, to OceanBase MySQL mode 4.1", checktest.ToOBMySQL,
			checktest.ServerAt(datasource.FlavorOceanBase, "4.1.0"), upper, checks.Warn, []string{"functional"}},
		{"over an expression, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, upper, 0, nil},
		{"over an expression, to Oracle", checktest.ToOracle, checktest.OracleServer19, upper, 0, nil},
		{"a bitmap, to MySQL", checktest.ToMySQL, checktest.MySQL97, typed("BITMAP"), checks.Info, []string{"bitmap"}},
		{"a bitmap, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, typed("FUNCTION-BASED BITMAP"),
			checks.Warn,
			[]string{"bitmap"}},
		{"a bitmap, to Oracle", checktest.ToOracle, checktest.OracleServer19, typed("BITMAP"), 0, nil},
		{"a bitmap over a join, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, typed(datasource.BitmapJoin),
			checks.Warn, []string{"bitmap_join"}},
		{"a bitmap over a join, to Oracle", checktest.ToOracle, checktest.OracleServer19, typed(datasource.BitmapJoin),
			0,
			nil},
		{"in reverse, to MySQL", checktest.ToMySQL, checktest.MySQL97, typed("NORMAL/REV"), checks.Info,
			[]string{"reverse"}},
		{"in reverse, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, typed("NORMAL/REV"), checks.Warn,
			[]string{"reverse"}},
		{"a text index, to Oracle", checktest.ToOracle, checktest.OracleServer19, typed("DOMAIN"), checks.Warn,
			[]string{"domain"}},
		{"a text index, to MySQL", checktest.ToMySQL, checktest.MySQL97, typed("FUNCTION-BASED DOMAIN"), checks.Warn,
			[]string{"domain"}},
		{"descending, to MySQL", checktest.ToMySQL, checktest.MySQL97, down, 0, nil},
		{"descending, to MySQL 5.7", checktest.ToMySQL, checktest.MySQL57, down, checks.Info, []string{"descending"}},
		{"descending, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, down, checks.Info,
			[]string{"descending"}},
		{"invisible, to MySQL 8", checktest.ToMySQL, checktest.MySQL80, hidden, 0, nil},
		{"invisible, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, hidden, checks.Info,
			[]string{"invisible"}},
		{"invisible, from OceanBase to Oracle", checktest.OBToOracle, checktest.OracleServer19, hidden, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(checktest.OracleServer19,
				[]datasource.Column{checktest.ColumnOfType("A", "VARCHAR2")},
				[]datasource.Index{tc.index}, nil)
			findings := checktest.WantRules(t,
				checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil), Route: tc.route},
				key.IndexType,
				tc.want...)
			if len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("level %s, want %s", findings[0].Level, tc.level)
			}
		})
	}
}

// The check does not decide for a product whose index types are not known.
func TestIndexTypeOfOracleUnknown(t *testing.T) {
	t.Parallel()
	dest := checktest.Snapshot(datasource.Server{Flavor: datasource.FlavorTiDB}, nil, nil, nil)
	for kind, unknown := range map[string]bool{"NORMAL": false, "BITMAP": true} {
		source := checktest.Snapshot(checktest.OracleServer19, nil,
			[]datasource.Index{{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "A"}}}}, nil)
		if findings, _, err := (checktest.Facts{Source: source, Dest: dest, Route: checktest.ToMySQL}).Run(t,
			key.IndexType); (err != nil) != unknown || len(findings) > 0 {
			t.Errorf("%s: %v, %v", kind, findings, err)
		}
	}
}

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
	names := func(index datasource.Index) datasource.TableRows[string] {
		if !index.Columns[0].Descending {
			return datasource.TableRows[string]{}
		}
		return datasource.GroupByTable(datasource.RowsOf[string]{Table: checktest.ShopT, Rows: []string{index.Name}})
	}
	area, start := over(datasource.IndexColumn{Name: "g", Prefix: 32}),
		over(datasource.IndexColumn{Name: "g", Prefix: 25})
	maria103, maria105 := checktest.ServerAt(datasource.FlavorMariaDB, "10.3.9"),
		checktest.ServerAt(datasource.FlavorMariaDB, "10.5.9")
	mysql56, ob40 := checktest.ServerAt(datasource.FlavorMySQL, "5.6.51"),
		checktest.ServerAt(datasource.FlavorOceanBase, "4.0.0")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		index        datasource.Index
		want         []string
	}{
		{"an ordinary key", checktest.MariaDB1011, checktest.MySQL57, over(datasource.IndexColumn{Name: "a"}), nil},
		{"over an expression, on MariaDB", checktest.MySQL97, checktest.MariaDB1011, functional,
			[]string{"functional"}},
		{"over an expression, on MySQL 5.7", checktest.MySQL97, checktest.MySQL57, functional, []string{"functional"}},
		{"over an expression, on MySQL 8", checktest.MySQL97, checktest.MySQL80, functional, nil},
		{"over an expression, on OceanBase", checktest.MySQL97, checktest.OB43, functional, nil},
		{"over an expression, on OceanBase 4.1", checktest.MySQL97,
			checktest.ServerAt(datasource.FlavorOceanBase, "4.1.0"), functional, []string{"functional"}},
		{"over a VECTOR, on OceanBase", checktest.ServerAt(datasource.FlavorMariaDB, "11.8.2"),
			checktest.ServerAt(datasource.FlavorOceanBase, "4.3.3"), over(datasource.IndexColumn{Name: "v"}), nil},
		{"over a VECTOR, on OceanBase 4.3.2", checktest.ServerAt(datasource.FlavorMariaDB, "11.8.2"),
			checktest.ServerAt(datasource.FlavorOceanBase, "4.3.2"), over(datasource.IndexColumn{Name: "v"}),
			[]string{"vector"}},
		{"over elements, on MariaDB", checktest.MySQL97, checktest.MariaDB1011, elements, []string{"multi_valued"}},
		{"over elements, on MySQL 8", checktest.MySQL97, checktest.MySQL80, elements, nil},
		{"unique TEXT, on MySQL", checktest.MariaDB1011, checktest.MySQL97, unique, []string{"long_unique"}},
		{"unique TEXT, on MariaDB 10.3", checktest.MariaDB1011, maria103, unique, []string{"long_unique"}},
		{"unique TEXT, on MariaDB", checktest.MariaDB1011, maria105, unique, nil},
		{"unique prefix, on MySQL", checktest.MariaDB1011, checktest.MySQL97, prefix, nil},
		{"ignored, on MySQL", checktest.MariaDB1011, checktest.MySQL97, hidden, []string{"ignored"}},
		{"ignored, on MariaDB 10.5", checktest.MariaDB1011, maria105, hidden, []string{"ignored"}},
		{"ignored, on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, hidden, nil},
		{"invisible, on MariaDB", checktest.MySQL97, checktest.MariaDB1011, hidden, []string{"invisible"}},
		{"invisible, on MySQL", checktest.MySQL97, checktest.MySQL80, hidden, nil},
		{"descending, on MySQL 5.7", checktest.MySQL97, checktest.MySQL57, down, []string{"descending"}},
		{"descending, on MariaDB 10.5", checktest.MySQL97, maria105, down, []string{"descending"}},
		{"descending, on MariaDB", checktest.MySQL97, checktest.MariaDB1011, down, nil},
		{"FULLTEXT by its type, on OceanBase 4.0", checktest.MySQL97, ob40, typed, []string{"fulltext"}},
		{"FULLTEXT by its parts, on OceanBase 4.0", checktest.MariaDB1011, ob40, words, []string{"fulltext"}},
		{"FULLTEXT, on OceanBase 4.3.1", checktest.MariaDB1011, checktest.ServerAt(datasource.FlavorOceanBase, "4.3.1"),
			words, nil},
		{"SPATIAL, on MySQL 5.6", checktest.MariaDB1011, mysql56, area, []string{"spatial"}},
		{"SPATIAL, on MySQL", checktest.MariaDB1011, checktest.MySQL97, area, nil},
		{"a prefix of a POINT, on MySQL", checktest.MariaDB1011, checktest.MySQL97, start, []string{"spatial_prefix"}},
		{"a prefix of a POINT, on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, start, nil},
		{"a prefix of a POINT, on the same MySQL", checktest.MySQL97, checktest.MySQL97, start, nil},
		{"over a VECTOR, on MySQL", checktest.ServerAt(datasource.FlavorMariaDB, "11.8.2"), checktest.MySQL97,
			over(datasource.IndexColumn{Name: "v"}), []string{"vector"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			columns := []datasource.Column{checktest.ColumnOfType("a", "int"), checktest.ColumnOfType("t", "text"),
				checktest.ColumnOfType("j", "json"), checktest.ColumnOfType("g", "point"),
				checktest.ColumnOfType("v", "vector")}
			source := checktest.Snapshot(tc.source, columns, []datasource.Index{tc.index},
				datasource.Snapshot{datasource.FactDescendingIndexes: names(tc.index)})
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil)},
				key.IndexType, tc.want...)
		})
	}
}

// The parsers of FULLTEXT indexes are read only if the source has one that the destination does not have.
func TestFulltextParser(t *testing.T) {
	t.Parallel()
	words := datasource.Index{Name: "ft", Type: "FULLTEXT", Unordered: true,
		Columns: []datasource.IndexColumn{{Name: "t"}, {Name: "u"}}}
	columns := []datasource.Column{checktest.ColumnOfType("t", "text"), checktest.ColumnOfType("u", "text")}
	for _, tc := range []struct {
		name    string
		dest    datasource.Server
		parsers []string // of the destination
		found   any
		want    []string
		unknown bool
	}{
		{"the same parsers", checktest.MySQL97, []string{"mecab", "ngram"}, checktest.ErrRefusedView, nil, false},
		{"no parsers", checktest.MariaDB1011, nil, datasource.IndexParsers{Indexes: []datasource.IndexParser{
			{Table: checktest.ShopT, Index: "ft", Parser: "ngram"}}}, []string{"parser"}, false},
		{"another parser", checktest.MySQL97, []string{"ngram"}, datasource.IndexParsers{
			Indexes: []datasource.IndexParser{{Table: checktest.ShopT, Index: "ft", Parser: "ngram"},
				{Table: checktest.ShopT, Index: "m", Parser: "mecab"}}},
			[]string{"parser"}, false},
		{"an index without a parser", checktest.MariaDB1011, nil, datasource.IndexParsers{}, nil, false},
		{"too many tables", checktest.MariaDB1011, nil,
			datasource.IndexParsers{NotRead: []datasource.TableName{checktest.ShopT}}, nil, true},
		{"unreadable", checktest.MariaDB1011, nil, checktest.ErrRefusedView, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(checktest.MySQL97, columns, []datasource.Index{words}, datasource.Snapshot{
				datasource.FactFulltextParsers:                                            []string{"mecab", "ngram"},
				datasource.FactIndexParsers.With([]datasource.TableName{checktest.ShopT}): tc.found})
			dest := checktest.Snapshot(tc.dest, nil, nil,
				datasource.Snapshot{datasource.FactFulltextParsers: tc.parsers})
			checktest.WantOutcome(t, checktest.Facts{Source: source, Dest: dest}, key.IndexType, tc.unknown, tc.want...)
		})
	}
}

func TestIndexTypeOfMyISAM(t *testing.T) {
	t.Parallel()
	area := datasource.Index{Name: "k", Columns: []datasource.IndexColumn{{Name: "g", Prefix: 32}}}
	dest := checktest.Snapshot(checktest.ServerAt(datasource.FlavorMySQL, "5.6.51"), nil, nil, nil)
	for engine, want := range map[string][]string{"MyISAM": nil, "InnoDB": {"spatial"}} {
		source := checktest.Snapshot(checktest.MariaDB1011, []datasource.Column{checktest.ColumnOfType("g", "point")},
			[]datasource.Index{area},
			datasource.Snapshot{datasource.FactTables: datasource.Tables{{TableName: checktest.ShopT,
				Kind:   datasource.BaseTable,
				Engine: engine}}})
		checktest.WantRules(t, checktest.Facts{Source: source, Dest: dest}, key.IndexType, want...)
	}
}

func TestIndexTypeUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := checktest.Snapshot(checktest.MySQL97, nil, nil, datasource.Snapshot{datasource.FactIndexes: lost})
	if _, _, err := (checktest.Facts{Source: source, Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)}).Run(t,
		key.IndexType); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
	functional := datasource.Index{Name: "k", Columns: []datasource.IndexColumn{{Expression: "`a`"}}}
	source, dest := checktest.Snapshot(checktest.MySQL97, nil, []datasource.Index{functional}, nil),
		checktest.Snapshot(checktest.ServerAt(datasource.FlavorDolt, "8.0.31"), nil, nil, nil)
	if findings, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t, key.IndexType); err == nil {
		t.Errorf("no error, and %d findings", len(findings))
	}
}

package expression_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestGeneratedColumnOfOracle(t *testing.T) {
	t.Parallel()
	oracle19, oracle11, tenant := checktest.ServerAt(datasource.FlavorOracle, "19.3"),
		checktest.ServerAt(datasource.FlavorOracle, "11.2"), checktest.TenantOf("4.3.3")
	mysql56 := checktest.ServerAt(datasource.FlavorMySQL, "5.6.51")
	for _, tc := range []struct {
		name, expression string
		source, dest     datasource.Server
		strict           bool
		want             []string
	}{
		{"arithmetic to Oracle", `"A"*2`, oracle19, oracle11, false, nil},
		{"a later function to Oracle 11.2", `STANDARD_HASH("A")`, oracle19, oracle11, false,
			[]string{"function_unknown"}},
		{"a user-written function to Oracle", `"SHOP"."TAX"("A")`, oracle19, oracle19, false,
			[]string{"function_needed"}},
		{"joined to Oracle", `"A"||"B"`, oracle19, oracle19, true, nil},
		{"a listed function to OceanBase", `NVL("A",0)`, oracle19, tenant, false, nil},
		{"an unlisted function to OceanBase", `STANDARD_HASH("A")`, oracle19, tenant, false,
			[]string{"function_unknown"}},
		{"a user-written function to OceanBase", `"TAX"("A")`, oracle19, tenant, false, []string{"function_needed"}},
		{"a function from OceanBase", `NVL("A",0)`, tenant, oracle19, false, nil},
		{"an unlisted function from OceanBase", `MADE_UP("A")`, tenant, oracle19, false, []string{"function_unknown"}},
		{"arithmetic to MySQL", `"A"*2`, oracle19, checktest.MySQL97, true, nil},
		{"a case to MySQL", `CASE WHEN "A" IS NULL THEN 0 ELSE "A" END`, oracle19, checktest.MySQL97, false, nil},
		{"to MySQL without generated columns", `"A"*2`, oracle19, mysql56, false, []string{"unsupported"}},
		{"a function missing in MySQL", `NVL("A",0)`, oracle19, checktest.MySQL97, false, []string{"function_refused"}},
		{"a function that MariaDB has", `NVL("A",0)`, oracle19, checktest.MariaDB1011, false, nil},
		{"a function with a different meaning in MySQL", `SUBSTR("A",0,2)`, oracle19, checktest.MySQL97, false,
			[]string{"function_differs"}},
		{"a function on OceanBase", `NVL("A",0)`, oracle19, checktest.OB43, false, []string{"function_unknown"}},
		{"a user-written function to MySQL", `"SHOP"."TAX"("A")`, oracle19, checktest.MySQL97, false,
			[]string{"function_written"}},
		{"joined to MySQL", `"A"||"B"`, oracle19, checktest.MySQL97, false, []string{"joins"}},
		{"an interval to MySQL", `"A"+INTERVAL '1' DAY`, oracle19, checktest.MySQL97, false,
			[]string{"function_unknown"}},
		{"NOT NULL to MariaDB", `"A"*2`, oracle19, checktest.MariaDB1011, true, []string{"not_null"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := checktest.ColumnOfType("C", "NUMBER")
			c.Generation, c.Nullable = tc.expression, !tc.strict
			source := datasource.Oracle
			if tc.source.IsOceanBase() {
				source = datasource.OceanBaseOracle
			}
			f := checktest.Facts{Route: checktest.RouteTo(source, tc.dest),
				Source: checktest.Snapshot(tc.source, []datasource.Column{c}, nil, nil),
				Dest:   checktest.Snapshot(tc.dest, nil, nil, nil)}
			checktest.WantRules(t, f, expression.GeneratedColumn, tc.want...)
			if tc.dest.IsMariaDB() {
				f.Source[datasource.FactIndexes] = datasource.GroupByTable(
					datasource.RowsOf[datasource.Index]{Table: checktest.ShopT,
						Rows: []datasource.Index{{Primary: true, Columns: []datasource.IndexColumn{{Name: "C"}}}}})
				checktest.WantRules(t, f, expression.GeneratedColumn, "in_primary_key")
			}
		})
	}
}

func TestGeneratedColumn(t *testing.T) {
	t.Parallel()
	id := checktest.ColumnOfType("id", "int")
	id.Extra = "auto_increment"
	required := computed("c", "`a`")
	required.Nullable = false
	timestamp := checktest.ColumnOfType("c", "timestamp")
	timestamp.Generation, timestamp.Nullable = "`a`", true
	key := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "c"}}}}
	indexed := []datasource.Index{{Name: "k", Columns: []datasource.IndexColumn{{Name: "c"}}}}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		column       datasource.Column
		indexes      []datasource.Index
		want         []string
	}{
		{"a simple one", checktest.MariaDB1011, checktest.MySQL97, computed("c", "`a` + 1"), nil, nil},
		// with the column g
		{"on MySQL 5.6", checktest.MariaDB1011, checktest.ServerAt(datasource.FlavorMySQL, "5.6.51"),
			computed("c", "`a` + 1"), nil, []string{"unsupported", "unsupported"}},
		{"a function of MariaDB", checktest.MariaDB1011, checktest.MySQL97, computed("c", "json_exists(`a`,'$.x')"),
			nil,
			[]string{"function_refused"}},
		{"a function removed in MySQL", checktest.MariaDB1011, checktest.MySQL97, computed("c", "md5(`a`)", true), nil,
			[]string{"function_refused"}},
		{"a function of an older MySQL", checktest.MariaDB1011, checktest.MySQL80, computed("c", "md5(`a`)", true), nil,
			nil},
		{"a function missing in MySQL 5.7", checktest.MySQL97, checktest.MySQL57, computed("c", "regexp_like(`a`,1)"),
			nil,
			[]string{"function_refused"}},
		{"the time", checktest.MariaDB1011, checktest.MySQL97, computed("c", "current_timestamp()"), nil,
			[]string{"function_refused"}},
		{"the time on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, computed("c", "current_timestamp()"), nil,
			nil},
		{"the day name", checktest.MySQL97, checktest.MariaDB1011, computed("c", "dayname(`a`)"), nil, nil},
		{"the day name, stored", checktest.MySQL97, checktest.MariaDB1011, computed("c", "dayname(`a`)", true), nil,
			[]string{"function_refused"}},
		{"the day name, indexed", checktest.MySQL97, checktest.MariaDB1011, computed("c", "dayname(`a`)"), indexed,
			[]string{"function_refused"}},
		{"an unknown function", checktest.MySQL97, checktest.MariaDB1011, computed("c", "frobnicate(`a`)"), nil,
			[]string{"function_unknown"}},
		{"a clause of MySQL", checktest.MySQL97, checktest.MariaDB1011, computed("c", "1 member of (`a`)"), nil,
			[]string{"clause_missing"}},
		{"a clause in a string", checktest.MySQL97, checktest.MariaDB1011,
			computed("c", `concat(_utf8mb4\'member of\',1)`),
			nil, nil},
		{"a CAST type of MySQL", checktest.MySQL97, checktest.MariaDB1011, computed("c", "cast(`a` as year)"), nil,
			[]string{"clause_missing"}},
		{"more arguments than MariaDB accepts", checktest.MySQL97, checktest.MariaDB1011,
			computed("c", `regexp_substr(\'a\',\'b\',1)`), nil, []string{"clause_missing"}},
		{"fewer arguments than MySQL accepts", checktest.MariaDB1011, checktest.MySQL97, computed("c", "rpad(`a`,2)"),
			nil,
			[]string{"clause_missing"}},
		{"a collation", checktest.MySQL97, checktest.MariaDB1011, computed("c", "(`a` collate utf8mb4_0900_bin)"), nil,
			[]string{"collation_missing"}},
		{"a collation of both", checktest.MySQL97, checktest.MariaDB1011, computed("c", "(`a` collate utf8mb4_bin)"),
			nil,
			nil},
		{"the AUTO_INCREMENT column", checktest.MariaDB1011, checktest.MySQL97, computed("c", "`id` + 1"), nil,
			[]string{"auto_increment"}},
		{"a variable", checktest.MariaDB1011, checktest.MySQL97, computed("c", "concat(@`v`,@@sql_mode,'@')"), nil,
			[]string{"variable"}},
		{"a variable on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, computed("c", "@`v`"), nil, nil},
		{"text like a variable", checktest.MariaDB1011, checktest.MySQL97, computed("c", "concat('@v',`@v`)"), nil,
			nil},
		{"the AUTO_INCREMENT column on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			computed("c", "`id` + 1"), nil,
			nil},
		{"another generated column", checktest.MySQL97, checktest.OB43, computed("c", "`g` + 1"), nil,
			[]string{"other_generated"}},
		{"another generated column on MySQL", checktest.MySQL97, checktest.MySQL97, computed("c", "`g` + 1"), nil, nil},
		{"a regular column on OceanBase", checktest.MySQL97, checktest.OB43, computed("c", "`a` + 1"), nil, nil},
		{"NOT NULL", checktest.MySQL97, checktest.MariaDB1011, required, nil, []string{"not_null"}},
		{"NOT NULL on MySQL", checktest.MySQL97, checktest.MySQL97, required, nil, nil},
		{"a TIMESTAMP", checktest.MySQL97, checktest.MariaDB1011, timestamp, nil, []string{"null"}},
		{"a TIMESTAMP on MySQL", checktest.MySQL97, checktest.MySQL97, timestamp, nil, nil},
		{"a TIMESTAMP of MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, timestamp, nil, nil},
		{"in the primary key", checktest.MySQL97, checktest.MariaDB1011, required, key, []string{"in_primary_key"}},
		{"the start of a row", checktest.MariaDB1011, checktest.MySQL97, computed("c", "ROW START", true), nil,
			[]string{"row_time"}},
		{"the start of a row on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			computed("c", "ROW START", true), nil,
			nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(tc.source,
				[]datasource.Column{id, checktest.ColumnOfType("a", "int"), computed("g", "1"), tc.column}, tc.indexes,
				nil)
			dest := checktest.Snapshot(tc.dest, nil, nil,
				datasource.Snapshot{datasource.FactCharsets: checktest.Collations("utf8mb4", "bin")})
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: dest}, expression.GeneratedColumn, tc.want...)
		})
	}
}

func TestGeneratedColumnUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for _, fact := range []datasource.AnyFact{datasource.FactColumns, datasource.FactIndexes} {
		source := checktest.Snapshot(checktest.MySQL97, []datasource.Column{computed("c", "1")}, nil,
			datasource.Snapshot{fact: lost})
		dest := checktest.Snapshot(checktest.MySQL97, nil, nil,
			datasource.Snapshot{datasource.FactCharsets: checktest.Collations("utf8mb4", "bin")})
		if _, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t,
			expression.GeneratedColumn); !errors.Is(err,
			lost) {
			t.Errorf("%s: error %v, want %v", fact, err, lost)
		}
	}
}

func TestStrings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, expression string // as the catalog of MySQL shows it
		want             []string
		instead          string
	}{
		{"printable", `concat(_utf8mb4\'a "b"\',_latin1\'%\')`, nil, ""},
		{"a quote", `concat(_utf8mb4\'it\\\'s\',1)`, []string{"string_misread"}, "CONVERT(0x69742773 USING utf8mb4)"},
		{"the second string", `concat(_utf8mb4\'\',_utf8mb3\'\\\\\')`, []string{"string_misread"},
			"CONVERT(0x5C USING utf8mb3)"},
		{"a line break", `concat(_utf8mb4\'\\n\',1)`, []string{"string_changed"}, "CONVERT(0x0A USING utf8mb4)"},
		{"another character set", `concat(_latin1\'é\',1)`, []string{"string_changed"}, "CONVERT(0xE9 USING latin1)"},
		{"bytes of a letter", `concat(_utf8mb4\'Ð¹\',1)`, []string{"string_changed"}, "CONVERT(0xD0B9 USING utf8mb4)"},
		{"unknown bytes", `concat(_utf8mb4\'й\',1)`, []string{"string_changed"}, "text of printable ASCII alone"},
		{"without a character set", `json_extract('[\\\'é]',1)`, nil, ""},
		{"in the name of a column", "concat(`_utf8mb4'é'`,1)", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := checktest.Snapshot(checktest.MariaDB1011, nil, nil,
				datasource.Snapshot{datasource.FactCharsets: checktest.Collations("utf8mb4", "bin")})
			findings, _, err := checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97,
				[]datasource.Column{computed("c", tc.expression)}, nil, nil), Dest: dest}.Run(t,
				expression.GeneratedColumn)
			if err != nil {
				t.Fatal(err)
			}
			checktest.WantEqual(t, tc.want, checktest.Rules(findings))
			if len(findings) > 0 {
				refused := findings[0].Rule == "string_misread"
				checktest.WantEqual(t, refused, findings[0].Level == checks.Fail)
				checktest.WantEqual(t, tc.instead, findings[0].Expected)
			}
		})
	}
}

package expression_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestCheckConstraintOfOracle(t *testing.T) {
	t.Parallel()
	check := func(clause string) []datasource.CheckConstraint {
		return []datasource.CheckConstraint{{Name: "K", Clause: clause, Enforced: true}}
	}
	twice := []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true},
		{Name: "k", Clause: "A > 1", Enforced: true}}
	idle, late := []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Unchecked: true}},
		[]datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Unchecked: true}}
	for _, tc := range []struct {
		name        string
		route       checks.Route
		dest        datasource.Server
		constraints []datasource.CheckConstraint
		unreadable  bool
		want        []string
	}{
		{"a simple one, to MySQL", checktest.ToMySQL, checktest.MySQL97, check(`"A" > 1 AND UPPER("B") IN ('X', 'Y')`),
			false,
			nil},
		{"ignored by the destination", checktest.ToMySQL, checktest.MySQL57, check("TO_DATE(A) > 1"), false,
			[]string{"ignored"}},
		{"a function of Oracle, to MySQL", checktest.ToMySQL, checktest.MySQL97, check("TRUNC (A) = A"), false,
			[]string{"function_refused"}},
		{"a function of Oracle, to OceanBase MySQL mode", checktest.ToOBMySQL, checktest.OB43, check("TRUNC(A) = A"),
			false,
			[]string{"function_unknown"}},
		{"a function of both, to OceanBase MySQL mode", checktest.ToOBMySQL, checktest.OB43, check("UPPER(A) = A"),
			false,
			nil},
		{"a function of Oracle, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, check("TRUNC(A) = A"), false,
			nil},
		{"a function of Oracle, to Oracle", checktest.ToOracle, checktest.OracleServer19, check("TRUNC(A) = A"), false,
			nil},
		{"a function in a string", checktest.ToMySQL, checktest.MySQL97,
			check("A <> 'TRUNC(1) || ''TRUNC(1)' AND A <> q'[it's TRUNC(1)]'"), false, nil},
		{"a function in a name", checktest.ToMySQL, checktest.MySQL97, check(`"TRUNC(A)" > 1`), false, nil},
		{"a function of MariaDB, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, check("NVL(A, 0) > 1"), false,
			nil},
		{"a function of MariaDB, to MySQL", checktest.ToMySQL, checktest.MySQL97, check("NVL(A, 0) > NVL(B, 0)"), false,
			[]string{"function_refused"}},
		{"an unknown function", checktest.ToMySQL, checktest.MySQL97, check("FROBNICATE(A) > 1"), false,
			[]string{"function_unknown"}},
		{"too many arguments", checktest.ToMySQL, checktest.MySQL97, check("INSTR(A, '(', 1, 2) > 0"), false,
			[]string{"function_refused"}},
		{"maximum of arguments", checktest.ToMySQL, checktest.MySQL97, check("INSTR(A, SUBSTR(B, 1, 2)) > 0"), false,
			nil},
		{"a type of Oracle", checktest.ToMySQL, checktest.MySQL97, check("CAST(A AS NUMBER(10)) > 0"), false,
			[]string{"function_refused"}},
		{"a type of both", checktest.ToMySQL, checktest.MySQL97, check("CAST(A AS DECIMAL(10)) > 0"), false, nil},
		{"LENGTH, which counts bytes", checktest.ToMySQL, checktest.MySQL97, check("LENGTH(A) = 5"), false,
			[]string{"counts_bytes"}},
		{"concatenation", checktest.ToMariaDB, checktest.MariaDB1011, check("A || B <> 'ab'"), false,
			[]string{"concatenation"}},
		{"JSON", checktest.ToMySQL, checktest.MySQL97, check("A IS JSON"), false, []string{"is_json"}},
		{"IS NOT JSON", checktest.ToMySQL, checktest.MySQL97, check("A IS NOT JSON"), false, []string{"is_json"}},
		{"JSON, to Oracle", checktest.ToOracle, checktest.OracleServer19, check("A IS JSON"), false, nil},
		{"disabled, to MySQL", checktest.ToMySQL, checktest.MySQL97, idle, false, nil},
		{"disabled, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, idle, false, []string{"becomes_enforced"}},
		{"disabled, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, idle, false, nil},
		{"not validated, to MySQL", checktest.ToMySQL, checktest.MySQL97, late, false, []string{"not_validated"}},
		{"not validated, to Oracle", checktest.ToOracle, checktest.OracleServer19, late, false,
			[]string{"not_validated"}},
		{"names in another case, to MySQL", checktest.ToMySQL, checktest.MySQL97, twice, false, []string{"name_taken"}},
		{"names in another case, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, twice, false, nil},
		{"names in another case, to Oracle", checktest.ToOracle, checktest.OracleServer19, twice, false, nil},
		{"generated names", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "SYS_C1", Clause: "1=1", Enforced: true, Generated: true},
				{Name: "SYS_C1", Clause: "1=1", Enforced: true, Generated: true}}, false, nil},
		{"a long one, to MySQL", checktest.ToMySQL, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Cut: true}}, true, nil},
		{"a long one, to Oracle", checktest.ToOracle, checktest.OracleServer19,
			[]datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Cut: true}}, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: constrained(tc.constraints...),
				Dest: checktest.Snapshot(tc.dest, nil, nil, nil), Route: tc.route}.Run(t, expression.CheckConstraint)
			if (err != nil) != tc.unreadable {
				t.Errorf("error %v, want an error: %v", err, tc.unreadable)
			}
			checktest.WantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

// No condition text makes the check panic.
func FuzzCheckConstraintOfOracle(f *testing.F) {
	for _, seed := range []string{"A > 1", "INSTR(A, '(') > 0", "q'[", "q'", "'", `"`, "CAST(A AS", "A IS NOT JSON",
		"((",
		"))", "F(,)", "A || B", "\xff(\x80)", "AS(", "CASE WHEN A THEN (B) END"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, condition string) {
		skipBraces(t, condition)
		source := constrained(datasource.CheckConstraint{Name: "K", Clause: condition, Enforced: true})
		if _, _, err := (checktest.Facts{Source: source, Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil),
			Route: checktest.ToMySQL}).Run(t, expression.CheckConstraint); err != nil {
			t.Error(err)
		}
	})
}

func TestCheckConstraint(t *testing.T) {
	t.Parallel()
	columns := []datasource.Column{checktest.BytesOf("a", 1), checktest.BytesOf("b", 1)}
	ob := func(major, minor, patch int) datasource.Server {
		return datasource.Server{Flavor: datasource.FlavorOceanBase, Mode: "MYSQL",
			Version: datasource.Version{Major: major, Minor: minor, Patch: patch}}
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		constraints  []datasource.CheckConstraint
		want         []string
	}{
		{"a simple one", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1 and `a` in (1,2)", Enforced: true}}, nil},
		{"ignored by the destination", checktest.MariaDB1011, checktest.MySQL57,
			[]datasource.CheckConstraint{{Name: "k", Clause: "nvl(`a`)", Enforced: true}}, []string{"ignored"}},
		{"not sent to an older OceanBase", checktest.MySQL97, ob(3, 2, 2),
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1", Enforced: true}}, []string{"ignored"}},
		{"sent to OceanBase", checktest.MySQL97, ob(3, 2, 3),
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1", Enforced: true}}, nil},
		{"duplicate name", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1", Enforced: true},
				{Name: "K", Clause: "`a` > 1", Enforced: true}}, []string{"name_taken"}},
		{"duplicate name on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1", Enforced: true},
				{Name: "K", Clause: "`a` > 1", Enforced: true}}, nil},
		{"a column CHECK", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "a", Clause: "`a` > 1", Column: true, Enforced: true}}, nil},
		{"a column CHECK that names another column", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "a", Clause: "`a` > `b`", Column: true, Enforced: true}},
			[]string{"other_column"}},
		{"a constraint with the name of a column", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "a", Clause: "`a` > `b`", Enforced: true}}, nil},
		{"a constraint with the name of a column, of a server that does not show its level", mariadb105,
			checktest.MySQL97, []datasource.CheckConstraint{{Name: "a", Clause: "`a` > `b`", Enforced: true}},
			[]string{"other_column"}},
		{"a column CHECK with another column in a string", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "a", Clause: "`a` > '`b`' or `a` = 'it\\'s `b`'", Enforced: true}},
			nil},
		{"a function of MariaDB", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "nvl(`a`,1) > 1", Enforced: true}},
			[]string{"function_refused"}},
		{"a function removed in MySQL", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "md5(`a`) > 1", Enforced: true}},
			[]string{"function_refused"}},
		{"a function of an older MySQL", checktest.MariaDB1011, checktest.MySQL80,
			[]datasource.CheckConstraint{{Name: "k", Clause: "md5(`a`) > 1", Enforced: true}}, nil},
		{"a function missing in an older MariaDB", checktest.MariaDB118, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "json_schema_valid('{}',`a`)", Enforced: true}},
			[]string{"function_refused"}},
		{"a function missing in MariaDB 10.5", checktest.MySQL97, mariadb105,
			[]datasource.CheckConstraint{{Name: "k", Clause: "json_overlaps(`a`,`b`)", Enforced: true}},
			[]string{"function_refused"}},
		{"a function added in MariaDB", checktest.MySQL97, checktest.MariaDB118,
			[]datasource.CheckConstraint{{Name: "k", Clause: "json_schema_valid(`b`,`a`)", Enforced: true}}, nil},
		{"a function of MariaDB 11", checktest.MariaDB118, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "json_object_to_array(`a`) is null", Enforced: true}},
			[]string{"function_refused"}},
		{"a function that MariaDB refuses in CHECK", checktest.MySQL97, checktest.MariaDB118,
			[]datasource.CheckConstraint{{Name: "k", Clause: "dayname(`a`) > 1", Enforced: true}},
			[]string{"function_refused"}},
		{"a function in a string", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` <> 'nvl(1)'", Enforced: true}}, nil},
		{"a function of MySQL", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: `regexp_like(_utf8mb4\'x\', 1)`, Enforced: true}},
			[]string{"function_refused"}},
		{"a function in a string of MySQL", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: `(_utf8mb4\'regexp_like(1)\' <> 'x')`, Enforced: true}},
			nil},
		{"a function that MySQL refuses everywhere", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "st_isring(`a`) = 1", Enforced: true}},
			[]string{"function_refused"}},
		{"a function that MySQL refuses in CHECK", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "updatexml(`a`,'/a','b') > ''", Enforced: true}},
			[]string{"function_refused"}},
		{"functions of both", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k",
				Clause:   "st_numpoints(`a`) > 1 and convert_tz(`a`,'+00:00','+01:00') > 1",
				Enforced: true}}, nil},
		{"a function missing in OceanBase", checktest.MySQL97, checktest.OB43,
			[]datasource.CheckConstraint{{Name: "k", Clause: "(extractvalue(`a`,'/a') > 1)", Enforced: true}},
			[]string{"function_refused"}},
		{"an unknown function", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "frobnicate(`a`)", Enforced: true}},
			[]string{"function_unknown"}},
		{"a number", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` MOD 2", Enforced: true}}, []string{"not_condition"}},
		{"bit operations on conditions", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "(`a` > 1) & (`b` > 1)", Enforced: true}},
			[]string{"not_condition"}},
		{"shifted bits", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` << 1", Enforced: true}}, []string{"not_condition"}},
		{"a number from a condition", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "case when `a` = 1 then 2 end", Enforced: true}},
			[]string{"not_condition"}},
		{"a function that returns a number", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "(length(`a`))", Enforced: true}},
			[]string{"not_condition"}},
		{"a string", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "'a = b'", Enforced: true}}, []string{"not_condition"}},
		{"a number on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a`", Enforced: true}}, nil},
		{"conditions", checktest.MariaDB1011, checktest.MySQL97,
			[]datasource.CheckConstraint{{Name: "k", Clause: "`a` << 1 > 1", Enforced: true},
				{Name: "l", Clause: "json_valid(`a`)", Enforced: true},
				{Name: "m", Clause: "((`a` is null))", Enforced: true},
				{Name: "n", Clause: "`a` xor `b`", Enforced: true},
				{Name: "o", Clause: "case `a` when 1 then 2 end in (2)", Enforced: true}}, nil},
		{"a collation", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "((`a` collate utf8mb4_0900_bin) > 1)", Enforced: true}},
			[]string{"collation_missing"}},
		{"a collation of both", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "((`a` collate utf8mb4_bin) > 1)", Enforced: true}}, nil},
		{"a clause of MySQL", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: `(cast(_utf8mb4\'[]\' as json) > 1 member of (\'x\'))`,
				Enforced: true}}, []string{"clause_missing", "clause_missing"}},
		{"more arguments than MariaDB accepts", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: `(regexp_instr(\'a\',\'b\',1) > 1)`, Enforced: true}},
			[]string{"clause_missing"}},
		{"not enforced", checktest.MySQL97, checktest.MariaDB1011,
			[]datasource.CheckConstraint{{Name: "k", Clause: "1"}},
			[]string{"becomes_enforced"}},
		{"not enforced, MySQL to MySQL", checktest.MySQL97, checktest.MySQL80,
			[]datasource.CheckConstraint{{Name: "k", Clause: "1"}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(tc.source, columns, nil, datasource.Snapshot{
				datasource.FactCheckConstraints: datasource.GroupByTable(
					datasource.RowsOf[datasource.CheckConstraint]{Table: checktest.ShopT, Rows: tc.constraints})})
			checktest.WantRules(t, checktest.Facts{Source: source,
				Dest: checktest.Snapshot(tc.dest, nil, nil, datasource.Snapshot{
					datasource.FactCharsets:         checktest.Collations("utf8mb4", "bin"),
					datasource.FactCheckConstraints: datasource.TableRows[datasource.CheckConstraint]{}})},
				expression.CheckConstraint,
				tc.want...)
		})
	}
}

func TestCheckConstraintUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := checktest.Snapshot(checktest.MariaDB1011, nil, nil,
		datasource.Snapshot{datasource.FactCheckConstraints: lost})
	if _, _, err := (checktest.Facts{Source: source, Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)}).Run(t,
		expression.CheckConstraint); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

// No text makes IsCondition panic, and a text without a comparison is never a condition.
func FuzzCheckClause(f *testing.F) {
	for _, seed := range []string{"`a` > 1", "(`a` MOD 2)", "json_valid(`a`)", "case when `a` then 1 end",
		"'it''s \\' =",
		"((((", "))", "`", "cast(`a` as", "x'41'", "end end case", "\x00=", "group_concat(`a` limit"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		skipBraces(t, text)
		for _, source := range []datasource.Server{checktest.MariaDB1011, checktest.MySQL97} {
			dest := map[bool]datasource.Server{true: checktest.MySQL97,
				false: checktest.MariaDB1011}[source.IsMariaDB()]
			facts := checktest.Facts{
				Source: checktest.Snapshot(source, []datasource.Column{checktest.BytesOf("a", 1)}, nil,
					datasource.Snapshot{
						datasource.FactCheckConstraints: datasource.GroupByTable(
							datasource.RowsOf[datasource.CheckConstraint]{Table: checktest.ShopT,
								Rows: []datasource.CheckConstraint{{Name: "k", Clause: text, Enforced: true}}})}),
				Dest: checktest.Snapshot(dest, nil, nil,
					datasource.Snapshot{datasource.FactCharsets: checktest.Collations("utf8mb4", "bin"),
						datasource.FactCheckConstraints: datasource.TableRows[datasource.CheckConstraint]{}}),
			}
			findings, _, err := facts.Run(t, expression.CheckConstraint)
			if err != nil {
				t.Error(err)
			}
			compares := strings.ContainsAny(text, "=<>!(") ||
				regexp.MustCompile(
					`(?i)(and|or|xor|not|is|in|between|like|regexp|rlike|member|true|false)`).MatchString(text)
			if source.IsMariaDB() && !compares && len(findings) == 0 {
				t.Errorf("%q is accepted as a condition", text)
			}
		}
	})
}

// A check whose rules have a last known version adds a note for a newer destination, and none otherwise.
func TestRulesKnownUpTo(t *testing.T) {
	t.Parallel()
	generated := computed("g", "`id` + 1")
	facts := datasource.Snapshot{
		datasource.FactCheckConstraints: datasource.GroupByTable(
			datasource.RowsOf[datasource.CheckConstraint]{Table: checktest.ShopT,
				Rows: []datasource.CheckConstraint{{Name: "k", Clause: "`id` > 1", Enforced: true}}}),
		datasource.FactPartitions: datasource.GroupByTable(
			datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
				Rows: []datasource.Partitioning{{Method: "HASH"}}}),
	}
	for _, c := range []*checks.Check{expression.CheckConstraint, expression.ColumnDefault, column.ColumnType,
		expression.GeneratedColumn, key.IndexType, table.Partition, table.TableLimit} {
		for version, want := range map[datasource.Version]int{{Major: 9, Minor: 7, Patch: 9}: 0,
			{Major: 9, Minor: 8}: 1,
			{Major: 10}:          1} {
			dest := checktest.Snapshot(datasource.Server{Flavor: datasource.FlavorPercona, Version: version}, nil, nil,
				datasource.Snapshot{
					datasource.FactVariables:        datasource.Variables{"sql_mode": ""},
					datasource.FactCharsets:         checktest.Collations("utf8mb4", "bin"),
					datasource.FactCheckConstraints: datasource.TableRows[datasource.CheckConstraint]{}})
			_, notes, err := checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97,
				[]datasource.Column{checktest.ColumnOfType("id", "int"), generated}, nil, facts), Dest: dest}.Run(t, c)
			if err != nil || len(notes) != want || want == 1 && !strings.Contains(notes[0], "known up to version 9.7") {
				t.Errorf("%s to version %s: %q, %v, want %d notes", c.Type, version, notes, err, want)
			}
		}
	}
}

// What MariaDB shows as a CHECK may be a PERIOD FOR, unless the definition of its table says otherwise.
func TestPeriodNotRead(t *testing.T) {
	t.Parallel()
	columns := []datasource.Column{checktest.ColumnOfType("a", "date"), checktest.ColumnOfType("b", "date")}
	for i := range columns {
		columns[i].ColumnType.ColumnType, columns[i].Nullable = "date", false
	}
	for text, want := range map[string]string{"": "error", "CONSTRAINT `span` CHECK (`a` < `b`)": "",
		"PERIOD FOR `span` (`a`, `b`)": "period"} {
		definitions := datasource.Definitions{NotRead: []datasource.TableName{checktest.ShopT}}
		if text != "" {
			definitions = datasource.Definitions{Text: datasource.GroupByTable(
				datasource.RowsOf[string]{Table: checktest.ShopT, Rows: []string{text}})}
		}
		source := checktest.Snapshot(checktest.MariaDB1011, columns, nil, datasource.Snapshot{
			datasource.FactDefinitions: definitions,
			datasource.FactCharsets:    datasource.Charsets{},
			datasource.FactCheckConstraints: datasource.GroupByTable(datasource.RowsOf[datasource.CheckConstraint]{
				Table: checktest.ShopT,
				Rows:  []datasource.CheckConstraint{{Name: "span", Clause: "`a` < `b`", Enforced: true}}})})
		facts := checktest.Facts{Source: source, Dest: checktest.Snapshot(checktest.MySQL97, nil, nil,
			datasource.Snapshot{datasource.FactCharsets: datasource.Charsets{}})}
		findings, _, err := facts.Run(t, expression.CheckConstraint)
		got := ""
		if err != nil {
			got = "error"
		} else if rules := checktest.Rules(findings); len(rules) > 0 {
			got = rules[0]
		}
		if got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

// skipBraces skips a text of a fuzz test that could be taken for a placeholder without a value.
func skipBraces(t *testing.T, text string) {
	t.Helper()
	if strings.ContainsAny(text, "{}") {
		t.Skip("a text in braces looks like a placeholder")
	}
}

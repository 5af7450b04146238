package charset_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestImpliedCollation(t *testing.T) {
	t.Parallel()
	has := func(preset string, others ...string) datasource.Charsets {
		charset, _, _ := strings.Cut(preset, "_")
		c := datasource.Charsets{Defaults: map[string]string{charset: preset},
			Collations: map[string]string{preset: charset, "latin1_swedish_ci": "latin1"}}
		for _, name := range others {
			c.Collations[name] = charset
		}
		return c
	}
	utf8, utf8mb3, uca := has("utf8_general_ci"), has("utf8mb3_general_ci"),
		has("utf8mb3_uca1400_ai_ci", "utf8mb3_general_ci")
	general, mysql8 := has("utf8mb4_general_ci", "utf8mb4_0900_ai_ci"), has("utf8mb4_0900_ai_ci", "utf8mb4_general_ci")
	of := func(flavor datasource.Flavor, version string) datasource.Server {
		return checktest.ServerAt(flavor, version)
	}
	for _, tc := range []struct {
		name          string
		from          datasource.Server
		source, dest  datasource.Charsets
		table, column string
		want          []string
	}{
		{"utf8mb3 of MySQL", checktest.MySQL97, utf8mb3, uca, "utf8mb3_general_ci", "utf8mb3_general_ci",
			[]string{"implied"}},
		{"the same default by another name", checktest.MySQL97, utf8mb3, utf8, "utf8mb3_general_ci",
			"utf8mb3_general_ci",
			nil},
		{"utf8 of MySQL 5.7", checktest.MySQL57, utf8, uca, "utf8_general_ci", "utf8_general_ci", []string{"implied"}},
		{"another collation than the default", checktest.MySQL97, has("utf8mb3_general_ci", "utf8mb3_bin"),
			has("utf8mb3_uca1400_ai_ci", "utf8mb3_bin"), "utf8mb3_bin", "utf8mb3_bin", nil},
		{"no column of it", checktest.MySQL97, utf8mb3, uca, "utf8mb3_general_ci", "", nil},
		{"a column's own, which MySQL 8 names", checktest.MySQL97, utf8mb3, uca, "latin1_swedish_ci",
			"utf8mb3_general_ci",
			nil},
		{"a column's own, which MySQL 5.7 does not name", checktest.MySQL57, utf8, uca, "latin1_swedish_ci",
			"utf8_general_ci", []string{"implied"}},
		{"utf8mb4 of MySQL 5.7 on 8", checktest.MySQL57, general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci",
			[]string{"implied"}},
		{"utf8mb4 of MySQL 8, which names it", checktest.MySQL97, mysql8,
			has("utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci"),
			"utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci", nil},
		{"an older MariaDB", of(datasource.FlavorMariaDB, "10.6.10"), general, mysql8, "utf8mb4_general_ci",
			"utf8mb4_general_ci", []string{"implied"}},
		{"a MariaDB that names it", of(datasource.FlavorMariaDB, "10.6.11"), general, mysql8, "utf8mb4_general_ci",
			"utf8mb4_general_ci", nil},
		{"MariaDB 10.11", checktest.MariaDB1011, general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(tc.from,
				datasource.Column{Name: "a",
					ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: tc.column}})
			source[datasource.FactTables].(datasource.Tables)[0].Collation = tc.table
			source[datasource.FactCharsets] = tc.source
			dest := datasource.Snapshot{datasource.FactServer: checktest.MariaDB118, datasource.FactCharsets: tc.dest,
				datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}}
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: dest}, charset.Charset, tc.want...)
		})
	}
}

func TestCharsetOfOracle(t *testing.T) {
	t.Parallel()
	refused := &datasource.Error{Class: datasource.ErrLost}
	for _, tc := range []struct {
		name, source, dest string
		to                 datasource.Type
		dataType           string // default: VARCHAR2
		want               []string
		fails              bool
	}{
		{name: "the same set", source: "ZHS16GBK", dest: "ZHS16GBK", to: datasource.Oracle},
		{name: "Unicode has all characters", source: "JA16SJIS", dest: "AL32UTF8", to: datasource.Oracle},
		{name: "a superset", source: "WE8ISO8859P1", dest: "WE8MSWIN1252", to: datasource.Oracle},
		{name: "a subset", source: "WE8MSWIN1252", dest: "WE8ISO8859P1", to: datasource.Oracle,
			want: []string{"not_known_to_hold"}},
		{name: "ASCII into a set of eight bits", source: "US7ASCII", dest: "CL8MSWIN1251", to: datasource.Oracle},
		{name: "ASCII into EBCDIC", source: "US7ASCII", dest: "WE8EBCDIC37", to: datasource.Oracle,
			want: []string{"not_known_to_hold"}},
		{name: "Unicode into a single-byte set", source: "AL32UTF8", dest: "WE8MSWIN1252", to: datasource.Oracle,
			want: []string{"loses"}},
		{name: "Unicode into GBK", source: "UTF8", dest: "ZHS16GBK", to: datasource.Oracle, want: []string{"loses"}},
		{name: "Unicode into GB18030", source: "AL32UTF8", dest: "ZHS32GB18030", to: datasource.Oracle,
			want: []string{"not_known_to_hold"}},
		{name: "multi-byte into single-byte", source: "ZHS16GBK", dest: "WE8ISO8859P1", to: datasource.Oracle,
			want: []string{"loses"}},
		{name: "into older Unicode", source: "WE8ISO8859P15", dest: "UTF8", to: datasource.Oracle},
		{name: "newer into older Unicode", source: "AL32UTF8", dest: "UTF8", to: datasource.Oracle,
			want: []string{"not_known_to_hold"}},
		{name: "an unknown set", source: "XX8NEW", dest: "YY8NEW", to: datasource.Oracle,
			want: []string{"not_known_to_hold"}},
		{name: "no strings", source: "AL32UTF8", dest: "WE8MSWIN1252", to: datasource.Oracle, dataType: "NUMBER"},
		{name: "to OceanBase Oracle mode", source: "ZHS16GBK", dest: "AL32UTF8", to: datasource.OceanBaseOracle},
		{name: "to OceanBase Oracle mode in GBK", source: "AL32UTF8", dest: "ZHS16GBK", to: datasource.OceanBaseOracle,
			want: []string{"loses"}},
		{name: "a destination without a parameter", source: "AL32UTF8", to: datasource.Oracle, fails: true},
		{name: "utf8mb4 has all characters", source: "ZHS32GB18030", dest: "utf8mb4", to: datasource.MySQL},
		{name: "Unicode into three bytes", source: "AL32UTF8", dest: "utf8mb3", to: datasource.MySQL,
			want: []string{"loses"}},
		{name: "GBK into three bytes", source: "ZHS16GBK", dest: "utf8", to: datasource.MariaDB},
		{name: "GBK", source: "ZHS16GBK", dest: "gbk", to: datasource.OceanBaseMySQL},
		{name: "Unicode into latin1", source: "AL32UTF8", dest: "latin1", to: datasource.MySQL,
			want: []string{"loses"}},
		{name: "Windows 1252 is latin1", source: "WE8MSWIN1252", dest: "latin1", to: datasource.MySQL},
		{name: "Windows 1251 is not latin1", source: "CL8MSWIN1251", dest: "latin1", to: datasource.MySQL,
			want: []string{"not_known_to_hold"}},
		{name: "GBK into latin1", source: "ZHS16GBK", dest: "latin1", to: datasource.MySQL, want: []string{"loses"}},
		{name: "ASCII", source: "US7ASCII", dest: "latin2", to: datasource.MySQL},
		{name: "bytes", source: "US7ASCII", dest: "binary", to: datasource.MySQL, want: []string{"not_known_to_hold"}},
		{name: "a destination that does not show its default", source: "AL32UTF8", to: datasource.MySQL, fails: true},
		{name: "only national strings", source: "AL32UTF8", dest: "latin1", to: datasource.MySQL,
			dataType: "NVARCHAR2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.dataType == "" {
				tc.dataType = "VARCHAR2"
			}
			source := checktest.OneTable(checktest.OracleServer19, checktest.ColumnOfType("A", tc.dataType))
			source[datasource.FactNLS], source[datasource.FactIndexes] = datasource.NLS{"NLS_CHARACTERSET": tc.source},
				datasource.TableRows[datasource.Index]{}
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{},
				datasource.FactNLS:       datasource.NLS{"NLS_CHARACTERSET": tc.dest},
				datasource.FactTables:    datasource.Tables{},
				datasource.FactVariables: datasource.Variables{}, datasource.FactCharsets: datasource.Charsets{},
				datasource.FactSchemas: []datasource.Schema{{Name: "shop", Charset: tc.dest}}}
			run := func() ([]checks.Finding, error) {
				findings, _, err := checktest.Facts{Source: source, Dest: dest,
					Route: checks.Route{Source: datasource.Oracle, Dest: tc.to}}.Run(t, charset.Charset)
				return findings, err
			}
			findings, err := run()
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			source[datasource.FactNLS] = refused
			if _, err := run(); err == nil && tc.dataType != "NUMBER" {
				t.Error("the check passes although the character set of the source is unknown")
			}
		})
	}
}

func TestCharset(t *testing.T) {
	t.Parallel()
	mysql8 := checktest.Collations("utf8mb4", "0900_ai_ci", "0900_as_cs", "0900_bin", "sv_0900_ai_ci", "unicode_ci",
		"unicode_520_ci", "general_ci", "swedish_ci", "bin")
	maria := checktest.Collations("utf8mb4", "general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci", "bin",
		"uca1400_ai_ci", "uca1400_as_cs", "uca1400_nopad_ai_ci", "uca1400_swedish_nopad_ai_ci")
	maria105Has := checktest.Collations("utf8mb4", "general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci", "bin")
	ocean := checktest.Collations("utf8mb4", "general_ci", "unicode_ci", "bin")
	utf8mb3, utf8 := checktest.Collations("utf8mb3", "general_ci"), checktest.Collations("utf8", "general_ci")
	gb := checktest.Collations("gb18030", "chinese_ci")

	mariaServer, mysqlServer := checktest.ServerAt(datasource.FlavorMariaDB, "10.11.6"),
		checktest.ServerAt(datasource.FlavorMySQL, "9.1.0")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Charsets
		server       datasource.Server
		collation    string
		rules        []string
		want         string // the nearest collation of the destination
		sql          string // collation in the statement
	}{
		{"the same", mysql8, mysql8, mysqlServer, "utf8mb4_0900_ai_ci", nil, "", ""},
		{"a table without a collation", mysql8, maria, mariaServer, "", nil, "", ""},
		{"0900 on MariaDB", mysql8, maria, mariaServer, "utf8mb4_0900_ai_ci", []string{"collation"},
			"utf8mb4_uca1400_nopad_ai_ci", "utf8mb4_unicode_520_ci"},
		{"0900 on an older MariaDB", mysql8, maria105Has, mariaServer, "utf8mb4_0900_ai_ci", []string{"collation"},
			"utf8mb4_unicode_520_ci", "utf8mb4_unicode_520_ci"},
		{"0900 on OceanBase", mysql8, ocean, checktest.ServerAt(datasource.FlavorOceanBase, "4.2.1"),
			"utf8mb4_0900_ai_ci",
			[]string{"collation"}, "utf8mb4_general_ci", "utf8mb4_general_ci"},
		{"a language", mysql8, maria, mariaServer, "utf8mb4_sv_0900_ai_ci", []string{"collation"},
			"utf8mb4_uca1400_swedish_nopad_ai_ci", "utf8mb4_swedish_ci"},
		{"case counts", mysql8, maria, mariaServer, "utf8mb4_0900_as_cs", []string{"collation"},
			"utf8mb4_uca1400_as_cs",
			"utf8mb4_bin"},
		{"binary", mysql8, maria, mariaServer, "utf8mb4_0900_bin", []string{"collation"}, "utf8mb4_bin", "utf8mb4_bin"},
		{"uca1400 on MySQL", maria, mysql8, mysqlServer, "utf8mb4_uca1400_ai_ci", []string{"collation"},
			"utf8mb4_0900_ai_ci",
			"utf8mb4_unicode_520_ci"},
		{"a language of uca1400 on MySQL", maria, mysql8, mysqlServer, "utf8mb4_uca1400_swedish_nopad_ai_ci",
			[]string{"collation"}, "utf8mb4_sv_0900_ai_ci", "utf8mb4_swedish_ci"},
		{"no character set, nothing in common", gb, maria, mariaServer, "gb18030_chinese_ci", []string{"charset"},
			"utf8mb4_uca1400_nopad_ai_ci", ""},
		{"utf8 on OceanBase", checktest.Collations("utf8", "general_ci"), ocean,
			checktest.ServerAt(datasource.FlavorOceanBase, "4.2.1"), "utf8_general_ci", []string{"widened"},
			"utf8mb4_general_ci", ""},
		{"a language of utf8mb3 on OceanBase", checktest.Collations("utf8mb3", "swedish_ci"), ocean,
			checktest.ServerAt(datasource.FlavorOceanBase, "4.2.1"), "utf8mb3_swedish_ci", []string{"charset"},
			"utf8mb4_general_ci", ""},
		{"utf8 is utf8mb3", utf8, utf8mb3, mysqlServer, "utf8_general_ci", nil, "", ""},
		{"utf8mb3 is utf8", utf8mb3, utf8, checktest.ServerAt(datasource.FlavorMySQL, "5.7.44"), "utf8mb3_general_ci",
			nil,
			"", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(mysqlServer,
				datasource.Column{Name: "a",
					ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: tc.collation}})
			source[datasource.FactTables].(datasource.Tables)[0].Collation = tc.collation
			source[datasource.FactCharsets] = tc.source
			source[datasource.FactForeignKeys] = datasource.TableRows[datasource.ForeignKey]{}
			source[datasource.FactCheckConstraints] = datasource.TableRows[datasource.CheckConstraint]{}
			source[datasource.FactIndexes] = datasource.TableRows[datasource.Index]{}
			source[datasource.FactRowFormats] = datasource.TableRows[string]{}
			source[datasource.FactVariables] = datasource.Variables{}
			dest := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactCharsets: tc.dest,
				datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}}
			findings, _, err := checktest.Facts{Source: source, Dest: dest}.Run(t, charset.Charset)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.rules, checktest.Rules(findings)); diff != "" {
				t.Fatalf("rules (-want +got):\n%s", diff)
			}
			var want, sql []string
			for _, f := range findings {
				want, sql = append(want, f.Expected), append(sql, f.SQL...)
			}
			if tc.want != "" && !cmp.Equal(want, []string{tc.want}) {
				t.Errorf("expected values %v, want %s", want, tc.want)
			}
			if tc.sql != "" && !cmp.Equal(sql,
				[]string{"ALTER TABLE `shop`.`t` CONVERT TO CHARACTER SET utf8mb4 COLLATE " + tc.sql}) ||
				tc.sql == "" &&
					sql != nil {
				t.Errorf("SQL %v, want it to convert to %q", sql, tc.sql)
			}
		})
	}
}

func TestCharsetUnknown(t *testing.T) {
	t.Parallel()
	source := checktest.OneTable(checktest.ServerAt(datasource.FlavorMySQL, "9.1.0"))
	source[datasource.FactCharsets] = checktest.Collations("utf8mb4", "bin")
	lost := errors.New("connection lost")
	dest := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactCharsets: lost}
	if _, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t, charset.Charset); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

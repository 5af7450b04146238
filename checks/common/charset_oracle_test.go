package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

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
		{name: "the same", source: "ZHS16GBK", dest: "ZHS16GBK", to: datasource.Oracle},
		{name: "Unicode holds all", source: "JA16SJIS", dest: "AL32UTF8", to: datasource.Oracle},
		{name: "a superset", source: "WE8ISO8859P1", dest: "WE8MSWIN1252", to: datasource.Oracle},
		{name: "a subset", source: "WE8MSWIN1252", dest: "WE8ISO8859P1", to: datasource.Oracle, want: []string{"not_known_to_hold"}},
		{name: "ASCII into letters of eight bits", source: "US7ASCII", dest: "CL8MSWIN1251", to: datasource.Oracle},
		{name: "ASCII into EBCDIC", source: "US7ASCII", dest: "WE8EBCDIC37", to: datasource.Oracle, want: []string{"not_known_to_hold"}},
		{name: "Unicode into one byte", source: "AL32UTF8", dest: "WE8MSWIN1252", to: datasource.Oracle, want: []string{"loses"}},
		{name: "Unicode into GBK", source: "UTF8", dest: "ZHS16GBK", to: datasource.Oracle, want: []string{"loses"}},
		{name: "Unicode into GB18030", source: "AL32UTF8", dest: "ZHS32GB18030", to: datasource.Oracle, want: []string{"not_known_to_hold"}},
		{name: "several bytes into one", source: "ZHS16GBK", dest: "WE8ISO8859P1", to: datasource.Oracle, want: []string{"loses"}},
		{name: "to old Unicode", source: "WE8ISO8859P15", dest: "UTF8", to: datasource.Oracle},
		{name: "of new Unicode to old", source: "AL32UTF8", dest: "UTF8", to: datasource.Oracle, want: []string{"not_known_to_hold"}},
		{name: "a set that nobody knows", source: "XX8NEW", dest: "YY8NEW", to: datasource.Oracle, want: []string{"not_known_to_hold"}},
		{name: "no strings", source: "AL32UTF8", dest: "WE8MSWIN1252", to: datasource.Oracle, dataType: "NUMBER"},
		{name: "to a tenant", source: "ZHS16GBK", dest: "AL32UTF8", to: datasource.OceanBaseOracle},
		{name: "to a tenant in GBK", source: "AL32UTF8", dest: "ZHS16GBK", to: datasource.OceanBaseOracle, want: []string{"loses"}},
		{name: "a destination that names none", source: "AL32UTF8", to: datasource.Oracle, fails: true},
		{name: "utf8mb4 holds all", source: "ZHS32GB18030", dest: "utf8mb4", to: datasource.MySQL},
		{name: "Unicode into three bytes", source: "AL32UTF8", dest: "utf8mb3", to: datasource.MySQL, want: []string{"loses"}},
		{name: "GBK into three bytes", source: "ZHS16GBK", dest: "utf8", to: datasource.MariaDB},
		{name: "GBK", source: "ZHS16GBK", dest: "gbk", to: datasource.OceanBaseMySQL},
		{name: "Unicode into latin1", source: "AL32UTF8", dest: "latin1", to: datasource.MySQL, want: []string{"loses"}},
		{name: "Windows 1252 is latin1", source: "WE8MSWIN1252", dest: "latin1", to: datasource.MySQL},
		{name: "Windows 1251 is not", source: "CL8MSWIN1251", dest: "latin1", to: datasource.MySQL, want: []string{"not_known_to_hold"}},
		{name: "GBK into latin1", source: "ZHS16GBK", dest: "latin1", to: datasource.MySQL, want: []string{"loses"}},
		{name: "ASCII", source: "US7ASCII", dest: "latin2", to: datasource.MySQL},
		{name: "bytes", source: "US7ASCII", dest: "binary", to: datasource.MySQL, want: []string{"not_known_to_hold"}},
		{name: "a destination that does not tell", source: "AL32UTF8", to: datasource.MySQL, fails: true},
		{name: "strings that are national alone", source: "AL32UTF8", dest: "latin1", to: datasource.MySQL, dataType: "NVARCHAR2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.dataType == "" {
				tc.dataType = "VARCHAR2"
			}
			source := oneTable(oracle19, column("A", tc.dataType))
			source[datasource.FactNLS], source[datasource.FactIndexes] = datasource.NLS{"NLS_CHARACTERSET": tc.source}, datasource.ByTable[datasource.Index]{}
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactNLS: datasource.NLS{"NLS_CHARACTERSET": tc.dest}, datasource.FactTables: datasource.Tables{},
				datasource.FactVariables: datasource.Variables{}, datasource.FactCharsets: datasource.Charsets{}, datasource.FactSchemas: []datasource.Schema{{Name: "shop", Charset: tc.dest}}}
			run := func() ([]checks.Finding, error) {
				findings, _, err := checktest.Facts{Source: source, Dest: dest, Route: checks.Route{Source: datasource.Oracle, Dest: tc.to}}.Run(t, common.Charset)
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
				t.Error("nothing is wrong without the source's character set")
			}
		})
	}
}

// A schema that would lose characters, and a unique index that would refuse rows: the statements given mend
// both, and the server then takes such rows.
func TestCharsetOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		srv, from := emulatedOracle(t, oracletest.Release19c, "T")
		srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "A", "COLUMN_ID": 1, "DATA_TYPE": "VARCHAR2", "DATA_LENGTH": 20, "CHAR_LENGTH": 20, "HIDDEN_COLUMN": "NO"})
		srv.Insert("DBA_INDEXES", oracletest.Row{"OWNER": "SHOP", "INDEX_NAME": "UK", "TABLE_OWNER": "SHOP", "TABLE_NAME": "T", "UNIQUENESS": "UNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE"})
		srv.Insert("DBA_IND_COLUMNS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "UK", "TABLE_OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "A", "COLUMN_POSITION": 1, "DESCEND": "ASC"})
		schema := s.Database(t)
		s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET latin1")
		create, fill := "CREATE TABLE "+schema+".tried (A VARCHAR(20), UNIQUE (A))", "INSERT INTO "+schema+".tried VALUES ('a'), ('A'), ('é'), ('中')"
		s.Exec(t, create)
		if _, err := s.DB(t).ExecContext(t.Context(), fill); err == nil {
			t.Error("the server takes what the check says it does not")
		}
		task := checktest.Real{Source: from, Dest: checktest.End{Server: s, Schema: schema}, Phases: checks.Schema}
		got := task.Run(t, common.Charset)
		if diff := cmp.Diff([]string{"folds_case SHOP.T.UK", "loses SHOP"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", got.Outcome, diff)
		}
		checktest.Mend(t, s, got.Findings)
		if got := task.Run(t, common.Charset); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(10))
		}
		s.Exec(t, "DROP TABLE "+schema+".tried", create)
		if _, err := s.DB(t).ExecContext(t.Context(), fill); err != nil {
			t.Errorf("mended, the server refuses the rows: %v", err)
		}
		s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET latin1", "CREATE TABLE "+schema+".T (A VARCHAR(20))")
		if got := task.Run(t, common.Charset); got.Outcome != engine.Passed {
			t.Errorf("with the table there it is %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}

func TestCharsetOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T")
			srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "A", "COLUMN_ID": 1, "DATA_TYPE": "CLOB", "HIDDEN_COLUMN": "NO"})
			to, dest := emulatedOracle(t, release)
			task := checktest.Real{Source: from, Dest: dest, Phases: checks.Full}
			if got := task.Run(t, common.Charset); got.Outcome != engine.Passed {
				t.Errorf("with the same set it is %s:\n%s", got.Outcome, got.Message(10))
			}
			to.Clear("NLS_DATABASE_PARAMETERS")
			to.Insert("NLS_DATABASE_PARAMETERS", oracletest.Row{"PARAMETER": "NLS_CHARACTERSET", "VALUE": "WE8ISO8859P1"})
			got := task.Run(t, common.Charset)
			if diff := cmp.Diff([]string{"loses NLS_CHARACTERSET"}, rulesAndObjects(got.Findings)); got.Outcome != engine.Warned || diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			to.Clear("NLS_DATABASE_PARAMETERS")
			if got := task.Run(t, common.Charset); got.Outcome != engine.Unknown {
				t.Errorf("with no set named it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

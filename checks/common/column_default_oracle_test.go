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

// tenantOf gives an Oracle-mode tenant of OceanBase.
func tenantOf(version string) datasource.Server {
	s := server(datasource.FlavorOceanBase, version)
	s.Mode = "ORACLE"
	return s
}

// routeTo gives the route from an Oracle-like source to a destination.
func routeTo(source datasource.Type, dest datasource.Server) checks.Route {
	r := checks.Route{Source: source, Dest: datasource.MySQL}
	switch {
	case dest.Flavor == datasource.FlavorOracle:
		r.Dest = datasource.Oracle
	case dest.Mode == "ORACLE":
		r.Dest = datasource.OceanBaseOracle
	case dest.IsOceanBase():
		r.Dest = datasource.OceanBaseMySQL
	case dest.IsMariaDB():
		r.Dest = datasource.MariaDB
	}
	return r
}

func TestColumnDefaultOfOracle(t *testing.T) {
	t.Parallel()
	oracle19, oracle11, tenant := server(datasource.FlavorOracle, "19.3"), server(datasource.FlavorOracle, "11.2"), tenantOf("4.3.3")
	for _, tc := range []struct {
		name, dataType, preset string
		onNull                 bool
		dest                   datasource.Server
		want                   []string
	}{
		{"a constant to Oracle", "NUMBER", "0", false, oracle19, nil},
		{"a function to Oracle", "RAW", "SYS_GUID()", false, oracle11, nil},
		{"a later function to Oracle 11.2", "RAW", "STANDARD_HASH('x')", false, oracle11, []string{"function_unknown"}},
		{"a sequence that is there", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, oracle19, nil},
		{"a sequence of the own schema", "NUMBER", `"Q".nextval`, false, oracle19, nil},
		{"a sequence that is not there", "NUMBER", `"shop"."R"."NEXTVAL"`, false, oracle19, []string{"sequence_needed"}},
		{"a sequence that is not in that schema", "NUMBER", `"other"."Q"."NEXTVAL"`, false, oracle19, []string{"sequence_needed"}},
		{"a sequence to Oracle 11.2", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, oracle11, []string{"sequence"}},
		{"a sequence in a function", "NUMBER", `LPAD("R".NEXTVAL,STANDARD_HASH('x'))`, false, tenant, []string{"function_unknown", "sequence_needed"}},
		{"on NULL to Oracle", "NUMBER", "0", true, oracle19, nil},
		{"on NULL to Oracle 11.2", "NUMBER", "0", true, oracle11, []string{"on_null"}},
		{"on NULL to a tenant", "NUMBER", "0", true, tenant, []string{"on_null"}},
		{"on NULL to MySQL", "NUMBER", "0", true, mysql97, []string{"on_null"}},
		{"a function to a tenant", "DATE", "SYSDATE", false, tenant, nil},
		{"a function that the manual does not list to a tenant", "RAW", "STANDARD_HASH('x')", false, tenant, []string{"function_unknown"}},
		{"a sequence to a tenant", "NUMBER", `"shop"."R"."NEXTVAL"`, false, tenant, []string{"sequence_needed"}},
		{"a number to MySQL", "NUMBER", "-1", false, mysql57, nil},
		{"a string to MySQL", "VARCHAR2", "'x'", false, mysql57, nil},
		{"NULL to MySQL", "VARCHAR2", "null", false, mysql57, nil},
		{"an empty string to MySQL", "CLOB", "''", false, mysql57, nil},
		{"a string of a CLOB to MySQL", "CLOB", "'x'", false, mysql97, []string{"lob"}},
		{"a string of a CLOB to MariaDB", "CLOB", "'x'", false, maria1011, nil},
		{"a date as a string to MySQL", "DATE", "'01-JAN-24'", false, mysql97, []string{"date_text"}},
		{"a date to MySQL", "DATE", "DATE '2024-01-01'", false, mysql57, []string{"translated"}},
		{"now to MySQL", "DATE", "SYSDATE", false, mysql57, []string{"translated"}},
		{"now to OceanBase", "TIMESTAMP", "systimestamp", false, ob43, []string{"translated"}},
		{"now with digits to MySQL", "TIMESTAMP", "LOCALTIMESTAMP(6)", false, mysql97, []string{"translated"}},
		{"now as a string to MySQL", "VARCHAR2", "SYSDATE", false, mysql97, []string{"function_differs"}},
		{"tomorrow to MySQL", "DATE", "SYSDATE+1", false, mysql97, []string{"function_differs"}},
		{"tomorrow to MySQL 5.7", "DATE", "SYSDATE+1", false, mysql57, []string{"expression"}},
		{"tomorrow to OceanBase", "DATE", "SYSDATE+1", false, ob43, []string{"expression"}},
		{"tomorrow to TiDB", "DATE", "SYSDATE+1", false, server(datasource.FlavorTiDB, "8.5.0"), []string{"function_unknown"}},
		{"SYS_GUID to MySQL", "RAW", "SYS_GUID()", false, mysql97, []string{"function_refused"}},
		{"SYS_GUID to MariaDB", "RAW", "SYS_GUID()", false, maria1011, nil},
		{"who asks to MySQL", "VARCHAR2", "USER", false, mysql97, []string{"function_differs"}},
		{"strings that are joined to MySQL", "VARCHAR2", "'a'||'b'", false, mysql97, []string{"joins"}},
		{"arithmetic to MySQL", "NUMBER", "60*60", false, mysql97, []string{"parentheses"}},
		{"arithmetic in parentheses to MySQL", "NUMBER", "(60*60)", false, mysql97, nil},
		{"arithmetic to MariaDB", "NUMBER", "60*60", false, maria1011, []string{"parentheses"}},
		{"functions that are added to MariaDB", "NUMBER", "NVL(1,0)+NVL(1,0)", false, maria1011, []string{"parentheses"}},
		{"an interval to MySQL", "INTERVAL DAY TO SECOND", "INTERVAL '1' DAY", false, mysql97, []string{"function_unknown"}},
		{"a sequence to MySQL", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, mysql97, []string{"sequence"}},
		{"a sequence to OceanBase", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, ob43, []string{"sequence"}},
		{"a sequence that is there to MariaDB", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, maria1011, nil},
		{"a sequence that is not there to MariaDB", "NUMBER", `"shop"."R"."NEXTVAL"`, false, maria1011, []string{"sequence_needed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := column("C", tc.dataType)
			c.Default, c.Oracle = &tc.preset, &datasource.OracleColumn{DefaultOnNull: tc.onNull}
			q := datasource.TableName{Schema: "shop", Name: "Q"}
			f := checktest.Facts{Route: routeTo(datasource.Oracle, tc.dest), Source: oneTable(oracle19, c),
				Dest: snapshot(tc.dest, nil, nil, datasource.Snapshot{datasource.FactOracleSequences: datasource.OracleSequences{{TableName: q}},
					datasource.FactTables: datasource.Tables{{TableName: q, Kind: datasource.Sequence}}})}
			wantRules(t, f, common.ColumnDefault, tc.want...)
		})
	}
	identity := column("C", "NUMBER")
	preset := `"shop"."ISEQ$$_1"."NEXTVAL"`
	identity.Default, identity.Oracle = &preset, &datasource.OracleColumn{Identity: true}
	wantRules(t, checktest.Facts{Route: routeTo(datasource.Oracle, mysql97), Source: oneTable(oracle19, identity), Dest: snapshot(mysql97, nil, nil, nil)}, common.ColumnDefault)
	identity.Oracle = nil
	f := checktest.Facts{Route: routeTo(datasource.OceanBaseOracle, oracle19), Source: oneTable(tenant, identity), Dest: snapshot(oracle19, nil, nil, nil)}
	if findings, _, err := f.Run(t, common.ColumnDefault); err == nil {
		t.Errorf("with the destination's sequences unread it finds %v", findings)
	}
}

func TestColumnDefaultOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T")
			preset := func(column, text string) {
				emulatedColumns(srv, "T", oracleRow{"DEFAULT_LENGTH": len(text), "DATA_DEFAULT": text}, column)
			}
			preset("GOOD NUMBER(10)", "1 ")
			preset("NOW DATE", "SYSDATE ")
			preset("GUID RAW(16)", "SYS_GUID()")
			preset("NUMBERED NUMBER(10)", `"SHOP"."Q"."NEXTVAL"`)
			task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, common.ColumnDefault)
			want := []string{"function_refused SHOP.T.GUID", "sequence SHOP.T.NUMBERED", "translated SHOP.T.NOW"}
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER TABLE "SHOP"."T" MODIFY ("GUID" DEFAULT NULL)`}, mending(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			srv.Clear("DBA_TAB_COLS")
			preset("GUID RAW(16)", "NULL")
			preset("NUMBERED NUMBER(10)", "NULL")
			if got := task.Run(t, common.ColumnDefault); got.Outcome != engine.Passed {
				t.Errorf("mended it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_TAB_COLS")
			if got := task.Run(t, common.ColumnDefault); got.Outcome != engine.Unknown {
				t.Errorf("with the columns unread it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

// What the rules say of MySQL and MariaDB is what these do.
func TestDefaultsOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		maria := s.Product == dbtest.MariaDB
		guid := maria && s.AtLeast(10, 6, 1)
		for definition, accepted := range map[string]bool{
			"a DATETIME DEFAULT DATE '2024-01-01'":               maria,
			"a DATETIME DEFAULT TIMESTAMP '2024-01-01 08:00:00'": maria,
			"a DATETIME DEFAULT '2024-01-01 08:00:00'":           true,
			"a DATETIME DEFAULT '01-JAN-24'":                     false,
			"a DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)":         true,
			"a LONGTEXT DEFAULT 'x'":                             maria,
			"a LONGTEXT DEFAULT ('x')":                           true,
			"a VARBINARY(36) DEFAULT (SYS_GUID())":               guid,
			"a VARCHAR(100) DEFAULT (USER())":                    true,
			"a INT DEFAULT (60*60)":                              true,
			"a INT DEFAULT 60*60":                                false,
			"a INT DEFAULT (NVL(1,0)+NVL(1,0))":                  maria,
			"a INT DEFAULT NVL(1,0)+NVL(1,0)":                    false,
			"a VARBINARY(36) DEFAULT SYS_GUID()":                 guid,
			"a VARCHAR(100) DEFAULT (INTERVAL '1' DAY)":          false,
		} {
			wantCreated(t, s, accepted, "CREATE TABLE t ("+definition+")")
		}
	})
}

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

func TestColumnTypeOfOracle(t *testing.T) {
	t.Parallel()
	oracle := func(v string) datasource.Server { return server(datasource.FlavorOracle, v) }
	ocean := func(mode string) datasource.Server {
		s := server(datasource.FlavorOceanBase, "4.3.3")
		s.Mode = mode
		return s
	}
	mysql := server(datasource.FlavorMySQL, "9.1.0")
	owned := func(dataType, owner string) datasource.Column {
		c := column("C", dataType)
		c.Oracle = &datasource.OracleColumn{TypeOwner: owner}
		return c
	}
	fraction := func(dataType string, digits int) datasource.Column {
		c := column("C", dataType)
		c.Scale, c.HasScale = digits, true
		return c
	}
	for _, tc := range []struct {
		name    string
		dest    datasource.Server
		column  datasource.Column
		want    []string
		unknown bool
	}{
		{"a number", mysql, column("C", "NUMBER"), nil, false},
		{"LONG in Oracle mode", ocean("ORACLE"), column("C", "LONG"), []string{"changed"}, false},
		{"LONG in Oracle", oracle("19.3"), column("C", "LONG"), nil, false},
		{"CLOB in Oracle mode", ocean("ORACLE"), column("C", "CLOB"), nil, false},
		{"BFILE in Oracle mode", ocean("ORACLE"), column("C", "BFILE"), []string{"unsupported"}, false},
		{"BFILE in Oracle", oracle("19.3"), column("C", "BFILE"), []string{"loses"}, false},
		{"XMLTYPE of Oracle's own in Oracle mode", ocean("ORACLE"), owned("XMLTYPE", "SYS"), []string{"unlisted"}, false},
		{"XMLTYPE of Oracle's own in MySQL", mysql, owned("XMLTYPE", "SYS"), []string{"changed"}, false},
		{"an object type in Oracle", oracle("19.3"), owned("ADDRESS", "SHOP"), []string{"loses"}, false},
		{"an object type in MySQL", mysql, owned("ADDRESS", "SHOP"), []string{"unsupported"}, false},
		{"an object type of the name of one of Oracle's", mysql, owned("XMLTYPE", "SHOP"), []string{"unsupported"}, false},
		{"JSON in Oracle 19c", oracle("19.3"), column("C", "JSON"), []string{"unsupported"}, false},
		{"JSON in Oracle 21c", oracle("21.3"), column("C", "JSON"), nil, false},
		{"JSON in MySQL", mysql, column("C", "JSON"), nil, false},
		{"JSON in MariaDB", server(datasource.FlavorMariaDB, "11.4"), column("C", "JSON"), []string{"changed"}, false},
		{"microseconds in MySQL", mysql, fraction("TIMESTAMP", 6), nil, false},
		{"nanoseconds in MySQL", mysql, fraction("TIMESTAMP", 9), []string{"loses"}, false},
		{"a time zone in MySQL mode", ocean("MYSQL"), fraction("TIMESTAMP WITH TIME ZONE", 6), []string{"loses"}, false},
		{"a time zone in Oracle mode", ocean("ORACLE"), fraction("TIMESTAMP WITH TIME ZONE", 9), nil, false},
		{"a type that nobody knows", mysql, column("C", "MLSLABEL"), nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: oneTable(oracle("19.3"), tc.column), Dest: datasource.Snapshot{datasource.FactServer: tc.dest}, Route: checks.Route{Source: datasource.Oracle}}
			findings, _, err := facts.Run(t, common.ColumnType)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	if findings, _, err := (checktest.Facts{Source: oneTable(mysql, column("c", "int")), Dest: datasource.Snapshot{datasource.FactServer: oracle("19.3")},
		Route: checks.Route{Source: datasource.MySQL, Dest: datasource.Oracle}}).Run(t, common.ColumnType); err == nil {
		t.Errorf("a type of MySQL in Oracle is judged: %v", findings)
	}
}

// A tenant of OceanBase in Oracle mode as the source.
func TestColumnTypeOfATenant(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.Server
		column datasource.Column
		want   []string
	}{
		{"XMLTYPE to as new a tenant", tenantOf("4.3.3"), column("C", "XMLTYPE"), nil},
		{"XMLTYPE to an older tenant", tenantOf("4.2.1"), column("C", "XMLTYPE"), []string{"unlisted"}},
		{"CLOB to an older tenant", tenantOf("4.2.1"), column("C", "CLOB"), nil},
		{"rows' names to a tenant", tenantOf("4.3.3"), column("C", "UROWID"), []string{"loses"}},
		{"CLOB to Oracle", server(datasource.FlavorOracle, "11.2"), column("C", "CLOB"), nil},
		{"XMLTYPE to Oracle", server(datasource.FlavorOracle, "11.2"), column("C", "XMLTYPE"), nil},
		{"JSON to Oracle 19c", server(datasource.FlavorOracle, "19.3"), column("C", "JSON"), []string{"unsupported"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wantRules(t, checktest.Facts{Source: oneTable(tenantOf("4.3.3"), tc.column), Dest: datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: routeTo(datasource.OceanBaseOracle, tc.dest)}, common.ColumnType, tc.want...)
		})
	}
}

// The types that the dictionary of an emulated Oracle gives, in a task to MySQL.
func TestColumnTypeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range []string{"GOOD", "BAD"} {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
	}
	column := func(table, name, dataType string) {
		srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 22,
			"NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
	}
	column("GOOD", "N", "NUMBER")
	column("GOOD", "T", "TIMESTAMP(6)")
	column("BAD", "F", "BFILE")
	column("BAD", "I", "INTERVAL DAY(2) TO SECOND(6)")
	from := &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}
	got := checktest.Real{Source: checktest.End{Server: from, Schema: "SHOP"}, Dest: checktest.End{Server: to, Schema: to.Database(t)}}.Run(t, common.ColumnType)
	var found []string
	for _, f := range got.Findings {
		found = append(found, f.Rule+" "+f.Object.String())
	}
	if diff := cmp.Diff([]string{"unsupported SHOP.BAD.F", "changed SHOP.BAD.I"}, found); got.Outcome != engine.Failed || diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
	}
}

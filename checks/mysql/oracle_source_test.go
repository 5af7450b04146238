package mysql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// emulatedSource gives an emulated Oracle whose schema SHOP has these tables, each with one column of that type.
func emulatedSource(t *testing.T, dataType string, tables ...string) checktest.End {
	t.Helper()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
		srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": "C", "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 4000, "HIDDEN_COLUMN": "NO"})
	}
	return checktest.End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
}

// What a destination of MySQL's kind lacks for rows of Oracle: found, mended by the statement given, and gone.
func TestSettingsForOracleOnRealServers(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--sql-mode=NO_ZERO_DATE", "--max-allowed-packet=16M")
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (c VARCHAR(2))")
			long := func(before string) error {
				conn, err := s.DB(t).Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := conn.ExecContext(t.Context(), before); err != nil {
					t.Fatal(err)
				}
				_, err = conn.ExecContext(t.Context(), "INSERT INTO "+schema+".t VALUES ('long')")
				return err
			}
			dest := checktest.End{Server: s, Schema: schema}
			if got := (checktest.Real{Source: emulatedSource(t, "VARCHAR2", "A"), Dest: dest}).Run(t, mysql.MaxAllowedPacket); got.Outcome != engine.Passed {
				t.Errorf("without LOBs it is %s:\n%s", got.Outcome, got.Message(10))
			}
			if err := long("DO 0"); err != nil {
				t.Errorf("a mode that is not strict refuses: %v", err)
			}
			task := checktest.Real{Source: emulatedSource(t, "CLOB", "A"), Dest: dest}
			for check, want := range map[*checks.Check]string{mysql.SQLMode: "not_strict", mysql.MaxAllowedPacket: "small"} {
				got := task.Run(t, check)
				if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Rule != want {
					t.Fatalf("%s is %s, want %s:\n%s", check.Type, got.Outcome, want, got.Message(10))
				}
				checktest.Mend(t, s, got.Findings)
				if got := task.Run(t, check); got.Outcome != engine.Passed {
					t.Errorf("mended, %s is still %s:\n%s", check.Type, got.Outcome, got.Message(10))
				}
			}
			if err := long("SET SESSION sql_mode = @@GLOBAL.sql_mode"); err == nil {
				t.Error("the mode that the statement gave refuses nothing")
			}
		})
	}
}

func TestSessionPrivilegeFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT ON `"+strings.ReplaceAll(schema, "_", `\_`)+"`.* TO %s")
		task := checktest.Real{Source: emulatedSource(t, "DATE", "A"), Dest: checktest.End{Server: s, User: user, Password: password, Schema: schema}}
		got := task.Run(t, mysql.SessionPrivilege)
		if got.Outcome != engine.Warned {
			t.Fatalf("without the right it is %s:\n%s", got.Outcome, got.Message(10))
		}
		checktest.Mend(t, s, got.Findings)
		if got := task.Run(t, mysql.SessionPrivilege); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}

func TestLowerCaseTableNamesFromOracle(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.NameCase
		tables []string
		want   []string
	}{
		{"case counts", datasource.CaseSensitive, []string{"ORDERS", "orders"}, []string{"info unquoted_names lower_case_table_names"}},
		{"lower case", datasource.CaseLower, []string{"ORDERS", "LINES"}, nil},
		{"lower case, and names that become one", datasource.CaseLower, []string{"ORDERS", "orders"}, []string{"failure tables_collide shop.orders"}},
		{"kept as written, and names that become one", datasource.CaseFolded, []string{"ORDERS", "Orders"}, []string{"failure tables_collide SHOP.ORDERS"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var tables []datasource.Table
			for _, name := range tc.tables {
				tables = append(tables, datasource.Table{TableName: datasource.TableName{Schema: "SHOP", Name: name}, Kind: datasource.BaseTable})
			}
			source := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle}, datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}}, datasource.FactTables: datasource.SortTables(tables)}
			findings, _, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: withCase(mysql8, tc.dest)}, Route: checks.Route{Source: datasource.Oracle}}.Run(t, mysql.LowerCaseTableNames)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

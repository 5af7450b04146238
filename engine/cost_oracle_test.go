package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// emulatedTables starts an emulated listener whose schema SHOP has n tables, and gives it as the end of a task.
func emulatedTables(t *testing.T, release oracletest.Release, n int) (*oracletest.Server, checktest.End) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	srv.Fill("DBA_ALL_TABLES", []string{"OWNER", "TABLE_NAME", "TEMPORARY"}, n, func(i int) []any { return []any{"SHOP", fmt.Sprintf("T%04d", i), "N"} })
	srv.Fill("DBA_TAB_COLS", []string{"OWNER", "TABLE_NAME", "COLUMN_NAME", "COLUMN_ID", "DATA_TYPE", "DATA_LENGTH", "NULLABLE", "HIDDEN_COLUMN", "VIRTUAL_COLUMN"}, 2*n, func(i int) []any {
		return []any{"SHOP", fmt.Sprintf("T%04d", i/2), fmt.Sprintf("C%d", i%2), i%2 + 1, "VARCHAR2", 20, "Y", "NO", "NO"}
	})
	for i := range n {
		srv.Table("SHOP", fmt.Sprintf("T%04d", i), false)
	}
	return srv, checktest.End{Schema: "SHOP", Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}}
}

// A run over 2,000 tables of Oracle's dictionary sends the same statements, as often, as one over
// 20, all of which read, over no more connections than it may. The emulated listener is the witness.
func TestCostAndReadOnlyOnOracleEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			asked := func(tables int) []string {
				srv, source := emulatedTables(t, release, tables)
				_, dest := emulatedTables(t, release, 0)
				report, err := e.Run(t.Context(), checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases))
				if err != nil {
					t.Fatal(err)
				}
				for _, u := range report.Usage {
					if u.Connections > engine.DefaultConnections {
						t.Errorf("%s had %d connections open, more than %d", u.Side, u.Connections, engine.DefaultConnections)
					}
				}
				var texts []string
				for _, s := range srv.Statements() {
					if !strings.HasPrefix(s.SQL, "SELECT ") && s.SQL != "SET TRANSACTION READ ONLY" {
						t.Errorf("not a statement that only reads: %s", s.SQL)
					}
					if strings.HasPrefix(s.SQL, "SELECT ") {
						texts = append(texts, s.SQL)
					}
				}
				slices.Sort(texts)
				return texts
			}
			few, many := asked(20), asked(2000)
			if len(few) == 0 {
				t.Fatal("nothing was asked")
			}
			if diff := cmp.Diff(few, many); diff != "" {
				t.Errorf("statements over 2,000 tables differ from those over 20 (-20 +2,000):\n%s", diff)
			}
			t.Logf("%d statements", len(many))
		})
	}
}

// Every fact that a check of this route asks for can be read from Oracle, also where the tables
// exist on the destination already: no item is left unchecked for want of a way to read it, or
// for a view or column that the release does not have.
func TestEveryFactIsReadFromOracleEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, source := emulatedTables(t, release, 3)
			_, dest := emulatedTables(t, release, 3)
			task := checktest.Real{Source: source, Dest: dest, Settings: checks.Settings{Deep: true}}.Task(checks.AllPhases)
			report, err := e.Run(t.Context(), task)
			if err != nil {
				t.Fatal(err)
			}
			for _, res := range report.Results {
				switch class := datasource.ClassOf(res.Err); {
				case res.Outcome != engine.Unknown:
				case class == datasource.ErrUnsupported, class == datasource.ErrNoSuchObject, class == "":
					t.Errorf("%s could not be checked: %v", res.Item.Name(), res.Err)
				default:
					t.Logf("%s could not be checked: %v", res.Item.Name(), res.Err)
				}
			}
		})
	}
}

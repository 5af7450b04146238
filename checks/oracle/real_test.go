package oracle_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// Every check over a real database, for hosts that can pull the images: each view and column that
// is read exists there, and a table without a key is told from one with a key.
func TestEveryCheckOnRealOracle(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.OracleFree, dbtest.OracleXE} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Get(t, product)
			s.Exec(t, "CREATE USER precheck_shop IDENTIFIED BY Pr3check_pw QUOTA UNLIMITED ON users")
			t.Cleanup(func() { s.Exec(t, "DROP USER precheck_shop CASCADE") })
			s.Exec(t, "CREATE TABLE precheck_shop.keyed (id NUMBER(10) PRIMARY KEY, name VARCHAR2(20 CHAR) DEFAULT 'x' NOT NULL)",
				"CREATE TABLE precheck_shop.bare (a DATE, b CLOB)", "CREATE INDEX precheck_shop.upper_name ON precheck_shop.keyed (UPPER(name))",
				"CREATE VIEW precheck_shop.seen AS SELECT id FROM precheck_shop.keyed")
			end := checktest.End{Server: s, Schema: "PRECHECK_SHOP"}
			e, err := engine.New()
			if err != nil {
				t.Fatal(err)
			}
			report, err := e.Run(t.Context(), checktest.Real{Source: end, Dest: end}.Task(checks.AllPhases))
			if err != nil {
				t.Fatal(err)
			}
			for _, res := range report.Results {
				if datasource.ClassOf(res.Err) == datasource.ErrNoSuchObject {
					t.Errorf("%s reads what this release does not have: %v", res.Item.Check.Type, res.Err)
				}
				if res.Item.Check.Type != "RDB_PRIMARY_KEY" {
					continue
				}
				if len(res.Findings) != 1 || res.Findings[0].Object.Table != "BARE" {
					t.Errorf("RDB_PRIMARY_KEY:\n%s", res.Message(20))
				}
			}
		})
	}
}

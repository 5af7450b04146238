package catalogue_test

import (
	"database/sql"
	"strings"
	"testing"

	go_ora "github.com/sijms/go-ora/v2"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Runs every check on a real database, on hosts that can pull the images: each view and column that a check
// reads exists, and a table without a key is distinguished from one with a key.
func TestEveryCheckOnRealOracle(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.OracleFree, dbtest.OracleXE} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Get(t, product)
			s.Exec(t, "CREATE USER precheck_shop IDENTIFIED BY Pr3check_pw QUOTA UNLIMITED ON users")
			t.Cleanup(func() { s.Exec(t, "DROP USER precheck_shop CASCADE") })
			s.Exec(t,
				"CREATE TABLE precheck_shop.keyed (id NUMBER(10) PRIMARY KEY, name VARCHAR2(20 CHAR) DEFAULT 'x' NOT "+
					"NULL)",
				"CREATE TABLE precheck_shop.bare (a DATE, b CLOB)",
				"CREATE INDEX precheck_shop.upper_name ON precheck_shop.keyed (UPPER(name))",
				"CREATE VIEW precheck_shop.seen AS SELECT id FROM precheck_shop.keyed")
			end := checktest.Endpoint{Server: s, Schema: "PRECHECK_SHOP"}
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

// A real database of the same release or a later one has every view and column of the emulated dictionary.
// Runs on hosts that can pull the images.
func TestEmulatedDictionaryOnRealOracle(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.OracleFree, dbtest.OracleXE} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Get(t, product)
			db := s.DB(t)
			var version string
			if err := db.QueryRowContext(t.Context(),
				"SELECT version FROM product_component_version WHERE product LIKE 'Oracle%' AND rownum = 1").Scan(
				&version); err != nil {
				t.Fatal(err)
			}
			release := nearest(t, version)
			readEveryColumn(t, db, release)
			t.Logf("the views of release %s on %s", release, version)
		})
	}
}

// The statements of TestEmulatedDictionaryOnRealOracle are valid.
func TestEmulatedDictionaryOnItself(t *testing.T) {
	t.Parallel()
	srv, _ := checktest.Emulated(t, oracletest.Release19c)
	db := sql.OpenDB(go_ora.NewConnector(go_ora.BuildUrl(srv.Host, srv.Port, srv.Service, srv.User, srv.Password, nil)))
	t.Cleanup(func() { _ = db.Close() })
	readEveryColumn(t, db, oracletest.Release19c)
}

// readEveryColumn selects all columns of each view of a release, without rows.
func readEveryColumn(t *testing.T, db *sql.DB, release oracletest.Release) {
	t.Helper()
	for _, view := range oracletest.Views(release) {
		rows, err := db.QueryContext(t.Context(),
			"SELECT "+strings.Join(oracletest.Columns(release, view), ", ")+" FROM "+view+" WHERE 1 = 0")
		if err != nil {
			t.Errorf("%s of release %s: %v", view, release, err)
			continue
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

// nearest returns the latest emulated release that is not later than a version.
func nearest(t *testing.T, version string) oracletest.Release {
	t.Helper()
	real, ok := datasource.ParseVersion(version)
	releases := oracletest.Releases()
	for i := len(releases) - 1; ok && i >= 0; i-- {
		if emulated, _ := datasource.ParseVersion(releases[i].String()); !real.Before(emulated.Major, emulated.Minor) {
			return releases[i]
		}
	}
	t.Fatalf("no release is emulated for version %q", version)
	return oracletest.Release{}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"11.2.0.2.0": "11.2", "18.0.0.0.0": "12.2", "19.0.0.0.0": "19",
		"21.0.0.0.0": "19", "23.0.0.0.0": "23"} {
		if got := nearest(t, version); got.String() != want {
			t.Errorf("%s is compared with %s, want %s", version, got, want)
		}
	}
}

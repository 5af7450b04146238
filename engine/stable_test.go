package engine_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// All runs of one task show the same between real servers of two products.
func TestOutputIsStable(t *testing.T) {
	t.Parallel()
	for _, products := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(products[0]), func(t *testing.T) {
			t.Parallel()
			// MySQL shows a session that runs GRANT with binlog_format=STATEMENT, and other tests run some.
			from, to := dbtest.Start(t, products[0]), dbtest.Start(t, products[1])
			from.Exec(t, "CREATE DATABASE shop", "CREATE USER gone",
				"CREATE TABLE shop.bare (a INT, b GEOMETRY, c JSON)",
				"CREATE TABLE shop.parent (id INT PRIMARY KEY, name VARCHAR(9) COLLATE utf8mb4_general_ci, "+
					"UNIQUE (name))",
				"CREATE TABLE shop.child (id INT PRIMARY KEY, p INT, q INT, "+
					"FOREIGN KEY (p) REFERENCES shop.parent (id), "+
					"FOREIGN KEY (q) REFERENCES shop.parent (id) ON DELETE CASCADE, KEY (q, p), KEY (p, q))",
				"CREATE VIEW shop.v AS SELECT a FROM shop.bare",
				"CREATE DEFINER = gone PROCEDURE shop.p() SELECT 1",
				"CREATE FUNCTION shop.f() RETURNS INT NO SQL RETURN 1",
				"CREATE TRIGGER shop.t BEFORE INSERT ON shop.parent FOR EACH ROW SET NEW.name = ''",
				"CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", "DROP USER gone")
			to.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.parent (id BIGINT, name VARCHAR(3))",
				"INSERT INTO shop.parent VALUES (1, 'a')")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: "shop"},
				Dest: checktest.Endpoint{Server: to, Schema: "shop"}}.Task(checks.AllPhases)
			task.Settings.Deep = true
			checktest.WantStable(t, task)
		})
	}
}

// The same with an emulated Oracle as the source and the destination.
func TestOutputIsStableOnOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, source := emulatedTables(t, oracletest.Release19c, 5)
	for i, kind := range []string{"PACKAGE", "PROCEDURE", "FUNCTION", "TYPE", "SYNONYM", "MATERIALIZED VIEW", "JOB"} {
		srv.Insert("DBA_OBJECTS", oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": fmt.Sprintf("O%d", i),
			"OBJECT_TYPE": kind, "STATUS": "INVALID"})
	}
	_, dest := emulatedTables(t, oracletest.Release19c, 2)
	checktest.WantStable(t, checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases))
}

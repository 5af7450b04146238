package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUniqueKeyDiffOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "SAME", "LACKS", "STRICTER")
	for _, table := range []string{"SAME", "LACKS", "STRICTER"} {
		checktest.InsertColumnAt(srv, table, 1, "ID", "NUMBER",
			oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"})
		checktest.InsertColumnAt(srv, table, 2, "CODE", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0})
		checktest.InsertKey(srv, table, table+"_PK", "P", "ID")
	}
	checktest.InsertKey(srv, "LACKS", "LACKS_UK", "U", "CODE")
	task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
	at := "CREATE TABLE " + task.Dest.Schema + "."
	my.Exec(t, at+"SAME (id INT PRIMARY KEY, code INT)", at+"LACKS (id INT PRIMARY KEY, code INT)",
		at+"STRICTER (id INT PRIMARY KEY, code INT, UNIQUE uc (code))")
	got := checktest.WantFound(t, task, key.UniqueKeyDiff, "only_there STRICTER.uc", "missing LACKS")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, key.UniqueKeyDiff)
	srv.Deny(942, "*_CONS_COLUMNS")
	checktest.Unreadable(t, task, key.UniqueKeyDiff)
}

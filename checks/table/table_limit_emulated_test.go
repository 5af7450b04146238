package table_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// MySQL creates the tables that the check accepts, and refuses the others.
func TestTableLimitOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "LONGEST", "LONGER", "MIXED")
	for table, n := range map[string]int{"LONGEST": 768, "LONGER": 769} {
		checktest.InsertColumnAt(srv, table, 1, "C", "VARCHAR2",
			oracletest.Row{"DATA_LENGTH": n, "CHAR_LENGTH": n, "CHAR_USED": "B", "CHARACTER_SET_NAME": "CHAR_CS",
				"NULLABLE": "N"})
		checktest.InsertKey(srv, table, table+"_PK", "P", "C")
		checktest.WantCreated(t, my, n == 768,
			fmt.Sprintf("CREATE TABLE x (c VARCHAR(%d) CHARACTER SET utf8mb4 PRIMARY KEY)", n))
	}
	// 760 characters, DATE, TIMESTAMP(3), NUMBER(10,2), NUMBER(38): 3040 + 5 + 7 + 5 + 17 bytes
	checktest.InsertColumnAt(srv, "MIXED", 1, "C", "VARCHAR2",
		oracletest.Row{"DATA_LENGTH": 760, "CHAR_LENGTH": 760, "CHAR_USED": "B", "CHARACTER_SET_NAME": "CHAR_CS"})
	checktest.InsertColumnAt(srv, "MIXED", 2, "D", "DATE", nil)
	checktest.InsertColumnAt(srv, "MIXED", 3, "T", "TIMESTAMP(3)", oracletest.Row{"DATA_SCALE": 3})
	checktest.InsertColumnAt(srv, "MIXED", 4, "N", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 2})
	checktest.InsertColumnAt(srv, "MIXED", 5, "M", "NUMBER", oracletest.Row{"DATA_PRECISION": 38, "DATA_SCALE": 0})
	checktest.InsertIndex(srv, "MIXED", "ALL_IX", nil, "C", "D", "T", "N", "M")
	checktest.InsertIndex(srv, "MIXED", "MOST_IX", nil, "C", "D", "T", "N")
	mixed := "CREATE TABLE x (c VARCHAR(760) CHARACTER SET utf8mb4, d DATETIME, t DATETIME(3), n DECIMAL(10,2), m " +
		"DECIMAL(38), KEY (c, d, t, n"
	checktest.WantCreated(t, my, true, mixed+"))")
	checktest.WantCreated(t, my, false, mixed+", m))")
	task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
	checktest.WantFound(t, task, table.TableLimit, "key LONGER.LONGER_PK", "key MIXED.ALL_IX")
	srv.Deny(942, "*_IND_COLUMNS")
	checktest.Unreadable(t, task, table.TableLimit)
}

// The block size of an Oracle destination is read.
func TestTableLimitToOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "LONGER")
			checktest.InsertColumnAt(srv, "LONGER", 1, "C", "VARCHAR2",
				oracletest.Row{"DATA_LENGTH": 4000, "CHAR_LENGTH": 4000, "CHAR_USED": "B",
					"CHARACTER_SET_NAME": "CHAR_CS"})
			checktest.InsertIndex(srv, "LONGER", "IX", nil, "C")
			srv.Insert("V$PARAMETER", oracletest.Row{"NAME": "db_block_size", "VALUE": "8192"})
			dest, to := checktest.EmulatedOracle(t, release)
			dest.Insert("V$PARAMETER", oracletest.Row{"NAME": "db_block_size", "VALUE": "4096"})
			task := checktest.Real{Source: from, Dest: to}
			if got := checktest.WantFound(t, task, table.TableLimit, "key LONGER.IX"); got.Outcome != engine.Warned {
				t.Errorf("got %s", got.Outcome)
			}
			checktest.WantFound(t, checktest.Real{Source: from, Dest: from}, table.TableLimit)
			dest.Deny(942, "V$PARAMETER")
			checktest.Unreadable(t, task, table.TableLimit)
		})
	}
}

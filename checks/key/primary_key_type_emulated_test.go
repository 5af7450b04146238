package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPrimaryKeyTypeOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "BAD")
			checktest.InsertColumnAt(srv, "GOOD", 1, "ID", "NUMBER",
				oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"})
			checktest.InsertColumnAt(srv, "GOOD", 2, "F", "BINARY_DOUBLE", nil)
			checktest.InsertColumnAt(srv, "BAD", 1, "F", "BINARY_DOUBLE", oracletest.Row{"NULLABLE": "N"})
			checktest.InsertColumnAt(srv, "BAD", 2, "T", "TIMESTAMP(9)",
				oracletest.Row{"DATA_SCALE": 9, "NULLABLE": "N"})
			checktest.InsertKey(srv, "GOOD", "GOOD_PK", "P", "ID")
			checktest.InsertKey(srv, "BAD", "BAD_PK", "P", "F", "T")
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
			checktest.WantFound(t, task, key.PrimaryKeyType, "approximate BAD.F", "loses BAD.T")
			srv.Deny(942, "*_CONSTRAINTS")
			checktest.Unreadable(t, task, key.PrimaryKeyType)
		})
	}
}

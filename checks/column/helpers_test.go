package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// emulatedSequence adds a sequence with the numbers 1 to 1000 to the dictionary.
func emulatedSequence(srv *oracletest.Server, name string, next int, more oracletest.Row) {
	r := oracletest.Row{"SEQUENCE_OWNER": "SHOP", "SEQUENCE_NAME": name, "MIN_VALUE": 1, "MAX_VALUE": 1000,
		"INCREMENT_BY": 1, "LAST_NUMBER": next, "CACHE_SIZE": 20, "CYCLE_FLAG": "N"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_SEQUENCES", r)
}

// withMySQLDest returns the task with a MySQL destination.
func withMySQLDest(t *testing.T, task checktest.Real) checktest.Real {
	t.Helper()
	to := dbtest.Get(t, dbtest.MySQL)
	task.Dest = checktest.Endpoint{Server: to, Schema: to.Database(t)}
	return task
}

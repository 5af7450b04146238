package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNumberPrecisionEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "GOOD", "BAD")
		checktest.InsertColumn(srv, "GOOD", "N", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 2})
		checktest.InsertColumn(srv, "GOOD", "M", "NUMBER", oracletest.Row{"DATA_SCALE": 0})
		checktest.InsertColumn(srv, "BAD", "N", "NUMBER", nil)
		checktest.WantFindings(t, withMySQLDest(t, task).Run(t, column.NumberPrecision), "no_precision SHOP.BAD.N")
	})
}

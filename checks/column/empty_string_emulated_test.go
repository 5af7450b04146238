package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestEmptyStringEmulated(t *testing.T) {
	t.Parallel()
	srv, task := checktest.Emulated(t, oracletest.Release19c)
	checktest.InsertShop(srv, "GOOD", "BAD")
	checktest.InsertColumn(srv, "GOOD", "S", "VARCHAR2", oracletest.Row{"DEFAULT_LENGTH": 3, "DATA_DEFAULT": "'x'"})
	checktest.InsertColumn(srv, "BAD", "S", "VARCHAR2", oracletest.Row{"DEFAULT_LENGTH": 2, "DATA_DEFAULT": "''"})
	checktest.WantFindings(t, withMySQLDest(t, task).Run(t, column.EmptyString), "empty_default SHOP.BAD.S")
}

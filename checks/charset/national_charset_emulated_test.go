package charset_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNationalCharsetEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		other, dest := checktest.Emulated(t, oracletest.Release19c)
		task.Dest = dest.Source
		checktest.InsertShop(srv, "GOOD", "BAD")
		checktest.InsertColumn(srv, "GOOD", "S", "VARCHAR2", nil)
		checktest.InsertColumn(srv, "BAD", "S", "NVARCHAR2", nil)
		checktest.WantFindings(t, task.Run(t, charset.NationalCharset))
		other.Clear("NLS_DATABASE_PARAMETERS")
		other.Insert("NLS_DATABASE_PARAMETERS", oracletest.Row{"PARAMETER": "NLS_NCHAR_CHARACTERSET", "VALUE": "UTF8"})
		checktest.WantFindings(t, task.Run(t, charset.NationalCharset), "other_charset SHOP.BAD")
	})
}

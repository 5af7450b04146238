package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnLengthEmulated(t *testing.T) {
	t.Parallel()
	srv, task := checktest.Emulated(t, oracletest.Release19c)
	other, dest := checktest.Emulated(t, oracletest.Release12c)
	task.Dest = dest.Source
	checktest.InsertShop(srv, "GOOD", "BAD")
	checktest.InsertColumn(srv, "GOOD", "S", "VARCHAR2",
		oracletest.Row{"DATA_LENGTH": 4000, "CHAR_LENGTH": 4000, "CHAR_USED": "B"})
	checktest.InsertColumn(srv, "BAD", "S", "VARCHAR2",
		oracletest.Row{"DATA_LENGTH": 8000, "CHAR_LENGTH": 8000, "CHAR_USED": "B"})
	other.Insert("V$PARAMETER", oracletest.Row{"NAME": "max_string_size", "VALUE": "STANDARD"})
	checktest.WantFindings(t, task.Run(t, column.ColumnLength), "too_long SHOP.BAD.S")
	other.Set("V$PARAMETER", oracletest.Row{"VALUE": "EXTENDED"})
	checktest.WantFindings(t, task.Run(t, column.ColumnLength))
	other.Deny(942, "V$PARAMETER")
	if got := task.Run(t, column.ColumnLength); got.Outcome != engine.Unknown {
		t.Errorf("without MAX_STRING_SIZE of the destination, got %s: %s", got.Outcome, got.Message(5))
	}
}

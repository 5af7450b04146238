package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLOBSize(t *testing.T) {
	t.Parallel()
	for dataType, want := range map[string][]string{
		"int": nil, "mediumtext": nil, "blob": nil, "longtext": {"may_exceed"}, "longblob": {"may_exceed"},
		"json": {"may_exceed"},
	} {
		t.Run(dataType, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{
				Source: checktest.OneTable(checktest.MySQL97, checktest.ColumnOfType("c", dataType)),
				Route:  checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL}}
			checktest.WantRules(t, facts, column.LOBSize, want...)
		})
	}
}

func TestLOBSizeOfOracle(t *testing.T) {
	t.Parallel()
	for dataType, want := range map[string][]string{"NUMBER": nil, "CLOB": {"may_exceed"}, "LONG RAW": {"may_exceed"}} {
		facts := checktest.Facts{Source: checktest.Oracle19(checktest.OracleTable(dataType)),
			Route: checktest.OracleToOceanBase(checks.Full)}
		checktest.WantRules(t, facts, column.LOBSize, want...)
	}
}

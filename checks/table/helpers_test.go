package table_test

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// ofKind returns a snapshot of a source whose only table is SHOP.T, with the given facts.
func ofKind(table any) datasource.Snapshot {
	s := checktest.OracleTableOf()
	if t, ok := table.(datasource.OracleTable); ok {
		table = datasource.GroupByTable(datasource.RowsOf[datasource.OracleTable]{Table: checktest.OracleT,
			Rows: []datasource.OracleTable{t}})
	}
	s[datasource.FactOracleTables] = table
	return s
}

package capacity_test

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// profiled returns the facts of an account whose profile APPS has these limits.
func profiled(limits map[string]string, variables datasource.Variables) datasource.Snapshot {
	return datasource.Snapshot{datasource.FactOracleAccount: datasource.OracleAccount{Name: "PRE", Profile: "APPS", Limits: limits}, datasource.FactVariables: variables}
}

// sized returns the facts of a source whose only table is shop.t of that many bytes.
func sized(bytes int64) datasource.Snapshot {
	source := checktest.OneTable(checktest.ServerAt(datasource.FlavorOceanBase, "4.3.5"))
	source[datasource.FactTableSizes] = datasource.GroupByTable(datasource.RowsOf[datasource.TableSize]{Table: datasource.TableName{Schema: "shop", Name: "t"}, Rows: []datasource.TableSize{{Bytes: bytes}}})
	return source
}

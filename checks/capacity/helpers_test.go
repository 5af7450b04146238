package capacity_test

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// profiled returns the facts of an account whose profile APPS has these limits.
func profiled(limits map[string]string, variables datasource.Variables) datasource.Snapshot {
	return datasource.Snapshot{datasource.FactOracleAccount: datasource.OracleAccount{Name: "PRE", Profile: "APPS",
		Limits: limits}, datasource.FactVariables: variables}
}

// sized returns the facts of a source whose only table is shop.t of that many bytes.
func sized(bytes int64) datasource.Snapshot {
	source := checktest.OneTable(checktest.ServerAt(datasource.FlavorOceanBase, "4.3.5"))
	source[datasource.FactTableSizes] = datasource.GroupByTable(
		datasource.RowsOf[datasource.TableSize]{Table: datasource.TableName{Schema: "shop", Name: "t"},
			Rows: []datasource.TableSize{{Bytes: bytes}}})
	return source
}

// tenantInOracleMode returns a task from a tenant in Oracle mode that has one fact besides its server.
func tenantInOracleMode(fact datasource.AnyFact, value any) checktest.Facts {
	server := checktest.TenantOf("4.2")
	server.Account = "SHOP"
	return checktest.Facts{
		Source:   datasource.Snapshot{datasource.FactServer: server, fact: value},
		Route:    checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle},
		Settings: checks.Settings{Connections: 16},
	}
}

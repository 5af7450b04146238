package datasource_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Every type has a dialect and a port; an unknown type is not treated as another.
func TestEveryTypeHasADialectAndAPort(t *testing.T) {
	t.Parallel()
	for _, kind := range datasource.Types() {
		if kind.Dialect() == datasource.UnknownDialect || kind.DefaultPort() == 0 {
			t.Errorf("%s has the %s dialect and the port %d", kind, kind.Dialect(), kind.DefaultPort())
		}
	}
	const db2 datasource.Type = "DB2"
	if db2.Dialect() != datasource.UnknownDialect || db2.DefaultPort() != 0 {
		t.Errorf("an unknown type has the %s dialect and the port %d", db2.Dialect(), db2.DefaultPort())
	}
	if d := datasource.OceanBaseOracle.Dialect(); d != datasource.OracleDialect {
		t.Errorf("an Oracle-mode tenant of OceanBase has the %s dialect", d)
	}
}

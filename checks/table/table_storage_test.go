package table_test

import (
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableStorage(t *testing.T) {
	t.Parallel()
	forced := func(value string) datasource.OracleDatabase { return datasource.OracleDatabase{ForceLogging: value} }
	silent := datasource.OracleTable{NoLogging: []string{"USERS"}, Tablespace: "USERS"}
	for _, tc := range []struct {
		name     string
		table    datasource.OracleTable
		database any
		want     []string
		unknown  bool
	}{
		{"logging", datasource.OracleTable{Tablespace: "USERS"}, checktest.ErrRefusedView, nil, false},
		{"not logging", silent, forced("NO"), []string{"nologging"}, false},
		{"not logging, but forced by the database", silent, forced("YES"), nil, false},
		{"not logging, forced only for a standby", silent, forced("STANDBY NOLOGGING FOR LOAD PERFORMANCE"),
			[]string{"nologging"}, false},
		{"not logging, the database not readable", silent, checktest.ErrRefusedView, nil, true},
		{"not logging, but the pluggable database forces logging", silent,
			datasource.OracleDatabase{ForceLogging: "NO", CDB: true, Container: "SHOPDB"}, nil, false},
		{"not logging, but the tablespace forces logging",
			datasource.OracleTable{NoLogging: []string{"FORCED"}, Tablespace: "FORCED"}, checktest.ErrRefusedView, nil,
			false},
		{"partitions not logging, one of them forced",
			datasource.OracleTable{NoLogging: []string{"FORCED", "USERS"}, Partitioned: true}, forced("NO"),
			[]string{"nologging"}, false},
		{"hybrid columnar compression", datasource.OracleTable{Compression: []string{"BASIC", "QUERY HIGH"}},
			checktest.ErrRefusedView, []string{"hybrid_columnar"}, false},
		{"row compression", datasource.OracleTable{Compression: []string{"ADVANCED"}}, checktest.ErrRefusedView, nil,
			false},
		{"encrypted", datasource.OracleTable{Tablespace: "SAFE"}, checktest.ErrRefusedView, []string{"encrypted"},
			false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := ofKind(tc.table)
			maps.Copy(source, datasource.Snapshot{datasource.FactOracleDatabase: tc.database,
				datasource.FactTablespaceModes: map[string]datasource.TablespaceMode{"SAFE": {Encrypted: true},
					"FORCED": {ForceLogging: true}},
				datasource.FactContainerLogging: datasource.ContainerLogging{ForceLogging: true}})
			checktest.WantOutcome(t,
				checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)},
				table.TableStorage, tc.unknown, tc.want...)
		})
	}
}

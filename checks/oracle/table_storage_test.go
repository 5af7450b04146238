package oracle_test

import (
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
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
		{"logging", datasource.OracleTable{Tablespace: "USERS"}, refused, nil, false},
		{"not logging", silent, forced("NO"), []string{"nologging"}, false},
		{"not logging, but forced to", silent, forced("YES"), nil, false},
		{"not logging, a standby alone forced to", silent, forced("STANDBY NOLOGGING FOR LOAD PERFORMANCE"), []string{"nologging"}, false},
		{"not logging, the database refused", silent, refused, nil, true},
		{"not logging, but the pluggable database forces it to", silent, datasource.OracleDatabase{ForceLogging: "NO", CDB: true, Container: "SHOPDB"}, nil, false},
		{"not logging, but the tablespace forces it to", datasource.OracleTable{NoLogging: []string{"FORCED"}, Tablespace: "FORCED"}, refused, nil, false},
		{"partitions not logging, of which one is forced to", datasource.OracleTable{NoLogging: []string{"FORCED", "USERS"}, Partitioned: true}, forced("NO"), []string{"nologging"}, false},
		{"compressed by columns", datasource.OracleTable{Compression: []string{"BASIC", "QUERY HIGH"}}, refused, []string{"hybrid_columnar"}, false},
		{"compressed by rows", datasource.OracleTable{Compression: []string{"ADVANCED"}}, refused, nil, false},
		{"encrypted", datasource.OracleTable{Tablespace: "SAFE"}, refused, []string{"encrypted"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := ofKind(tc.table)
			maps.Copy(source, datasource.Snapshot{datasource.FactOracleDatabase: tc.database,
				datasource.FactTablespaceModes:  map[string]datasource.TablespaceMode{"SAFE": {Encrypted: true}, "FORCED": {ForceLogging: true}},
				datasource.FactContainerLogging: datasource.ContainerLogging{ForceLogging: true}})
			judged(t, checktest.Facts{Source: source, Route: oracleRoute(checks.Incremental)}, oracle.TableStorage, tc.unknown, tc.want...)
		})
	}
}

func TestTableStorageEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		emulatedShop(srv, "GOOD", "QUIET")
		emulatedTable(srv, "PARTED", row{"PARTITIONED": "YES"})
		emulatedTable(srv, "COLUMNAR", row{"COMPRESS_FOR": "ARCHIVE LOW", "TABLESPACE_NAME": "SAFE"})
		srv.Insert("DBA_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "GOOD", "LOGGING": "YES"}, row{"OWNER": "SHOP", "TABLE_NAME": "QUIET", "LOGGING": "NO"})
		for partition, logging := range map[string]string{"P1": "YES", "P2": "NO"} {
			srv.Insert("DBA_TAB_PARTITIONS", row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "PARTED", "PARTITION_NAME": partition, "LOGGING": logging})
		}
		srv.Insert("DBA_TABLESPACES", row{"TABLESPACE_NAME": "SAFE", "ENCRYPTED": "YES"})
		got := task.Run(t, oracle.TableStorage)
		found(t, got, "nologging SHOP.PARTED", "nologging SHOP.QUIET", "hybrid_columnar SHOP.COLUMNAR", "encrypted SHOP.COLUMNAR")
		if sql := got.Findings[1].SQL; len(sql) != 1 || sql[0] != `ALTER TABLE "SHOP"."QUIET" LOGGING` {
			t.Errorf("remedy %q", sql)
		}
		srv.Set("DBA_TAB_PARTITIONS", row{"TABLESPACE_NAME": "SAFE"})
		srv.Set("DBA_TABLESPACES", row{"FORCE_LOGGING": "YES"})
		found(t, task.Run(t, oracle.TableStorage), "nologging SHOP.QUIET", "hybrid_columnar SHOP.COLUMNAR", "encrypted SHOP.COLUMNAR")
		srv.Set("V$DATABASE", row{"FORCE_LOGGING": "YES"})
		found(t, task.Run(t, oracle.TableStorage), "hybrid_columnar SHOP.COLUMNAR", "encrypted SHOP.COLUMNAR")
	})
}

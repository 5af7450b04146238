package table_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableStorageEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "GOOD", "QUIET")
		checktest.InsertTable(srv, "PARTED", oracletest.Row{"PARTITIONED": "YES"})
		checktest.InsertTable(srv, "COLUMNAR", oracletest.Row{"COMPRESS_FOR": "ARCHIVE LOW", "TABLESPACE_NAME": "SAFE"})
		srv.Insert("DBA_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "GOOD", "LOGGING": "YES"},
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "QUIET", "LOGGING": "NO"})
		for partition, logging := range map[string]string{"P1": "YES", "P2": "NO"} {
			srv.Insert("DBA_TAB_PARTITIONS",
				oracletest.Row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "PARTED", "PARTITION_NAME": partition,
					"LOGGING": logging})
		}
		srv.Insert("DBA_TABLESPACES", oracletest.Row{"TABLESPACE_NAME": "SAFE", "ENCRYPTED": "YES"})
		got := task.Run(t, table.TableStorage)
		checktest.WantFindings(t, got, "nologging SHOP.PARTED", "nologging SHOP.QUIET", "hybrid_columnar SHOP.COLUMNAR",
			"encrypted SHOP.COLUMNAR")
		if sql := got.Findings[1].SQL; len(sql) != 1 || sql[0] != `ALTER TABLE "SHOP"."QUIET" LOGGING` {
			t.Errorf("statements %q", sql)
		}
		srv.Set("DBA_TAB_PARTITIONS", oracletest.Row{"TABLESPACE_NAME": "SAFE"})
		srv.Set("DBA_TABLESPACES", oracletest.Row{"FORCE_LOGGING": "YES"})
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "nologging SHOP.QUIET",
			"hybrid_columnar SHOP.COLUMNAR",
			"encrypted SHOP.COLUMNAR")
		srv.Set("V$DATABASE", oracletest.Row{"FORCE_LOGGING": "YES"})
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "hybrid_columnar SHOP.COLUMNAR",
			"encrypted SHOP.COLUMNAR")
	})
}

package table_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
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
		srv.Deny(942, "DBA_TABLESPACES")
		unread := task.Run(t, table.TableStorage)
		checktest.WantFindings(t, unread, "hybrid_columnar SHOP.COLUMNAR", "nologging SHOP.PARTED",
			"nologging SHOP.QUIET")
		if text := unread.Message(5); unread.Outcome != engine.Unknown || !strings.Contains(text, "DBA_TABLESPACES") {
			t.Errorf("without the tablespaces it is %s: %s", unread.Outcome, text)
		}
		srv.Deny(0, "DBA_TABLESPACES")
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "nologging SHOP.QUIET",
			"hybrid_columnar SHOP.COLUMNAR",
			"encrypted SHOP.COLUMNAR")
		srv.Set("V$DATABASE", oracletest.Row{"FORCE_LOGGING": "YES"})
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "hybrid_columnar SHOP.COLUMNAR",
			"encrypted SHOP.COLUMNAR")
	})
}

// TestTableStorageOfPartsEmulated has large objects and subpartitions without logging, and an encrypted column.
func TestTableStorageOfPartsEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "GOOD")
		checktest.InsertTable(srv, "PARTED", oracletest.Row{"PARTITIONED": "YES"})
		checktest.InsertTable(srv, "SPLIT", oracletest.Row{"PARTITIONED": "YES"})
		srv.Insert("DBA_TAB_SUBPARTITIONS",
			oracletest.Row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "SPLIT", "SUBPARTITION_NAME": "S1", "LOGGING": "YES"},
			oracletest.Row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "SPLIT", "SUBPARTITION_NAME": "S2", "LOGGING": "NO"})
		checktest.InsertTable(srv, "NOTES", nil)
		srv.Insert("DBA_LOBS",
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "NOTES", "COLUMN_NAME": "TEXT", "LOGGING": "NO"},
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "NOTES", "COLUMN_NAME": "IMAGE", "LOGGING": "YES"},
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "SPLIT", "COLUMN_NAME": "DOC", "LOGGING": "NONE"})
		for _, partition := range []string{"P1", "P2"} {
			srv.Insert("DBA_LOB_PARTITIONS", oracletest.Row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "PARTED",
				"COLUMN_NAME": "DOC", "PARTITION_NAME": partition, "LOGGING": "NO"})
		}
		srv.Insert("DBA_ENCRYPTED_COLUMNS",
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "GOOD", "COLUMN_NAME": "CARD"})
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "nologging SHOP.SPLIT",
			"nologging_lob SHOP.NOTES.TEXT", "nologging_lob SHOP.PARTED.DOC", "encrypted_columns SHOP.GOOD")
		srv.Set("DBA_TABLESPACES", oracletest.Row{"FORCE_LOGGING": "YES"})
		for _, view := range []string{"DBA_LOBS", "DBA_LOB_PARTITIONS", "DBA_TAB_SUBPARTITIONS"} {
			srv.Set(view, oracletest.Row{"TABLESPACE_NAME": "USERS"})
		}
		checktest.WantFindings(t, task.Run(t, table.TableStorage), "encrypted_columns SHOP.GOOD")
	})
}

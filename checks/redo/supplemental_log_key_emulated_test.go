package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// table adds a table with a primary key to the emulated dictionary.
func table(srv *oracletest.Server, name string) {
	srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name, "TEMPORARY": "N", "NESTED": "NO",
		"SECONDARY": "N", "DROPPED": "NO"})
	srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name, "COLUMN_NAME": "ID", "COLUMN_ID": 1,
		"DATA_TYPE": "NUMBER", "DATA_LENGTH": 22, "NULLABLE": "N", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
	srv.Insert("DBA_CONSTRAINTS",
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name, "CONSTRAINT_NAME": name + "_PK", "CONSTRAINT_TYPE": "P",
			"STATUS": "ENABLED", "INDEX_NAME": name + "_PK"})
	srv.Insert("DBA_CONS_COLUMNS",
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name, "CONSTRAINT_NAME": name + "_PK", "COLUMN_NAME": "ID",
			"POSITION": 1})
}

func TestSupplementalLogKeyEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
		table(srv, "BARE")
		table(srv, "COVERED")
		table(srv, "GROUPED")
		srv.Insert("DBA_LOG_GROUPS",
			oracletest.Row{"OWNER": "SHOP", "LOG_GROUP_NAME": "SYS_C1", "TABLE_NAME": "COVERED",
				"LOG_GROUP_TYPE": "PRIMARY KEY LOGGING", "ALWAYS": "ALWAYS"},
			oracletest.Row{"OWNER": "SHOP", "LOG_GROUP_NAME": "G", "TABLE_NAME": "GROUPED",
				"LOG_GROUP_TYPE": "USER LOG GROUP",
				"ALWAYS":         "ALWAYS"})
		srv.Insert("DBA_LOG_GROUP_COLUMNS",
			oracletest.Row{"OWNER": "SHOP", "LOG_GROUP_NAME": "G", "TABLE_NAME": "GROUPED", "COLUMN_NAME": "ID",
				"POSITION":         1,
				"LOGGING_PROPERTY": "LOG"})
		got := task.Run(t, redo.SupplementalLogKey)
		if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Object.String() != "SHOP.BARE" {
			t.Errorf("it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Set("V$DATABASE", oracletest.Row{"SUPPLEMENTAL_LOG_DATA_PK": "YES"})
		if got := task.Run(t, redo.SupplementalLogKey); got.Outcome != engine.Passed {
			t.Errorf("with logging in the whole database it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}

// Tables that log their keys themselves need no view of the pluggable database.
func TestLoggingOfTablesInAPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	srv, task := checktest.Emulated(t, oracletest.Release19c)
	checktest.InsertShop(srv, "ORDERS")
	srv.Set("DBA_SUPPLEMENTAL_LOGGING", oracletest.Row{"PRIMARY_KEY": "NO", "UNIQUE_INDEX": "NO", "ALL_COLUMN": "NO"})
	srv.Deny(942, "DBA_SUPPLEMENTAL_LOGGING")
	if got := task.Run(t, redo.SupplementalLogKey); got.Outcome != engine.Unknown {
		t.Errorf("without a log group it is %s: %s", got.Outcome, got.Message(5))
	}
	srv.Insert("DBA_LOG_GROUPS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "LOG_GROUP_NAME": "ALL_OF_IT",
		"LOG_GROUP_TYPE": "ALL COLUMN LOGGING", "ALWAYS": "ALWAYS"})
	checktest.WantFound(t, task, redo.SupplementalLogKey)
}

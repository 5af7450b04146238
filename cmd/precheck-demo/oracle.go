package main

import (
	_ "embed"

	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// oracleTask is the task file of the demo with an Oracle source. Its verbs are the port, service,
// user and password of the source and the port of the destination.
//
//go:embed oracle.yaml
var oracleTask string

// startOracle starts the emulated Oracle listener, whose dictionary describes a schema with
// defects planted in it. The caller closes it.
func startOracle() (*oracletest.Server, error) {
	srv, err := oracletest.Start(oracletest.Release19c, oracletest.Options{})
	if err != nil {
		return nil, err
	}
	fillOracle(srv)
	if err := srv.Err(); err != nil {
		srv.Close()
		return nil, err
	}
	return srv, nil
}

// fillOracle describes the schema SHOP: a correct table, one without a key, and one with types that
// MySQL does not have.
func fillOracle(srv *oracletest.Server) {
	type row = oracletest.Row
	srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "USER_ID": 101, "ACCOUNT_STATUS": "OPEN"})
	for _, table := range []string{"CUSTOMER", "AUDIT_LOG", "DOCUMENT"} {
		r := row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N",
			"DROPPED": "NO"}
		srv.Insert("DBA_TABLES", r)
		srv.Insert("DBA_ALL_TABLES", r)
		srv.Insert("DBA_OBJECTS", row{"OWNER": "SHOP", "OBJECT_NAME": table, "OBJECT_TYPE": "TABLE", "STATUS": "VALID"})
	}
	for i, c := range []row{
		{"TABLE_NAME": "CUSTOMER", "COLUMN_NAME": "ID", "DATA_TYPE": "NUMBER",
			"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"},
		{"TABLE_NAME": "CUSTOMER", "COLUMN_NAME": "NAME", "DATA_TYPE": "VARCHAR2",
			"DATA_LENGTH": 320, "CHAR_LENGTH": 80, "CHAR_USED": "C", "NULLABLE": "N"},
		{"TABLE_NAME": "AUDIT_LOG", "COLUMN_NAME": "AT", "DATA_TYPE": "DATE", "NULLABLE": "N"},
		{"TABLE_NAME": "AUDIT_LOG", "COLUMN_NAME": "WHAT", "DATA_TYPE": "VARCHAR2",
			"DATA_LENGTH": 200, "CHAR_LENGTH": 200, "CHAR_USED": "B", "NULLABLE": "Y"},
		{"TABLE_NAME": "DOCUMENT", "COLUMN_NAME": "ID", "DATA_TYPE": "NUMBER", "NULLABLE": "N"},
		{"TABLE_NAME": "DOCUMENT", "COLUMN_NAME": "SCAN", "DATA_TYPE": "BFILE", "DATA_LENGTH": 530, "NULLABLE": "Y"},
	} {
		full := row{"OWNER": "SHOP", "COLUMN_ID": i + 1, "DATA_LENGTH": 22, "CHAR_LENGTH": 0, "HIDDEN_COLUMN": "NO",
			"VIRTUAL_COLUMN": "NO", "USER_GENERATED": "YES", "IDENTITY_COLUMN": "NO", "DEFAULT_ON_NULL": "NO"}
		for k, v := range c {
			full[k] = v
		}
		srv.Insert("DBA_TAB_COLS", full)
	}
	for _, table := range []string{"CUSTOMER", "DOCUMENT"} {
		key := table + "_PK"
		srv.Insert("DBA_CONSTRAINTS", row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": key,
			"CONSTRAINT_TYPE": "P", "STATUS": "ENABLED", "DEFERRABLE": "NOT DEFERRABLE",
			"VALIDATED": "VALIDATED", "INDEX_NAME": key})
		srv.Insert("DBA_CONS_COLUMNS", row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": key,
			"COLUMN_NAME": "ID", "POSITION": 1})
		srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": key, "TABLE_OWNER": "SHOP", "TABLE_NAME": table,
			"UNIQUENESS": "UNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE"})
		srv.Insert("DBA_IND_COLUMNS", row{"INDEX_OWNER": "SHOP", "INDEX_NAME": key, "TABLE_OWNER": "SHOP",
			"TABLE_NAME": table, "COLUMN_NAME": "ID", "COLUMN_POSITION": 1, "DESCEND": "ASC"})
	}
	for _, name := range []string{"DBMS_LOGMNR", "DBMS_LOGMNR_D"} {
		srv.Insert("DBA_OBJECTS", row{"OWNER": "SYS", "OBJECT_NAME": name, "OBJECT_TYPE": "PACKAGE", "STATUS": "VALID"})
	}
	for _, privilege := range []string{"SELECT ANY TABLE", "FLASHBACK ANY TABLE", "SELECT ANY DICTIONARY", "LOGMINING",
		"SELECT ANY TRANSACTION"} {
		srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": privilege})
	}
	srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": "PUBLIC", "TABLE_SCHEMA": "SYS", "TABLE_NAME": "DBMS_LOGMNR",
		"PRIVILEGE": "EXECUTE"})
	srv.Set("V$DATABASE", row{"LOG_MODE": "NOARCHIVELOG"})
}

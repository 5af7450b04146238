package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// The routes from Oracle and from OceanBase in Oracle mode, and who answers at their ends.
var (
	toMySQL    = checks.Route{Source: datasource.Oracle, Dest: datasource.MySQL}
	toMariaDB  = checks.Route{Source: datasource.Oracle, Dest: datasource.MariaDB}
	toOBMySQL  = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseMySQL}
	toOBOracle = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle}
	toOracle   = checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle}
	obToOracle = checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}

	oracle19   = datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}}
	oracle23   = datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 23}}
	obOracle43 = datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}, Mode: "ORACLE"}
)

// emulatedColumn puts a column of a table of SHOP into the dictionary.
func emulatedColumn(srv *oracletest.Server, table string, id int, name, dataType string, more oracletest.Row) {
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": id, "DATA_TYPE": dataType, "DATA_LENGTH": 22, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO", "CHAR_LENGTH": 0}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_TAB_COLS", r)
}

// emulatedKey puts a primary key or a unique key and its index into the dictionary.
func emulatedKey(srv *oracletest.Server, table, name, kind string, columns ...string) {
	emulatedConstraint(srv, table, name, kind, oracletest.Row{"INDEX_NAME": name}, columns...)
	emulatedIndex(srv, table, name, oracletest.Row{"UNIQUENESS": "UNIQUE"}, columns...)
}

// emulatedIndex puts an index into the dictionary.
func emulatedIndex(srv *oracletest.Server, table, name string, more oracletest.Row, columns ...string) {
	r := oracletest.Row{"OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table, "UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE", "JOIN_INDEX": "NO"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_INDEXES", r)
	for i, column := range columns {
		srv.Insert("DBA_IND_COLUMNS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": column, "COLUMN_POSITION": i + 1, "DESCEND": "ASC"})
	}
}

// emulatedCheck puts a CHECK constraint into the dictionary of the release.
func emulatedCheck(srv *oracletest.Server, release oracletest.Release, table, name, condition string, more oracletest.Row) {
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": "C", "STATUS": "ENABLED", "VALIDATED": "VALIDATED", "GENERATED": "USER NAME", "SEARCH_CONDITION": condition}
	if release != oracletest.Release11g {
		r["SEARCH_CONDITION_VC"] = condition
	}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_CONSTRAINTS", r)
}

// unreadable tells whether a check says that it could not be made.
func unreadable(t *testing.T, task checktest.Real, c *checks.Check) {
	t.Helper()
	if got := task.Run(t, c); got.Outcome != engine.Unknown {
		t.Errorf("with a view that may not be read %s is %s: %s", c.Type, got.Outcome, got.Message(5))
	}
}

package checktest

import (
	"maps"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// EmulatedOracle starts an emulated Oracle with the schema SHOP and these tables, and returns it with its
// endpoint of a task.
func EmulatedOracle(t testing.TB, release oracletest.Release, tables ...string) (*oracletest.Server, Endpoint) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	InsertShop(srv, tables...)
	return srv, emulatedEndpoint(srv)
}

func emulatedEndpoint(srv *oracletest.Server) Endpoint {
	return Endpoint{Schema: "SHOP", Server: &dbtest.Server{Server: disposable.Server{
		Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User,
		Password: srv.Password, Service: srv.Service}}}
}

// Emulated starts an emulated Oracle without a schema, and returns it with a task from it to itself.
func Emulated(t testing.TB, release oracletest.Release) (*oracletest.Server, Real) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	end := emulatedEndpoint(srv)
	return srv, Real{Source: end, Dest: end}
}

// EmulatedSource starts an emulated Oracle 19c with the schema SHOP and these tables, each with one column C
// of a type.
func EmulatedSource(t testing.TB, dataType string, tables ...string) Endpoint {
	t.Helper()
	srv, end := EmulatedOracle(t, oracletest.Release19c, tables...)
	for _, table := range tables {
		InsertColumn(srv, table, "C", dataType, oracletest.Row{"DATA_LENGTH": 4000})
	}
	return end
}

// EachRelease runs a test with an emulated Oracle of each release.
func EachRelease(t *testing.T, run func(*testing.T, *oracletest.Server, Real)) {
	t.Helper()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, task := Emulated(t, release)
			run(t, srv, task)
		})
	}
}

// InsertShop inserts the schema SHOP with these tables.
func InsertShop(srv *oracletest.Server, tables ...string) {
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		InsertTable(srv, table, nil)
	}
}

// InsertTable inserts a table of SHOP. more overrides its values in the dictionary.
func InsertTable(srv *oracletest.Server, name string, more oracletest.Row) {
	all := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name,
		"TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N", "DROPPED": "NO"}
	maps.Copy(all, more)
	srv.Insert("DBA_ALL_TABLES", all)
}

// InsertColumn inserts the first column of a table. more overrides its values in the dictionary.
func InsertColumn(srv *oracletest.Server, table, name, dataType string, more oracletest.Row) {
	InsertColumnAt(srv, table, 1, name, dataType, more)
}

// InsertColumnAt inserts the column of a table at a position, which begins with 1.
func InsertColumnAt(srv *oracletest.Server, table string, id int, name, dataType string, more oracletest.Row) {
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": id,
		"DATA_TYPE": dataType, "DATA_LENGTH": 22, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"}
	maps.Copy(r, more)
	srv.Insert("DBA_TAB_COLS", r)
}

// InsertColumns inserts columns of a table that are written as in CREATE TABLE. A final ! makes one NOT NULL.
func InsertColumns(srv *oracletest.Server, table string, more oracletest.Row, columns ...string) {
	for i, text := range columns {
		text, strict := strings.CutSuffix(text, "!")
		name, dataType, _ := strings.Cut(text, " ")
		r := emulatedType(dataType)
		if strict {
			r["NULLABLE"] = "N"
		}
		maps.Copy(r, more)
		InsertColumnAt(srv, table, i+1, name, dataType, r)
	}
}

// emulatedType returns the values in DBA_TAB_COLS of a type in a database with AL32UTF8.
func emulatedType(text string) oracletest.Row {
	name, args, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	words := strings.Fields(args)
	number := func(s string) int {
		n := 0
		for _, d := range strings.TrimPrefix(s, "-") {
			n = 10*n + int(d-'0')
		}
		if strings.HasPrefix(s, "-") {
			return -n
		}
		return n
	}
	r := oracletest.Row{"DATA_TYPE": name, "DATA_LENGTH": 22}
	switch {
	case args == "" || strings.Contains(text, " "+"TO ") || strings.Contains(text, " WITH "):
		r["DATA_TYPE"] = text
	case name == "TIMESTAMP":
		r["DATA_TYPE"], r["DATA_SCALE"] = text, number(args)
	case name == "VARCHAR2" || name == "CHAR":
		n := number(words[0])
		r["CHAR_LENGTH"], r["DATA_LENGTH"], r["CHAR_USED"] = n, n, "B"
		if words[1] == "CHAR" {
			r["DATA_LENGTH"], r["CHAR_USED"] = min(4*n, 4000), "C"
		}
	case name == "NVARCHAR2" || name == "NCHAR":
		r["CHAR_LENGTH"], r["DATA_LENGTH"], r["CHAR_USED"] = number(args), 2*number(args), "C"
	case name == "RAW":
		r["DATA_LENGTH"] = number(args)
	case name == "FLOAT":
		r["DATA_PRECISION"] = number(args)
	case name == "NUMBER":
		p, s, scaled := strings.Cut(args, ",")
		r["DATA_SCALE"] = number(s)
		if p != "*" {
			r["DATA_PRECISION"] = number(p)
		}
		if !scaled {
			r["DATA_SCALE"] = 0
		}
	}
	return r
}

// InsertConstraint inserts a constraint of a table, over the columns A and B by default.
func InsertConstraint(srv *oracletest.Server, table, name, kind string, more oracletest.Row, columns ...string) {
	if columns == nil {
		columns = []string{"A", "B"}
	}
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name,
		"CONSTRAINT_TYPE": kind, "STATUS": "ENABLED"}
	maps.Copy(r, more)
	srv.Insert("DBA_CONSTRAINTS", r)
	for position, column := range columns {
		srv.Insert("DBA_CONS_COLUMNS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table,
			"CONSTRAINT_NAME": name, "COLUMN_NAME": column, "POSITION": position + 1})
	}
}

// InsertKey inserts a primary key or a unique key, and its index.
func InsertKey(srv *oracletest.Server, table, name, kind string, columns ...string) {
	InsertConstraint(srv, table, name, kind, oracletest.Row{"INDEX_NAME": name}, columns...)
	InsertIndex(srv, table, name, oracletest.Row{"UNIQUENESS": "UNIQUE"}, columns...)
}

// InsertIndex inserts an index of a table.
func InsertIndex(srv *oracletest.Server, table, name string, more oracletest.Row, columns ...string) {
	r := oracletest.Row{"OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table,
		"UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE", "JOIN_INDEX": "NO"}
	maps.Copy(r, more)
	srv.Insert("DBA_INDEXES", r)
	for i, column := range columns {
		srv.Insert("DBA_IND_COLUMNS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP",
			"TABLE_NAME": table, "COLUMN_NAME": column, "COLUMN_POSITION": i + 1, "DESCEND": "ASC"})
	}
}

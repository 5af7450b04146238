package checktest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// Oracle19 gives a snapshot of an Oracle 19c database that holds these facts, too.
func Oracle19(facts ...datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}, Account: "PRE"}}
	for _, f := range facts {
		maps.Copy(s, f)
	}
	return s
}

// OracleTable gives the facts of a schema SHOP whose only table T has a column of that type.
func OracleTable(dataType string) datasource.Snapshot {
	name := datasource.TableName{Schema: "SHOP", Name: "T"}
	return datasource.Snapshot{
		datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
		datasource.FactTables:  datasource.Tables{{TableName: name, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: name,
			Rows: []datasource.Column{{Name: "C", ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType}}}}),
	}
}

// Expectation is what a check says of facts.
type Expectation struct {
	Want    []string // level, rule and object
	SQL     string   // all statements, joined by ;
	Note    string   // part of a remark
	Unknown bool
}

func (e Expectation) Hold(t *testing.T, c *checks.Check, facts Facts) {
	t.Helper()
	findings, notes, err := facts.Run(t, c)
	if (err != nil) != e.Unknown {
		t.Fatalf("error %v, want one: %v", err, e.Unknown)
	}
	var got, sql []string
	for _, f := range findings {
		got, sql = append(got, f.Level.String()+" "+f.Rule+" "+f.Object.String()), append(sql, f.SQL...)
		if strings.Contains(f.Message+f.Remedy, "{") {
			t.Errorf("a gap was not filled in: %s %s", f.Message, f.Remedy)
		}
	}
	if diff := cmp.Diff(e.Want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if joined := strings.Join(sql, ";"); joined != e.SQL {
		t.Errorf("statements\n%s\nwant\n%s", joined, e.SQL)
	}
	if !strings.Contains(strings.Join(notes, ";"), e.Note) {
		t.Errorf("notes %q, want one with %q", notes, e.Note)
	}
}

// TenantOf gives an Oracle-mode tenant of OceanBase.
func TenantOf(version string) datasource.Server {
	s := ServerAt(datasource.FlavorOceanBase, version)
	s.Mode = "ORACLE"
	return s
}

// RouteTo gives the route from an Oracle-like source to a destination.
func RouteTo(source datasource.Type, dest datasource.Server) checks.Route {
	r := checks.Route{Source: source, Dest: datasource.MySQL}
	switch {
	case dest.Flavor == datasource.FlavorOracle:
		r.Dest = datasource.Oracle
	case dest.Mode == "ORACLE":
		r.Dest = datasource.OceanBaseOracle
	case dest.IsOceanBase():
		r.Dest = datasource.OceanBaseMySQL
	case dest.IsMariaDB():
		r.Dest = datasource.MariaDB
	}
	return r
}

// InsertColumns puts columns of a table into an emulated dictionary. A column is written as CREATE TABLE
// writes it; a final ! makes it NOT NULL.
func InsertColumns(srv *oracletest.Server, table string, more oracletest.Row, columns ...string) {
	for i, text := range columns {
		text, strict := strings.CutSuffix(text, "!")
		name, dataType, _ := strings.Cut(text, " ")
		r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": i + 1, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"}
		if strict {
			r["NULLABLE"] = "N"
		}
		for k, v := range emulatedType(dataType) {
			r[k] = v
		}
		for k, v := range more {
			r[k] = v
		}
		srv.Insert("DBA_TAB_COLS", r)
	}
}

// emulatedType gives what DBA_TAB_COLS of a database in AL32UTF8 says of a type.
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

// StatementsOf gives what the findings would execute, each once, in order of the text.
func StatementsOf(findings []engine.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.SQL...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// EmulatedOracle gives an emulated listener whose schema SHOP has these tables, and it as the end of a task.
func EmulatedOracle(t *testing.T, release oracletest.Release, tables ...string) (*oracletest.Server, End) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
	}
	return srv, End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
}

// InsertConstraint puts a constraint into the dictionary, over the columns A and B if no others are given.
func InsertConstraint(srv *oracletest.Server, table, name, kind string, more oracletest.Row, columns ...string) {
	if columns == nil {
		columns = []string{"A", "B"}
	}
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": kind, "STATUS": "ENABLED"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_CONSTRAINTS", r)
	for position, column := range columns {
		srv.Insert("DBA_CONS_COLUMNS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "COLUMN_NAME": column, "POSITION": position + 1})
	}
}

// The routes from Oracle and from OceanBase in Oracle mode, and who answers at their ends.
var ToMySQL = checks.Route{Source: datasource.Oracle, Dest: datasource.MySQL}

var ToMariaDB = checks.Route{Source: datasource.Oracle, Dest: datasource.MariaDB}

var ToOBMySQL = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseMySQL}

var ToOBOracle = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle}

var ToOracle = checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle}

var OBToOracle = checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}

var OracleServer19 = datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}}

var OracleServer23 = datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 23}}

var OBOracle43 = datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}, Mode: "ORACLE"}

// InsertColumnAt puts a column of a table of SHOP into the dictionary.
func InsertColumnAt(srv *oracletest.Server, table string, id int, name, dataType string, more oracletest.Row) {
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": id, "DATA_TYPE": dataType, "DATA_LENGTH": 22, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO", "CHAR_LENGTH": 0}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_TAB_COLS", r)
}

// InsertKey puts a primary key or a unique key and its index into the dictionary.
func InsertKey(srv *oracletest.Server, table, name, kind string, columns ...string) {
	InsertConstraint(srv, table, name, kind, oracletest.Row{"INDEX_NAME": name}, columns...)
	InsertIndex(srv, table, name, oracletest.Row{"UNIQUENESS": "UNIQUE"}, columns...)
}

// InsertIndex puts an index into the dictionary.
func InsertIndex(srv *oracletest.Server, table, name string, more oracletest.Row, columns ...string) {
	r := oracletest.Row{"OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table, "UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE", "JOIN_INDEX": "NO"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_INDEXES", r)
	for i, column := range columns {
		srv.Insert("DBA_IND_COLUMNS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": column, "COLUMN_POSITION": i + 1, "DESCEND": "ASC"})
	}
}

// Unreadable tells whether a check says that it could not be made.
func Unreadable(t *testing.T, task Real, c *checks.Check) {
	t.Helper()
	if got := task.Run(t, c); got.Outcome != engine.Unknown {
		t.Errorf("with a view that may not be read %s is %s: %s", c.Type, got.Outcome, got.Message(5))
	}
}

// EmulatedSource gives an emulated Oracle whose schema SHOP has these tables, each with one column of that type.
func EmulatedSource(t *testing.T, dataType string, tables ...string) End {
	t.Helper()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
		srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": "C", "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 4000, "HIDDEN_COLUMN": "NO"})
	}
	return End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
}

var OracleT = datasource.TableName{Schema: "SHOP", Name: "T"}

// OracleTableOf gives a snapshot of a source whose only table is SHOP.T with these columns.
func OracleTableOf(columns ...datasource.Column) datasource.Snapshot {
	return Oracle19With(datasource.Snapshot{
		datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
		datasource.FactTables:  datasource.Tables{{TableName: OracleT, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: OracleT, Rows: columns}),
	})
}

func OracleColumnOf(t datasource.ColumnType) datasource.Column {
	if t.Oracle == nil {
		t.Oracle = &datasource.OracleColumn{}
	}
	return datasource.Column{Name: "C", ColumnType: &t}
}

// WantJudged runs a check over facts and compares the rules of what it finds.
func WantJudged(t *testing.T, f Facts, c *checks.Check, unknown bool, want ...string) {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if (err != nil) != unknown {
		t.Errorf("error %v, want one: %v", err, unknown)
	}
	if diff := cmp.Diff(want, Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// InsertShop puts an empty schema SHOP with these tables into an emulated dictionary.
func InsertShop(srv *oracletest.Server, tables ...string) {
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		InsertTable(srv, table, nil)
	}
}

func InsertTable(srv *oracletest.Server, name string, more oracletest.Row) {
	all := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": name, "TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N", "DROPPED": "NO"}
	maps.Copy(all, more)
	srv.Insert("DBA_ALL_TABLES", all)
}

func InsertColumn(srv *oracletest.Server, table, name, dataType string, more oracletest.Row) {
	all := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 22,
		"NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"}
	maps.Copy(all, more)
	srv.Insert("DBA_TAB_COLS", all)
}

// WantFindings compares what a check found: rule and object of each finding.
func WantFindings(t *testing.T, got engine.Result, want ...string) {
	t.Helper()
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, f.Rule+" "+f.Object.String())
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
	}
}

// Emulated starts an emulated listener of the release and gives a task from it to itself.
func Emulated(t *testing.T, release oracletest.Release) (*oracletest.Server, Real) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	end := End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
	return srv, Real{Source: end, Dest: end}
}

// EachRelease runs a test against an emulated listener of each release.
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

// OracleToOceanBase is a task from an Oracle database to a tenant of OceanBase.
func OracleToOceanBase(phases checks.Phases) checks.Route {
	return checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle, Phases: phases}
}

// Oracle19With gives a snapshot of an Oracle 19c database that holds these facts, too.
func Oracle19With(facts datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}, Account: "PRECHECK"}}
	maps.Copy(s, facts)
	return s
}

// ErrRefusedView is what reading a view gives that the account may not read.
var ErrRefusedView = &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("the account PRECHECK may not read the view")}

package checktest

import (
	"maps"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// OracleT is the name of the only table in facts of Oracle-like servers.
var OracleT = datasource.TableName{Schema: "SHOP", Name: "T"}

// Servers of Oracle, and a tenant of OceanBase in Oracle mode.
var (
	OracleServer19 = ServerAt(datasource.FlavorOracle, "19")
	OracleServer23 = ServerAt(datasource.FlavorOracle, "23")
	OBOracle43     = TenantOf("4.3")
)

// Routes from Oracle, and one from OceanBase in Oracle mode.
var (
	ToMySQL    = checks.Route{Source: datasource.Oracle, Dest: datasource.MySQL}
	ToMariaDB  = checks.Route{Source: datasource.Oracle, Dest: datasource.MariaDB}
	ToOBMySQL  = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseMySQL}
	ToOBOracle = checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle}
	ToOracle   = checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle}
	OBToOracle = checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}
)

// ErrRefusedView is the error of a view that the account may not read.
var ErrRefusedView = &datasource.Error{
	Class: datasource.ErrPrivilege, Cause: message.Verbatim("the account PRECHECK may not read the view"),
}

// TenantOf returns a tenant of OceanBase in Oracle mode.
func TenantOf(version string) datasource.Server {
	s := ServerAt(datasource.FlavorOceanBase, version)
	s.Mode = "ORACLE"
	return s
}

// RouteTo returns the route from an Oracle-like source to a destination.
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

// OracleToOceanBase returns ToOBOracle with phases.
func OracleToOceanBase(phases checks.Phases) checks.Route {
	r := ToOBOracle
	r.Phases = phases
	return r
}

// Oracle19 returns the facts of an Oracle 19c database that the account PRE reads.
func Oracle19(facts ...datasource.Snapshot) datasource.Snapshot {
	return oracle19("PRE", facts...)
}

// Oracle19With returns the facts of an Oracle 19c database that the account PRECHECK reads.
func Oracle19With(facts datasource.Snapshot) datasource.Snapshot {
	return oracle19("PRECHECK", facts)
}

func oracle19(account string, facts ...datasource.Snapshot) datasource.Snapshot {
	server := OracleServer19
	server.Account = account
	s := datasource.Snapshot{datasource.FactServer: server}
	for _, f := range facts {
		maps.Copy(s, f)
	}
	return s
}

// OracleTable returns only the facts of tables, where OracleT has one column C of a type.
func OracleTable(dataType string) datasource.Snapshot {
	return shopT(OracleColumnOf(datasource.ColumnType{DataType: dataType, ColumnType: dataType}))
}

// OracleTableOf returns the facts of an Oracle 19c database whose only table is OracleT with these columns.
func OracleTableOf(columns ...datasource.Column) datasource.Snapshot {
	return Oracle19With(shopT(columns...))
}

func shopT(columns ...datasource.Column) datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactSchemas: []datasource.Schema{{Name: OracleT.Schema}},
		datasource.FactTables:  datasource.Tables{{TableName: OracleT, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(
			datasource.RowsOf[datasource.Column]{Table: OracleT, Rows: columns}),
	}
}

// OracleColumnOf returns a column C of a type.
func OracleColumnOf(t datasource.ColumnType) datasource.Column {
	if t.Oracle == nil {
		t.Oracle = &datasource.OracleColumn{}
	}
	return datasource.Column{Name: "C", ColumnType: &t}
}

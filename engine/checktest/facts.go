package checktest

import (
	"maps"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ShopT is the name of the only table in facts of MySQL-mode servers.
var ShopT = datasource.TableName{Schema: "shop", Name: "t"}

// Servers of the MySQL protocol.
var (
	MySQL57     = ServerAt(datasource.FlavorMySQL, "5.7.44")
	MySQL80     = ServerAt(datasource.FlavorMySQL, "8.0.36")
	MySQL97     = ServerAt(datasource.FlavorMySQL, "9.7")
	Aurora80    = ServerAt(datasource.FlavorAurora, "8.0.36")
	MariaDB1011 = ServerAt(datasource.FlavorMariaDB, "10.11")
	MariaDB118  = ServerAt(datasource.FlavorMariaDB, "11.8")
	OB43        = datasource.Server{
		Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}, Mode: "MYSQL",
	}
)

// ServerAt returns a server of a product and version.
func ServerAt(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

// Tables returns tables with names of the form schema.table. A final ! makes a view.
func Tables(names ...string) datasource.Tables {
	var list []datasource.Table
	for _, n := range names {
		kind := datasource.BaseTable
		if view, ok := strings.CutSuffix(n, "!"); ok {
			n, kind = view, datasource.View
		}
		schema, name, _ := strings.Cut(n, ".")
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: schema, Name: name}, Kind: kind})
	}
	return datasource.SortTables(list)
}

// ColumnOfType returns a column that may be NULL.
func ColumnOfType(name, dataType string) datasource.Column {
	t := datasource.ColumnType{DataType: dataType, ColumnType: dataType, Nullable: true}
	return datasource.Column{Name: name, ColumnType: &t}
}

// BytesOf returns a column of n bytes, named after its type.
func BytesOf(dataType string, n int64) datasource.Column {
	return datasource.Column{Name: dataType, ColumnType: &datasource.ColumnType{DataType: dataType, ByteLength: n}}
}

// Typed returns a column c whose type is written as in CREATE TABLE.
func Typed(columnType, collation string) datasource.Column {
	name, _, _ := strings.Cut(columnType, "(")
	t := datasource.ColumnType{DataType: name, ColumnType: columnType, Collation: collation}
	return datasource.Column{Name: "c", ColumnType: &t}
}

// OneTable returns the facts of a server whose only table is ShopT with these columns.
func OneTable(s datasource.Server, columns ...datasource.Column) datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer:    s,
		datasource.FactVariables: datasource.Variables{},
		datasource.FactSchemas:   []datasource.Schema{{Name: ShopT.Schema}},
		datasource.FactTables:    datasource.Tables{{TableName: ShopT, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: ShopT,
			Rows: columns}),
		datasource.FactDomainColumns:   datasource.TableRows[datasource.DomainColumn]{},
		datasource.FactUnusableIndexes: datasource.TableRows[datasource.UnusableIndex]{},
	}
}

// WithColumns is like OneTable, with the variables of the server.
func WithColumns(
	s datasource.Server, settings datasource.Variables, columns ...datasource.Column,
) datasource.Snapshot {
	facts := OneTable(s, columns...)
	facts[datasource.FactVariables] = settings
	return facts
}

// Snapshot returns the facts of a server whose only table is ShopT with these columns and indexes, and more
// facts.
func Snapshot(
	server datasource.Server, columns []datasource.Column, indexes []datasource.Index, more datasource.Snapshot,
) datasource.Snapshot {
	s := WithColumns(server, datasource.Variables{}, columns...)
	maps.Copy(s, datasource.Snapshot{
		datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"}},
		datasource.FactIndexes: datasource.GroupByTable(
			datasource.RowsOf[datasource.Index]{Table: ShopT, Rows: indexes}),
		datasource.FactCheckConstraints:  datasource.TableRows[datasource.CheckConstraint]{},
		datasource.FactDescendingIndexes: datasource.TableRows[string]{},
		datasource.FactForeignKeys:       datasource.TableRows[datasource.ForeignKey]{},
		datasource.FactPartitions:        datasource.TableRows[datasource.Partitioning]{},
	})
	maps.Copy(s, more)
	return s
}

// Collations returns the facts of a server that has these collations, each named charset_name. The first is
// the default.
func Collations(charset string, names ...string) datasource.Charsets {
	c := datasource.Charsets{
		Defaults: map[string]string{charset: charset + "_" + names[0]}, Collations: map[string]string{},
	}
	for _, name := range names {
		c.Collations[charset+"_"+name] = charset
	}
	return c
}

// HealthyTenant returns the facts of a MySQL-mode tenant without a finding.
func HealthyTenant() datasource.Snapshot {
	server := ServerAt(datasource.FlavorOceanBase, "4.3.5")
	server.Mode = "MYSQL"
	return datasource.Snapshot{
		datasource.FactServer: server,
		datasource.FactTenant: datasource.Tenant{
			ID: 1002, Name: "shop", Status: "NORMAL", Role: "PRIMARY", LogMode: "ARCHIVELOG",
		},
		datasource.FactUnits: []datasource.Unit{
			{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4, Memory: 8 << 30},
		},
		datasource.FactMemstores: []datasource.Memstore{{Server: "10.0.0.1:2882", Used: 1 << 30, Limit: 4 << 30}},
		datasource.FactOBParameters: datasource.Variables{
			"obconfig_url": "http://10.0.0.9:8080/services?Action=ObRootServiceInfo&ObCluster=c1",
		},
		datasource.FactVariables: datasource.Variables{"ob_read_consistency": "STRONG", "recyclebin": "OFF"},
	}
}

// BetweenTenants returns a task between healthy MySQL-mode tenants, run on a side. Both differ from HealthyTenant by
// the facts of change.
func BetweenTenants(side checks.Side, change datasource.Snapshot) Facts {
	tenant := HealthyTenant()
	maps.Copy(tenant, change)
	return Facts{Source: tenant, Dest: tenant, Side: side,
		Route: checks.Route{Source: datasource.OceanBaseMySQL, Dest: datasource.OceanBaseMySQL}}
}

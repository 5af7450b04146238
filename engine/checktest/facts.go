package checktest

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Collations gives the facts of a server that has these collations, each named charset_rest.
func Collations(charset string, names ...string) datasource.Charsets {
	c := datasource.Charsets{Defaults: map[string]string{charset: charset + "_" + names[0]}, Collations: map[string]string{}}
	for _, name := range names {
		c.Collations[charset+"_"+name] = charset
	}
	return c
}

func ServerAt(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

// OneTable gives the facts of a source whose only table is shop.t with these columns.
func OneTable(s datasource.Server, columns ...datasource.Column) datasource.Snapshot {
	t := datasource.TableName{Schema: "shop", Name: "t"}
	return datasource.Snapshot{
		datasource.FactServer:  s,
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:  datasource.Tables{{TableName: t, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: t, Rows: columns}),
	}
}

func ColumnOfType(name, dataType string) datasource.Column {
	return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType, Nullable: true}}
}

func BytesOf(dataType string, n int64) datasource.Column {
	return datasource.Column{Name: dataType, ColumnType: &datasource.ColumnType{DataType: dataType, ByteLength: n}}
}

// Aurora80 is Aurora MySQL 8.0.36.
var Aurora80 = ServerAt(datasource.FlavorAurora, "8.0.36")

// WithColumns gives the facts of a server whose only table is shop.t with these columns.
func WithColumns(s datasource.Server, settings datasource.Variables, columns ...datasource.Column) datasource.Snapshot {
	table := datasource.TableName{Schema: "shop", Name: "t"}
	return datasource.Snapshot{
		datasource.FactServer: s, datasource.FactVariables: settings, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: table, Rows: columns}),
	}
}

func Typed(columnType, collation string) datasource.Column {
	name, _, _ := strings.Cut(columnType, "(")
	return datasource.Column{Name: "c", ColumnType: &datasource.ColumnType{DataType: name, ColumnType: columnType, Collation: collation}}
}

// HealthyTenant are the facts of a tenant with nothing wrong.
func HealthyTenant() datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer:       datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3, Patch: 5}, Mode: "MYSQL"},
		datasource.FactTenant:       datasource.Tenant{ID: 1002, Name: "shop", Status: "NORMAL", Role: "PRIMARY", LogMode: "ARCHIVELOG"},
		datasource.FactUnits:        []datasource.Unit{{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4, Memory: 8 << 30}},
		datasource.FactMemstores:    []datasource.Memstore{{Server: "10.0.0.1:2882", Used: 1 << 30, Limit: 4 << 30}},
		datasource.FactOBParameters: datasource.Variables{"obconfig_url": "http://10.0.0.9:8080/services?Action=ObRootServiceInfo&ObCluster=c1"},
		datasource.FactVariables:    datasource.Variables{"ob_read_consistency": "STRONG", "recyclebin": "OFF"},
	}
}

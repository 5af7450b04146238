package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnTypeOfOracle(t *testing.T) {
	t.Parallel()
	oracle := func(v string) datasource.Server { return checktest.ServerAt(datasource.FlavorOracle, v) }
	ocean := func(mode string) datasource.Server {
		s := checktest.ServerAt(datasource.FlavorOceanBase, "4.3.3")
		s.Mode = mode
		return s
	}
	mysql := checktest.ServerAt(datasource.FlavorMySQL, "9.1.0")
	owned := func(dataType, owner string) datasource.Column {
		c := checktest.ColumnOfType("C", dataType)
		c.Oracle = &datasource.OracleColumn{TypeOwner: owner}
		return c
	}
	fraction := func(dataType string, digits int) datasource.Column {
		c := checktest.ColumnOfType("C", dataType)
		c.Scale, c.HasScale = digits, true
		return c
	}
	for _, tc := range []struct {
		name    string
		dest    datasource.Server
		column  datasource.Column
		want    []string
		unknown bool
	}{
		{"a number", mysql, checktest.ColumnOfType("C", "NUMBER"), nil, false},
		{"LONG in Oracle mode", ocean("ORACLE"), checktest.ColumnOfType("C", "LONG"), []string{"changed"}, false},
		{"LONG in Oracle", oracle("19.3"), checktest.ColumnOfType("C", "LONG"), nil, false},
		{"CLOB in Oracle mode", ocean("ORACLE"), checktest.ColumnOfType("C", "CLOB"), nil, false},
		{"BFILE in Oracle mode", ocean("ORACLE"), checktest.ColumnOfType("C", "BFILE"), []string{"unsupported"}, false},
		{"BFILE in Oracle", oracle("19.3"), checktest.ColumnOfType("C", "BFILE"), []string{"loses"}, false},
		{"XMLTYPE of Oracle in Oracle mode", ocean("ORACLE"), owned("XMLTYPE", "SYS"), []string{"unlisted"}, false},
		{"XMLTYPE of Oracle in MySQL", mysql, owned("XMLTYPE", "SYS"), []string{"changed"}, false},
		{"an object type in Oracle", oracle("19.3"), owned("ADDRESS", "SHOP"), []string{"loses"}, false},
		{"an object type of a tenant in Oracle", oracle("19.3"), checktest.ColumnOfType("C", "UDT"), []string{"loses"},
			false},
		{"a geometry of a tenant in Oracle", oracle("19.3"), checktest.ColumnOfType("C", "GEOMETRY"), nil, false},
		{"an object type in MySQL", mysql, owned("ADDRESS", "SHOP"), []string{"unsupported"}, false},
		{"an object type with the name of an Oracle type", mysql, owned("XMLTYPE", "SHOP"), []string{"unsupported"},
			false},
		{"JSON in Oracle 19c", oracle("19.3"), checktest.ColumnOfType("C", "JSON"), []string{"unsupported"}, false},
		{"JSON in Oracle 21c", oracle("21.3"), checktest.ColumnOfType("C", "JSON"), nil, false},
		{"JSON in MySQL", mysql, checktest.ColumnOfType("C", "JSON"), nil, false},
		{"JSON in MariaDB", checktest.ServerAt(datasource.FlavorMariaDB, "11.4"), checktest.ColumnOfType("C", "JSON"),
			[]string{"changed"}, false},
		{"microseconds in MySQL", mysql, fraction("TIMESTAMP", 6), nil, false},
		{"nanoseconds in MySQL", mysql, fraction("TIMESTAMP", 9), []string{"loses"}, false},
		{"a time zone in MySQL mode", ocean("MYSQL"), fraction("TIMESTAMP WITH TIME ZONE", 6), []string{"loses"},
			false},
		{"a time zone in Oracle mode", ocean("ORACLE"), fraction("TIMESTAMP WITH TIME ZONE", 9), nil, false},
		{"an unknown type", mysql, checktest.ColumnOfType("C", "MLSLABEL"), nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: checktest.OneTable(oracle("19.3"), tc.column),
				Dest:  datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: checks.Route{Source: datasource.Oracle}}
			findings, _, err := facts.Run(t, column.ColumnType)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want an error: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	if findings, _, err := (checktest.Facts{Source: checktest.OneTable(mysql, checktest.ColumnOfType("c", "int")),
		Dest:  datasource.Snapshot{datasource.FactServer: oracle("19.3")},
		Route: checks.Route{Source: datasource.MySQL, Dest: datasource.Oracle}}).Run(t, column.ColumnType); err == nil {
		t.Errorf("a type of MySQL in Oracle was checked: %v", findings)
	}
}

// OceanBase Oracle mode as the source.
func TestColumnTypeOfATenant(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.Server
		column datasource.Column
		want   []string
	}{
		{"XMLTYPE to OceanBase of the same version", checktest.TenantOf("4.3.3"),
			checktest.ColumnOfType("C", "XMLTYPE"),
			nil},
		{"XMLTYPE to an older OceanBase", checktest.TenantOf("4.2.1"), checktest.ColumnOfType("C", "XMLTYPE"),
			[]string{"unlisted"}},
		{"CLOB to an older OceanBase", checktest.TenantOf("4.2.1"), checktest.ColumnOfType("C", "CLOB"), nil},
		{"ROWID to OceanBase", checktest.TenantOf("4.3.3"), checktest.ColumnOfType("C", "UROWID"), []string{"loses"}},
		{"CLOB to Oracle", checktest.ServerAt(datasource.FlavorOracle, "11.2"), checktest.ColumnOfType("C", "CLOB"),
			nil},
		{"XMLTYPE to Oracle", checktest.ServerAt(datasource.FlavorOracle, "11.2"),
			checktest.ColumnOfType("C", "XMLTYPE"),
			nil},
		{"JSON to Oracle 19c", checktest.ServerAt(datasource.FlavorOracle, "19.3"), checktest.ColumnOfType("C", "JSON"),
			[]string{"unsupported"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantRules(t, checktest.Facts{Source: checktest.OneTable(checktest.TenantOf("4.3.3"), tc.column),
				Dest:  datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: checktest.RouteTo(datasource.OceanBaseOracle, tc.dest)}, column.ColumnType, tc.want...)
		})
	}
}

func TestColumnType(t *testing.T) {
	t.Parallel()
	mysql8, mysql9 := checktest.ServerAt(datasource.FlavorMySQL, "8.4.3"),
		checktest.ServerAt(datasource.FlavorMySQL, "9.1.0")
	maria := func(v string) datasource.Server { return checktest.ServerAt(datasource.FlavorMariaDB, v) }
	ocean := func(v string) datasource.Server { return checktest.ServerAt(datasource.FlavorOceanBase, v) }
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		dataType     string
		want         []string
		unknown      bool
	}{
		{"a common type", mysql8, ocean("2.2.77"), "bigint", nil, false},
		{"JSON on an old MySQL", mysql8, checktest.ServerAt(datasource.FlavorMySQL, "5.6.51"), "json",
			[]string{"unsupported"}, false},
		{"JSON on Percona", mysql8, checktest.ServerAt(datasource.FlavorPercona, "8.0.36"), "json", nil, false},
		{"JSON on MariaDB", mysql8, maria("11.4.2"), "json", []string{"changed"}, false},
		{"JSON on OceanBase 3.1", mysql8, ocean("3.1.2"), "json", []string{"changed"}, false},
		{"JSON on OceanBase 4.2", mysql8, ocean("4.2.1"), "json", nil, false},
		{"a polygon on OceanBase 4.0", mysql8, ocean("4.0.0"), "polygon", []string{"unsupported"}, false},
		{"a polygon on OceanBase 4.1", mysql8, ocean("4.1.0"), "polygon", nil, false},
		{"a polygon on TiDB", mysql8, checktest.ServerAt(datasource.FlavorTiDB, "8.5.0"), "polygon",
			[]string{"unsupported"},
			false},
		{"VECTOR on MySQL 8.4", mysql9, mysql8, "vector", []string{"unsupported"}, false},
		{"VECTOR on MySQL 9.1", mysql9, mysql9, "vector", nil, false},
		{"UUID on MySQL", maria("10.11.6"), mysql9, "uuid", []string{"unsupported"}, false},
		{"UUID on MariaDB 10.6", maria("10.11.6"), maria("10.6.0"), "uuid", []string{"unsupported"}, false},
		{"INET6 on OceanBase", maria("10.11.6"), ocean("4.3.5"), "inet6", []string{"unsupported"}, false},
		{"an unknown type", maria("13.0.0"), mysql9, "xmltype", nil, true},
		{"GEOMCOLLECTION", mysql8, maria("10.11.6"), "geomcollection", []string{"older_name"}, false},
		{"GEOMCOLLECTION on MySQL", mysql8, mysql9, "geomcollection", nil, false},
		{"JSON on an unknown product", mysql8, checktest.ServerAt(datasource.FlavorDolt, "8.0.31"), "json", nil, true},
		{"TIMESTAMP after 2038", maria("11.8.1"), mysql9, "timestamp", []string{"timestamp_range"}, false},
		{"TIMESTAMP up to 2038", maria("11.4.1"), mysql9, "timestamp", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(tc.source, checktest.ColumnOfType("c", tc.dataType))
			source[datasource.FactSpatialReferences] = datasource.TableRows[datasource.SpatialReference]{}
			facts := checktest.Facts{Source: source,
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest,
					datasource.FactVariables: datasource.Variables{}}}
			findings, _, err := facts.Run(t, column.ColumnType)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want an error: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestColumnTypeScale(t *testing.T) {
	t.Parallel()
	columnOf := func(scale int) datasource.Column {
		return datasource.Column{Name: "c",
			ColumnType: &datasource.ColumnType{DataType: "decimal", ColumnType: "decimal(40)", Precision: 40,
				Scale: scale}}
	}
	for _, tc := range []struct {
		name  string
		dest  datasource.Server
		scale int
		want  []string
	}{
		{"maximum of MySQL", checktest.MySQL97, 30, nil},
		{"one more than MySQL allows", checktest.MySQL97, 31, []string{"scale"}},
		{"one more than OceanBase allows", checktest.OB43, 31, []string{"scale"}},
		{"maximum of MariaDB", checktest.MariaDB1011, 38, nil},
	} {
		checktest.WantRules(t, checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011,
			[]datasource.Column{columnOf(tc.scale)}, nil, nil), Dest: checktest.Snapshot(tc.dest, nil, nil, nil)},
			column.ColumnType, tc.want...)
	}
}

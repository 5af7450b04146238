package common_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func server(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

// oneTable gives the facts of a source whose only table is shop.t with these columns.
func oneTable(s datasource.Server, columns ...datasource.Column) datasource.Snapshot {
	t := datasource.TableName{Schema: "shop", Name: "t"}
	return datasource.Snapshot{
		datasource.FactServer:  s,
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:  datasource.Tables{{TableName: t, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: t, Rows: columns}),
	}
}

func column(name, dataType string) datasource.Column {
	return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType, Nullable: true}}
}

func TestColumnType(t *testing.T) {
	t.Parallel()
	mysql8, mysql9 := server(datasource.FlavorMySQL, "8.4.3"), server(datasource.FlavorMySQL, "9.1.0")
	maria := func(v string) datasource.Server { return server(datasource.FlavorMariaDB, v) }
	ocean := func(v string) datasource.Server { return server(datasource.FlavorOceanBase, v) }
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		dataType     string
		want         []string
		unknown      bool
	}{
		{"a type of everywhere", mysql8, ocean("2.2.77"), "bigint", nil, false},
		{"JSON on an old MySQL", mysql8, server(datasource.FlavorMySQL, "5.6.51"), "json", []string{"unsupported"}, false},
		{"JSON on Percona", mysql8, server(datasource.FlavorPercona, "8.0.36"), "json", nil, false},
		{"JSON on MariaDB", mysql8, maria("11.4.2"), "json", []string{"changed"}, false},
		{"JSON on OceanBase 3.1", mysql8, ocean("3.1.2"), "json", []string{"changed"}, false},
		{"JSON on OceanBase 4.2", mysql8, ocean("4.2.1"), "json", nil, false},
		{"a polygon on OceanBase 4.0", mysql8, ocean("4.0.0"), "polygon", []string{"unsupported"}, false},
		{"a polygon on OceanBase 4.1", mysql8, ocean("4.1.0"), "polygon", nil, false},
		{"a polygon on TiDB", mysql8, server(datasource.FlavorTiDB, "8.5.0"), "polygon", []string{"unsupported"}, false},
		{"VECTOR on MySQL 8.4", mysql9, mysql8, "vector", []string{"unsupported"}, false},
		{"VECTOR on MySQL 9.1", mysql9, mysql9, "vector", nil, false},
		{"UUID on MySQL", maria("10.11.6"), mysql9, "uuid", []string{"unsupported"}, false},
		{"UUID on MariaDB 10.6", maria("10.11.6"), maria("10.6.0"), "uuid", []string{"unsupported"}, false},
		{"INET6 on OceanBase", maria("10.11.6"), ocean("4.3.5"), "inet6", []string{"unsupported"}, false},
		{"a type that nobody knows", maria("13.0.0"), mysql9, "xmltype", nil, true},
		{"a collection by MySQL's name", mysql8, maria("10.11.6"), "geomcollection", []string{"older_name"}, false},
		{"a collection by MySQL's name on MySQL", mysql8, mysql9, "geomcollection", nil, false},
		{"JSON on an unknown product", mysql8, server(datasource.FlavorDolt, "8.0.31"), "json", nil, true},
		{"TIMESTAMP after 2038", maria("11.8.1"), mysql9, "timestamp", []string{"timestamp_range"}, false},
		{"TIMESTAMP as everywhere", maria("11.4.1"), mysql9, "timestamp", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: oneTable(tc.source, column("c", tc.dataType)), Dest: datasource.Snapshot{datasource.FactServer: tc.dest}}
			findings, _, err := facts.Run(t, common.ColumnType)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestColumnTypeScale(t *testing.T) {
	t.Parallel()
	column := func(scale int) datasource.Column {
		return datasource.Column{Name: "c", ColumnType: &datasource.ColumnType{DataType: "decimal", ColumnType: "decimal(40)", Precision: 40, Scale: scale}}
	}
	for _, tc := range []struct {
		name  string
		dest  datasource.Server
		scale int
		want  []string
	}{
		{"as many digits as MySQL takes", mysql97, 30, nil},
		{"one more than MySQL takes", mysql97, 31, []string{"scale"}},
		{"one more than OceanBase takes", ob43, 31, []string{"scale"}},
		{"as many as MariaDB takes", maria1011, 38, nil},
	} {
		wantRules(t, checktest.Facts{Source: snapshot(maria1011, []datasource.Column{column(tc.scale)}, nil, nil), Dest: snapshot(tc.dest, nil, nil, nil)}, common.ColumnType, tc.want...)
	}
}

func TestColumnTypeFromMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	tables := map[string]string{
		"hosts": "id INT PRIMARY KEY, six INET6 NOT NULL", "plain": "id INT PRIMARY KEY, j JSON, p POINT, y YEAR, d DECIMAL(65,30), c GEOMETRYCOLLECTION",
		"ratios": "id INT PRIMARY KEY, r DECIMAL(40,31)", "years": "id INT PRIMARY KEY, y YEAR(2) NOT NULL",
	}
	want := []string{"ratios.r", "hosts.six"}
	if from.AtLeast(10, 7) {
		tables["ids"], want = "id UUID PRIMARY KEY, n INT", append(want, "ids.id")
	}
	if from.AtLeast(10, 10) {
		tables["hosts4"], want = "id INT PRIMARY KEY, four INET4", slices.Insert(want, 2, "hosts4.four")
	}
	if from.AtLeast(11, 7, 1) {
		tables["plain"] += ", v VECTOR(3) NOT NULL"
	}
	want = append(want, "years.y")
	for name, columns := range tables {
		from.Exec(t, "CREATE TABLE "+source+"."+name+" ("+columns+")")
		_, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+"."+name+" ("+columns+")")
		if refused, want := err != nil, name != "plain"; refused != want {
			t.Errorf("MySQL refuses table %s: %v (%v), want %v", name, refused, err, want)
		}
	}
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}}
	got := task.Run(t, common.ColumnType)
	for _, f := range got.Findings {
		if f.Level != checks.Fail {
			t.Errorf("%s: %s, want a failure", f.Object, f.Level)
		}
	}
	var objects []string
	for _, line := range found(got, source) {
		objects = append(objects, strings.Fields(line)[1])
	}
	if diff := cmp.Diff(want, objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	checktest.Mend(t, from, got.Findings)
	from.Exec(t, "ALTER TABLE "+source+".ratios MODIFY r DECIMAL(40,30)")
	if got := task.Run(t, common.ColumnType); got.Outcome != engine.Passed {
		t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
	}
}

func TestColumnTypeFromMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".v (id INT PRIMARY KEY, v VECTOR(3), j JSON, c GEOMCOLLECTION)")
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".c (c GEOMCOLLECTION)"); err == nil {
		t.Errorf("MariaDB %s has the name GEOMCOLLECTION", to.Version)
	}
	want := []string{"older_name v.c", "changed v.j"}
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".v (v VECTOR(3))"); err != nil { // before 11.7.1
		want = slices.Insert(want, 1, "unsupported v.v")
	}
	to.Exec(t, "DROP TABLE IF EXISTS "+dest+".v")
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}}
	got := task.Run(t, common.ColumnType)
	wantEqual(t, want, found(got, source))
	task.Phases = checks.Full
	wantEqual(t, want[1:], found(task.Run(t, common.ColumnType), source))
}

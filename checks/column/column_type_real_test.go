package column_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnTypeFromMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	tables := map[string]string{
		"hosts":  "id INT PRIMARY KEY, six INET6 NOT NULL",
		"plain":  "id INT PRIMARY KEY, j JSON, p POINT, y YEAR, d DECIMAL(65,30), c GEOMETRYCOLLECTION",
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
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}}
	got := task.Run(t, column.ColumnType)
	for _, f := range got.Findings {
		if f.Level != checks.Fail {
			t.Errorf("%s: %s, want a failure", f.Object, f.Level)
		}
	}
	var objects []string
	for _, line := range checktest.FoundIn(got, source) {
		objects = append(objects, strings.Fields(line)[1])
	}
	if diff := cmp.Diff(want, objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	checktest.Fix(t, task, got.Findings)
	from.Exec(t, "ALTER TABLE "+source+".ratios MODIFY r DECIMAL(40,30)")
	if got := task.Run(t, column.ColumnType); got.Outcome != engine.Passed {
		t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
	}
}

func TestColumnTypeFromMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".v (id INT PRIMARY KEY, v VECTOR(3), j JSON, c GEOMCOLLECTION)")
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".c (c GEOMCOLLECTION)"); err == nil {
		t.Errorf("MariaDB %s supports the name GEOMCOLLECTION", to.Version)
	}
	want := []string{"older_name v.c", "changed v.j"}
	// before 11.7.1
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".v (v VECTOR(3))"); err != nil {
		want = slices.Insert(want, 1, "unsupported v.v")
	}
	to.Exec(t, "DROP TABLE IF EXISTS "+dest+".v")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}}
	got := task.Run(t, column.ColumnType)
	checktest.WantEqual(t, want, checktest.FoundIn(got, source))
	task.Phases = checks.Full
	checktest.WantEqual(t, want[1:], checktest.FoundIn(task.Run(t, column.ColumnType), source))
}

// MariaDB with sql_mode=ORACLE makes a DATETIME of a DATE.
func TestDateInOracleModeOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--sql-mode=ORACLE")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
	from.Exec(t, "USE "+task.Source.Schema,
		"CREATE TABLE t (id INT PRIMARY KEY, d DATE, dt DATETIME, h TIME, y YEAR) CHARSET latin1")
	checktest.WantFound(t, task, column.ColumnType, "date_with_time t.d")
	if err := checktest.Recreate(t, task, "TABLE", "t"); err != nil {
		t.Fatal(err)
	}
	types := "SELECT data_type FROM information_schema.COLUMNS WHERE table_schema = '" + task.Dest.Schema +
		"' ORDER BY ordinal_position"
	checktest.WantEqual(t, []string{"int", "datetime", "datetime", "time", "year"}, checktest.ColumnOf(t, to, types))
	to.Exec(t, "SET GLOBAL sql_mode = ''")
	checktest.WantFound(t, task, column.ColumnType)
}

// Compressed columns are created without compression, and no longer reported after the given statement.
func TestCompressedColumns(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	maria.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE audit (id INT PRIMARY KEY, body MEDIUMTEXT COMPRESSED, "+
		"tag VARCHAR(200) COMPRESSED NOT NULL, note TEXT COMMENT 'COMPRESSED') CHARACTER SET latin1")
	checktest.WantRecreated(t, task, "audit")
	checktest.WantEqual(t, []string{"mediumtext", "varchar(200)"}, checktest.ColumnOf(t, my,
		"SELECT column_type FROM information_schema.COLUMNS WHERE table_schema = '"+task.Dest.Schema+
			"' AND column_name IN ('body', 'tag') ORDER BY 1"))
	got := checktest.WantFound(t, task, column.ColumnType, "compressed_log audit.body", "compressed_log audit.tag",
		"compressed_lost audit.body", "compressed_lost audit.tag")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, column.ColumnType)
	checktest.WantEqual(t, []string{"mediumtext", "varchar(200)"}, checktest.ColumnOf(t, maria,
		"SELECT column_type FROM information_schema.COLUMNS WHERE table_schema = '"+task.Source.Schema+
			"' AND column_name IN ('body', 'tag') ORDER BY 1"))
}

// A spatial reference system is reported exactly if the destination loses it.
func TestSpatialReferences(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: source.Database(t)},
			Dest: checktest.Endpoint{Server: dest, Schema: dest.Database(t)}, Phases: checks.Schema}
		attribute := map[dbtest.Product]string{dbtest.MySQL: "NOT NULL SRID ", dbtest.MariaDB: "REF_SYSTEM_ID="}
		source.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE place (id INT PRIMARY KEY, geographic POINT "+
			attribute[source.Product]+"4326, plane POINT "+attribute[source.Product]+"0, free GEOMETRY) "+
			"CHARACTER SET latin1")
		checktest.WantRecreated(t, task, "place")
		checktest.WantFound(t, task, column.ColumnType, "srid_lost place.geographic")
		reversed := checktest.Real{Source: task.Dest, Dest: task.Source, Phases: checks.Schema}
		checktest.WantFound(t, reversed, column.ColumnType)
	})
}

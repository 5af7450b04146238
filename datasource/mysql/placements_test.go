package mysql_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// The placements are those that the server itself notes for each table, which is slow to read.
func TestPlacementsOfMySQL(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{false, true} {
		s := dbtest.Start(t, dbtest.MySQL, "--innodb-directories=/tmp")
		schema := s.Database(t)
		s.Exec(t, "USE "+schema, "CREATE TABLE plain (id INT PRIMARY KEY)",
			"CREATE TABLE away (id INT PRIMARY KEY) DATA DIRECTORY = '/tmp'",
			"CREATE TABLE `wörds $` (id INT PRIMARY KEY) DATA DIRECTORY = '/tmp'",
			"CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (9), "+
				"PARTITION p1 VALUES LESS THAN (99) DATA DIRECTORY = '/tmp')")
		away := datasource.Placement{Directory: "/tmp"}
		want := map[datasource.TableName][]datasource.Placement{}
		for _, name := range []string{"away", "parts", "wörds $"} {
			want[datasource.TableName{Schema: schema, Name: name}] = []datasource.Placement{away}
		}
		if shared {
			s.Exec(t, "CREATE TABLESPACE `röom` ADD DATAFILE 'room.ibd'",
				"CREATE TABLE "+schema+".lodger (id INT PRIMARY KEY) TABLESPACE `röom`")
			want[datasource.TableName{Schema: schema, Name: "lodger"}] = []datasource.Placement{{Tablespace: "röom"}}
		}
		placements, err := datasource.FactPlacements.Of(t.Context(), facts(t, s, s.User, s.Password, schema))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, maps.Collect(placements.All())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		var noted int
		err = s.DB(t).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM information_schema.INNODB_TABLES WHERE "+
			"name LIKE '"+schema+"/%' AND (flag & 64 OR space_type = 'General')").Scan(&noted)
		if err != nil || noted != len(want) {
			t.Errorf("the server notes %d tables, %v, want %d", noted, err, len(want))
		}
	}
}

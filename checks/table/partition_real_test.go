package table_test

import (
	"errors"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The types that the check accepts are those that the servers accept.
func TestPartitionTypesOnRealServers(t *testing.T) {
	t.Parallel()
	bound := map[string]string{"DECIMAL(10,0)": "5", "BIGINT": "5", "DECIMAL(10,2)": "5", "DOUBLE": "5",
		"DATETIME": "'2020-01-01'", "DATETIME(6)": "'2020-01-01'", "VARCHAR(9)": "'m'", "VARBINARY(9)": "'m'"}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for columnType, accepted := range map[string]bool{"DECIMAL(10,0)": false, "BIGINT": true,
			"DECIMAL(10,2)": false,
			"DOUBLE":        false, "DATETIME": true, "DATETIME(6)": true, "VARCHAR(9)": true, "VARBINARY(9)": true} {
			at := "CREATE TABLE t (c " + columnType + ") PARTITION BY "
			checktest.WantCreated(t, s, accepted,
				at+"RANGE COLUMNS (c) (PARTITION p VALUES LESS THAN ("+bound[columnType]+"))")
			checktest.WantCreated(t, s, accepted, at+"LIST COLUMNS (c) (PARTITION p VALUES IN ("+bound[columnType]+"))")
			checktest.WantCreated(t, s, columnType == "BIGINT", at+"HASH (c) PARTITIONS 2")
			checktest.WantCreated(t, s, true, at+"KEY (c) PARTITIONS 2")
		}
		checktest.WantCreated(t, s, false, "CREATE TABLE t (a INT, b INT) PARTITION BY HASH (a, b) PARTITIONS 2")
		checktest.WantCreated(t, s, false,
			"CREATE TABLE t (a INT, b INT, UNIQUE (a)) PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) "+
				"SUBPARTITIONS 2 "+
				"(PARTITION p VALUES LESS THAN (5))")
		checktest.WantCreated(t, s, s.Product == dbtest.MariaDB,
			"CREATE TABLE t (c VARCHAR(9)) PARTITION BY LIST COLUMNS (c) (PARTITION p VALUES IN ('a'), PARTITION q "+
				"DEFAULT)")
	})
}

func TestPartitionToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	for table, accepted := range map[string]bool{
		"ranged (id INT, d DATE) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 " +
			"(PARTITION p0 " +
			"VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE)": true,
		"listed (id INT) PARTITION BY LIST COLUMNS (id) (PARTITION p0 VALUES IN (1, 2))": true,
		"hashed (id INT PRIMARY KEY) PARTITION BY LINEAR KEY () PARTITIONS 2":            true,
		"past (id INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME " +
			"(PARTITION p0 HISTORY, PARTITION p1 CURRENT)": false,
		"isam (id INT) ENGINE = MyISAM PARTITION BY HASH (id) PARTITIONS 2":                        false,
		"started (a VARCHAR(100), b INT, PRIMARY KEY (a(10), b)) PARTITION BY KEY () PARTITIONS 2": false,
		"rest (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)":  false,
		"texts (id INT PRIMARY KEY, t TEXT, FULLTEXT ft (t)) PARTITION BY HASH (id) PARTITIONS 2":  false,
		"prices (d DECIMAL(9, 0)) PARTITION BY RANGE (d) (PARTITION p0 VALUES LESS THAN (10))":     false,
		"sums (d DECIMAL(9, 2)) PARTITION BY RANGE (d + 1) (PARTITION p0 VALUES LESS THAN (10))":   false,
		"floors (d DECIMAL(9, 2), e DECIMAL(9, 0)) PARTITION BY RANGE " +
			"(FLOOR(d)) (PARTITION p0 VALUES LESS THAN (10))": true,
		"exact (s TIMESTAMP(3) NOT NULL) PARTITION BY RANGE " +
			"(UNIX_TIMESTAMP(s)) (PARTITION p0 VALUES LESS THAN (10))": false,
		"seconds (s TIMESTAMP NOT NULL) PARTITION BY RANGE " +
			"(UNIX_TIMESTAMP(s)) (PARTITION p0 VALUES LESS THAN (10))": true,
		"zero (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (0, 1), PARTITION p1 DEFAULT)":         false,
		"columns (id INT) PARTITION BY LIST COLUMNS (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)": false,
	} {
		maria.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE "+table)
		checktest.WantCreated(t, my, accepted, "CREATE TABLE "+table)
	}
	maria.Exec(t, "USE "+task.Source.Schema,
		"CREATE TABLE zero_only (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 VALUES IN "+
			"(0))",
		"CREATE TABLE whole (id INT PRIMARY KEY, t TEXT, FULLTEXT ft (t))")
	got := checktest.WantFound(t, task, table.Partition, "engine isam", "fulltext texts", "key_type exact",
		"key_type prices", "key_type sums", "list_default columns", "list_default rest", "list_default zero",
		"method past", "prefix started")
	checktest.Fix(t, task, got.Findings)
	maria.Exec(t, "ALTER TABLE "+task.Source.Schema+".texts DROP INDEX ft")
	checktest.WantFound(t, task, table.Partition, "key_type exact", "key_type prices", "key_type sums",
		"list_default columns", "list_default rest", "list_default zero", "method past", "prefix started")
}

// MariaDB 11.3.2 and later partition tables with a spatial column, which MySQL refuses.
func TestPartitionedSpatialToMySQL(t *testing.T) {
	t.Parallel()
	maria, _, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	maria.Exec(t, "USE "+task.Source.Schema, "ALTER DATABASE CHARACTER SET latin1",
		"CREATE TABLE plain (id INT PRIMARY KEY, g POINT NOT NULL, SPATIAL KEY (g))")
	_, err := maria.DB(t).ExecContext(t.Context(), "CREATE TABLE "+task.Source.Schema+
		".places (id INT PRIMARY KEY, g POINT NOT NULL, SPATIAL KEY (g)) PARTITION BY HASH (id) PARTITIONS 2")
	var number *mysql.MySQLError
	if errors.As(err, &number) && number.Number == 1178 {
		t.Skipf("%s does not partition them", maria.Version)
	}
	checktest.WantFound(t, task, table.Partition, "spatial places")
	checktest.WantRecreated(t, task, "plain")
	if err := checktest.Recreate(t, task, "TABLE", "places"); err == nil {
		t.Error("MySQL accepts places")
	}
	maria.Exec(t, "ALTER TABLE "+task.Source.Schema+".places REMOVE PARTITIONING")
	checktest.WantFound(t, task, table.Partition)
	checktest.WantRecreated(t, task, "places")
}

// A bound with a date that MySQL deprecates, and a unique key that only MariaDB can check, are reported exactly if
// MySQL refuses them; the bound is not after the given statement.
func TestPartitionBoundsToMySQL(t *testing.T) {
	t.Parallel()
	maria, _, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1")
	ranges := "PARTITION BY RANGE COLUMNS "
	var want []string
	for name, definition := range map[string]string{
		"slashes": "(d DATE) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('2020/01/01'), PARTITION p1 VALUES " +
			"LESS THAN (MAXVALUE))",
		"dots":    "(d DATETIME) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('2020.01.01 10.00.00'))",
		"dashes":  "(d DATE) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('2020-1-1'))",
		"compact": "(d DATE) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('20200101'))",
		"times":   "(d DATETIME) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('2020-01-01 10:00:00.5'))",
		"text":    "(d VARCHAR(20)) " + ranges + "(d) (PARTITION p0 VALUES LESS THAN ('2020/01/01'))",
		"second": "(s VARCHAR(9), d DATE) " + ranges + "(s, d) (PARTITION p0 VALUES LESS THAN ('a,b/c', " +
			"'2020/01/01'))",
		"listed":   "(d DATE) PARTITION BY LIST COLUMNS (d) (PARTITION p0 VALUES IN ('2020-01-01', '2021/01/01'))",
		"function": "(d DATE) PARTITION BY RANGE (TO_DAYS(d)) (PARTITION p0 VALUES LESS THAN (TO_DAYS('2020/01/01')))",
		"hash":     "(a INT, b VARCHAR(99), UNIQUE KEY u (b) USING HASH) PARTITION BY HASH (a) PARTITIONS 2",
		"whole":    "(a INT, b VARCHAR(99), UNIQUE KEY u (b, a)) PARTITION BY HASH (a) PARTITIONS 2",
	} {
		maria.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+name+" "+definition)
		if checktest.Recreate(t, task, "TABLE", name) == nil {
			continue
		}
		if name == "hash" {
			want = append(want, "key_without_column "+name)
		} else {
			want = append(want, "date_bound "+name)
		}
	}
	checktest.WantEqual(t, []string{"date_bound dots", "date_bound listed", "date_bound second", "date_bound slashes",
		"key_without_column hash"}, checktest.Sorted(want))
	got := checktest.WantFound(t, task, table.Partition, want...)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.Partition, "key_without_column hash")
	checktest.WantRecreated(t, task, "dots", "listed", "second", "slashes")
}

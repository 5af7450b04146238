package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestPartition(t *testing.T) {
	t.Parallel()
	prefixed := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "a", Prefix: 10}, {Name: "b"}}}}
	maria102 := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 2}}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		how          datasource.Partitioning
		want         []string
		remarks      int
	}{
		{"by range", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", SubMethod: "HASH"}, nil, 0},
		{"by linear hash", maria1011, mysql97, datasource.Partitioning{Method: "LINEAR HASH"}, nil, 0},
		{"by linear hash on OceanBase", mysql97, ob43, datasource.Partitioning{Method: "LINEAR HASH"}, []string{"method_unknown"}, 0},
		{"by system time", maria1011, mysql97, datasource.Partitioning{Method: "SYSTEM_TIME"}, []string{"method"}, 0},
		{"by system time on MariaDB", maria1011, maria1011, datasource.Partitioning{Method: "SYSTEM_TIME"}, nil, 0},
		{"by system time before MariaDB had it", maria1011, maria102, datasource.Partitioning{Method: "SYSTEM_TIME"}, []string{"method"}, 0},
		{"subpartitions by range", ob43, mysql97, datasource.Partitioning{Method: "HASH", SubMethod: "RANGE"}, []string{"method"}, 0},
		{"too many", ob43, mysql97, datasource.Partitioning{Method: "HASH", SubMethod: "HASH", Partitions: []datasource.Partition{{Sub: 8000}, {Sub: 193}}}, []string{"too_many"}, 0},
		{"as many as can be", ob43, mysql97, datasource.Partitioning{Method: "HASH", SubMethod: "HASH", Partitions: []datasource.Partition{{Sub: 8000}, {Sub: 192}}}, nil, 0},
		{"by the start of a column", maria1011, mysql97, datasource.Partitioning{Method: "KEY"}, []string{"prefix"}, 0},
		{"by another column", maria1011, mysql97, datasource.Partitioning{Method: "KEY", Expression: "`b`"}, nil, 0},
		{"by the start of a column, before MySQL minded", maria1011, mysql80, datasource.Partitioning{Method: "KEY"}, nil, 0},
		{"other values", ob43, mysql97, datasource.Partitioning{Method: "LIST", Partitions: []datasource.Partition{{Description: "DEFAULT"}}}, []string{"list_default"}, 0},
		{"other values of columns", maria1011, mysql97, datasource.Partitioning{Method: "LIST COLUMNS", Partitions: []datasource.Partition{{Description: "('a',1)"}, {Description: "(MAXVALUE,MAXVALUE)"}}}, []string{"list_default"}, 0},
		{"a text like other values", maria1011, mysql97, datasource.Partitioning{Method: "LIST COLUMNS", Partitions: []datasource.Partition{{Description: "'MAXVALUE'"}, {Description: "0"}}}, nil, 0},
		{"other values beside a zero", maria1011, mysql97, datasource.Partitioning{Method: "LIST", Partitions: []datasource.Partition{{Description: "0,1"}, {Description: "0"}}}, []string{"list_default"}, 0},
		{"other values on MariaDB", maria1011, maria1011, datasource.Partitioning{Method: "LIST COLUMNS", Partitions: []datasource.Partition{{Description: "MAXVALUE"}}}, nil, 0},
		{"the end of a range", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Partitions: []datasource.Partition{{Description: "0"}, {Description: "MAXVALUE"}}}, nil, 0},
		{"with a text index", maria1011, mysql97, datasource.Partitioning{Method: "HASH", Expression: "`text`"}, []string{"fulltext"}, 0},
		{"with a text index on MariaDB", maria1011, maria1011, datasource.Partitioning{Method: "HASH", Expression: "`text`"}, nil, 0},
		{"by a fraction", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Expression: "`d`"}, []string{"key_type"}, 0},
		{"by a fraction on MariaDB", maria1011, maria1011, datasource.Partitioning{Method: "RANGE", Expression: "`d`"}, nil, 0},
		{"by a calculated fraction", maria1011, mysql97, datasource.Partitioning{Method: "LIST", Expression: "abs(`d`)"}, []string{"key_type"}, 0},
		{"by a fraction that is cut off", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Expression: "floor(`d`)"}, nil, 0},
		{"by a fraction that is divided", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Expression: "`d` DIV 3"}, nil, 0},
		{"by a key of a fraction", maria1011, mysql97, datasource.Partitioning{Method: "KEY", Expression: "`d`"}, nil, 0},
		{"by seconds with a fraction", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Expression: "unix_timestamp(`s`)"}, []string{"key_type"}, 0},
		{"by whole seconds", maria1011, mysql97, datasource.Partitioning{Method: "RANGE", Expression: "unix_timestamp(`w`)"}, nil, 0},
		{"what may be other values", maria1011, mysql97, datasource.Partitioning{Method: "LIST", Partitions: []datasource.Partition{{Description: "0"}}}, nil, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			indexes := prefixed
			if tc.how.Expression == "`text`" {
				indexes = []datasource.Index{{Name: "ft", Unordered: true, Columns: []datasource.IndexColumn{{Name: "t"}}}}
			}
			columns := []datasource.Column{column("d", "decimal"), column("s", "timestamp"), column("w", "timestamp")}
			columns[1].Precision = 3
			source := snapshot(tc.source, columns, indexes, datasource.Snapshot{
				datasource.FactPartitions: datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: shopT, Rows: []datasource.Partitioning{tc.how}})})
			f := checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil)}
			wantRules(t, f, common.Partition, tc.want...)
			if _, notes, _ := f.Run(t, common.Partition); len(notes) != tc.remarks {
				t.Errorf("remarks %q, want %d", notes, tc.remarks)
			}
		})
	}
}

func TestPartitionUnknown(t *testing.T) {
	t.Parallel()
	some := datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: shopT, Rows: []datasource.Partitioning{{Method: "HASH"}}})
	for name, f := range map[string]checktest.Facts{
		"not read":               {Source: snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactPartitions: errors.New("connection lost")}), Dest: snapshot(mysql97, nil, nil, nil)},
		"an unknown destination": {Source: snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactPartitions: some}), Dest: snapshot(datasource.Server{Flavor: datasource.FlavorTiDB}, nil, nil, nil)},
	} {
		if findings, _, err := f.Run(t, common.Partition); err == nil {
			t.Errorf("%s: %v and no error", name, findings)
		}
	}
}

func TestPartitionToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	for table, accepted := range map[string]bool{
		"ranged (id INT, d DATE) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE)": true,
		"listed (id INT) PARTITION BY LIST COLUMNS (id) (PARTITION p0 VALUES IN (1, 2))":                                                                                                true,
		"hashed (id INT PRIMARY KEY) PARTITION BY LINEAR KEY () PARTITIONS 2":                                                                                                           true,
		"history (id INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION p1 CURRENT)":                                                                 false,
		"isam (id INT) ENGINE = MyISAM PARTITION BY HASH (id) PARTITIONS 2":                                                                                                             false,
		"started (a VARCHAR(100), b INT, PRIMARY KEY (a(10), b)) PARTITION BY KEY () PARTITIONS 2":                                                                                      false,
		"rest (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)":                                                                                       false,
		"texts (id INT PRIMARY KEY, t TEXT, FULLTEXT ft (t)) PARTITION BY HASH (id) PARTITIONS 2":                                                                                       false,
		"prices (d DECIMAL(9, 0)) PARTITION BY RANGE (d) (PARTITION p0 VALUES LESS THAN (10))":                                                                                          false,
		"sums (d DECIMAL(9, 2)) PARTITION BY RANGE (d + 1) (PARTITION p0 VALUES LESS THAN (10))":                                                                                        false,
		"floors (d DECIMAL(9, 2), e DECIMAL(9, 0)) PARTITION BY RANGE (FLOOR(d)) (PARTITION p0 VALUES LESS THAN (10))":                                                                  true,
		"exact (s TIMESTAMP(3) NOT NULL) PARTITION BY RANGE (UNIX_TIMESTAMP(s)) (PARTITION p0 VALUES LESS THAN (10))":                                                                   false,
		"seconds (s TIMESTAMP NOT NULL) PARTITION BY RANGE (UNIX_TIMESTAMP(s)) (PARTITION p0 VALUES LESS THAN (10))":                                                                    true,
		"zero (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (0, 1), PARTITION p1 DEFAULT)":                                                                                    false,
		"columns (id INT) PARTITION BY LIST COLUMNS (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)":                                                                            false,
	} {
		maria.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE "+table)
		wantCreated(t, my, accepted, "CREATE TABLE "+table)
	}
	maria.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE whole (id INT PRIMARY KEY, t TEXT, FULLTEXT ft (t))")
	got := wantFound(t, task, common.Partition, "engine isam", "fulltext texts", "key_type exact", "key_type prices", "key_type sums", "list_default columns", "list_default zero", "method history", "prefix started")
	if len(got.Notes) != 1 {
		t.Errorf("remarks %q, want one about the partition DEFAULT", got.Notes)
	}
	checktest.Mend(t, maria, got.Findings)
	maria.Exec(t, "ALTER TABLE "+task.Source.Schema+".texts DROP INDEX ft")
	wantFound(t, task, common.Partition, "key_type exact", "key_type prices", "key_type sums", "list_default columns", "list_default zero", "method history", "prefix started")
}

package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestPartitionOfOracle(t *testing.T) {
	t.Parallel()
	obOracle442 := datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 4, Patch: 2}, Mode: "ORACLE"}
	oracle121 := datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 12, Minor: 1}}
	number := func(name string, precision, scale int, hasScale bool) datasource.Column {
		return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: "NUMBER", Precision: precision, Scale: scale, HasScale: hasScale}}
	}
	columns := []datasource.Column{number("ID", 10, 0, true), number("BIG", 38, 0, true), number("PRICE", 10, 2, true), number("ANY", 0, 0, false), column("DAY", "DATE"), column("WORD", "VARCHAR2"), column("F", "BINARY_DOUBLE")}
	by := func(method string, names ...string) datasource.Partitioning {
		return datasource.Partitioning{Method: method, Columns: names}
	}
	sub := func(how datasource.Partitioning, method string, names ...string) datasource.Partitioning {
		how.SubMethod, how.SubColumns = method, names
		return how
	}
	with := func(how datasource.Partitioning, change func(*datasource.Partitioning)) datasource.Partitioning {
		change(&how)
		return how
	}
	rest := with(by("LIST", "WORD"), func(how *datasource.Partitioning) {
		how.Partitions = []datasource.Partition{{Name: "A"}, {Name: "REST", Description: "DEFAULT"}}
	})
	steps := with(by("RANGE", "DAY"), func(how *datasource.Partitioning) { how.Interval = "NUMTODSINTERVAL(1,'DAY')" })
	values := with(by("LIST", "WORD"), func(how *datasource.Partitioning) { how.Automatic = true })
	many := with(by("HASH", "ID"), func(how *datasource.Partitioning) { how.Partitions = []datasource.Partition{{Sub: 8193}} })
	pk := func(names ...string) []datasource.Index {
		index := datasource.Index{Name: "PK", Primary: true, Unique: true}
		for _, name := range names {
			index.Columns = append(index.Columns, datasource.IndexColumn{Name: name})
		}
		return []datasource.Index{index}
	}
	unique := pk("ID")
	unique[0].Primary = false
	for _, tc := range []struct {
		name    string
		route   checks.Route
		dest    datasource.Server
		how     datasource.Partitioning
		indexes []datasource.Index
		want    []string
	}{
		{"by range of days, to MySQL", toMySQL, mysql97, by("RANGE", "DAY"), nil, nil},
		{"by hash of numbers, to MySQL", toMySQL, mysql97, by("HASH", "ID"), nil, []string{"key_type"}},
		{"by reference", toMySQL, mysql97, by("REFERENCE"), nil, []string{"method"}},
		{"by system, to OceanBase", toOBOracle, obOracle43, by("SYSTEM"), nil, []string{"method"}},
		{"by reference, to Oracle", toOracle, oracle19, by("REFERENCE"), nil, nil},
		{"subpartitions by list, to MySQL", toMySQL, mysql97, sub(by("RANGE", "DAY"), "LIST", "WORD"), nil, []string{"method"}},
		{"subpartitions by list, to OceanBase", toOBOracle, obOracle43, sub(by("RANGE", "DAY"), "LIST", "WORD"), nil, nil},
		{"other values, to MySQL", toMySQL, mysql97, rest, nil, []string{"list_default"}},
		{"other values, to MariaDB", toMariaDB, maria1011, rest, nil, nil},
		{"other values, to OceanBase", toOBOracle, obOracle43, rest, nil, nil},
		{"by interval, to MySQL", toMySQL, mysql97, steps, nil, []string{"interval"}},
		{"by interval, to OceanBase", toOBOracle, obOracle43, steps, nil, []string{"interval"}},
		{"by interval, to OceanBase that has it", toOBOracle, obOracle442, steps, nil, []string{"interval_left_out"}},
		{"by interval, to Oracle", toOracle, oracle19, steps, nil, nil},
		{"for each value, to OceanBase", toOBOracle, obOracle442, values, nil, []string{"interval"}},
		{"for each value, to Oracle", toOracle, oracle19, values, nil, nil},
		{"for each value, to Oracle 12.1", toOracle, oracle121, values, nil, []string{"method"}},
		{"8,193 partitions, to OceanBase MySQL mode", toOBMySQL, ob43, many, nil, []string{"too_many"}},
		{"8,193 partitions, to OceanBase", toOBOracle, obOracle43, many, nil, nil},
		{"a key with the columns", toMySQL, mysql97, sub(by("RANGE", "DAY"), "HASH", "ID"), pk("ID", "DAY"), []string{"key_type"}},
		{"a key without the partitions' columns", toMySQL, mysql97, by("RANGE", "DAY"), pk("ID"), []string{"key_without_column"}},
		{"a key without the subpartitions' columns", toMySQL, mysql97, sub(by("RANGE", "DAY"), "HASH", "ID"), pk("DAY"), []string{"key_without_column", "key_type"}},
		{"a primary key without them, to OceanBase", toOBOracle, obOracle43, sub(by("RANGE", "DAY"), "HASH", "ID"), pk("DAY"), []string{"key_without_column"}},
		{"a unique key without them, to OceanBase", toOBOracle, obOracle43, by("RANGE", "DAY"), unique, nil},
		{"a unique key without them, to MySQL", toMySQL, mysql97, by("RANGE", "DAY"), unique, []string{"key_without_column"}},
		{"by hash of words, to MySQL", toMySQL, mysql97, by("HASH", "WORD"), nil, []string{"hash_key"}},
		{"by hash of words, to OceanBase", toOBOracle, obOracle43, by("HASH", "WORD"), nil, nil},
		{"by range of prices, to MySQL", toMySQL, mysql97, by("RANGE", "PRICE"), nil, []string{"key_type"}},
		{"by list of any number, to MariaDB", toMariaDB, maria1011, by("LIST", "ANY"), nil, []string{"key_type"}},
		{"by range of large numbers, to MySQL", toMySQL, mysql97, by("RANGE", "BIG"), nil, []string{"key_type"}},
		{"by range of prices, to OceanBase", toOBMySQL, ob43, by("RANGE", "PRICE"), nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := snapshot(oracle19, columns, tc.indexes, datasource.Snapshot{
				datasource.FactPartitions: datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: shopT, Rows: []datasource.Partitioning{tc.how}})})
			wantRules(t, checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}, common.Partition, tc.want...)
		})
	}
}

// What the check says of columns is what the servers do.
func TestPartitionTypesOnRealServers(t *testing.T) {
	t.Parallel()
	bound := map[string]string{"DECIMAL(10,0)": "5", "BIGINT": "5", "DECIMAL(10,2)": "5", "DOUBLE": "5", "DATETIME": "'2020-01-01'", "DATETIME(6)": "'2020-01-01'", "VARCHAR(9)": "'m'", "VARBINARY(9)": "'m'"}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for columnType, accepted := range map[string]bool{"DECIMAL(10,0)": false, "BIGINT": true, "DECIMAL(10,2)": false, "DOUBLE": false, "DATETIME": true, "DATETIME(6)": true, "VARCHAR(9)": true, "VARBINARY(9)": true} {
			at := "CREATE TABLE t (c " + columnType + ") PARTITION BY "
			wantCreated(t, s, accepted, at+"RANGE COLUMNS (c) (PARTITION p VALUES LESS THAN ("+bound[columnType]+"))")
			wantCreated(t, s, accepted, at+"LIST COLUMNS (c) (PARTITION p VALUES IN ("+bound[columnType]+"))")
			wantCreated(t, s, columnType == "BIGINT", at+"HASH (c) PARTITIONS 2")
			wantCreated(t, s, true, at+"KEY (c) PARTITIONS 2")
		}
		wantCreated(t, s, false, "CREATE TABLE t (a INT, b INT) PARTITION BY HASH (a, b) PARTITIONS 2")
		wantCreated(t, s, false, "CREATE TABLE t (a INT, b INT, UNIQUE (a)) PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) SUBPARTITIONS 2 (PARTITION p VALUES LESS THAN (5))")
		wantCreated(t, s, s.Product == dbtest.MariaDB, "CREATE TABLE t (c VARCHAR(9)) PARTITION BY LIST COLUMNS (c) (PARTITION p VALUES IN ('a'), PARTITION q DEFAULT)")
	})
}

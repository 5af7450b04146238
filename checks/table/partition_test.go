package table_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPartitionOfOracle(t *testing.T) {
	t.Parallel()
	obOracle442 := datasource.Server{Flavor: datasource.FlavorOceanBase,
		Version: datasource.Version{Major: 4, Minor: 4, Patch: 2}, Mode: "ORACLE"}
	oracle121 := datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 12, Minor: 1}}
	number := func(name string, precision, scale int, hasScale bool) datasource.Column {
		return datasource.Column{Name: name,
			ColumnType: &datasource.ColumnType{DataType: "NUMBER", Precision: precision, Scale: scale,
				HasScale: hasScale}}
	}
	columns := []datasource.Column{number("ID", 10, 0, true), number("BIG", 38, 0, true), number("PRICE", 10, 2, true),
		number("ANY", 0, 0, false), checktest.ColumnOfType("DAY", "DATE"), checktest.ColumnOfType("WORD", "VARCHAR2"),
		checktest.ColumnOfType("F", "BINARY_DOUBLE")}
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
	many := with(by("HASH", "ID"),
		func(how *datasource.Partitioning) { how.Partitions = []datasource.Partition{{Sub: 8193}} })
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
		{"by range of days, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("RANGE", "DAY"), nil, nil},
		{"by hash of numbers, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("HASH", "ID"), nil,
			[]string{"key_type"}},
		{"by reference", checktest.ToMySQL, checktest.MySQL97, by("REFERENCE"), nil, []string{"method"}},
		{"by system, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, by("SYSTEM"), nil, []string{"method"}},
		{"by reference, to Oracle", checktest.ToOracle, checktest.OracleServer19, by("REFERENCE"), nil, nil},
		{"subpartitions by list, to MySQL", checktest.ToMySQL, checktest.MySQL97,
			sub(by("RANGE", "DAY"), "LIST", "WORD"),
			nil, []string{"method"}},
		{"subpartitions by list, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43,
			sub(by("RANGE", "DAY"), "LIST", "WORD"), nil, nil},
		{"DEFAULT partition, to MySQL", checktest.ToMySQL, checktest.MySQL97, rest, nil, []string{"list_default"}},
		{"DEFAULT partition, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, rest, nil, nil},
		{"DEFAULT partition, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, rest, nil, nil},
		{"by interval, to MySQL", checktest.ToMySQL, checktest.MySQL97, steps, nil, []string{"interval"}},
		{"by interval, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, steps, nil, []string{"interval"}},
		{"by interval, to OceanBase with support", checktest.ToOBOracle, obOracle442, steps, nil,
			[]string{"interval_left_out"}},
		{"by interval, to Oracle", checktest.ToOracle, checktest.OracleServer19, steps, nil, nil},
		{"LIST AUTOMATIC, to OceanBase", checktest.ToOBOracle, obOracle442, values, nil, []string{"interval"}},
		{"LIST AUTOMATIC, to Oracle", checktest.ToOracle, checktest.OracleServer19, values, nil, nil},
		{"LIST AUTOMATIC, to Oracle 12.1", checktest.ToOracle, oracle121, values, nil, []string{"method"}},
		{"8,193 partitions, to OceanBase MySQL mode", checktest.ToOBMySQL, checktest.OB43, many, nil,
			[]string{"too_many"}},
		{"8,193 partitions, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, many, nil, nil},
		{"key with the partitioning columns", checktest.ToMySQL, checktest.MySQL97,
			sub(by("RANGE", "DAY"), "HASH", "ID"),
			pk("ID", "DAY"), []string{"key_type"}},
		{"key without the partitioning columns", checktest.ToMySQL, checktest.MySQL97, by("RANGE", "DAY"), pk("ID"),
			[]string{"key_without_column"}},
		{"key without the subpartitioning columns", checktest.ToMySQL, checktest.MySQL97,
			sub(by("RANGE", "DAY"), "HASH", "ID"), pk("DAY"), []string{"key_without_column", "key_type"}},
		{"primary key without partitioning columns, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43,
			sub(by("RANGE", "DAY"), "HASH", "ID"), pk("DAY"), []string{"key_without_column"}},
		{"unique key without partitioning columns, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43,
			by("RANGE", "DAY"), unique, nil},
		{"unique key without partitioning columns, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("RANGE", "DAY"),
			unique, []string{"key_without_column"}},
		{"by hash of strings, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("HASH", "WORD"), nil,
			[]string{"hash_key"}},
		{"by hash of strings, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, by("HASH", "WORD"), nil, nil},
		{"by range of decimals, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("RANGE", "PRICE"), nil,
			[]string{"key_type"}},
		{"by list of any number, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, by("LIST", "ANY"), nil,
			[]string{"key_type"}},
		{"by range of large numbers, to MySQL", checktest.ToMySQL, checktest.MySQL97, by("RANGE", "BIG"), nil,
			[]string{"key_type"}},
		{"by range of decimals, to OceanBase", checktest.ToOBMySQL, checktest.OB43, by("RANGE", "PRICE"), nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(checktest.OracleServer19, columns, tc.indexes, datasource.Snapshot{
				datasource.FactPartitions: datasource.GroupByTable(
					datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
						Rows: []datasource.Partitioning{tc.how}})})
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
				Route: tc.route}, table.Partition, tc.want...)
		})
	}
}

func TestPartition(t *testing.T) {
	t.Parallel()
	prefixed := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "a", Prefix: 10}, {Name: "b"}}}}
	maria102 := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 2}}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		how          datasource.Partitioning
		want         []string
		notes        int
	}{
		{"by range", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", SubMethod: "HASH"},
			nil, 0},
		{"by linear hash", checktest.MariaDB1011, checktest.MySQL97, datasource.Partitioning{Method: "LINEAR HASH"},
			nil, 0},
		{"by linear hash on OceanBase", checktest.MySQL97, checktest.OB43,
			datasource.Partitioning{Method: "LINEAR HASH"},
			[]string{"method_unknown"}, 0},
		{"by system time", checktest.MariaDB1011, checktest.MySQL97, datasource.Partitioning{Method: "SYSTEM_TIME"},
			[]string{"method"}, 0},
		{"by system time on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			datasource.Partitioning{Method: "SYSTEM_TIME"}, nil, 0},
		{"by system time, to MariaDB without support", checktest.MariaDB1011, maria102,
			datasource.Partitioning{Method: "SYSTEM_TIME"}, []string{"method"}, 0},
		{"subpartitions by range", checktest.OB43, checktest.MySQL97,
			datasource.Partitioning{Method: "HASH", SubMethod: "RANGE"}, []string{"method"}, 0},
		{"too many partitions", checktest.OB43, checktest.MySQL97,
			datasource.Partitioning{Method: "HASH", SubMethod: "HASH",
				Partitions: []datasource.Partition{{Sub: 8000}, {Sub: 193}}}, []string{"too_many"}, 0},
		{"maximum number of partitions", checktest.OB43, checktest.MySQL97,
			datasource.Partitioning{Method: "HASH", SubMethod: "HASH",
				Partitions: []datasource.Partition{{Sub: 8000}, {Sub: 192}}}, nil, 0},
		{"by a column prefix", checktest.MariaDB1011, checktest.MySQL97, datasource.Partitioning{Method: "KEY"},
			[]string{"prefix"}, 0},
		{"by another column", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "KEY", Expression: "`b`"}, nil, 0},
		{"by a column prefix, to MySQL with support", checktest.MariaDB1011, checktest.MySQL80,
			datasource.Partitioning{Method: "KEY"}, nil, 0},
		{"DEFAULT partition", checktest.OB43, checktest.MySQL97,
			datasource.Partitioning{Method: "LIST", Partitions: []datasource.Partition{{Description: "DEFAULT"}}},
			[]string{"list_default"}, 0},
		{"DEFAULT partition of LIST COLUMNS", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "LIST COLUMNS",
				Partitions: []datasource.Partition{{Description: "('a',1)"}, {Description: "(MAXVALUE,MAXVALUE)"}}},
			[]string{"list_default"}, 0},
		{"a string such as MAXVALUE", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "LIST COLUMNS",
				Partitions: []datasource.Partition{{Description: "'MAXVALUE'"}, {Description: "0"}}}, nil, 0},
		{"DEFAULT partition beside a zero", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "LIST",
				Partitions: []datasource.Partition{{Description: "0,1"}, {Description: "0"}}}, []string{"list_default"},
			0},
		{"DEFAULT partition on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			datasource.Partitioning{Method: "LIST COLUMNS",
				Partitions: []datasource.Partition{{Description: "MAXVALUE"}}}, nil,
			0},
		{"MAXVALUE of a range", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE",
				Partitions: []datasource.Partition{{Description: "0"}, {Description: "MAXVALUE"}}}, nil, 0},
		{"with a FULLTEXT index", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "HASH", Expression: "`text`"}, []string{"fulltext"}, 0},
		{"with a FULLTEXT index on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			datasource.Partitioning{Method: "HASH", Expression: "`text`"}, nil, 0},
		{"with a spatial column", checktest.MariaDB118, checktest.MySQL97,
			datasource.Partitioning{Method: "HASH", Expression: "`point`"}, []string{"spatial"}, 0},
		{"with a spatial column, to MariaDB before 11.3.2", checktest.MariaDB118, checktest.MariaDB1011,
			datasource.Partitioning{Method: "HASH", Expression: "`point`"}, []string{"spatial"}, 0},
		{"with a spatial column, to MariaDB", checktest.MariaDB118, checktest.MariaDB118,
			datasource.Partitioning{Method: "HASH", Expression: "`point`"}, nil, 0},
		{"by a decimal", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", Expression: "`d`"}, []string{"key_type"}, 0},
		{"by a decimal on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011,
			datasource.Partitioning{Method: "RANGE", Expression: "`d`"}, nil, 0},
		{"by a calculated decimal", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "LIST", Expression: "abs(`d`)"}, []string{"key_type"}, 0},
		{"by a rounded decimal", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", Expression: "floor(`d`)"}, nil, 0},
		{"by a decimal with DIV", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", Expression: "`d` DIV 3"}, nil, 0},
		{"by a key of a decimal", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "KEY", Expression: "`d`"}, nil, 0},
		{"by seconds with a fraction", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", Expression: "unix_timestamp(`s`)"}, []string{"key_type"}, 0},
		{"by whole seconds", checktest.MariaDB1011, checktest.MySQL97,
			datasource.Partitioning{Method: "RANGE", Expression: "unix_timestamp(`w`)"}, nil, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			indexes := prefixed
			if tc.how.Expression == "`text`" {
				indexes = []datasource.Index{{Name: "ft", Unordered: true,
					Columns: []datasource.IndexColumn{{Name: "t"}}}}
			}
			columns := []datasource.Column{checktest.ColumnOfType("d", "decimal"),
				checktest.ColumnOfType("s", "timestamp"),
				checktest.ColumnOfType("w", "timestamp")}
			columns[1].Precision = 3
			if tc.how.Expression == "`point`" {
				columns = append(columns, checktest.ColumnOfType("point", "point"))
			}
			source := checktest.Snapshot(tc.source, columns, indexes, datasource.Snapshot{
				datasource.FactPartitions: datasource.GroupByTable(
					datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
						Rows: []datasource.Partitioning{tc.how}})})
			source[datasource.FactDefinitions] = datasource.Definitions{}
			f := checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil)}
			checktest.WantRules(t, f, table.Partition, tc.want...)
			if _, notes, _ := f.Run(t, table.Partition); len(notes) != tc.notes {
				t.Errorf("notes %q, want %d", notes, tc.notes)
			}
		})
	}
}

func TestPartitionUnknown(t *testing.T) {
	t.Parallel()
	some := datasource.GroupByTable(datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
		Rows: []datasource.Partitioning{{Method: "HASH"}}})
	zero := datasource.GroupByTable(datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
		Rows: []datasource.Partitioning{{Method: "LIST", Partitions: []datasource.Partition{{Description: "0"}}}}})
	for name, f := range map[string]checktest.Facts{
		"a definition that is not read": {Source: checktest.Snapshot(checktest.MariaDB1011, nil, nil,
			datasource.Snapshot{datasource.FactPartitions: zero,
				datasource.FactDefinitions: datasource.Definitions{NotRead: []datasource.TableName{checktest.ShopT}}}),
			Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)},
		"not read": {Source: checktest.Snapshot(checktest.MySQL97, nil, nil,
			datasource.Snapshot{datasource.FactPartitions: errors.New("connection lost")}),
			Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)},
		"an unknown destination": {Source: checktest.Snapshot(checktest.MySQL97, nil, nil,
			datasource.Snapshot{datasource.FactPartitions: some}),
			Dest: checktest.Snapshot(datasource.Server{Flavor: datasource.FlavorTiDB}, nil, nil, nil)},
	} {
		if findings, _, err := f.Run(t, table.Partition); err == nil {
			t.Errorf("%s: %v and no error", name, findings)
		}
	}
}

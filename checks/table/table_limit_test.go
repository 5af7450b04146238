package table_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// text returns an Oracle column that holds n bytes or characters.
func text(name string, n int64) datasource.Column {
	return datasource.Column{Name: name,
		ColumnType: &datasource.ColumnType{DataType: "VARCHAR2", CharLength: n, ByteLength: n}}
}

func TestTableLimitOfOracle(t *testing.T) {
	t.Parallel()
	numbers := func(n int) []datasource.Column {
		list := make([]datasource.Column, n)
		for i := range list {
			list[i] = datasource.Column{Name: fmt.Sprint("N", i),
				ColumnType: &datasource.ColumnType{DataType: "NUMBER", Precision: 9, HasScale: true, ByteLength: 22}}
		}
		return list
	}
	over := func(n int) []datasource.Index {
		index := datasource.Index{Name: "K"}
		for i := range n {
			index.Columns = append(index.Columns, datasource.IndexColumn{Name: fmt.Sprint("N", i)})
		}
		return []datasource.Index{index}
	}
	keyed := []datasource.Index{{Name: "PK", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "C"}}}}
	typed := func(kind string) []datasource.Index {
		return []datasource.Index{{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "C"}}}}
	}
	many := func(n int) []datasource.Index {
		var list []datasource.Index
		for i := range n {
			list = append(list,
				datasource.Index{Name: fmt.Sprint("K", i), Columns: []datasource.IndexColumn{{Name: "N0"}}})
		}
		return list
	}
	latin1 := datasource.Snapshot{datasource.FactSchemas: []datasource.Schema{{Name: "shop", Charset: "latin1"}}}
	set := func(name, value string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactVariables: datasource.Variables{name: value}}
	}
	for _, tc := range []struct {
		name    string
		route   checks.Route
		dest    datasource.Server
		more    datasource.Snapshot
		columns []datasource.Column
		indexes []datasource.Index
		want    []string
	}{
		{"1000 columns, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil, numbers(1000), nil, nil},
		{"1018 columns, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil, numbers(1018), nil, []string{"columns"}},
		{"1018 columns, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil, numbers(1018), nil, nil},
		{"4095 columns without a key, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil,
			numbers(4095), nil, nil},
		{"4096 columns without a key, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil,
			numbers(4096), nil, []string{"columns"}},
		{"4096 columns with a primary key, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil,
			numbers(4096), []datasource.Index{{Name: "PK", Primary: true, Unique: true,
				Columns: []datasource.IndexColumn{{Name: "N0"}}}}, nil},
		{"513 columns, to OceanBase 3.1.4", checktest.ToOBOracle, checktest.TenantOf("3.1.4"), nil, numbers(513), nil,
			[]string{"columns"}},
		{"512 columns, to OceanBase 3.1.4", checktest.ToOBOracle, checktest.TenantOf("3.1.4"), nil, numbers(512),
			nil, nil},
		{"1000 columns, to Oracle", checktest.OBToOracle, checktest.OracleServer19, nil, numbers(1000), nil, nil},
		{"1001 columns, to Oracle", checktest.OBToOracle, checktest.OracleServer19, nil, numbers(1001), nil,
			[]string{"columns"}},
		{"4096 columns, to Oracle 23ai", checktest.OBToOracle, checktest.OracleServer23, set("max_columns", "EXTENDED"),
			numbers(4096), nil, nil},
		{"4096 columns, to Oracle 23ai by default", checktest.OBToOracle, checktest.OracleServer23,
			set("max_columns", "STANDARD"), numbers(4096), nil, []string{"columns"}},
		{"16 columns in an index, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil, numbers(20), over(16), nil},
		{"17 columns in an index, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil, numbers(20), over(17),
			[]string{"index_columns"}},
		{"33 columns in an index, to Oracle", checktest.OBToOracle, checktest.OracleServer19, nil, numbers(40),
			over(33),
			[]string{"index_columns"}},
		{"65 indexes, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil, numbers(1), many(65), []string{"indexes"}},
		{"128 indexes, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil, numbers(1), many(128), nil},
		{"129 indexes, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil, numbers(1), many(129),
			[]string{"indexes"}},
		{"a key of 768 characters, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil,
			[]datasource.Column{text("C", 768)},
			keyed, nil},
		{"a key of 769 characters, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil,
			[]datasource.Column{text("C", 769)},
			keyed, []string{"key"}},
		{"a key of 769 characters in latin1", checktest.ToMySQL, checktest.MySQL97, latin1,
			[]datasource.Column{text("C", 769)}, keyed, nil},
		{"a key of 4000 characters, to OceanBase MySQL mode", checktest.ToOBMySQL, checktest.OB43, nil,
			[]datasource.Column{text("C", 4000)}, keyed, nil},
		{"a key of 16384 bytes, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil,
			[]datasource.Column{text("C", 16384)}, keyed, nil},
		{"a key of 16385 bytes, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, nil,
			[]datasource.Column{text("C", 16385)}, keyed, []string{"key"}},
		{"a key of 6144 bytes, to blocks of 8 KB", checktest.OBToOracle, checktest.OracleServer19,
			set("db_block_size", "8192"), []datasource.Column{text("C", 6144)}, keyed, nil},
		{"a key of 6145 bytes, to blocks of 8 KB", checktest.OBToOracle, checktest.OracleServer19,
			set("db_block_size", "8192"), []datasource.Column{text("C", 6145)}, keyed, []string{"key"}},
		{"a row of 64,000 bytes, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil,
			[]datasource.Column{text("A", 4000), text("B", 4000), text("C", 4000), text("D", 4000)}, nil, nil},
		{"a row of 80,000 bytes, to MySQL", checktest.ToMySQL, checktest.MySQL97, nil,
			[]datasource.Column{text("A", 4000), text("B", 4000), text("C", 4000), text("D", 4000), text("E", 4000)},
			nil,
			[]string{"row"}},
		{"a longer VARCHAR, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, nil,
			[]datasource.Column{text("A", 32767)}, nil, []string{"row", "varchar"}},
		{"a large object", checktest.ToMySQL, checktest.MySQL97, nil,
			[]datasource.Column{checktest.ColumnOfType("C", "CLOB"), checktest.ColumnOfType("B", "BFILE")}, nil, nil},
		{"a domain index", checktest.ToMySQL, checktest.MySQL97, nil, []datasource.Column{text("C", 4000)},
			typed("DOMAIN"),
			nil},
		{"a bitmap join index", checktest.ToMySQL, checktest.MySQL97, nil, []datasource.Column{text("C", 4000)},
			typed(datasource.BitmapJoin), nil},
		{"a bitmap index", checktest.ToMySQL, checktest.MySQL97, nil, []datasource.Column{text("C", 4000)},
			typed("BITMAP"),
			[]string{"key"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantRules(t,
				checktest.Facts{Source: checktest.Snapshot(checktest.OracleServer19, tc.columns, tc.indexes,
					nil), Dest: checktest.Snapshot(tc.dest, nil, nil, tc.more), Route: tc.route}, table.TableLimit,
				tc.want...)
		})
	}
}

func TestTableLimit(t *testing.T) {
	t.Parallel()
	row := func(n int64) []datasource.Column { return []datasource.Column{checktest.BytesOf("varbinary", n)} }
	manyColumns := make([]datasource.Column, 1018)
	for i := range manyColumns {
		manyColumns[i] = checktest.BytesOf("tinyint", 0)
	}
	parts := func(n int) []datasource.Index {
		return []datasource.Index{{Name: "k", Columns: make([]datasource.IndexColumn, n)}}
	}
	key := func(index datasource.Index) []datasource.Index {
		index.Name, index.Columns = "k", []datasource.IndexColumn{{Name: "varbinary"}}
		return []datasource.Index{index}
	}
	vectors := []datasource.Column{checktest.BytesOf("vector", 65532), checktest.BytesOf("int", 0)}
	for _, tc := range []struct {
		name     string
		dest     datasource.Server
		settings datasource.Variables
		columns  []datasource.Column
		indexes  []datasource.Index
		want     []string
	}{
		{"the longest row", checktest.MySQL97, nil, row(65533), nil, nil},
		{"a row one byte longer", checktest.MySQL97, nil, row(65534), nil, []string{"row"}},
		{"a row of OceanBase", checktest.OB43, nil, row(1048576), nil, nil},
		{"the longest VARBINARY", checktest.MariaDB1011, nil, row(65532), nil, nil},
		{"a VARBINARY one byte longer", checktest.MariaDB1011, nil, row(65533), nil, []string{"varchar"}},
		{"a VECTOR that fills a row of MariaDB", checktest.ServerAt(datasource.FlavorMariaDB, "11.8.9"), nil,
			vectors[:1],
			nil, nil},
		{"a VECTOR and more on MariaDB", checktest.ServerAt(datasource.FlavorMariaDB, "11.8.9"), nil, vectors, nil,
			[]string{"row"}},
		{"a VECTOR and more on MySQL", checktest.MySQL97, nil, vectors, nil, nil},
		{"a long VECTOR", checktest.MySQL97, nil,
			[]datasource.Column{checktest.BytesOf("vector", 65532), checktest.BytesOf("int", 0)}, nil, nil},
		{"a long VECTOR on MariaDB", checktest.MariaDB118, nil,
			[]datasource.Column{checktest.BytesOf("vector", 65532), checktest.BytesOf("int", 0)}, nil, []string{"row"}},
		{"a VECTOR that fits into a row of MariaDB", checktest.MariaDB118, nil,
			[]datasource.Column{checktest.BytesOf("vector", 65528), checktest.BytesOf("int", 0)}, nil, nil},
		{"a key over a VECTOR of MariaDB", checktest.MariaDB118, nil,
			[]datasource.Column{checktest.BytesOf("vector", 3072)},
			[]datasource.Index{{Name: "k", Primary: true, Unique: true,
				Columns: []datasource.IndexColumn{{Name: "vector"}}}},
			nil},
		{"a long key over a VECTOR of MariaDB", checktest.MariaDB118, nil,
			[]datasource.Column{checktest.BytesOf("vector", 3076)},
			[]datasource.Index{{Name: "k", Primary: true, Unique: true,
				Columns: []datasource.IndexColumn{{Name: "vector"}}}},
			[]string{"key"}},
		{"1018 columns", checktest.MySQL97, nil, manyColumns, nil, []string{"columns"}},
		{"1018 columns on OceanBase", checktest.OB43, nil, manyColumns, nil, nil},
		{"17 columns in an index", checktest.MySQL97, nil, nil, parts(17), []string{"index_columns"}},
		{"17 columns in an index of MariaDB", checktest.MariaDB1011, nil, nil, parts(17), nil},
		{"33 columns in an index of MariaDB", checktest.MariaDB1011, nil, nil, parts(33), []string{"index_columns"}},
		{"a key of 3072 bytes", checktest.MySQL97, nil, row(3072), key(datasource.Index{Unique: true}), nil},
		{"a key of 3073 bytes", checktest.MySQL97, nil, row(3073), key(datasource.Index{Unique: true}),
			[]string{"key"}},
		{"a unique key that MariaDB hashes", checktest.MariaDB1011, nil, row(3073), key(datasource.Index{Unique: true}),
			nil},
		{"a primary key that MariaDB does not hash", checktest.MariaDB1011, nil, row(3073),
			key(datasource.Index{Unique: true, Primary: true}), []string{"key"}},
		{"a unique key, MariaDB without hashing",
			datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 3}}, nil,
			row(3073), key(datasource.Index{Unique: true}), []string{"key"}},
		{"a key over small pages", checktest.MySQL97, datasource.Variables{"innodb_page_size": "8192"}, row(1537),
			key(datasource.Index{}), []string{"key"}},
		{"a key over small pages of MariaDB", checktest.MariaDB1011, datasource.Variables{"innodb_page_size": "4096"},
			row(1173), key(datasource.Index{Unique: true, Primary: true}), nil},
		{"a longer key over small pages of MariaDB", checktest.MariaDB1011,
			datasource.Variables{"innodb_page_size": "4096"},
			row(1174), key(datasource.Index{Unique: true, Primary: true}), []string{"key"}},
		{"an unordered index", checktest.MySQL97, nil, row(10000), key(datasource.Index{Unordered: true}), nil},
		{"513 columns in all indexes", checktest.OB43, nil, nil, append(parts(256), parts(257)...),
			[]string{"indexed_columns"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.settings == nil {
				tc.settings = datasource.Variables{}
			}
			checktest.WantRules(t,
				checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011, tc.columns, tc.indexes,
					nil),
					Dest: checktest.Snapshot(tc.dest, nil, nil,
						datasource.Snapshot{datasource.FactVariables: tc.settings})},
				table.TableLimit, tc.want...)
		})
	}
}

func TestTableLimitUnknown(t *testing.T) {
	t.Parallel()
	f := checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011,
		[]datasource.Column{checktest.BytesOf("xmltype", 5)}, nil, nil),
		Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)}
	if findings, _, err := f.Run(t, table.TableLimit); err == nil {
		t.Errorf("with an unknown type: got %v and no error", findings)
	}
	later := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 9, Minor: 8}}
	for _, dest := range []datasource.Server{{Flavor: datasource.FlavorTiDB}, later} {
		f := checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011,
			[]datasource.Column{checktest.BytesOf("varbinary", 65534)}, nil, nil),
			Dest: checktest.Snapshot(dest, nil, nil, nil)}
		findings, notes, err := f.Run(t, table.TableLimit)
		if err != nil || len(findings) != 1 || len(notes) != 1 || (findings[0].Level == checks.Fail) != dest.IsMySQL() {
			t.Errorf("%s: %v, %q, %v", dest, findings, notes, err)
		}
	}
}

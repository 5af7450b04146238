package limits

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func at(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

func column(t datasource.ColumnType) datasource.Column {
	return datasource.Column{Name: "c", ColumnType: &t}
}

func TestNameLength(t *testing.T) {
	for _, test := range []struct {
		typ        datasource.Type
		version    string
		kind       string
		name       string
		most, long int
	}{
		{datasource.MySQL, "8.0.0", "TABLE", "été", 64, 3},
		{datasource.MariaDB, "11.8.0", "CONSTRAINT", "x", 64, 1},
		{datasource.Oracle, "12.1.0", "TABLE", "été", 30, 5},
		{datasource.Oracle, "12.2.0", "TABLE", "été", 128, 5},
		{datasource.OceanBaseMySQL, "4.3.0", "TABLE", "été", 64, 3},
		{datasource.OceanBaseMySQL, "4.3.0", "COLUMN", "été", 128, 5},
		{datasource.OceanBaseMySQL, "4.3.0", "CONSTRAINT", "x", 64, 1},
		{datasource.OceanBaseMySQL, "3.2.4", "CONSTRAINT", "x", 128, 1},
		{datasource.OceanBaseOracle, "4.3.0", "VIEW", "été", 128, 5},
		{datasource.OceanBaseOracle, "4.3.0", "SCHEMA", "été", 64, 5},
	} {
		limit := NamesOf(test.typ, at("", test.version), "", "")[test.kind]
		if got := limit.Length(test.name); limit.Most != test.most || got != test.long {
			t.Errorf("%s of %s %s: %d of %d, want %d of %d", test.kind, test.typ, test.version, got, limit.Most,
				test.long,
				test.most)
		}
	}
}

func TestOracleBytes(t *testing.T) {
	for _, test := range []struct {
		text, charset string
		want          int
	}{
		{"été", "WE8MSWIN1252", 3}, {"été", "US7ASCII", 3}, {"été", "AL32UTF8", 5}, {"été", "", 5},
		{"T1", "ZHS16GBK", 2},
		{"订单", "AL32UTF8", 6}, {"订单", "ZHS16GBK", 4}, {"订单", "ZHS32GB18030", 4}, {"訂單", "ZHT16BIG5", 4},
		{"表", "JA16SJIS", 2}, {"표", "KO16MSWIN949", 2}, {"𠮷", "AL32UTF8", 4}, {"𠮷", "UTF8", 6},
		{"𠮷", "ZHS32GB18030", 4},
	} {
		if got := OracleBytes(test.text, test.charset); got != test.want {
			t.Errorf("%q has %d bytes in %s, want %d", test.text, got, test.charset, test.want)
		}
	}
}

func TestTableLimits(t *testing.T) {
	page := func(size string) datasource.Variables { return datasource.Variables{"innodb_page_size": size} }
	for _, test := range []struct {
		server    datasource.Server
		variables datasource.Variables
		key       int64
		columns   int
		ok        bool
	}{
		{at(datasource.FlavorMySQL, "8.0.36"), nil, 3072, 1017, true},
		{at(datasource.FlavorMySQL, "8.0.36"), page("4096"), 768, 1017, true},
		{at(datasource.FlavorMySQL, "8.0.36"), page("8192"), 1536, 1017, true},
		{at(datasource.FlavorMariaDB, "10.11.0"), page("4096"), 1173, 1017, true},
		{at(datasource.FlavorOceanBase, "4.3.0"), page("4096"), 16384, 4096, true},
		{at(datasource.FlavorOceanBase, "3.1.5"), nil, 16384, 4096, true},
		{at(datasource.FlavorOceanBase, "3.1.4"), nil, 16384, 512, true},
		{at(datasource.FlavorOracle, "19.0.0"), datasource.Variables{"db_block_size": "8192"}, 6144, 1000, true},
		{at(datasource.FlavorOracle, "23.0.0"), datasource.Variables{"max_columns": "EXTENDED"}, 0, 4096, true},
		{at(datasource.FlavorTiDB, "8.5.0"), nil, 0, 0, false},
	} {
		l, ok := TableOf(test.server, test.variables)
		if l.KeyBytes != test.key || l.Columns != test.columns || ok != test.ok {
			t.Errorf("%s with %v: %d bytes, %d columns, %v", test.server, test.variables, l.KeyBytes, l.Columns, ok)
		}
	}
	for version, want := range map[string]bool{"10.3.39": false, "10.4.0": true} {
		if l, _ := TableOf(at(datasource.FlavorMariaDB, version), nil); l.LongUnique != want {
			t.Errorf("MariaDB %s: long unique keys %v, want %v", version, l.LongUnique, want)
		}
	}
}

func TestRecordOf(t *testing.T) {
	for _, test := range []struct {
		server datasource.Server
		page   string
		want   Record
		ok     bool
	}{
		{at(datasource.FlavorMySQL, "5.7.9"), "16384", Record{Page: 8126, inline: 39, outside: 41}, true},
		{at(datasource.FlavorMySQL, "8.0.36"), "65536", Record{Page: 16383, inline: 39, outside: 41}, true},
		{at(datasource.FlavorMariaDB, "10.4.8"), "16384", Record{Page: 8126, inline: 255, outside: 21}, true},
		{at(datasource.FlavorMySQL, "5.7.8"), "16384", Record{Page: 8126}, false},
		{at(datasource.FlavorMariaDB, "10.4.7"), "16384", Record{Page: 8126}, false},
		{at(datasource.FlavorMySQL, "8.0.36"), "", Record{}, false},
	} {
		l, ok := RecordOf(test.server, datasource.Variables{"innodb_page_size": test.page})
		if l != test.want || ok != test.ok {
			t.Errorf("%s with pages of %s: %+v, %v, want %+v, %v", test.server, test.page, l, ok, test.want, test.ok)
		}
	}
}

func TestRowBytes(t *testing.T) {
	for _, test := range []struct {
		columns []datasource.ColumnType
		want    int64 // -1: an error
	}{
		{nil, 1},
		{[]datasource.ColumnType{{DataType: "int"}}, 5},
		{[]datasource.ColumnType{{DataType: "int", Nullable: true}}, 5},
		{[]datasource.ColumnType{{DataType: "varchar", ByteLength: 255}}, 256},
		{[]datasource.ColumnType{{DataType: "varchar", ByteLength: 256}}, 258},
		{[]datasource.ColumnType{{DataType: "decimal", Precision: 10, Scale: 2}}, 6},
		{[]datasource.ColumnType{{DataType: "datetime", Precision: 6}}, 9},
		{[]datasource.ColumnType{{DataType: "enum", ColumnType: "enum('a','it''s')"}}, 2},
		{[]datasource.ColumnType{{DataType: "longblob", Nullable: true}}, 13},
		{[]datasource.ColumnType{{DataType: "made_up"}}, -1},
		{[]datasource.ColumnType{{DataType: "set", ColumnType: "set("}}, -1},
	} {
		var columns []datasource.Column
		for _, c := range test.columns {
			columns = append(columns, column(c))
		}
		got, err := RowBytes(columns)
		if err != nil {
			got = -1
		}
		if got != test.want {
			t.Errorf("%+v: %d bytes, want %d", test.columns, got, test.want)
		}
	}
}

func TestVectorsAsBytes(t *testing.T) {
	columns := []datasource.Column{column(datasource.ColumnType{DataType: "vector", ByteLength: 16})}
	if got := VectorsAsBytes(columns, at(datasource.FlavorMariaDB, "11.8.0")); got[0].DataType != "varbinary" ||
		columns[0].DataType != "vector" {
		t.Errorf("MariaDB: %s, and the column itself %s", got[0].DataType, columns[0].DataType)
	}
	if got := VectorsAsBytes(columns, at(datasource.FlavorMySQL, "9.7.0")); got[0].DataType != "vector" {
		t.Errorf("MySQL: %s", got[0].DataType)
	}
}

func TestUserName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		flavor              datasource.Flavor
		major, minor, patch int
		most                int // 0: not known
	}{
		{datasource.FlavorMySQL, 5, 6, 51, 16}, {datasource.FlavorMySQL, 5, 7, 7, 16},
		{datasource.FlavorMySQL, 5, 7, 8, 32}, {datasource.FlavorMySQL, 9, 7, 0, 32},
		{datasource.FlavorMariaDB, 10, 5, 0, 0}, {datasource.FlavorMariaDB, 10, 11, 0, 128},
		{datasource.FlavorOceanBase, 4, 3, 0, 0},
	} {
		s := datasource.Server{Flavor: tc.flavor, Version: datasource.Version{Major: tc.major, Minor: tc.minor,
			Patch: tc.patch}}
		got, ok := UserNameOf(s)
		if got.Most != tc.most || ok != (tc.most > 0) {
			t.Errorf("%s %s: %+v, %t, want %d", tc.flavor, s.Version, got, ok, tc.most)
		}
	}
}

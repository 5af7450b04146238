package common_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func bytesOf(dataType string, n int64) datasource.Column {
	return datasource.Column{Name: dataType, ColumnType: &datasource.ColumnType{DataType: dataType, ByteLength: n}}
}

func TestTableLimit(t *testing.T) {
	t.Parallel()
	row := func(n int64) []datasource.Column { return []datasource.Column{bytesOf("varbinary", n)} }
	manyColumns := make([]datasource.Column, 1018)
	for i := range manyColumns {
		manyColumns[i] = bytesOf("tinyint", 0)
	}
	parts := func(n int) []datasource.Index {
		return []datasource.Index{{Name: "k", Columns: make([]datasource.IndexColumn, n)}}
	}
	key := func(index datasource.Index) []datasource.Index {
		index.Name, index.Columns = "k", []datasource.IndexColumn{{Name: "varbinary"}}
		return []datasource.Index{index}
	}
	vectors := []datasource.Column{bytesOf("vector", 65532), bytesOf("int", 0)}
	for _, tc := range []struct {
		name     string
		dest     datasource.Server
		settings datasource.Variables
		columns  []datasource.Column
		indexes  []datasource.Index
		want     []string
	}{
		{"the longest row", mysql97, nil, row(65533), nil, nil},
		{"a row one byte longer", mysql97, nil, row(65534), nil, []string{"row"}},
		{"a row of OceanBase", ob43, nil, row(1048576), nil, nil},
		{"the longest VARBINARY", maria1011, nil, row(65532), nil, nil},
		{"a VARBINARY one byte longer", maria1011, nil, row(65533), nil, []string{"varchar"}},
		{"a VECTOR that fills a row of MariaDB", server(datasource.FlavorMariaDB, "11.8.9"), nil, vectors[:1], nil, nil},
		{"a VECTOR and more on MariaDB", server(datasource.FlavorMariaDB, "11.8.9"), nil, vectors, nil, []string{"row"}},
		{"a VECTOR and more on MySQL", mysql97, nil, vectors, nil, nil},
		{"a long VECTOR", mysql97, nil, []datasource.Column{bytesOf("vector", 65532), bytesOf("int", 0)}, nil, nil},
		{"a long VECTOR on MariaDB", maria118, nil, []datasource.Column{bytesOf("vector", 65532), bytesOf("int", 0)}, nil, []string{"row"}},
		{"a VECTOR that fits into a row of MariaDB", maria118, nil, []datasource.Column{bytesOf("vector", 65528), bytesOf("int", 0)}, nil, nil},
		{"a key over a VECTOR of MariaDB", maria118, nil, []datasource.Column{bytesOf("vector", 3072)}, []datasource.Index{{Name: "k", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "vector"}}}}, nil},
		{"a long key over a VECTOR of MariaDB", maria118, nil, []datasource.Column{bytesOf("vector", 3076)}, []datasource.Index{{Name: "k", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "vector"}}}}, []string{"key"}},
		{"1018 columns", mysql97, nil, manyColumns, nil, []string{"columns"}},
		{"1018 columns on OceanBase", ob43, nil, manyColumns, nil, nil},
		{"17 columns in an index", mysql97, nil, nil, parts(17), []string{"index_columns"}},
		{"17 columns in an index of MariaDB", maria1011, nil, nil, parts(17), nil},
		{"33 columns in an index of MariaDB", maria1011, nil, nil, parts(33), []string{"index_columns"}},
		{"a key of 3072 bytes", mysql97, nil, row(3072), key(datasource.Index{Unique: true}), nil},
		{"a key of 3073 bytes", mysql97, nil, row(3073), key(datasource.Index{Unique: true}), []string{"key"}},
		{"a unique key that MariaDB hashes", maria1011, nil, row(3073), key(datasource.Index{Unique: true}), nil},
		{"a primary key that MariaDB does not hash", maria1011, nil, row(3073), key(datasource.Index{Unique: true, Primary: true}), []string{"key"}},
		{"a unique key before MariaDB hashed", datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 3}}, nil, row(3073), key(datasource.Index{Unique: true}), []string{"key"}},
		{"a key over small pages", mysql97, datasource.Variables{"innodb_page_size": "8192"}, row(1537), key(datasource.Index{}), []string{"key"}},
		{"a key over small pages of MariaDB", maria1011, datasource.Variables{"innodb_page_size": "4096"}, row(1173), key(datasource.Index{Unique: true, Primary: true}), nil},
		{"a longer key over small pages of MariaDB", maria1011, datasource.Variables{"innodb_page_size": "4096"}, row(1174), key(datasource.Index{Unique: true, Primary: true}), []string{"key"}},
		{"an index without order", mysql97, nil, row(10000), key(datasource.Index{Unordered: true}), nil},
		{"513 columns in all indexes", ob43, nil, nil, append(parts(256), parts(257)...), []string{"indexed_columns"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.settings == nil {
				tc.settings = datasource.Variables{}
			}
			wantRules(t, checktest.Facts{Source: snapshot(maria1011, tc.columns, tc.indexes, nil),
				Dest: snapshot(tc.dest, nil, nil, datasource.Snapshot{datasource.FactVariables: tc.settings})}, common.TableLimit, tc.want...)
		})
	}
}

func TestTableLimitUnknown(t *testing.T) {
	t.Parallel()
	f := checktest.Facts{Source: snapshot(maria1011, []datasource.Column{bytesOf("xmltype", 5)}, nil, nil), Dest: snapshot(mysql97, nil, nil, nil)}
	if findings, _, err := f.Run(t, common.TableLimit); err == nil {
		t.Errorf("with an unknown type: %v and no error", findings)
	}
	later := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 9, Minor: 8}}
	for _, dest := range []datasource.Server{{Flavor: datasource.FlavorTiDB}, later} {
		f := checktest.Facts{Source: snapshot(maria1011, []datasource.Column{bytesOf("varbinary", 65534)}, nil, nil), Dest: snapshot(dest, nil, nil, nil)}
		findings, notes, err := f.Run(t, common.TableLimit)
		if err != nil || len(findings) != 1 || len(notes) != 1 || (findings[0].Level == checks.Fail) != dest.IsMySQL() {
			t.Errorf("%s: %v, %q, %v", dest, findings, notes, err)
		}
	}
}

func TestTableLimitMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	at := "CREATE TABLE " + task.Source.Schema + "."
	over := []string{
		"index17 (" + list(17, "c%d INT") + ", KEY k (" + list(17, "c%d") + "))",
		"long_key (a VARCHAR(3073) CHARACTER SET latin1, UNIQUE (a))",
		"long_keys (a VARCHAR(767) CHARACTER SET utf8mb4, b CHAR(4) CHARACTER SET latin1, c TINYINT, UNIQUE u (a, b, c))",
		"whole_text (a TEXT, UNIQUE (a))",
		"wide_prefix (a TINYTEXT CHARACTER SET utf8mb4, KEY (a(64)))",
	}
	within := []string{
		"index16 (" + list(16, "c%d INT") + ", KEY k (" + list(16, "c%d") + "))",
		"index64 (id INT PRIMARY KEY, a INT, " + list(63, "KEY k%d (a)") + ")",
		"wide_key (a VARCHAR(3072) CHARACTER SET latin1, UNIQUE (a))",
		"wide_keys (a VARCHAR(767) CHARACTER SET utf8mb4, b CHAR(3) CHARACTER SET latin1, c TINYINT, UNIQUE u (a, b, c))",
		"part_text (a TEXT, UNIQUE (a(10)))",
		"narrow_prefix (a TINYTEXT CHARACTER SET utf8mb4, b TINYTEXT CHARACTER SET latin1, KEY (a(63)), KEY (b(255)))",
		"searched (a VARCHAR(10000) CHARACTER SET latin1, b TEXT, FULLTEXT (a), FULLTEXT (b))",
		"places (g POINT NOT NULL, SPATIAL KEY (g))",
		"columns1017 (" + list(1017, "c%d TINYINT") + ")",
	}
	for _, table := range over {
		maria.Exec(t, at+table)
		wantCreated(t, my, false, "CREATE TABLE "+table)
	}
	for _, table := range within {
		maria.Exec(t, at+table)
		wantCreated(t, my, true, "CREATE TABLE "+table)
	}
	maria.Exec(t, at+"columns1018 ("+list(1018, "c%d TINYINT")+") ENGINE=Aria")
	wantCreated(t, my, false, "CREATE TABLE columns1018 ("+list(1018, "c%d TINYINT")+")")
	wantFound(t, task, common.TableLimit, "columns columns1018", "index_columns index17.k", "key long_key.a", "key long_keys.u", "prefix wide_prefix.a", "whole_lob whole_text.a")
}

func TestTableLimitMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	longest, longer := "longest (a VARCHAR(65532) CHARACTER SET latin1 NOT NULL)", "longer (a VARCHAR(65533) CHARACTER SET latin1 NOT NULL)"
	my.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+longest, "CREATE TABLE "+task.Source.Schema+"."+longer)
	wantCreated(t, maria, true, "CREATE TABLE "+longest)
	wantCreated(t, maria, false, "CREATE TABLE "+longer)
	found := []string{"varchar longer.a"}
	if maria.AtLeast(11, 7, 1) { // which has VECTOR
		for table, accepted := range map[string]bool{"vectors (id INT PRIMARY KEY, v VECTOR(16382))": true, "vectors1 (id INT PRIMARY KEY, v VECTOR(16383))": false} {
			my.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
			wantCreated(t, maria, accepted, "CREATE TABLE "+table)
		}
		found = slices.Insert(found, 0, "row vectors1")
	}
	wantFound(t, task, common.TableLimit, found...)
}

// The longest definition that the check lets pass is accepted, and one byte more is refused.
func TestTableLimitDefinition(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	fill := func(name, rest string, bytes int) string {
		for i := 0; bytes > 0; i++ {
			n := min(bytes-20, 1024) // "cNN" takes 21 bytes without a comment
			rest += fmt.Sprintf(", c%02d INT COMMENT '%s'", i, strings.Repeat("x", n-1))
			bytes -= 20 + n
		}
		return "CREATE TABLE " + name + " (" + rest + ") CHARSET utf8mb4"
	}
	for name, rest := range map[string]struct {
		columns string
		bytes   int
	}{
		"plain":    {"a INT", 19},
		"comments": {"a INT COMMENT 'né'", 22},
		"elements": {"a ENUM('x','yes'), b ENUM('x','yes'), c SET('x')", 3*19 + 8 + 4},
	} {
		longest, longer := fill(name, rest.columns, 65535-290-rest.bytes), fill(name+"2", rest.columns, 65535-290-rest.bytes+1)
		wantCreated(t, maria, true, longest)
		wantCreated(t, maria, false, longer)
		my.Exec(t, "USE "+task.Source.Schema, longest, longer)
	}
	wantFound(t, task, common.TableLimit, "definition comments2", "definition elements2", "definition plain2")
}

func TestTableLimitSmallPages(t *testing.T) {
	t.Parallel()
	maria, my := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL, "--innodb-page-size=4k")
	task := checktest.Real{Source: checktest.End{Server: maria, Schema: maria.Database(t)}, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
	longest, longer := "longest (a VARBINARY(767), b TINYINT, KEY k (a, b))", "longer (a VARBINARY(768), b TINYINT, KEY k (a, b))"
	maria.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+longest, "CREATE TABLE "+task.Source.Schema+"."+longer)
	wantCreated(t, my, true, "CREATE TABLE "+longest)
	wantCreated(t, my, false, "CREATE TABLE "+longer)
	wantFound(t, task, common.TableLimit, "key longer.k")
}

// A table of MyISAM has MyISAM's limits where the destination has that engine, else those of InnoDB.
func TestTableLimitOtherEngine(t *testing.T) {
	t.Parallel()
	maria, my := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL, "--innodb-page-size=4k")
	task := checktest.Real{Source: checktest.End{Server: maria, Schema: maria.Database(t)}, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
	for engine, accepted := range map[string]bool{"MyISAM": true, "InnoDB": false} {
		table := strings.ToLower(engine) + " (" + list(10, "c%d BINARY(250)") + ", a VARBINARY(1000), KEY k (a)) ENGINE = " + engine
		maria.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
		wantCreated(t, my, accepted, "CREATE TABLE "+table)
	}
	wantFound(t, task, common.TableLimit, "key innodb.k", "page innodb")
	task.Dest = checktest.End{Server: dbtest.Get(t, dbtest.MySQL), Schema: dbtest.Get(t, dbtest.MySQL).Database(t)}
	wantFound(t, task, common.TableLimit)
}

// What a row keeps in its page is counted as the servers count it, to the byte. Without strict mode it is a warning, as the server's is.
func TestRecordLength(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		dest, per := mysql97, map[string]int{"v39": 40, "v40": 41, "v255": 41, "long": 41}
		if s.Product == dbtest.MariaDB {
			dest, per = maria1011, map[string]int{"v39": 40, "v40": 41, "v255": 256, "long": 21}
		}
		settings := func(strict string) datasource.Snapshot {
			return snapshot(dest, nil, nil, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"innodb_page_size": "16384", "innodb_strict_mode": strict}})
		}
		for name, mix := range map[string]struct {
			columns string
			bytes   int // of these columns, their NULL bits and a number for the row included
		}{
			"a key":             {"id INT PRIMARY KEY", 4},
			"no key":            {"id INT NOT NULL", 4 + 6},
			"a unique key":      {"id INT NOT NULL UNIQUE", 4},
			"one may be NULL":   {"id INT PRIMARY KEY, a INT", 4 + 4 + 1},
			"nine may be NULL":  {"id INT PRIMARY KEY, " + list(9, "a%d INT"), 4 + 36 + 2},
			"short texts":       {"id INT PRIMARY KEY, a VARCHAR(39) CHARACTER SET latin1 NOT NULL, b VARCHAR(40) CHARACTER SET latin1 NOT NULL, c VARBINARY(255) NOT NULL", 4 + per["v39"] + per["v40"] + per["v255"]},
			"long ones":         {"id INT PRIMARY KEY, a VARCHAR(256) CHARACTER SET latin1 NOT NULL, b LONGTEXT NOT NULL, c TINYBLOB NOT NULL, d JSON NOT NULL, e POINT NOT NULL", 4 + 5*per["long"]},
			"CHAR":              {"id INT PRIMARY KEY, a CHAR(200) CHARACTER SET latin1 NOT NULL, b CHAR(100) CHARACTER SET ucs2 NOT NULL, c CHAR(100) CHARACTER SET utf8mb4 NOT NULL, d CHAR(3) CHARACTER SET utf8mb4 NOT NULL", 4 + 200 + 200 + per["long"] + 13},
			"generated":         {"id INT PRIMARY KEY, a INT AS (id) VIRTUAL, b INT AS (id) STORED", 4 + 4 + 1},
			"numbers and times": {"id INT PRIMARY KEY, b DECIMAL(20,5) NOT NULL, c DATETIME(3) NOT NULL, g YEAR NOT NULL, h DOUBLE NOT NULL, i ENUM('a','b') NOT NULL, j BIT(10) NOT NULL", 4 + 10 + 7 + 1 + 8 + 1 + 2},
		} {
			create := func(n int) string {
				columns := mix.columns
				for i := 0; n > 0; i++ {
					columns += fmt.Sprintf(", f%d BINARY(%d) NOT NULL", i, min(n, 255))
					n -= min(n, 255)
				}
				return "CREATE TABLE x (" + columns + ")"
			}
			t.Run(name, func(t *testing.T) {
				filler := 8125 - 18 - mix.bytes
				wantCreated(t, s, true, create(filler))
				wantCreated(t, s, false, create(filler+1))
				wantCreated(t, s, true, "SET SESSION innodb_strict_mode = OFF", create(filler+1))
				schema := s.Database(t)
				s.Exec(t, strings.Replace(create(filler), " x ", " "+schema+".x ", 1))
				at := datasource.TableName{Schema: schema, Name: "x"}
				columns, indexes := slices.Clone(columnsOf(t, s, at)), []datasource.Index(nil)
				if name != "no key" {
					indexes = []datasource.Index{{Name: "k", Unique: true, Columns: []datasource.IndexColumn{{Name: "id"}}}}
				}
				wantRules(t, checktest.Facts{Source: snapshot(dest, columns, indexes, nil), Dest: settings("ON")}, common.TableLimit)
				longer := *columns[len(columns)-1].ColumnType
				longer.ByteLength++
				columns[len(columns)-1].ColumnType = &longer
				for strict, level := range map[string]checks.Level{"ON": checks.Fail, "OFF": checks.Warn} {
					found := wantRules(t, checktest.Facts{Source: snapshot(dest, columns, indexes, nil), Dest: settings(strict)}, common.TableLimit, "page")
					if found[0].Level != level || found[0].Actual != "8126 bytes" || found[0].Want != "less than 8126" {
						t.Errorf("%+v, want 8126 bytes as a %s", found[0], level)
					}
				}
			})
		}
	})
}

// The row's length is counted as the servers count it: of each mix of types the longest row that
// the check lets pass is accepted, and one byte more is refused.
func TestRowLength(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for name, mix := range map[string]struct {
			columns string
			filler  int // bytes that make the row 65,535 long
		}{
			"nothing else":      {"", 65533},
			"one may be NULL":   {"a VARCHAR(10) CHARACTER SET utf8mb4, ", 65535 - 1 - 41 - 2},
			"numbers and times": {"a INT NOT NULL, b DECIMAL(20,5), c DATETIME(3), d TIMESTAMP(6) NULL, e TIME(1), f DATE, g YEAR, h DOUBLE, ", 65535 - (1 + 4 + 10 + 7 + 7 + 4 + 3 + 1 + 8) - 2},
			"large objects":     {"a TINYTEXT, b BLOB, c MEDIUMTEXT, d LONGBLOB, e JSON, f POINT, ", 65535 - (1 + 9 + 10 + 11 + 12 + 12 + 12) - 2},
			"sets and bits":     {"a ENUM('a','b'), b SET('a','b','c','d','e','f','g','h','i'), c BIT(10), d BINARY(3), ", 65535 - (1 + 1 + 2 + 2 + 3) - 2},
			"nine may be NULL":  {list(9, "a%d TINYINT") + ", ", 65535 - (2 + 9) - 2},
			"generated":         {"a VARCHAR(300) CHARACTER SET latin1, b VARCHAR(100) CHARACTER SET latin1 AS (a) VIRTUAL, ", 65535 - (1 + 302 + 101) - 2},
		} {
			create := func(n int) string {
				column := fmt.Sprintf("z VARBINARY(%d) NOT NULL)", n)
				if n > 65000 { // MariaDB has no VARBINARY of 65,533
					column = fmt.Sprintf("y VARBINARY(1000) NOT NULL, z VARBINARY(%d) NOT NULL)", n-1002)
				}
				return "CREATE TABLE x (" + mix.columns + column
			}
			t.Run(name, func(t *testing.T) {
				wantCreated(t, s, true, create(mix.filler))
				wantCreated(t, s, false, create(mix.filler+1))
				schema := s.Database(t)
				s.Exec(t, strings.Replace(create(mix.filler), " x ", " "+schema+".x ", 1))
				columns := slices.Clone(columnsOf(t, s, datasource.TableName{Schema: schema, Name: "x"}))
				wantRules(t, checktest.Facts{Source: snapshot(maria1011, columns, nil, nil), Dest: snapshot(mysql97, nil, nil, nil)}, common.TableLimit)
				longer := *columns[len(columns)-1].ColumnType
				longer.ByteLength++
				columns[len(columns)-1].ColumnType = &longer
				wantRules(t, checktest.Facts{Source: snapshot(maria1011, columns, nil, nil), Dest: snapshot(mysql97, nil, nil, nil)}, common.TableLimit, "row")
			})
		}
	})
}

package table_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableLimitMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	at := "CREATE TABLE " + task.Source.Schema + "."
	over := []string{
		"index17 (" + checktest.Repeat(17, "c%d INT") + ", KEY k (" + checktest.Repeat(17, "c%d") + "))",
		"long_key (a VARCHAR(3073) CHARACTER SET latin1, UNIQUE (a))",
		"long_keys (a VARCHAR(767) CHARACTER SET utf8mb4, b CHAR(4) CHARACTER SET latin1, c TINYINT, UNIQUE u (a, b, " +
			"c))",
		"whole_text (a TEXT, UNIQUE (a))",
		"wide_prefix (a TINYTEXT CHARACTER SET utf8mb4, KEY (a(64)))",
	}
	within := []string{
		"index16 (" + checktest.Repeat(16, "c%d INT") + ", KEY k (" + checktest.Repeat(16, "c%d") + "))",
		"index64 (id INT PRIMARY KEY, a INT, " + checktest.Repeat(63, "KEY k%d (a)") + ")",
		"wide_key (a VARCHAR(3072) CHARACTER SET latin1, UNIQUE (a))",
		"wide_keys (a VARCHAR(767) CHARACTER SET utf8mb4, b CHAR(3) CHARACTER SET latin1, c TINYINT, UNIQUE u (a, b, " +
			"c))",
		"part_text (a TEXT, UNIQUE (a(10)))",
		"narrow_prefix (a TINYTEXT CHARACTER SET utf8mb4, b TINYTEXT CHARACTER SET latin1, KEY (a(63)), KEY (b(255)))",
		"searched (a VARCHAR(10000) CHARACTER SET latin1, b TEXT, FULLTEXT (a), FULLTEXT (b))",
		"places (g POINT NOT NULL, SPATIAL KEY (g))",
		"columns1017 (" + checktest.Repeat(1017, "c%d TINYINT") + ")",
	}
	for _, table := range over {
		maria.Exec(t, at+table)
		checktest.WantCreated(t, my, false, "CREATE TABLE "+table)
	}
	for _, table := range within {
		maria.Exec(t, at+table)
		checktest.WantCreated(t, my, true, "CREATE TABLE "+table)
	}
	maria.Exec(t, at+"columns1018 ("+checktest.Repeat(1018, "c%d TINYINT")+") ENGINE=Aria")
	checktest.WantCreated(t, my, false, "CREATE TABLE columns1018 ("+checktest.Repeat(1018, "c%d TINYINT")+")")
	checktest.WantFound(t, task, table.TableLimit, "columns columns1018", "index_columns index17.k", "key long_key.a",
		"key long_keys.u", "prefix wide_prefix.a", "whole_lob whole_text.a")
}

func TestTableLimitMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	longest, longer := "longest (a VARCHAR(65532) CHARACTER SET latin1 NOT NULL)",
		"longer (a VARCHAR(65533) CHARACTER SET latin1 NOT NULL)"
	my.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+longest, "CREATE TABLE "+task.Source.Schema+"."+longer)
	checktest.WantCreated(t, maria, true, "CREATE TABLE "+longest)
	checktest.WantCreated(t, maria, false, "CREATE TABLE "+longer)
	found := []string{"varchar longer.a"}
	if maria.AtLeast(11, 7, 1) { // which has VECTOR
		for table, accepted := range map[string]bool{"vectors (id INT PRIMARY KEY, v VECTOR(16382))": true,
			"vectors1 (id INT PRIMARY KEY, v VECTOR(16383))": false} {
			my.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
			checktest.WantCreated(t, maria, accepted, "CREATE TABLE "+table)
		}
		found = slices.Insert(found, 0, "row vectors1")
	}
	checktest.WantFound(t, task, table.TableLimit, found...)
}

// The longest definition that the check accepts is accepted by the server, and one more byte is refused.
func TestTableLimitDefinition(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
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
		longest, longer := fill(name, rest.columns, 65535-290-rest.bytes),
			fill(name+"2", rest.columns, 65535-290-rest.bytes+1)
		checktest.WantCreated(t, maria, true, longest)
		checktest.WantCreated(t, maria, false, longer)
		my.Exec(t, "USE "+task.Source.Schema, longest, longer)
	}
	checktest.WantFound(t, task, table.TableLimit, "definition comments2", "definition elements2", "definition plain2")
}

// Small pages have lower limits.
func TestTableLimitSmallPages(t *testing.T) {
	t.Parallel()
	maria, my := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL, "--innodb-page-size=4k")
	t.Run("key", func(t *testing.T) {
		task := checktest.Real{Source: checktest.Endpoint{Server: maria, Schema: maria.Database(t)},
			Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
		longest, longer := "longest (a VARBINARY(767), b TINYINT, KEY k (a, b))",
			"longer (a VARBINARY(768), b TINYINT, KEY k (a, b))"
		maria.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+longest, "CREATE TABLE "+task.Source.Schema+"."+longer)
		checktest.WantCreated(t, my, true, "CREATE TABLE "+longest)
		checktest.WantCreated(t, my, false, "CREATE TABLE "+longer)
		checktest.WantFound(t, task, table.TableLimit, "key longer.k")
	})
	// A MyISAM table has the limits of MyISAM if the destination has that engine, otherwise those of InnoDB.
	t.Run("other engine", func(t *testing.T) {
		task := checktest.Real{Source: checktest.Endpoint{Server: maria, Schema: maria.Database(t)},
			Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
		for engine, accepted := range map[string]bool{"MyISAM": true, "InnoDB": false} {
			table := strings.ToLower(engine) + " (" + checktest.Repeat(10, "c%d BINARY(250)") +
				", a VARBINARY(1000), KEY k (a)) ENGINE = " + engine
			maria.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
			checktest.WantCreated(t, my, accepted, "CREATE TABLE "+table)
		}
		checktest.WantFound(t, task, table.TableLimit, "key innodb.k", "page innodb")
		large := dbtest.Get(t, dbtest.MySQL)
		task.Dest = checktest.Endpoint{Server: large, Schema: large.Database(t)}
		checktest.WantFound(t, task, table.TableLimit)
	})
}

// The part of a row in its page is counted as the servers count it, to the byte. Without strict mode it is a
// warning, as on the server.
func TestRecordLength(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		dest, per := checktest.MySQL97, map[string]int{"v39": 40, "v40": 41, "v255": 41, "long": 41}
		if s.Product == dbtest.MariaDB {
			dest, per = checktest.MariaDB1011, map[string]int{"v39": 40, "v40": 41, "v255": 256, "long": 21}
		}
		settings := func(strict string) datasource.Snapshot {
			return checktest.Snapshot(dest, nil, nil,
				datasource.Snapshot{datasource.FactVariables: datasource.Variables{"innodb_page_size": "16384",
					"innodb_strict_mode": strict}})
		}
		for name, mix := range map[string]struct {
			columns string
			bytes   int // of these columns, their NULL bits and a number for the row included
		}{
			"a key":            {"id INT PRIMARY KEY", 4},
			"no key":           {"id INT NOT NULL", 4 + 6},
			"a unique key":     {"id INT NOT NULL UNIQUE", 4},
			"one may be NULL":  {"id INT PRIMARY KEY, a INT", 4 + 4 + 1},
			"nine may be NULL": {"id INT PRIMARY KEY, " + checktest.Repeat(9, "a%d INT"), 4 + 36 + 2},
			"short texts": {
				"id INT PRIMARY KEY, a VARCHAR(39) CHARACTER SET latin1 NOT NULL, b VARCHAR(40) CHARACTER SET latin1 " +
					"NOT NULL, c " +
					"VARBINARY(255) NOT NULL", 4 + per["v39"] + per["v40"] + per["v255"]},
			"long ones": {
				"id INT PRIMARY KEY, a VARCHAR(256) CHARACTER SET latin1 NOT NULL, b LONGTEXT NOT NULL, c TINYBLOB " +
					"NOT NULL, d " +
					"JSON NOT NULL, e POINT NOT NULL", 4 + 5*per["long"]},
			"CHAR": {
				"id INT PRIMARY KEY, a CHAR(200) CHARACTER SET latin1 NOT NULL, b CHAR(100) CHARACTER SET ucs2 NOT " +
					"NULL, c " +
					"CHAR(100) CHARACTER SET utf8mb4 NOT NULL, d CHAR(3) CHARACTER SET utf8mb4 NOT NULL",
				4 + 200 + 200 + per["long"] + 13},
			"generated": {"id INT PRIMARY KEY, a INT AS (id) VIRTUAL, b INT AS (id) STORED", 4 + 4 + 1},
			"numbers and times": {
				"id INT PRIMARY KEY, b DECIMAL(20,5) NOT NULL, c DATETIME(3) NOT NULL, g YEAR NOT NULL, h DOUBLE NOT " +
					"NULL, i " +
					"ENUM('a','b') NOT NULL, j BIT(10) NOT NULL", 4 + 10 + 7 + 1 + 8 + 1 + 2},
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
				checktest.WantCreated(t, s, true, create(filler))
				checktest.WantCreated(t, s, false, create(filler+1))
				checktest.WantCreated(t, s, true, "SET SESSION innodb_strict_mode = OFF", create(filler+1))
				schema := s.Database(t)
				s.Exec(t, strings.Replace(create(filler), " x ", " "+schema+".x ", 1))
				at := datasource.TableName{Schema: schema, Name: "x"}
				columns, indexes := slices.Clone(columnsOf(t, s, at)), []datasource.Index(nil)
				if name != "no key" {
					indexes = []datasource.Index{{Name: "k", Unique: true,
						Columns: []datasource.IndexColumn{{Name: "id"}}}}
				}
				checktest.WantRules(t, checktest.Facts{Source: checktest.Snapshot(dest, columns, indexes, nil),
					Dest: settings("ON")}, table.TableLimit)
				longer := *columns[len(columns)-1].ColumnType
				longer.ByteLength++
				columns[len(columns)-1].ColumnType = &longer
				for strict, level := range map[string]checks.Level{"ON": checks.Fail, "OFF": checks.Warn} {
					found := checktest.WantRules(t,
						checktest.Facts{Source: checktest.Snapshot(dest, columns, indexes, nil),
							Dest: settings(strict)},
						table.TableLimit, "page")
					if found[0].Level != level || found[0].Actual != "8126 bytes" ||
						found[0].Expected != "< 8126 bytes" {
						t.Errorf("%+v, want 8126 bytes as a %s", found[0], level)
					}
				}
			})
		}
	})
}

// The row length is counted as the servers count it: for each mix of types the server accepts the longest row that the
// check accepts, and refuses one more byte.
func TestRowLength(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for name, mix := range map[string]struct {
			columns string
			filler  int // bytes that make the row 65,535 long
		}{
			"nothing else":    {"", 65533},
			"one may be NULL": {"a VARCHAR(10) CHARACTER SET utf8mb4, ", 65535 - 1 - 41 - 2},
			"numbers and times": {
				"a INT NOT NULL, b DECIMAL(20,5), c DATETIME(3), d TIMESTAMP(6) NULL, e TIME(1), f DATE, g YEAR, h " +
					"DOUBLE, ",
				65535 - (1 + 4 + 10 + 7 + 7 + 4 + 3 + 1 + 8) - 2},
			"large objects": {"a TINYTEXT, b BLOB, c MEDIUMTEXT, d LONGBLOB, e JSON, f POINT, ",
				65535 - (1 + 9 + 10 + 11 + 12 + 12 + 12) - 2},
			"sets and bits": {"a ENUM('a','b'), b SET('a','b','c','d','e','f','g','h','i'), c BIT(10), d BINARY(3), ",
				65535 - (1 + 1 + 2 + 2 + 3) - 2},
			"nine may be NULL": {checktest.Repeat(9, "a%d TINYINT") + ", ", 65535 - (2 + 9) - 2},
			"generated": {"a VARCHAR(300) CHARACTER SET latin1, b VARCHAR(100) CHARACTER SET latin1 AS (a) VIRTUAL, ",
				65535 - (1 + 302 + 101) - 2},
		} {
			create := func(n int) string {
				column := fmt.Sprintf("z VARBINARY(%d) NOT NULL)", n)
				if n > 65000 { // MariaDB has no VARBINARY of 65,533
					column = fmt.Sprintf("y VARBINARY(1000) NOT NULL, z VARBINARY(%d) NOT NULL)", n-1002)
				}
				return "CREATE TABLE x (" + mix.columns + column
			}
			t.Run(name, func(t *testing.T) {
				checktest.WantCreated(t, s, true, create(mix.filler))
				checktest.WantCreated(t, s, false, create(mix.filler+1))
				schema := s.Database(t)
				s.Exec(t, strings.Replace(create(mix.filler), " x ", " "+schema+".x ", 1))
				columns := slices.Clone(columnsOf(t, s, datasource.TableName{Schema: schema, Name: "x"}))
				checktest.WantRules(t,
					checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011, columns, nil, nil),
						Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)}, table.TableLimit)
				longer := *columns[len(columns)-1].ColumnType
				longer.ByteLength++
				columns[len(columns)-1].ColumnType = &longer
				checktest.WantRules(t,
					checktest.Facts{Source: checktest.Snapshot(checktest.MariaDB1011, columns, nil, nil),
						Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)}, table.TableLimit, "row")
			})
		}
	})
}

// columnsOf reads the columns of a table.
func columnsOf(t *testing.T, s *dbtest.Server, table datasource.TableName) []datasource.Column {
	t.Helper()
	r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: s.User,
		Password: datasource.NewSecret(s.Password)},
		func(context.Context) ([]string, error) { return []string{table.Schema}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	columns, err := datasource.FactColumns.Of(t.Context(), datasource.NewFacts(t.Context(), r))
	if err != nil {
		t.Fatal(err)
	}
	return columns.Of(table)
}

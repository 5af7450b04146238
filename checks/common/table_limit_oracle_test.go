package common_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// text is a column of Oracle that holds so many bytes or characters.
func text(name string, n int64) datasource.Column {
	return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: "VARCHAR2", CharLength: n, ByteLength: n}}
}

func TestTableLimitOfOracle(t *testing.T) {
	t.Parallel()
	numbers := func(n int) []datasource.Column {
		list := make([]datasource.Column, n)
		for i := range list {
			list[i] = datasource.Column{Name: fmt.Sprint("N", i), ColumnType: &datasource.ColumnType{DataType: "NUMBER", Precision: 9, HasScale: true, ByteLength: 22}}
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
	keyed := []datasource.Index{{Name: "PK", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "C"}}}}
	typed := func(kind string) []datasource.Index {
		return []datasource.Index{{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "C"}}}}
	}
	many := func(n int) []datasource.Index {
		var list []datasource.Index
		for i := range n {
			list = append(list, datasource.Index{Name: fmt.Sprint("K", i), Columns: []datasource.IndexColumn{{Name: "N0"}}})
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
		{"1000 columns, to MySQL", toMySQL, mysql97, nil, numbers(1000), nil, nil},
		{"1018 columns, to MySQL", toMySQL, mysql97, nil, numbers(1018), nil, []string{"columns"}},
		{"1018 columns, to OceanBase", toOBOracle, obOracle43, nil, numbers(1018), nil, nil},
		{"1000 columns, to Oracle", obToOracle, oracle19, nil, numbers(1000), nil, nil},
		{"1001 columns, to Oracle", obToOracle, oracle19, nil, numbers(1001), nil, []string{"columns"}},
		{"4096 columns, to Oracle 23ai", obToOracle, oracle23, set("max_columns", "EXTENDED"), numbers(4096), nil, nil},
		{"4096 columns, to Oracle 23ai as it is", obToOracle, oracle23, set("max_columns", "STANDARD"), numbers(4096), nil, []string{"columns"}},
		{"16 columns in an index, to MySQL", toMySQL, mysql97, nil, numbers(20), over(16), nil},
		{"17 columns in an index, to MySQL", toMySQL, mysql97, nil, numbers(20), over(17), []string{"index_columns"}},
		{"33 columns in an index, to Oracle", obToOracle, oracle19, nil, numbers(40), over(33), []string{"index_columns"}},
		{"65 indexes, to MySQL", toMySQL, mysql97, nil, numbers(1), many(65), []string{"indexes"}},
		{"128 indexes, to OceanBase", toOBOracle, obOracle43, nil, numbers(1), many(128), nil},
		{"129 indexes, to OceanBase", toOBOracle, obOracle43, nil, numbers(1), many(129), []string{"indexes"}},
		{"a key of 768 characters, to MySQL", toMySQL, mysql97, nil, []datasource.Column{text("C", 768)}, keyed, nil},
		{"a key of 769 characters, to MySQL", toMySQL, mysql97, nil, []datasource.Column{text("C", 769)}, keyed, []string{"key"}},
		{"a key of 769 characters in latin1", toMySQL, mysql97, latin1, []datasource.Column{text("C", 769)}, keyed, nil},
		{"a key of 4000 characters, to OceanBase MySQL mode", toOBMySQL, ob43, nil, []datasource.Column{text("C", 4000)}, keyed, nil},
		{"a key of 16384 bytes, to OceanBase", toOBOracle, obOracle43, nil, []datasource.Column{text("C", 16384)}, keyed, nil},
		{"a key of 16385 bytes, to OceanBase", toOBOracle, obOracle43, nil, []datasource.Column{text("C", 16385)}, keyed, []string{"key"}},
		{"a key of 6144 bytes, to blocks of 8 KB", obToOracle, oracle19, set("db_block_size", "8192"), []datasource.Column{text("C", 6144)}, keyed, nil},
		{"a key of 6145 bytes, to blocks of 8 KB", obToOracle, oracle19, set("db_block_size", "8192"), []datasource.Column{text("C", 6145)}, keyed, []string{"key"}},
		{"a row of 64,000 bytes, to MySQL", toMySQL, mysql97, nil, []datasource.Column{text("A", 4000), text("B", 4000), text("C", 4000), text("D", 4000)}, nil, nil},
		{"a row of 80,000 bytes, to MySQL", toMySQL, mysql97, nil, []datasource.Column{text("A", 4000), text("B", 4000), text("C", 4000), text("D", 4000), text("E", 4000)}, nil, []string{"row"}},
		{"a longer VARCHAR, to MariaDB", toMariaDB, maria1011, nil, []datasource.Column{text("A", 32767)}, nil, []string{"row", "varchar"}},
		{"a large object", toMySQL, mysql97, nil, []datasource.Column{column("C", "CLOB"), column("B", "BFILE")}, nil, nil},
		{"a text index", toMySQL, mysql97, nil, []datasource.Column{text("C", 4000)}, typed("DOMAIN"), nil},
		{"an index over a join", toMySQL, mysql97, nil, []datasource.Column{text("C", 4000)}, typed(datasource.BitmapJoin), nil},
		{"a bitmap", toMySQL, mysql97, nil, []datasource.Column{text("C", 4000)}, typed("BITMAP"), []string{"key"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wantRules(t, checktest.Facts{Source: snapshot(oracle19, tc.columns, tc.indexes, nil), Dest: snapshot(tc.dest, nil, nil, tc.more), Route: tc.route}, common.TableLimit, tc.want...)
		})
	}
}

// What MySQL makes of the tables that the check lets pass, and of those that it does not.
func TestTableLimitOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	srv, from := emulatedOracle(t, oracletest.Release19c, "LONGEST", "LONGER", "MIXED")
	for table, n := range map[string]int{"LONGEST": 768, "LONGER": 769} {
		emulatedColumn(srv, table, 1, "C", "VARCHAR2", oracletest.Row{"DATA_LENGTH": n, "CHAR_LENGTH": n, "CHAR_USED": "B", "CHARACTER_SET_NAME": "CHAR_CS", "NULLABLE": "N"})
		emulatedKey(srv, table, table+"_PK", "P", "C")
		wantCreated(t, my, n == 768, fmt.Sprintf("CREATE TABLE x (c VARCHAR(%d) CHARACTER SET utf8mb4 PRIMARY KEY)", n))
	}
	// 760 characters, DATE, TIMESTAMP(3), NUMBER(10,2), NUMBER(38): 3040 + 5 + 7 + 5 + 17 bytes
	emulatedColumn(srv, "MIXED", 1, "C", "VARCHAR2", oracletest.Row{"DATA_LENGTH": 760, "CHAR_LENGTH": 760, "CHAR_USED": "B", "CHARACTER_SET_NAME": "CHAR_CS"})
	emulatedColumn(srv, "MIXED", 2, "D", "DATE", nil)
	emulatedColumn(srv, "MIXED", 3, "T", "TIMESTAMP(3)", oracletest.Row{"DATA_SCALE": 3})
	emulatedColumn(srv, "MIXED", 4, "N", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 2})
	emulatedColumn(srv, "MIXED", 5, "M", "NUMBER", oracletest.Row{"DATA_PRECISION": 38, "DATA_SCALE": 0})
	emulatedIndex(srv, "MIXED", "ALL_IX", nil, "C", "D", "T", "N", "M")
	emulatedIndex(srv, "MIXED", "MOST_IX", nil, "C", "D", "T", "N")
	mixed := "CREATE TABLE x (c VARCHAR(760) CHARACTER SET utf8mb4, d DATETIME, t DATETIME(3), n DECIMAL(10,2), m DECIMAL(38), KEY (c, d, t, n"
	wantCreated(t, my, true, mixed+"))")
	wantCreated(t, my, false, mixed+", m))")
	task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
	wantFound(t, task, common.TableLimit, "key LONGER.LONGER_PK", "key MIXED.ALL_IX")
	srv.Deny(942, "*_IND_COLUMNS")
	unreadable(t, task, common.TableLimit)
}

// An Oracle destination is asked for the size of its blocks.
func TestTableLimitToOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "LONGER")
			emulatedColumn(srv, "LONGER", 1, "C", "VARCHAR2", oracletest.Row{"DATA_LENGTH": 4000, "CHAR_LENGTH": 4000, "CHAR_USED": "B", "CHARACTER_SET_NAME": "CHAR_CS"})
			emulatedIndex(srv, "LONGER", "IX", nil, "C")
			dest, to := emulatedOracle(t, release)
			dest.Insert("V$PARAMETER", oracletest.Row{"NAME": "db_block_size", "VALUE": "4096"})
			task := checktest.Real{Source: from, Dest: to}
			wantFound(t, task, common.TableLimit, "key LONGER.IX")
			dest.Deny(942, "V$PARAMETER")
			unreadable(t, task, common.TableLimit)
		})
	}
}

package mysql_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestRowFormat(t *testing.T) {
	t.Parallel()
	table := datasource.TableName{Schema: "shop", Name: "t"}
	source := func(bytes int64, format any) datasource.Snapshot {
		if text, ok := format.(string); ok {
			format = datasource.GroupByTable(datasource.TableRows[string]{Table: table, Rows: []string{text}})
		}
		return datasource.Snapshot{
			datasource.FactServer:  datasource.Server{},
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable}},
			datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: table, Rows: []datasource.Column{
				{Name: "a", ColumnType: &datasource.ColumnType{DataType: "varchar", ByteLength: bytes}}}}),
			datasource.FactIndexes: datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: table, Rows: []datasource.Index{
				{Name: "k", Columns: []datasource.IndexColumn{{Name: "a"}}}, {Name: "f", Unordered: true, Columns: []datasource.IndexColumn{{Name: "a"}}}}}),
			datasource.FactRowFormats: format,
		}
	}
	today := datasource.Variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "ON", "innodb_page_size": "16384", "innodb_strict_mode": "ON"}
	with := func(name, value string) datasource.Variables {
		v := datasource.Variables{}
		for n, old := range today {
			v[n] = old
		}
		v[name] = value
		return v
	}
	for _, tc := range []struct {
		name     string
		source   datasource.Snapshot
		settings datasource.Variables
		want     []string
	}{
		{"settings of today", source(768, "COMPRESSED"), today, nil},
		{"a long column, COMPACT by default", source(768, "DYNAMIC"), with("innodb_default_row_format", "compact"), []string{"warning long_column"}},
		{"a short column, COMPACT by default", source(767, "DYNAMIC"), with("innodb_default_row_format", "compact"), nil},
		{"a long column, MySQL 5.6", source(768, "DYNAMIC"), datasource.Variables{"innodb_large_prefix": "OFF"}, []string{"failure long_column"}},
		{"a long column, no choice of format", source(768, "DYNAMIC"), datasource.Variables{"innodb_large_prefix": "ON"}, []string{"warning long_column"}},
		{"a long column, MariaDB 10.5", source(768, "DYNAMIC"), with("innodb_large_prefix", ""), nil},
		{"compressed, one file for all", source(1, "COMPRESSED"), with("innodb_file_per_table", "OFF"), []string{"failure compressed"}},
		{"compressed, large pages", source(1, "COMPRESSED"), with("innodb_page_size", "32768"), []string{"failure compressed"}},
		{"compressed, to be read only", source(1, "COMPRESSED"), with("innodb_read_only_compressed", "ON"), []string{"failure compressed"}},
		{"compressed, not strict", source(1, "COMPRESSED"), datasource.Variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "OFF", "innodb_strict_mode": "OFF"}, []string{"warning compressed"}},
		{"not compressed, one file for all", source(1, "DYNAMIC"), with("innodb_file_per_table", "OFF"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			server := datasource.Server{Flavor: datasource.FlavorMySQL}
			if strings.Contains(tc.name, "MariaDB 10.5") {
				server = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 5}}
			}
			findings, _, err := checktest.Facts{Source: tc.source, Dest: datasource.Snapshot{datasource.FactServer: server, datasource.FactVariables: tc.settings,
				datasource.FactStorageEngines: datasource.StorageEngines{{Name: "MyISAM", Support: "YES"}}}}.Run(t, mysql.RowFormat)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	lost := errors.New("connection lost")
	f := checktest.Facts{Source: source(1, lost), Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactVariables: with("innodb_file_per_table", "OFF")}}
	if _, _, err := f.Run(t, mysql.RowFormat); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestRowFormatOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, product)
			to := dbtest.Start(t, product, "--innodb-default-row-format=compact", "--innodb-file-per-table=OFF")
			task := checktest.Real{Source: checktest.End{Server: from, Schema: from.Database(t)}, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			tables := map[string]bool{ // and whether the destination takes it
				"long (a VARCHAR(192) CHARACTER SET utf8mb4, KEY k (a))":               false,
				"isam (a VARCHAR(192) CHARACTER SET utf8mb4, KEY k (a)) ENGINE=MyISAM": true,
				"short (a VARCHAR(191) CHARACTER SET utf8mb4, KEY k (a))":              true,
				"packed (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED":                    false,
			}
			accepts := func(table string) bool {
				_, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+task.Dest.Schema+"."+table)
				return err == nil
			}
			for table, accepted := range tables {
				from.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
				if accepts(table) != accepted {
					t.Errorf("%s: accepted %t, want %t", table, !accepted, accepted)
				}
			}
			got := task.Run(t, mysql.RowFormat)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.Table)
			}
			if diff := cmp.Diff([]string{"compressed packed", "long_column long"}, found); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			checktest.Mend(t, to, got.Findings)
			if got := task.Run(t, mysql.RowFormat); got.Outcome != engine.Passed {
				t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
			}
			for table, accepted := range tables {
				if !accepted && !accepts(table) {
					t.Errorf("mended, it still refuses %s", table)
				}
			}
		})
	}
}

func TestRowFormatOptions(t *testing.T) {
	t.Parallel()
	table := datasource.TableName{Schema: "shop", Name: "t"}
	usual := variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "ON", "innodb_page_size": "16384", "innodb_strict_mode": "ON", "sql_mode": ""}
	with := func(name, value string) variables {
		v := maps.Clone(usual)
		v[name] = value
		return v
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		settings     variables
		options      string
		want         []string
	}{
		{"compression on MySQL", mysql97, mysql97, usual, `COMPRESSION="zlib"`, nil},
		{"compression on MariaDB", mysql97, mariadb10, usual, `max_rows=9 COMPRESSION="zlib"`, []string{"failure COMPRESSION=zlib"}},
		{"none on MariaDB", mysql97, mariadb10, usual, `COMPRESSION="none"`, []string{"failure COMPRESSION=none"}},
		{"compression on a MariaDB that ignores it", mysql97, mariadb10, with("sql_mode", "IGNORE_BAD_TABLE_OPTIONS"), `COMPRESSION="zlib"`, []string{"warning COMPRESSION=zlib"}},
		{"compression of MariaDB", mariadb10, mariadb10, usual, `COMPRESSION="zlib"`, nil},
		{"a secondary engine on MariaDB", mysql97, mariadb10, usual, `SECONDARY_ENGINE="rapid" SECONDARY_LOAD="0"`, []string{"failure SECONDARY_ENGINE=rapid"}},
		{"compression in one file", mysql97, mysql97, with("innodb_file_per_table", "OFF"), `COMPRESSION="lz4" SECONDARY_ENGINE="rapid"`, []string{"failure COMPRESSION=lz4"}},
		{"none in one file", mysql97, mysql97, with("innodb_file_per_table", "OFF"), `COMPRESSION="none"`, nil},
		{"blocks as large as pages", mysql97, mysql97, with("innodb_page_size", "8192"), "row_format=COMPRESSED KEY_BLOCK_SIZE=8", nil},
		{"blocks above pages", mysql97, mysql97, with("innodb_page_size", "4096"), "KEY_BLOCK_SIZE=8", []string{"failure KEY_BLOCK_SIZE=8"}},
		{"blocks on MariaDB", mysql97, mariadb10, usual, "row_format=COMPRESSED KEY_BLOCK_SIZE=8", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := withColumns(tc.source, nil)
			source[datasource.FactCreateOptions] = datasource.GroupByTable(datasource.TableRows[string]{Table: table, Rows: []string{tc.options}})
			source[datasource.FactRowFormats] = datasource.GroupByTable[string]()
			findings, _, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactVariables: tc.settings}}.Run(t, mysql.RowFormat)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Actual)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The options of MySQL's tables are reported exactly where the destination refuses what MySQL shows.
func TestRowFormatOptionsOnRealServers(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) *dbtest.Server{
		"MariaDB":     func(t *testing.T) *dbtest.Server { return dbtest.Get(t, dbtest.MariaDB) },
		"one file":    func(t *testing.T) *dbtest.Server { return dbtest.Start(t, dbtest.MySQL, "--innodb-file-per-table=OFF") },
		"small pages": func(t *testing.T) *dbtest.Server { return dbtest.Start(t, dbtest.MySQL, "--innodb-page-size=8k") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, dbtest.MySQL), start(t)
			task := checktest.Real{Source: checktest.End{Server: from, Schema: from.Database(t)}, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			other := to.Database(t)
			var want []string
			for _, table := range []string{"none (a INT) COMPRESSION='none'", "second (a INT) SECONDARY_ENGINE=rapid", "plain (a INT) MAX_ROWS=5 STATS_PERSISTENT=1", "blocks (a INT) KEY_BLOCK_SIZE=16", "small (a INT) KEY_BLOCK_SIZE=4"} {
				from.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE "+table)
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+other+"."+table); err != nil {
					name, _, _ := strings.Cut(table, " ")
					want = append(want, name)
				}
			}
			got := task.Run(t, mysql.RowFormat)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Object.Table)
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(found))); diff != "" {
				t.Errorf("%s (-want +got):\n%s%s", got.Outcome, diff, got.Message(20))
			}
		})
	}
}

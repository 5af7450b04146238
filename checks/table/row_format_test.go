package table_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRowFormat(t *testing.T) {
	t.Parallel()
	shopT := datasource.TableName{Schema: "shop", Name: "t"}
	source := func(bytes int64, format any) datasource.Snapshot {
		if text, ok := format.(string); ok {
			format = datasource.GroupByTable(datasource.RowsOf[string]{Table: shopT, Rows: []string{text}})
		}
		return datasource.Snapshot{
			datasource.FactServer:  datasource.Server{},
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:  datasource.Tables{{TableName: shopT, Kind: datasource.BaseTable}},
			datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: shopT,
				Rows: []datasource.Column{
					{Name: "a", ColumnType: &datasource.ColumnType{DataType: "varchar", ByteLength: bytes}}}}),
			datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: shopT,
				Rows: []datasource.Index{
					{Name: "k", Columns: []datasource.IndexColumn{{Name: "a"}}},
					{Name: "f", Unordered: true, Columns: []datasource.IndexColumn{{Name: "a"}}}}}),
			datasource.FactRowFormats:    format,
			datasource.FactCreateOptions: datasource.GroupByTable[string](),
			datasource.FactPlacements:    datasource.GroupByTable[datasource.Placement](),
		}
	}
	today := datasource.Variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "ON",
		"innodb_page_size": "16384", "innodb_strict_mode": "ON"}
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
		{"current defaults", source(768, "COMPRESSED"), today, nil},
		{"a long column, COMPACT by default", source(768, "DYNAMIC"), with("innodb_default_row_format", "compact"),
			[]string{"failure long_column"}},
		{"a short column, COMPACT by default", source(767, "DYNAMIC"), with("innodb_default_row_format", "compact"),
			nil},
		{"a long column, MySQL 5.6", source(768, "DYNAMIC"), datasource.Variables{"innodb_large_prefix": "OFF"},
			[]string{"failure long_column"}},
		{"a long column, no default row format", source(768, "DYNAMIC"),
			datasource.Variables{"innodb_large_prefix": "ON"},
			[]string{"failure long_column"}},
		{"a long column, MariaDB 10.5", source(768, "DYNAMIC"), with("innodb_large_prefix", ""), nil},
		{"compressed, shared tablespace", source(1, "COMPRESSED"), with("innodb_file_per_table", "OFF"),
			[]string{"failure compressed"}},
		{"compressed, large pages", source(1, "COMPRESSED"), with("innodb_page_size", "32768"),
			[]string{"failure compressed"}},
		{"compressed, read-only", source(1, "COMPRESSED"), with("innodb_read_only_compressed", "ON"),
			[]string{"failure compressed"}},
		{"compressed, not strict", source(1, "COMPRESSED"),
			datasource.Variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "OFF",
				"innodb_strict_mode": "OFF"}, []string{"warning compressed"}},
		{"not compressed, shared tablespace", source(1, "DYNAMIC"), with("innodb_file_per_table", "OFF"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			server := datasource.Server{Flavor: datasource.FlavorMySQL}
			if strings.Contains(tc.name, "MariaDB 10.5") {
				server = datasource.Server{Flavor: datasource.FlavorMariaDB,
					Version: datasource.Version{Major: 10, Minor: 5}}
			}
			findings, _, err := checktest.Facts{Source: tc.source,
				Dest: datasource.Snapshot{datasource.FactServer: server, datasource.FactVariables: tc.settings,
					datasource.FactSchemas:        []datasource.Schema{},
					datasource.FactStorageEngines: datasource.StorageEngines{{Name: "MyISAM", Support: "YES"}}}}.Run(t,
				table.RowFormat)
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
	f := checktest.Facts{Source: source(1, lost),
		Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{},
			datasource.FactStorageEngines: datasource.StorageEngines{},
			datasource.FactVariables:      with("innodb_file_per_table", "OFF")}}
	if _, _, err := f.Run(t, table.RowFormat); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestRowFormatOptions(t *testing.T) {
	t.Parallel()
	shopT := datasource.TableName{Schema: "shop", Name: "t"}
	usual := datasource.Variables{"innodb_default_row_format": "dynamic", "innodb_file_per_table": "ON",
		"innodb_page_size": "16384", "innodb_strict_mode": "ON", "sql_mode": ""}
	with := func(name, value string) datasource.Variables {
		v := maps.Clone(usual)
		v[name] = value
		return v
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		settings     datasource.Variables
		options      string
		want         []string
	}{
		{"compression on MySQL", checktest.MySQL97, checktest.MySQL97, usual, `COMPRESSION="zlib"`, nil},
		{"compression on MariaDB", checktest.MySQL97, checktest.MariaDB1011, usual, `max_rows=9 COMPRESSION="zlib"`,
			[]string{"failure COMPRESSION=zlib"}},
		{"none on MariaDB", checktest.MySQL97, checktest.MariaDB1011, usual, `COMPRESSION="none"`,
			[]string{"failure COMPRESSION=none"}},
		{"compression on a MariaDB that ignores it", checktest.MySQL97, checktest.MariaDB1011,
			with("sql_mode", "IGNORE_BAD_TABLE_OPTIONS"), `COMPRESSION="zlib"`, []string{"warning COMPRESSION=zlib"}},
		{"compression of MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, usual, `COMPRESSION="zlib"`, nil},
		{"a secondary engine on MariaDB", checktest.MySQL97, checktest.MariaDB1011, usual,
			`SECONDARY_ENGINE="rapid" SECONDARY_LOAD="0"`, []string{"failure SECONDARY_ENGINE=rapid"}},
		{"compression, shared tablespace", checktest.MySQL97, checktest.MySQL97, with("innodb_file_per_table", "OFF"),
			`COMPRESSION="lz4" SECONDARY_ENGINE="rapid"`, []string{"failure COMPRESSION=lz4"}},
		{"none, shared tablespace", checktest.MySQL97, checktest.MySQL97, with("innodb_file_per_table", "OFF"),
			`COMPRESSION="none"`, nil},
		{"blocks as large as pages", checktest.MySQL97, checktest.MySQL97, with("innodb_page_size", "8192"),
			"row_format=COMPRESSED KEY_BLOCK_SIZE=8", nil},
		{"blocks larger than pages", checktest.MySQL97, checktest.MySQL97, with("innodb_page_size", "4096"),
			"KEY_BLOCK_SIZE=8", []string{"failure KEY_BLOCK_SIZE=8"}},
		{"blocks on MariaDB", checktest.MySQL97, checktest.MariaDB1011, usual, "row_format=COMPRESSED KEY_BLOCK_SIZE=8",
			nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.WithColumns(tc.source, nil)
			source[datasource.FactCreateOptions] = datasource.GroupByTable(datasource.RowsOf[string]{Table: shopT,
				Rows: []string{tc.options}})
			source[datasource.FactRowFormats] = datasource.GroupByTable[string]()
			source[datasource.FactIndexes] = datasource.GroupByTable[datasource.Index]()
			source[datasource.FactPlacements] = datasource.GroupByTable[datasource.Placement]()
			findings, _, err := checktest.Facts{Source: source,
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactVariables: tc.settings,
					datasource.FactSchemas:        []datasource.Schema{},
					datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"}}},
			}.Run(t, table.RowFormat)
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

package mysql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestKeyDemand(t *testing.T) {
	t.Parallel()
	table := datasource.TableName{Schema: "shop", Name: "t"}
	numbered := datasource.Column{Name: "n", ColumnType: &datasource.ColumnType{DataType: "int", ColumnType: "int", Extra: "auto_increment"}}
	plain, taken := typed("int", ""), typed("int", "")
	taken.Name = "MY_ROW_ID"
	key := datasource.Index{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "c"}}}
	loose := datasource.Index{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "c", Nullable: true}}}
	demands, makes, forces := variables{"sql_require_primary_key": "ON"}, variables{"sql_generate_invisible_primary_key": "ON"}, variables{"innodb_force_primary_key": "ON"}
	both := variables{"sql_require_primary_key": "ON", "sql_generate_invisible_primary_key": "ON"}
	for _, tc := range []struct {
		name     string
		settings variables
		engine   string
		column   datasource.Column
		index    datasource.Index
		parted   bool
		want     []string
		notes    int
	}{
		{"nothing is demanded", variables{"sql_require_primary_key": "OFF"}, "InnoDB", plain, loose, false, nil, 0},
		{"a key", demands, "InnoDB", plain, key, false, nil, 0},
		{"no key", demands, "InnoDB", plain, loose, false, []string{"demanded"}, 0},
		{"no key, another engine", demands, "MyISAM", plain, loose, false, []string{"demanded"}, 0},
		{"no key, on MariaDB", forces, "InnoDB", plain, loose, false, []string{"demanded"}, 0},
		{"no key, another engine, on MariaDB", forces, "MyISAM", plain, loose, false, nil, 0},
		{"a key is made", both, "InnoDB", plain, loose, false, nil, 1},
		{"a key is made for InnoDB alone", both, "MyISAM", plain, loose, false, []string{"demanded"}, 0},
		{"no key for another engine", makes, "MyISAM", plain, loose, true, nil, 0},
		{"partitions", makes, "InnoDB", plain, loose, true, []string{"not_made"}, 0},
		{"a numbered column", both, "InnoDB", numbered, loose, false, []string{"not_made"}, 0},
		{"its name is taken", makes, "InnoDB", taken, loose, false, []string{"not_made"}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := withColumns(mysql97, nil, tc.column)
			source[datasource.FactTables] = datasource.Tables{{TableName: table, Kind: datasource.BaseTable, Engine: tc.engine}}
			source[datasource.FactIndexes] = datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: table, Rows: []datasource.Index{tc.index}})
			source[datasource.FactPartitions] = datasource.GroupByTable[datasource.Partitioning]()
			if tc.parted {
				source[datasource.FactPartitions] = datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: table, Rows: []datasource.Partitioning{{}}})
			}
			findings, notes, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: mysql97, datasource.FactVariables: tc.settings,
				datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"}, {Name: "MyISAM", Support: "YES"}}}}.Run(t, mysql.KeyDemand)
			if err != nil || len(notes) != tc.notes {
				t.Errorf("error %v, remarks %q, want %d", err, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// Tables are reported exactly where a destination with these settings refuses them, and no more when they are switched off.
func TestKeyDemandOnRealServers(t *testing.T) {
	t.Parallel()
	for name, dest := range map[string]struct {
		product dbtest.Product
		setting []string
	}{
		"demands": {dbtest.MySQL, []string{"--sql-require-primary-key=ON"}},
		"makes":   {dbtest.MySQL, []string{"--sql-generate-invisible-primary-key=ON"}},
		"both":    {dbtest.MySQL, []string{"--sql-require-primary-key=ON", "--sql-generate-invisible-primary-key=ON"}},
		"forces":  {dbtest.MariaDB, []string{"--innodb-force-primary-key=ON"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dest.product, dest.setting...)
			source, target, other := from.Database(t), to.Database(t), to.Database(t)
			var want []string
			for _, table := range []string{"keyed (a INT PRIMARY KEY)", "identified (a INT NOT NULL, b INT NOT NULL, UNIQUE (a, b))", "bare (a INT)", "isam (a INT) ENGINE=MyISAM",
				"numbered (a INT AUTO_INCREMENT, KEY (a))", "parted (a INT) PARTITION BY HASH (a) PARTITIONS 2", "taken (my_row_id INT, a INT)"} {
				from.Exec(t, "USE "+source, "CREATE TABLE "+table)
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+other+"."+table); err != nil {
					name, _, _ := strings.Cut(table, " ")
					want = append(want, name)
				}
			}
			task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: target}, Phases: checks.Schema}
			got := task.Run(t, mysql.KeyDemand)
			var names []string
			for _, f := range got.Findings {
				names = append(names, f.Object.Table)
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(names))); diff != "" {
				t.Errorf("refused (-want +got):\n%s%s", diff, got.Message(20))
			}
			for range dest.setting { // what one of them made has to be demanded without it
				checktest.Mend(t, to, task.Run(t, mysql.KeyDemand).Findings)
			}
			if got := task.Run(t, mysql.KeyDemand); len(got.Findings) > 0 {
				t.Errorf("mended, it still finds:\n%s", got.Message(20))
			}
		})
	}
}

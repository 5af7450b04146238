package key_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestKeyDemand(t *testing.T) {
	t.Parallel()
	table := datasource.TableName{Schema: "shop", Name: "t"}
	numbered := datasource.Column{Name: "n",
		ColumnType: &datasource.ColumnType{DataType: "int", ColumnType: "int", Extra: "auto_increment"}}
	plain, taken := checktest.Typed("int", ""), checktest.Typed("int", "")
	taken.Name = "MY_ROW_ID"
	keyIndex := datasource.Index{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "c"}}}
	loose := datasource.Index{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "c", Nullable: true}}}
	demands, makes, forces := datasource.Variables{"sql_require_primary_key": "ON"},
		datasource.Variables{"sql_generate_invisible_primary_key": "ON"},
		datasource.Variables{"innodb_force_primary_key": "ON"}
	both := datasource.Variables{"sql_require_primary_key": "ON", "sql_generate_invisible_primary_key": "ON"}
	for _, tc := range []struct {
		name     string
		settings datasource.Variables
		engine   string
		column   datasource.Column
		index    datasource.Index
		parted   bool
		want     []string
		notes    int
	}{
		{"nothing is demanded", datasource.Variables{"sql_require_primary_key": "OFF"}, "InnoDB", plain, loose, false,
			nil,
			0},
		{"a key", demands, "InnoDB", plain, keyIndex, false, nil, 0},
		{"no key", demands, "InnoDB", plain, loose, false, []string{"demanded"}, 0},
		{"no key, another engine", demands, "MyISAM", plain, loose, false, []string{"demanded"}, 0},
		{"no keyIndex, on MariaDB", forces, "InnoDB", plain, loose, false, []string{"demanded"}, 0},
		{"no key, another engine, on MariaDB", forces, "MyISAM", plain, loose, false, nil, 0},
		{"a key is generated", both, "InnoDB", plain, loose, false, nil, 1},
		{"a key is generated only for InnoDB", both, "MyISAM", plain, loose, false, []string{"demanded"}, 0},
		{"no key for another engine", makes, "MyISAM", plain, loose, true, nil, 0},
		{"partitions", makes, "InnoDB", plain, loose, true, []string{"not_made"}, 0},
		{"a numbered column", both, "InnoDB", numbered, loose, false, []string{"not_made"}, 0},
		{"the name of the column is taken", makes, "InnoDB", taken, loose, false, []string{"not_made"}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.WithColumns(checktest.MySQL97, nil, tc.column)
			source[datasource.FactTables] = datasource.Tables{{TableName: table, Kind: datasource.BaseTable,
				Engine: tc.engine}}
			source[datasource.FactIndexes] = datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: table,
				Rows: []datasource.Index{tc.index}})
			source[datasource.FactPartitions] = datasource.GroupByTable[datasource.Partitioning]()
			if tc.parted {
				source[datasource.FactPartitions] = datasource.GroupByTable(
					datasource.RowsOf[datasource.Partitioning]{Table: table,
						Rows: []datasource.Partitioning{{}}})
			}
			findings, notes, err := checktest.Facts{Source: source,
				Dest: datasource.Snapshot{datasource.FactServer: checktest.MySQL97,
					datasource.FactVariables: tc.settings,
					datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"},
						{Name: "MyISAM", Support: "YES"}}}}.Run(t, key.KeyDemand)
			if err != nil || len(notes) != tc.notes {
				t.Errorf("error %v, notes %q, want %d", err, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

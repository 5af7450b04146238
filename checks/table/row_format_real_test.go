package table_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRowFormatOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, product)
			to := dbtest.Start(t, product, "--innodb-default-row-format=compact", "--innodb-file-per-table=OFF")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
				Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
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
			got := task.Run(t, table.RowFormat)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.Table)
			}
			if diff := cmp.Diff([]string{"compressed packed", "long_column long"}, found); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			checktest.Fix(t, to, got.Findings)
			if got := task.Run(t, table.RowFormat); got.Outcome != engine.Passed {
				t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
			}
			for table, accepted := range tables {
				if !accepted && !accepts(table) {
					t.Errorf("after the fix, the destination still refuses %s", table)
				}
			}
		})
	}
}

// An option of a MySQL table is reported exactly if the destination refuses the definition that MySQL shows.
func TestRowFormatOptionsOnRealServers(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) *dbtest.Server{
		"MariaDB": func(t *testing.T) *dbtest.Server { return dbtest.Get(t, dbtest.MariaDB) },
		"one file": func(t *testing.T) *dbtest.Server {
			return dbtest.Start(t, dbtest.MySQL,
				"--innodb-file-per-table=OFF")
		},
		"small pages": func(t *testing.T) *dbtest.Server {
			return dbtest.Start(t, dbtest.MySQL,
				"--innodb-page-size=8k")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, dbtest.MySQL), start(t)
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
				Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			other := to.Database(t)
			var want []string
			for _, table := range []string{"none (a INT) COMPRESSION='none'", "second (a INT) SECONDARY_ENGINE=rapid",
				"plain (a INT) MAX_ROWS=5 STATS_PERSISTENT=1", "blocks (a INT) KEY_BLOCK_SIZE=16",
				"small (a INT) KEY_BLOCK_SIZE=4"} {
				from.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE "+table)
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+other+"."+table); err != nil {
					name, _, _ := strings.Cut(table, " ")
					want = append(want, name)
				}
			}
			got := task.Run(t, table.RowFormat)
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

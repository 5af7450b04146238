package key_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The check reports exactly the tables that a destination with these settings refuses, and none after the settings are
// OFF.
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
			for _, table := range []string{"keyed (a INT PRIMARY KEY)",
				"identified (a INT NOT NULL, b INT NOT NULL, UNIQUE (a, b))", "bare (a INT)",
				"isam (a INT) ENGINE=MyISAM",
				"numbered (a INT AUTO_INCREMENT, KEY (a))", "parted (a INT) PARTITION BY HASH (a) PARTITIONS 2",
				"taken (my_row_id INT, a INT)"} {
				from.Exec(t, "USE "+source, "CREATE TABLE "+table)
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+other+"."+table); err != nil {
					name, _, _ := strings.Cut(table, " ")
					want = append(want, name)
				}
			}
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
				Dest: checktest.Endpoint{Server: to, Schema: target}, Phases: checks.Schema}
			got := task.Run(t, key.KeyDemand)
			var names []string
			for _, f := range got.Findings {
				names = append(names, f.Object.Table)
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(names))); diff != "" {
				t.Errorf("refused (-want +got):\n%s%s", diff, got.Message(20))
			}
			for range dest.setting { // a generated key is required once the setting that generated it is OFF
				checktest.Fix(t, task, task.Run(t, key.KeyDemand).Findings)
			}
			if got := task.Run(t, key.KeyDemand); len(got.Findings) > 0 {
				t.Errorf("after the fix it still finds:\n%s", got.Message(20))
			}
		})
	}
}

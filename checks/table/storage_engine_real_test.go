package table_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// An engine that only one of the servers has is refused by the other and reported as refused. An engine that both have
// is not.
func TestStorageEngineOnRealServers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		source, dest dbtest.Product
		alone        string
	}{{dbtest.MariaDB, dbtest.MySQL, "Aria"}, {dbtest.MySQL, dbtest.MariaDB, "ARCHIVE"}} {
		t.Run(string(tc.source)+" to "+string(tc.dest), func(t *testing.T) {
			t.Parallel()
			source, dest := dbtest.Get(t, tc.source), dbtest.Get(t, tc.dest)
			from, to := source.Database(t), dest.Database(t)
			source.Exec(t, "CREATE TABLE "+from+".alone (id INT) ENGINE = "+tc.alone,
				"INSERT INTO "+from+".alone VALUES (1)",
				"CREATE TABLE "+from+
					".isam (id INT AUTO_INCREMENT, a INT, PRIMARY KEY (a, id)) ENGINE = MyISAM ROW_FORMAT = FIXED",
				"CREATE TABLE "+from+".good (id INT) ENGINE = InnoDB")
			dest.Exec(t, "CREATE TABLE "+to+".isam (id INT) ENGINE = MyISAM")
			if _, err := dest.DB(t).ExecContext(t.Context(),
				"CREATE TABLE "+to+".alone (id INT) ENGINE = "+tc.alone); err == nil {
				t.Errorf("%s accepts the engine %s", tc.dest, tc.alone)
			}
			task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
				Dest: checktest.Endpoint{Server: dest, Schema: to}}

			got := task.Run(t, table.StorageEngine)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.String()+" "+f.Actual)
			}
			if diff := cmp.Diff([]string{"engine_refused " + from + ".alone " + tc.alone,
				"not_transactional " + from + ".isam MyISAM"}, found); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			checktest.Fix(t, task, got.Findings)
			if got := task.Run(t, table.StorageEngine); got.Outcome != engine.Passed {
				t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

func TestStorageEngineSettingsOfTheDestination(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		product dbtest.Product
		args    []string
		rule    string
		created bool
	}{
		{dbtest.MySQL, []string{"--disabled-storage-engines=MyISAM"}, "engine_refused", false},
		{dbtest.MariaDB, []string{"--enforce-storage-engine=InnoDB", "--sql-mode="}, "engine_substituted", true},
		{dbtest.MariaDB, []string{"--enforce-storage-engine=InnoDB"}, "engine_refused", false},
	} {
		t.Run(string(tc.product)+" "+tc.rule, func(t *testing.T) {
			t.Parallel()
			source, dest := dbtest.Get(t, tc.product), dbtest.Start(t, tc.product, tc.args...)
			from, to := source.Database(t), dest.Database(t)
			source.Exec(t, "CREATE TABLE "+from+".isam (id INT) ENGINE = MyISAM")
			got := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
				Dest: checktest.Endpoint{Server: dest, Schema: to}}.Run(t, table.StorageEngine)
			if diff := cmp.Diff([]string{tc.rule}, checktest.Rules(got.Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := dest.DB(t).ExecContext(t.Context(),
				"CREATE TABLE "+to+".isam (id INT) ENGINE = MyISAM"); (err == nil) != tc.created {
				t.Errorf("the destination returned %v", err)
			}
		})
	}
}

package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
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

// A table whose engine is more limited on MySQL is reported exactly if MySQL refuses it, and not after the given
// statement.
func TestEngineLimits(t *testing.T) {
	t.Parallel()
	maria, _, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases = checks.Schema
	maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1")
	var want []string
	for _, engine := range []string{"MyISAM", "MEMORY", "CSV"} {
		for name, definition := range map[string]string{
			"ordered":  "(a INT NOT NULL, KEY k (a DESC))",
			"sorted":   "(a INT NOT NULL, KEY k (a DESC) USING BTREE)",
			"computed": "(id INT NOT NULL, a INT AS (id + 1) VIRTUAL, KEY k (a))",
			"stored":   "(id INT NOT NULL, a INT AS (id + 1) STORED, KEY k (a))",
			"virtual":  "(id INT NOT NULL, a INT AS (id + 1) VIRTUAL)",
			"fits":     "(a VARCHAR(1000) NOT NULL, UNIQUE KEY k (a))",
			"exceeds":  "(a VARCHAR(251) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, UNIQUE KEY k (a))",
			"prefix":   "(a TEXT NOT NULL, KEY k (a(1000)), FULLTEXT KEY f (a))",
			"preset":   "(id INT NOT NULL, a INT NOT NULL DEFAULT (id + 1))",
			"constant": "(id INT NOT NULL DEFAULT -1, a VARCHAR(9) NOT NULL DEFAULT 'a(b)', t TIMESTAMP NOT NULL " +
				"DEFAULT CURRENT_TIMESTAMP)",
			"second": "(g INT NOT NULL, n INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (g, n))",
		} {
			name = strings.ToLower(engine) + "_" + name
			if _, err := maria.DB(t).ExecContext(t.Context(),
				"CREATE TABLE "+task.Source.Schema+"."+name+" "+definition+" ENGINE="+engine); err != nil {
				continue // MariaDB itself refuses it
			}
			if checktest.Recreate(t, task, "TABLE", name) != nil {
				want = append(want, "engine_limit "+name)
			}
		}
	}
	checktest.WantEqual(t, []string{"engine_limit csv_preset", "engine_limit memory_preset",
		"engine_limit memory_sorted", "engine_limit myisam_computed", "engine_limit myisam_exceeds",
		"engine_limit myisam_ordered", "engine_limit myisam_sorted"},
		checktest.Sorted(want))
	got := checktest.WantFound(t, task, table.StorageEngine, want...)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.StorageEngine)
	for _, finding := range want {
		checktest.WantRecreated(t, task, strings.TrimPrefix(finding, "engine_limit "))
	}
}

// A table that MariaDB makes an InnoDB table is refused exactly if its AUTO_INCREMENT column leads no index, or if
// InnoDB does not have its row format.
func TestSubstitutedEngines(t *testing.T) {
	t.Parallel()
	from := dbtest.Get(t, dbtest.MariaDB)
	to := dbtest.Start(t, dbtest.MariaDB, "--enforce-storage-engine=InnoDB", "--sql-mode=STRICT_TRANS_TABLES")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}, Phases: checks.Schema}
	from.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE ar (id INT PRIMARY KEY) ENGINE=Aria",
		"CREATE TABLE legacy (id INT PRIMARY KEY, v TEXT, FULLTEXT KEY f (v)) ENGINE=MyISAM",
		"CREATE TABLE odd (g INT NOT NULL, n INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (g, n)) ENGINE=MyISAM",
		"CREATE TABLE fixed (id INT PRIMARY KEY) ENGINE=MyISAM ROW_FORMAT=FIXED",
		"CREATE TABLE modern (id INT PRIMARY KEY)")
	checktest.WantRecreated(t, task, "ar", "legacy", "modern")
	for _, name := range []string{"odd", "fixed"} {
		if checktest.Recreate(t, task, "TABLE", name) == nil {
			t.Errorf("the destination accepts %s", name)
		}
	}
	checktest.WantFound(t, task, table.RowFormat, "option fixed")
	got := checktest.WantFound(t, task, table.StorageEngine, "auto_increment_key odd", "engine_substituted ar",
		"engine_substituted fixed", "engine_substituted legacy", "engine_substituted odd")
	if message := got.Message(20); !strings.Contains(message, "enforce_storage_engine=InnoDB") {
		t.Errorf("the setting is not named:\n%s", message)
	}
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.StorageEngine)
	checktest.WantFound(t, task, table.RowFormat)
	checktest.WantRecreated(t, task, "odd", "fixed")
}

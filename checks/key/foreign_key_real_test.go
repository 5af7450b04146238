package key_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The servers handle the foreign keys that only Oracle has as the check says.
func TestForeignKeysOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		parent, child := "CREATE TABLE parent (id INT PRIMARY KEY)",
			"CREATE TABLE child (a INT, FOREIGN KEY (a) REFERENCES parent (id) ON DELETE SET NULL)"
		divided := " PARTITION BY HASH (id) PARTITIONS 2"
		checktest.WantCreated(t, s, true, parent, child)
		checktest.WantCreated(t, s, false, parent,
			"CREATE TABLE child (a INT NOT NULL, FOREIGN KEY (a) REFERENCES parent (id) ON DELETE SET NULL)")
		checktest.WantCreated(t, s, false, parent+divided, child)
		checktest.WantCreated(t, s, false, parent,
			"CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES parent (id))"+divided)
	})
}

func TestForeignKeyToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases = checks.Schema
	parent := "CREATE TABLE parent (a INT, b INT, c INT, PRIMARY KEY (a, b), KEY (b, a), UNIQUE (c))"
	children := map[string]bool{
		"whole (x INT, y INT, CONSTRAINT whole FOREIGN KEY (x, y) REFERENCES parent (a, b))":                true,
		"nullable (x INT, CONSTRAINT nullable FOREIGN KEY (x) REFERENCES parent (c))":                       true,
		"part (x INT, CONSTRAINT part FOREIGN KEY (x) REFERENCES parent (a))":                               false,
		"computed (x INT, y INT AS (x) VIRTUAL, CONSTRAINT computed FOREIGN KEY (y) REFERENCES parent (c))": false,
		"kept (x INT, y INT AS (x) STORED, CONSTRAINT kept FOREIGN KEY (y) REFERENCES parent (c))":          true,
		"turned (x INT, y INT, CONSTRAINT turned FOREIGN KEY (x, y) REFERENCES parent (b, a))":              false,
	}
	use := "USE " + task.Source.Schema
	maria.Exec(t, use, parent)
	for child, accepted := range children {
		maria.Exec(t, use, "CREATE TABLE "+child)
		checktest.WantCreated(t, my, accepted, parent, "CREATE TABLE "+child)
	}
	got := checktest.WantFound(t, task, key.ForeignKey, "parent_not_unique part.part",
		"parent_not_unique turned.turned",
		"virtual computed.computed")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, key.ForeignKey, "virtual computed.computed")
}

// A parent that was replaced while foreign_key_checks was 0 is reported exactly if the destination refuses the foreign
// key to what it is now, and not after the given statements were executed.
func TestForeignKeyToReplacedParents(t *testing.T) {
	t.Parallel()
	var text = "VARCHAR(20) CHARACTER SET latin1"
	for _, to := range []dbtest.Product{dbtest.MySQL, dbtest.MariaDB} {
		t.Run(string(to), func(t *testing.T) {
			t.Parallel()
			maria, dest, task := checktest.PairOf(t, dbtest.MariaDB, to)
			task.Phases = checks.Schema
			maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1") // which every server has
			toMySQL := to == dbtest.MySQL
			missing := "parent_key"
			if toMySQL {
				missing = "parent_not_unique"
			}
			var want, kept []string
			for _, tc := range []struct {
				name, child, before, after, rule string
				refused, fixed                   bool
			}{
				{"same", "INT", "INT PRIMARY KEY", "INT UNIQUE", "", false, true},
				{"size", "INT", "INT PRIMARY KEY", "BIGINT PRIMARY KEY", "parent_type", true, true},
				{"sign", "INT", "INT PRIMARY KEY", "INT UNSIGNED PRIMARY KEY", "parent_type", true, true},
				{"approx", "FLOAT", "FLOAT PRIMARY KEY", "DOUBLE PRIMARY KEY", "parent_type", true, true},
				{"charset", text, text + " PRIMARY KEY", "VARCHAR(20) CHARACTER SET utf8mb4 PRIMARY KEY",
					"parent_type", true, true},
				{"collation", text, text + " PRIMARY KEY", text + " COLLATE latin1_bin PRIMARY KEY", "parent_type",
					true, true},
				{"bytes", "BINARY(16)", "BINARY(16) PRIMARY KEY", "VARBINARY(30) PRIMARY KEY", "", false, true},
				{"times", "DATETIME", "DATETIME PRIMARY KEY", "TIMESTAMP(3) PRIMARY KEY", "", false, true},
				{"years", "YEAR", "YEAR PRIMARY KEY", "TINYINT UNSIGNED PRIMARY KEY", "", false, true},
				{"elements", "ENUM('a')", "ENUM('a') PRIMARY KEY", "SET('b') PRIMARY KEY", "", false, true},
				{"longer", text, text + " PRIMARY KEY", "CHAR(99) CHARACTER SET latin1 PRIMARY KEY", "", false, true},
				{"bare", "INT", "INT PRIMARY KEY", "INT", missing, true, true},
				{"repeated", "INT", "INT PRIMARY KEY", "INT, KEY (id)", "parent_not_unique", toMySQL, true},
				{"begun", text, text + " PRIMARY KEY", text + ", KEY (id(5))", missing, true, true},
				{"second", "INT", "INT PRIMARY KEY", "INT, b INT, PRIMARY KEY (b, id)", missing, true, true},
				{"renamed", "INT", "INT PRIMARY KEY", "", "parent_column", true, true},
				{"isam", "INT", "INT PRIMARY KEY", "INT PRIMARY KEY", "parent_engine", true, true},
				{"parts", "INT", "INT PRIMARY KEY", "INT PRIMARY KEY", "partitioned", true, false},
				{"shown", "INT", "INT PRIMARY KEY", "", "parent_view", true, true},
			} {
				parent, child := tc.name+"_parent", tc.name+"_child"
				foreign := "CREATE TABLE " + child + " (a " + tc.child + ", CONSTRAINT " + tc.name +
					" FOREIGN KEY (a) REFERENCES " + parent + " (id) ON DELETE CASCADE)"
				replacement := "CREATE TABLE " + parent + " (id " + tc.after + ")"
				switch tc.name {
				case "isam":
					replacement += " ENGINE=MyISAM ROW_FORMAT=FIXED"
				case "parts":
					replacement += " PARTITION BY HASH (id) PARTITIONS 2"
				case "renamed":
					replacement = "CREATE TABLE " + parent + " (other INT PRIMARY KEY)"
				case "shown":
					replacement = "CREATE VIEW " + parent + " AS SELECT 1 AS id"
				}
				maria.Exec(t, "USE "+task.Source.Schema, "SET foreign_key_checks = 0",
					"CREATE TABLE "+parent+" (id "+tc.before+")", foreign, "DROP TABLE "+parent, replacement)
				checktest.WantCreated(t, dest, !tc.refused, replacement, foreign)
				if tc.refused {
					want = append(want, tc.rule+" "+child+"."+tc.name)
				}
				if !tc.fixed {
					kept = append(kept, tc.rule+" "+child+"."+tc.name)
				}
			}
			got := checktest.WantFound(t, task, key.ForeignKey, checktest.Sorted(want)...)
			checktest.Fix(t, task, got.Findings)
			checktest.WantFound(t, task, key.ForeignKey, kept...)
			for _, name := range []string{"size", "sign", "collation", "bare", "isam", "renamed"} {
				checktest.WantRecreated(t, task, name+"_parent", name+"_child")
			}
		})
	}
}

// A parent that only the destination has is judged as it is there.
func TestForeignKeyToParentOfDest(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases, task.Exclude = checks.Schema, []string{task.Source.Schema + ".parent"}
	maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1", "USE "+task.Source.Schema,
		"CREATE TABLE parent (id INT PRIMARY KEY)",
		"CREATE TABLE child (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES parent (id))")
	checktest.WantFound(t, task, key.ForeignKey, "parent_outside child.f")
	my.Exec(t, "USE "+task.Dest.Schema, "CREATE TABLE parent (id BIGINT PRIMARY KEY) ENGINE=MyISAM")
	got := checktest.WantFound(t, task, key.ForeignKey, "parent_engine child.f", "parent_type child.f")
	my.Exec(t, got.Findings[0].SQL...)
	checktest.WantFound(t, task, key.ForeignKey, "parent_type child.f")
	my.Exec(t, "USE "+task.Dest.Schema, "ALTER TABLE parent MODIFY id INT")
	checktest.WantFound(t, task, key.ForeignKey)
	checktest.WantRecreated(t, task, "child")
}

// An action over the base of a stored column is reported exactly if MySQL refuses it.
func TestForeignKeyOverStoredColumns(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases = checks.Schema
	parent := "CREATE TABLE parent (id INT PRIMARY KEY)"
	maria.Exec(t, "USE "+task.Source.Schema, parent)
	for child, accepted := range map[string]bool{
		"direct (a INT, k INT AS (a + 1) STORED, CONSTRAINT direct %s (a) %s)":                               false,
		"through (a INT, v INT AS (`a` + 1) VIRTUAL, k INT AS (v * 2) STORED, CONSTRAINT through %s (a) %s)": false,
		"shown (a INT, k INT AS (a + 1) VIRTUAL, KEY (k), CONSTRAINT shown %s (a) %s)":                       true,
		"other (a INT, b INT, k INT AS (b + 1) STORED, CONSTRAINT other %s (a) %s)":                          true,
		"own (a INT, k INT AS (a + 1) STORED, CONSTRAINT own %s (k) %s)":                                     true,
		"still (a INT, k INT AS (a + 1) STORED, CONSTRAINT still FOREIGN KEY (a) REFERENCES parent (id))":    true,
	} {
		child = "CREATE TABLE " + strings.NewReplacer("%s (", "FOREIGN KEY (", "%s)",
			"REFERENCES parent (id) ON DELETE CASCADE)").Replace(child)
		maria.Exec(t, "USE "+task.Source.Schema, child)
		checktest.WantCreated(t, my, accepted, parent, child)
	}
	checktest.WantFound(t, task, key.ForeignKey, "stored_base direct.direct", "stored_base through.through")
}

func TestForeignKeyParents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		one, two, to := s.Database(t), s.Database(t), s.Database(t)
		if one > two { // in the order of the findings
			one, two = two, one
		}
		t.Cleanup(func() { s.Exec(t, "DROP TABLE "+two+".abroad") })
		s.Exec(t, "CREATE TABLE "+one+".parent (id INT PRIMARY KEY)",
			"CREATE TABLE "+one+".child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES "+one+
				".parent (id) ON DELETE CASCADE)",
			"CREATE TABLE "+two+".parent2 (id INT PRIMARY KEY)",
			"CREATE TABLE "+two+".abroad (x INT, CONSTRAINT away FOREIGN KEY (x) REFERENCES "+one+".parent (id))",
			"CREATE TABLE "+two+".child2 (x INT, CONSTRAINT SAME FOREIGN KEY (x) REFERENCES "+two+".parent2 (id))")
		selection := checks.Selection{Mode: checks.Specific,
			Databases: []checks.SelectedDatabase{{Name: one, MappedName: to}, {Name: two, MappedName: to}}}
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: one},
			Dest:      checktest.Endpoint{Server: s, Schema: to},
			Selection: &selection, Phases: checks.Schema | checks.Incremental}
		names := func(res engine.Result) (all []string) {
			for _, f := range res.Findings {
				all = append(all, f.Rule+" "+f.Object.Table+"."+f.Object.Name)
			}
			return all
		}
		checktest.WantEqual(t, []string{"name_taken child2.SAME", "cascade child.same", "parent_renamed abroad.away"},
			names(task.Run(t, key.ForeignKey)))
		checktest.WantCreated(t, s, false, "CREATE TABLE p (id INT PRIMARY KEY)",
			"CREATE TABLE a (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))",
			"CREATE TABLE b (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))")

		got := task.Run(t, key.ForeignKey)
		checktest.Fix(t, task, got.Findings[:1])
		checktest.WantEqual(t, []string{"cascade child.same", "parent_renamed abroad.away"},
			names(task.Run(t, key.ForeignKey)))
		s.Exec(t, "ALTER TABLE "+two+".child2 DROP FOREIGN KEY SAME_2, ADD CONSTRAINT SAME FOREIGN KEY (x) REFERENCES "+
			two+".parent2 (id)")

		task.Exclude = []string{one + ".parent"}
		selection.Exclude = task.Exclude
		checktest.WantEqual(t, []string{"name_taken child2.SAME", "parent_outside child.same", "cascade child.same",
			"parent_outside abroad.away"}, names(task.Run(t, key.ForeignKey)))
		s.Exec(t, "CREATE TABLE "+to+".parent (id INT PRIMARY KEY)")
		selection.Databases = selection.Databases[:1]
		checktest.WantEqual(t, []string{"cascade child.same"}, names(task.Run(t, key.ForeignKey)))

		// A name that exists on the destination is accepted if its table is in the task, and reported as taken
		// otherwise.
		s.Exec(t, "CREATE TABLE "+to+".child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES "+to+".parent (id))")
		checktest.WantEqual(t, []string{"cascade child.same"}, names(task.Run(t, key.ForeignKey)))
		s.Exec(t, "RENAME TABLE "+to+".child TO "+to+".older")
		checktest.WantEqual(t, []string{"name_taken child.same", "cascade child.same"},
			names(task.Run(t, key.ForeignKey)))
		checktest.WantCreated(t, s, false, "CREATE TABLE p (id INT PRIMARY KEY)",
			"CREATE TABLE older (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))",
			"CREATE TABLE child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))")
	})
}

// If the account has only SELECT, the actions of foreign keys cannot be checked.
func TestForeignKeyRulesHidden(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	from, to := s.Database(t), s.Database(t)
	s.Exec(t, "CREATE TABLE "+from+".parent (id INT PRIMARY KEY)",
		"CREATE TABLE "+from+".child (x INT, FOREIGN KEY (x) REFERENCES "+from+".parent (id) ON DELETE CASCADE)")
	user, password := s.Account(t, "GRANT SELECT ON "+from+".* TO %s")
	task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from, User: user, Password: password},
		Dest: checktest.Endpoint{Server: s, Schema: to}, Phases: checks.Incremental}
	if got := task.Run(t, key.ForeignKey); got.Outcome != engine.Unknown {
		t.Errorf("outcome %s, want unknown:\n%s", got.Outcome, got.Message(20))
	}
}

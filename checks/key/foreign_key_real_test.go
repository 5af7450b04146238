package key_test

import (
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
	checktest.Fix(t, maria, got.Findings)
	checktest.WantFound(t, task, key.ForeignKey, "virtual computed.computed")
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

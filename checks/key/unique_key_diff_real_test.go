package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUniqueKeyDiffOnRealServers(t *testing.T) {
	t.Parallel()
	for _, direction := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(direction[0])+" to "+string(direction[1]), func(t *testing.T) {
			t.Parallel()
			from, to, task := checktest.PairOf(t, direction[0], direction[1])
			at, there := "CREATE TABLE "+task.Source.Schema+".", "CREATE TABLE "+task.Dest.Schema+"."
			text := "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_"
			from.Exec(t, at+"same (a INT PRIMARY KEY, t "+text+"bin, UNIQUE (t(5)))",
				at+"lacks (a INT PRIMARY KEY, b INT, t "+text+"bin, UNIQUE ub (b), UNIQUE (t(5)))",
				at+"keyless (a INT PRIMARY KEY)", at+"stricter (a INT PRIMARY KEY, b INT)",
				at+"folded (t "+text+"bin, a INT PRIMARY KEY, UNIQUE ut (t))")
			to.Exec(t, there+"same (a INT PRIMARY KEY, t "+text+"bin, UNIQUE (t(5)))",
				there+"lacks (a INT PRIMARY KEY, b INT, t "+text+"bin)",
				there+"keyless (a INT)", there+"stricter (a INT PRIMARY KEY, b INT, UNIQUE ub (b))",
				there+"folded (t "+text+"general_ci NOT NULL DEFAULT 'it''s' COMMENT 'b', a INT PRIMARY KEY, "+
					"UNIQUE ut (t))")
			got := checktest.WantFound(t, task, key.UniqueKeyDiff, "missing keyless", "only_there stricter.ub",
				"compared_otherwise folded.ut", "missing lacks", "missing lacks")
			// The destination behaves as reported.
			checktest.WantCreated(t, to, false, "CREATE TABLE folded (t "+text+"general_ci, UNIQUE (t))",
				"INSERT INTO folded VALUES ('a'), ('A')")
			checktest.WantCreated(t, from, true, "CREATE TABLE folded (t "+text+"bin, UNIQUE (t))",
				"INSERT INTO folded VALUES ('a'), ('A')")
			checktest.Fix(t, task, got.Findings)
			checktest.WantFound(t, task, key.UniqueKeyDiff)
			to.Exec(t, "INSERT INTO "+task.Dest.Schema+".folded (a, t) VALUES (1, 'a'), (2, 'A')",
				"INSERT INTO "+task.Dest.Schema+".folded (a) VALUES (3)")
			checktest.WantEqual(t, []string{"it's"}, checktest.ColumnOf(t, to,
				"SELECT t FROM "+task.Dest.Schema+".folded WHERE a = 3"))
		})
	}
}

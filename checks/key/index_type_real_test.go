package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestIndexTypeMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1")
	tables := map[string]bool{
		"plain (a INT, t TEXT, u TEXT, g POINT NOT NULL, KEY (a DESC), UNIQUE " +
			"(t(100)), FULLTEXT (u), SPATIAL (g))": true,
		"whole (a INT, T TEXT, UNIQUE whole_t (a, T))":        false,
		"nearby (g POINT NOT NULL, KEY nearby_g (g(25)))":     false,
		"nothing (a INT, b CHAR(0), UNIQUE nothing_b (a, b))": false,
		"little (a INT, b CHAR(0), c CHAR(10), KEY (c))":      true,
	}
	mended := []string{"empty nothing.nothing_b"}
	rest := []string{"long_unique whole.whole_t", "spatial_prefix nearby.nearby_g"}
	if maria.AtLeast(10, 6) {
		tables["unused (a INT, KEY unused_a (a) IGNORED)"] = false
		mended = append(mended, "ignored unused.unused_a")
	}
	if maria.AtLeast(11, 7, 1) {
		tables["vectors (v VECTOR(3) NOT NULL, VECTOR vectors_v (v))"] = false
		rest = append(rest, "vector vectors.vectors_v")
	}
	checktest.WantAccepted(t, maria, my, use, tables)
	checktest.WantCreated(t, my, false, "CREATE TABLE vectors (v VECTOR(3) NOT NULL, KEY (v))")
	got := checktest.WantFound(t, task, key.IndexType, append(mended, rest...)...)
	checktest.Fix(t, task, got.Findings)
	maria.Exec(t, "ALTER TABLE "+task.Source.Schema+".nothing MODIFY b CHAR(1)")
	checktest.WantFound(t, task, key.IndexType, rest...)
	checktest.WantRecreated(t, task, "nothing")
}

func TestIndexTypeMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, my, maria, use, map[string]bool{
		"plain (a INT, t TEXT, u TEXT, g POINT NOT NULL, KEY (a DESC), UNIQUE " +
			"(t(100)), FULLTEXT (u), SPATIAL (g))": true,
		"computed (a INT, KEY computed_a ((a + 1)))":                                             false,
		"elements (j JSON, KEY elements_j ((CAST(j->'$.a' AS UNSIGNED ARRAY))))":                 false,
		"hidden (a INT, KEY hidden_a (a) /*!80000 INVISIBLE */)":                                 true,
		"parsed (t TEXT, FULLTEXT parsed_t (t) /*!50100 WITH PARSER `ngram` */) CHARSET utf8mb4": false,
	})
	want := []string{"functional computed.computed_a", "multi_valued elements.elements_j"}
	if !maria.AtLeast(10, 8, 1) {
		want = append(want, "descending plain.a")
	}
	checktest.WantFound(t, task, key.IndexType, append(want, "parser parsed.parsed_t", "invisible hidden.hidden_a")...)
}

// MariaDB refuses a FULLTEXT index whose parser it does not have. The same table without it is created.
func TestFulltextParserOnRealServers(t *testing.T) {
	t.Parallel()
	for _, dest := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(dest), func(t *testing.T) {
			t.Parallel()
			my, to, task := checktest.PairOf(t, dbtest.MySQL, dest)
			my.Exec(t, "USE "+task.Source.Schema, "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
				"CREATE TABLE person (id INT PRIMARY KEY, name VARCHAR(100), "+
					"FULLTEXT KEY ft_name (name) WITH PARSER ngram)",
				"CREATE TABLE words (id INT PRIMARY KEY, name VARCHAR(100) COMMENT 'WITH PARSER `ngram`', "+
					"FULLTEXT KEY ft_name (name) COMMENT 'FULLTEXT KEY `x` (`y`)')",
				"CREATE TABLE odd (id INT PRIMARY KEY, `a,b` TEXT, `c``d` TEXT, FULLTEXT KEY plain (`a,b`), "+
					"FULLTEXT KEY `o``dd` (`a,b`, `c``d`) COMMENT 'x' WITH PARSER ngram)",
				"CREATE TABLE old (id INT, name CHAR(9), FULLTEXT KEY ft (name) WITH PARSER ngram) ENGINE=MyISAM")
			want := []string{"parser odd.o`dd", "parser old.ft", "parser person.ft_name"}
			if dest == dbtest.MySQL {
				want = nil
			}
			got := checktest.WantFound(t, task, key.IndexType, want...)
			refused := map[string]bool{"odd": want != nil, "old": want != nil, "person": want != nil, "words": false}
			for table, expected := range refused {
				if err := checktest.Recreate(t, task, "TABLE", table); (err != nil) != expected {
					t.Errorf("%s: %s returns %v", to.Version, table, err)
				}
			}
			checktest.Fix(t, task, got.Findings)
			checktest.WantFound(t, task, key.IndexType)
			for table, was := range refused {
				if err := checktest.Recreate(t, task, "TABLE", table); was && err != nil {
					t.Errorf("after the fix %s: %s returns %v", to.Version, table, err)
				}
			}
		})
	}
}

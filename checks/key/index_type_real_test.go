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
	checktest.Fix(t, maria, got.Findings)
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
	got := checktest.WantFound(t, task, key.IndexType, append(want, "invisible hidden.hidden_a")...)
	if len(got.Notes) != 1 {
		t.Errorf("notes %q, want one about the parser of FULLTEXT", got.Notes)
	}
}

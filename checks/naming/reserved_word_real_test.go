package naming_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Every keyword of either server is used on both as a column name without quotes. The check reports exactly the words
// that the destination refuses and the source accepts.
func TestReservedWordOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		words := map[string]bool{}
		for _, s := range []*dbtest.Server{source, dest} {
			for _, word := range checktest.ColumnOf(t, s,
				"SELECT UPPER(word) FROM information_schema.KEYWORDS WHERE word REGEXP '^[A-Za-z_0-9]+$'") {
				words[word] = true
			}
		}
		if len(words) < 500 {
			t.Fatalf("only %d keywords", len(words))
		}
		from, to := source.Database(t), dest.Database(t)
		atSource, atDest := refusedNames(t, source, from, words), refusedNames(t, dest, to, words)
		var columns, want []string
		for word := range words {
			columns = append(columns, "`"+word+"` INT")
			if atDest[word] && !atSource[word] {
				want = append(want, "reserved_word "+to+".t."+word)
			}
		}
		source.Exec(t, "CREATE TABLE "+from+".t ("+strings.Join(columns, ", ")+")")
		got := checktest.RulesAndObjects(checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}, Phases: checks.Schema}.Run(t,
			naming.ReservedWord).Findings)
		if diff := cmp.Diff(checktest.Sorted(want), checktest.Sorted(got)); diff != "" || len(want) < 5 {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// refusedNames returns the words that the server does not accept as a column name without quotes.
func refusedNames(t *testing.T, s *dbtest.Server, schema string, words map[string]bool) map[string]bool {
	t.Helper()
	refused := map[string]bool{}
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for word := range words {
		if _, err := conn.ExecContext(t.Context(), "CREATE TEMPORARY TABLE "+schema+".x ("+word+" INT)"); err != nil {
			refused[word] = true
		} else if _, err := conn.ExecContext(t.Context(), "DROP TEMPORARY TABLE "+schema+".x"); err != nil {
			t.Fatal(err)
		}
	}
	return refused
}

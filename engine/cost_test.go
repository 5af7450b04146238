package engine_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine/checktest"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// createTables creates n tables t0000, t0001, … on which several checks have findings.
func createTables(t *testing.T, s *dbtest.Server, schema string, n int) {
	t.Helper()
	statements := make([]string, n)
	for i := range statements {
		statements[i] = fmt.Sprintf("CREATE TABLE %s.t%04d ("+
			"id INT PRIMARY KEY, a VARCHAR(20), b DECIMAL(10,2), c DATETIME, KEY (a))", schema, i)
	}
	for batch := range slices.Chunk(statements, 100) {
		s.Exec(t, strings.Join(batch, ";"))
	}
}

// mostStatements is the upper bound of statements on source and destination in a run with all phases.
var mostStatements = map[dbtest.Product]int{dbtest.MariaDB: 60, dbtest.MySQL: 60}

// A run over 1,000 tables sends the same statements as a run over 250 tables, which are more than one statement opens
// where there is another way. All statements are read-only, and the connections stay within their limit. The servers'
// general logs record them.
func TestCostAndReadOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		small, large, empty := s.Database(t), s.Database(t), s.Database(t)
		createTables(t, s, small, 250)
		createTables(t, s, large, 1000)
		e, err := engine.New()
		if err != nil {
			t.Fatal(err)
		}
		asked := func(schema string) []string {
			user, password := s.Account(t, "GRANT ALL ON *.* TO %s WITH GRANT OPTION")
			end := func(schema string) checktest.Endpoint {
				return checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
			}
			var report *engine.Report
			log := s.Statements(t, func() {
				task := checktest.Real{Source: end(schema), Dest: end(empty)}.Task(checks.AllPhases)
				if report, err = e.Run(t.Context(), task); err != nil {
					t.Error(err)
				}
			}).By(user)
			if report == nil || len(report.Results) == 0 {
				t.Fatal("no statements")
			}
			counted := 0
			for _, u := range report.Usage {
				if u.Connections > engine.DefaultConnections {
					t.Errorf("%s had %d connections open, more than %d", u.Side, u.Connections,
						engine.DefaultConnections)
				}
				for _, n := range u.Statements {
					counted += n
				}
			}
			var statements []string
			for _, text := range log.Texts() {
				if !onlyReads(text) {
					t.Errorf("not a read-only statement: %s", text)
				}
				if strings.HasPrefix(text, "/* precheck:") {
					text = regexp.MustCompile(`^/\* precheck:\w* \*/ `).ReplaceAllString(text, "")
					statements = append(statements, strings.ReplaceAll(text, schema, "SCHEMA"))
				}
			}
			if len(statements) != counted {
				t.Errorf("the report counts %d statements, the server's log %d", counted, len(statements))
			}
			if n := connections(log); n > 2*engine.DefaultConnections {
				t.Errorf("the server saw %d connections, more than %d on each endpoint", n, engine.DefaultConnections)
			}
			slices.Sort(statements)
			wantEachOnce(t, statements)
			return statements
		}
		few, many := asked(small), asked(large)
		if diff := cmp.Diff(few, many); diff != "" {
			t.Errorf("statements over 1,000 tables differ from those over 250 (-250 +1,000):\n%s", diff)
		}
		if most := mostStatements[s.Product]; len(many) > most {
			t.Errorf("%d statements on source and destination, more than %d", len(many), most)
		}
	})
}

// wantEachOnce fails if a server receives a statement twice. Only the clock is read several times.
func wantEachOnce(t *testing.T, statements []string) {
	t.Helper()
	times := map[string]int{}
	for _, text := range statements {
		times[text]++
	}
	for text, n := range times {
		if n > 2 && !strings.Contains(text, "UTC_TIMESTAMP") {
			t.Errorf("sent %d times: %s", n, text)
		}
	}
}

// onlyReads reports whether a statement changes nothing outside its own session.
func onlyReads(statement string) bool {
	statement = strings.TrimSpace(regexp.MustCompile(`^/\*.*?\*/`).ReplaceAllString(statement, ""))
	for _, prefix := range []string{"SELECT ", "SHOW ", "SET SESSION ", "SET NAMES ", "WITH ", "XA RECOVER"} {
		if strings.HasPrefix(statement, prefix) {
			return !strings.Contains(statement, "FOR UPDATE") && !strings.Contains(statement, "INTO OUTFILE")
		}
	}
	return false
}

func connections(log dbtest.Statements) int {
	seen := map[int64]bool{}
	for _, s := range log {
		seen[s.ThreadID] = true
	}
	return len(seen)
}

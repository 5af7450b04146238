package grantscript

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// Every text of a need that a loader declares is understood.
func TestNeedsOfEveryFact(t *testing.T) {
	t.Parallel()
	objects := []string{"", everything, "the tables", "the tables with a FULLTEXT index", "the views", "the schemas",
		"the routines", "the objects"}
	read := 0
	for _, fact := range datasource.AllFacts() {
		for _, kind := range datasource.Types() {
			cost, ok := drivers.Cost(fact, kind)
			if !ok || fact == datasource.AnyFact(datasource.FactQueryResult) { // the needs of a query are not known
				continue
			}
			for _, n := range cost.NeedsOf(kind) {
				for _, text := range n.Privileges {
					read++
					if strings.HasPrefix(text, systemObjects) {
						continue
					}
					for _, a := range alternatives(text) {
						ofServer := strings.Contains(a.on, ".") && !strings.Contains(a.on, " ")
						if a.privilege == "" || !ofServer && !slices.Contains(objects, a.on) ||
							a.privilege != strings.ToUpper(a.privilege) && a.privilege != anyPrivilege &&
								a.privilege != beyondSelect && !strings.HasPrefix(a.privilege, "SELECT (") {
							t.Errorf("%s on %s: %q: %+v", fact.Name(), kind, text, a)
						}
					}
				}
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d needs", read)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]alternative{
		"PROCESS": {"PROCESS", ""},
		"SHOW DATABASES or any privilege on the schemas":              {anyPrivilege, "the schemas"},
		"PROCESS or a privilege beyond SELECT on the tables":          {beyondSelect, "the tables"},
		"SELECT on *.* or EXECUTE on the routines":                    {"EXECUTE", "the routines"},
		"SHOW_ROUTINE or EXECUTE on the routines":                     {"SHOW_ROUTINE", ""},
		"SELECT_CATALOG_ROLE or SELECT on SYS.V_$LOG":                 {"SELECT", "SYS.V_$LOG"},
		"SELECT (host, user) on mysql.user":                           {"SELECT (host, user)", "mysql.user"},
		"SELECT on mysql.proc or EXECUTE on the routines":             {"SELECT", "mysql.proc"},
		"SELECT_CATALOG_ROLE, SELECT on SYS.X or any privilege on it": {"SELECT", "SYS.X"},
		"SELECT_CATALOG_ROLE, SELECT on SYS.X or EXECUTE on SYS.Y":    {"SELECT", "SYS.X"},
	} {
		if got := choose(alternatives(text)); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

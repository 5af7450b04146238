package engine_test

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// What a check reads, and what that takes, follows from the declarations of the check and of the readers.
func TestFactsOf(t *testing.T) {
	t.Parallel()
	c := &checks.Check{Sides: []checks.Side{checks.Dest}, Sources: checks.MySQLFamily, Reads: checks.Reads{
		Own:    checks.Facts{datasource.FactVariables},
		Source: checks.Facts{datasource.FactTransactions, datasource.FactNLS},
	}, Dests: checks.OracleFamily, AppliesTo: checks.OracleOnly}
	uses := engine.FactsOf(c)
	if len(uses) != 2 { // a MySQL source has no NLS parameters
		t.Fatalf("%d uses: %+v", len(uses), uses)
	}
	if u := uses[0]; u.Side != checks.Source || u.Fact != datasource.AnyFact(datasource.FactTransactions) ||
		!slices.Equal(u.Costs[0].Types, checks.MySQLFamily) || u.Costs[0].Statements < 1 || len(u.Costs[0].Needs) == 0 {
		t.Errorf("source: %+v", u)
	}
	if u := uses[1]; u.Side != checks.Dest || len(u.Costs) != 1 || !slices.Equal(u.Costs[0].Types, checks.OracleOnly) {
		t.Errorf("destination: %+v", u)
	}
}

// Every check of the catalogue reads something, and each type of endpoint to which it applies has a part of it.
func TestEveryCheckReads(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range e.Checks() {
		if len(engine.FactsOf(c)) == 0 {
			t.Errorf("%s reads nothing", c.Type)
		}
	}
}

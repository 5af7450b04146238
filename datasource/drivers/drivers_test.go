package drivers_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// Every fact can be read from some type of endpoint, and each type can tell what it costs there.
func TestEveryFactHasALoader(t *testing.T) {
	t.Parallel()
	for _, fact := range datasource.AllFacts() {
		types := 0
		for _, kind := range datasource.Types() {
			cost, ok := drivers.Cost(fact, kind)
			if !ok {
				continue
			}
			types++
			if cost.Statements < 1 {
				t.Errorf("%s of %s costs %d statements", fact, kind, cost.Statements)
			}
			for _, n := range cost.NeedsOf(kind) {
				for _, privilege := range n.Privileges {
					if strings.TrimSpace(privilege) == "" {
						t.Errorf("%s of %s needs a privilege without a name", fact, kind)
					}
				}
			}
		}
		if types == 0 {
			t.Errorf("%s cannot be read from any type of endpoint", fact)
		}
		if _, ok := drivers.Cost(fact, "DB2"); ok {
			t.Errorf("%s of an unknown type has a cost", fact)
		}
	}
}

func TestCostsOfATenantInOracleMode(t *testing.T) {
	t.Parallel()
	for fact, want := range map[datasource.AnyFact]string{
		datasource.FactUnits:    "[SELECT on SYS.GV$OB_UNITS SELECT on SYS.DBA_OB_TENANTS]",
		datasource.FactTenant:   "[SELECT on SYS.DBA_OB_TENANTS SELECT on SYS.GV$OB_PARAMETERS]",
		datasource.FactCharsets: "",
		datasource.FactSpaces:   "",
		datasource.FactTransactions: "[SELECT_CATALOG_ROLE or SELECT on SYS.GV$OB_TRANSACTION_PARTICIPANTS " +
			"SELECT_CATALOG_ROLE or SELECT on SYS.DBA_OB_TENANTS]",
	} {
		got := ""
		if cost, ok := drivers.Cost(fact, datasource.OceanBaseOracle); ok {
			got = fmt.Sprint(cost.Privileges(datasource.OceanBaseOracle, datasource.MakeVersion(4, 2)))
		}
		if got != want {
			t.Errorf("%s: got %q, expected %q", fact, got, want)
		}
	}
}

func TestEveryTypeOpens(t *testing.T) {
	t.Parallel()
	scope := func(context.Context) ([]string, error) { return nil, nil }
	for _, kind := range append(datasource.Types(), "DB2") {
		e := datasource.Endpoint{Type: kind, Host: "127.0.0.1", User: "u", Password: datasource.NewSecret("p")}
		if kind == datasource.Oracle {
			e.Service = "s"
		}
		r, err := drivers.Open(e, scope)
		if (err != nil) != (kind == "DB2") || err != nil && datasource.ClassOf(err) != datasource.ErrUnsupported {
			t.Errorf("%s: %v", kind, err)
		}
		if err == nil {
			_ = r.Close()
		}
	}
}

// The further accounts of an OceanBase endpoint are read through connections of their own, and not at all where the
// task does not state them.
func TestAccountsOfOceanBase(t *testing.T) {
	t.Parallel()
	scope := func(context.Context) ([]string, error) { return nil, nil }
	for _, kind := range []datasource.Type{datasource.OceanBaseMySQL, datasource.OceanBaseOracle} {
		e := datasource.Endpoint{Type: kind, Host: "127.0.0.1", Port: 1, User: "u@shop",
			DRC: datasource.Login{User: "drc@sys"}}
		r, err := drivers.Open(e, scope)
		if err != nil {
			t.Fatal(err)
		}
		inner, err := r.Read(t.Context(), datasource.FactInnerDRC)
		if err != nil || inner.(datasource.ReaderAccount).Given {
			t.Errorf("%s: an account that the task does not state: %+v, %v", kind, inner, err)
		}
		if _, err := r.Read(t.Context(), datasource.FactDRC); datasource.ClassOf(err) != datasource.ErrRefused {
			t.Errorf("%s: no server: %v", kind, err)
		}
		if usage := r.(datasource.Metered).Usage(); len(usage.Statements) > 0 {
			t.Errorf("%s: the endpoint's own connection was used: %+v", kind, usage)
		}
		_ = r.Close()
	}
}

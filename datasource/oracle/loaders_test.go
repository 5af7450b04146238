package oracle

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// No fact takes more statements than its loader declares, regardless of what the account may read.
func TestFactsCostWhatLoadersDeclare(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		for _, views := range []string{"every view", "the ALL_ views only"} {
			t.Run(fmt.Sprintf("%s, %s", release, views), func(t *testing.T) {
				t.Parallel()
				srv := oracletest.New(t, release, oracletest.Options{})
				shop(srv)
				if views != "every view" {
					srv.Deny(942, "DBA_*")
				}
				_, r := openFacts(t, srv)
				read := 0
				for _, fact := range datasource.AllFacts() {
					cost, ok := Loaders().Cost(fact, datasource.Oracle)
					if !ok {
						continue
					}
					read++
					if fact == datasource.AnyFact(datasource.FactFilledTables) {
						fact = datasource.FactFilledTables.With([]datasource.TableName{{Schema: "SHOP",
							Name: "ORDERS"}})
					}
					// What is read once for all facts is not part of any fact's cost.
					if _, err := r.server(t.Context()); err != nil {
						t.Fatal(err)
					}
					if _, err := r.dictionaryViews(t.Context()); err != nil {
						t.Fatal(err)
					}
					_, err := r.Read(datasource.WithCaller(t.Context(), fact.Name()), fact)
					if err != nil && views == "every view" {
						t.Logf("%s: %v", fact, err)
					}
					if n := r.Usage().Statements[fact.Name()]; n > cost.Statements {
						t.Errorf("%s: %d statements, more than the %d declared", fact, n, cost.Statements)
					}
				}
				if read == 0 {
					t.Error("no fact was read")
				}
			})
		}
	}
}

func TestPrivilegesOfFacts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fact    datasource.AnyFact
		product datasource.Type
		version datasource.Version
		want    string
	}{
		{datasource.FactVariables, datasource.Oracle, datasource.MakeVersion(19),
			"[SELECT_CATALOG_ROLE or SELECT on SYS.V_$PARAMETER]"},
		{datasource.FactVariables, datasource.OceanBaseOracle, datasource.MakeVersion(4, 2), "[]"},
		{datasource.FactContainerLogging, datasource.Oracle, datasource.MakeVersion(12, 1), "[]"},
		{datasource.FactContainerLogging, datasource.Oracle, datasource.MakeVersion(19),
			"[SELECT_CATALOG_ROLE or SELECT on SYS.DBA_PDBS]"},
		{datasource.FactUnusedColumns, datasource.Oracle, datasource.MakeVersion(11, 2),
			"[SELECT_CATALOG_ROLE, SELECT on SYS.DBA_UNUSED_COL_TABS or any privilege on the tables]"},
	} {
		cost, ok := Loaders().Cost(tc.fact, tc.product)
		if got := fmt.Sprint(cost.Privileges(tc.product, tc.version)); !ok || got != tc.want {
			t.Errorf("%s of %s %s: %v %s, expected %s", tc.fact, tc.product, tc.version, ok, got, tc.want)
		}
	}
	if _, ok := Loaders().Cost(datasource.FactSpaces, datasource.OceanBaseOracle); ok {
		t.Error("tablespace quotas of OceanBase can be read")
	}
	if _, ok := Loaders().Cost(datasource.FactGrants, datasource.Oracle); ok {
		t.Error("the grants of MySQL can be read from Oracle")
	}
}

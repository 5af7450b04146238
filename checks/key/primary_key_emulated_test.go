package key_test

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A key that is not validated does not count as a key, unless its index is unique.
func TestPrimaryKeyOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "BARE", "BOTH", "GOOD", "LATE", "LATE_UK", "UNIQUE_IX")
			insertKey := func(table, name, kind, validated, uniqueness, column string) {
				checktest.InsertConstraint(srv, table, name, kind,
					oracletest.Row{"VALIDATED": validated, "INDEX_NAME": name + "_IX"}, column)
				checktest.InsertIndex(srv, table, name+"_IX", oracletest.Row{"UNIQUENESS": uniqueness}, column)
			}
			for _, table := range []string{"BARE", "BOTH", "GOOD", "LATE", "LATE_UK", "UNIQUE_IX"} {
				checktest.InsertColumnAt(srv, table, 1, "ID", "NUMBER", oracletest.Row{"NULLABLE": "N"})
				checktest.InsertColumnAt(srv, table, 2, "A", "NUMBER", nil)
			}
			insertKey("BOTH", "BOTH_PK", "P", "VALIDATED", "UNIQUE", "ID")
			insertKey("BOTH", "BOTH_UK", "U", "NOT VALIDATED", "NONUNIQUE", "A")
			insertKey("GOOD", "GOOD_PK", "P", "VALIDATED", "NONUNIQUE", "ID")
			insertKey("LATE", "LATE_PK", "P", "NOT VALIDATED", "NONUNIQUE", "ID")
			insertKey("LATE_UK", "NULLS_UK", "U", "NOT VALIDATED", "NONUNIQUE", "A")
			insertKey("UNIQUE_IX", "UNIQUE_UK", "U", "NOT VALIDATED", "UNIQUE", "ID")
			for phases, want := range map[checks.Phases][]string{
				checks.Full: {"no_key SHOP.BARE", "no_key SHOP.LATE_UK", "not_validated SHOP.BOTH.BOTH_UK",
					"not_validated SHOP.LATE.LATE_PK", "not_validated SHOP.LATE_UK.NULLS_UK"},
				checks.Incremental: {"no_key_incremental SHOP.BARE", "no_key_incremental SHOP.LATE_UK",
					"not_validated SHOP.BOTH.BOTH_UK", "not_validated SHOP.LATE.LATE_PK",
					"not_validated SHOP.LATE_UK.NULLS_UK"},
			} {
				got := checktest.Real{Source: from, Dest: from, Phases: phases}.Run(t, key.PrimaryKey)
				checktest.WantEqual(t, want, slices.Sorted(slices.Values(checktest.RulesAndObjects(got.Findings))))
				for _, f := range got.Findings {
					failed := phases == checks.Incremental && f.Object.Name == "LATE_PK"
					if f.Rule == "not_validated" && (f.Level == checks.Fail) != failed {
						t.Errorf("the level of %s is %s", f.Object, f.Level)
					}
					if f.Object.Name == "LATE_PK" {
						checktest.WantEqual(t,
							[]string{`ALTER TABLE "SHOP"."LATE" ENABLE VALIDATE CONSTRAINT "LATE_PK"`}, f.SQL)
					}
				}
			}
			srv.Set("DBA_CONSTRAINTS", oracletest.Row{"VALIDATED": "VALIDATED"})
			got := checktest.Real{Source: from, Dest: from, Phases: checks.Full}.Run(t, key.PrimaryKey)
			checktest.WantEqual(t, []string{"no_key SHOP.BARE", "no_key SHOP.LATE_UK"},
				checktest.RulesAndObjects(got.Findings))
		})
	}
}

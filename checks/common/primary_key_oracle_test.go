package common_test

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// A key that was enabled without a look at the rows is none, unless its index keeps them apart.
func TestPrimaryKeyOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "BARE", "BOTH", "GOOD", "LATE", "LATE_UK", "UNIQUE_IX")
			key := func(table, name, kind, validated, uniqueness, column string) {
				emulatedConstraint(srv, table, name, kind, oracletest.Row{"VALIDATED": validated, "INDEX_NAME": name + "_IX"}, column)
				emulatedIndex(srv, table, name+"_IX", oracletest.Row{"UNIQUENESS": uniqueness}, column)
			}
			for _, table := range []string{"BARE", "BOTH", "GOOD", "LATE", "LATE_UK", "UNIQUE_IX"} {
				emulatedColumn(srv, table, 1, "ID", "NUMBER", oracletest.Row{"NULLABLE": "N"})
				emulatedColumn(srv, table, 2, "A", "NUMBER", nil)
			}
			key("BOTH", "BOTH_PK", "P", "VALIDATED", "UNIQUE", "ID")
			key("BOTH", "BOTH_UK", "U", "NOT VALIDATED", "NONUNIQUE", "A")
			key("GOOD", "GOOD_PK", "P", "VALIDATED", "NONUNIQUE", "ID")
			key("LATE", "LATE_PK", "P", "NOT VALIDATED", "NONUNIQUE", "ID")
			key("LATE_UK", "NULLS_UK", "U", "NOT VALIDATED", "NONUNIQUE", "A")
			key("UNIQUE_IX", "UNIQUE_UK", "U", "NOT VALIDATED", "UNIQUE", "ID")
			for phases, want := range map[checks.Phases][]string{
				checks.Full:        {"no_key SHOP.BARE", "no_key SHOP.LATE_UK", "not_validated SHOP.BOTH.BOTH_UK", "not_validated SHOP.LATE.LATE_PK", "not_validated SHOP.LATE_UK.NULLS_UK"},
				checks.Incremental: {"no_key_incremental SHOP.BARE", "no_key_incremental SHOP.LATE_UK", "not_validated SHOP.BOTH.BOTH_UK", "not_validated SHOP.LATE.LATE_PK", "not_validated SHOP.LATE_UK.NULLS_UK"},
			} {
				got := checktest.Real{Source: from, Dest: from, Phases: phases}.Run(t, common.PrimaryKey)
				wantEqual(t, want, slices.Sorted(slices.Values(rulesAndObjects(got.Findings))))
				for _, f := range got.Findings {
					failed := phases == checks.Incremental && f.Object.Name == "LATE_PK"
					if f.Rule == "not_validated" && (f.Level == checks.Fail) != failed {
						t.Errorf("%s is a %s", f.Object, f.Level)
					}
					if f.Object.Name == "LATE_PK" {
						wantEqual(t, []string{`ALTER TABLE "SHOP"."LATE" ENABLE VALIDATE CONSTRAINT "LATE_PK"`}, f.SQL)
					}
				}
			}
			srv.Set("DBA_CONSTRAINTS", oracletest.Row{"VALIDATED": "VALIDATED"})
			got := checktest.Real{Source: from, Dest: from, Phases: checks.Full}.Run(t, common.PrimaryKey)
			wantEqual(t, []string{"no_key SHOP.BARE", "no_key SHOP.LATE_UK"}, rulesAndObjects(got.Findings))
		})
	}
}

package expression_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestCheckConstraintOracleEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "BAD")
			emulatedCheck(srv, release, "GOOD", "SYS_C1", `"A" IS NOT NULL`,
				oracletest.Row{"GENERATED": "GENERATED NAME"})
			emulatedCheck(srv, release, "GOOD", "POSITIVE", "A > 0", nil)
			emulatedCheck(srv, release, "GOOD", "IDLE", "A > 9",
				oracletest.Row{"STATUS": "DISABLED", "VALIDATED": "NOT VALIDATED"})
			emulatedCheck(srv, release, "BAD", "WHOLE", "TRUNC(A) = A", nil)
			emulatedCheck(srv, release, "BAD", "LATE", "A > 0", oracletest.Row{"VALIDATED": "NOT VALIDATED"})
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
			got := checktest.WantFound(t, task, expression.CheckConstraint, "function_refused BAD.WHOLE",
				"not_validated BAD.LATE")
			checktest.WantEqual(t, []string{`ALTER TABLE "SHOP"."BAD" ENABLE VALIDATE CONSTRAINT "LATE"`},
				got.Findings[1].SQL)
			task.Dest = from
			checktest.WantFound(t, task, expression.CheckConstraint, "not_validated BAD.LATE")
			srv.Deny(942, "*_CONSTRAINTS")
			checktest.Unreadable(t, task, expression.CheckConstraint)
		})
	}
}

// emulatedCheck adds a CHECK constraint to the dictionary of the release.
func emulatedCheck(srv *oracletest.Server, release oracletest.Release, table, name, condition string,
	more oracletest.Row) {
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": "C",
		"STATUS": "ENABLED", "VALIDATED": "VALIDATED", "GENERATED": "USER NAME", "SEARCH_CONDITION": condition}
	if release != oracletest.Release11g {
		r["SEARCH_CONDITION_VC"] = condition
	}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_CONSTRAINTS", r)
}

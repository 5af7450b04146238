package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDestForeignKeyTriggerOnOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := checktest.EmulatedOracle(t, release, "CHILD", "PARENT")
			srv, to := checktest.EmulatedOracle(t, release, "CHILD", "PARENT", "OTHER")
			checktest.InsertConstraint(srv, "PARENT", "PARENT_PK", "P", nil)
			reference := row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": "PARENT_PK", "DELETE_RULE": "NO ACTION"}
			checktest.InsertConstraint(srv, "CHILD", "FK", "R", reference)
			checktest.InsertConstraint(srv, "OTHER", "ELSEWHERE", "R", reference)
			trigger := func(name, table, status, kind string) {
				srv.Insert("DBA_TRIGGERS",
					row{"OWNER": "SHOP", "TRIGGER_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table,
						"STATUS":           status,
						"BASE_OBJECT_TYPE": kind,
						"TRIGGER_TYPE":     "BEFORE EACH ROW", "TRIGGERING_EVENT": "INSERT OR UPDATE",
						"TRIGGER_BODY": "BEGIN NULL; END;"})
			}
			trigger("TR", "CHILD", "ENABLED", "TABLE")
			trigger("OFF", "CHILD", "DISABLED", "TABLE")
			trigger("ON_VIEW", "PARENT", "ENABLED", "VIEW")
			trigger("ELSEWHERE", "OTHER", "ENABLED", "TABLE")
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Full}
			got := task.Run(t, object.DestForeignKeyTrigger)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.SQL[0])
			}
			if diff := cmp.Diff([]string{`enabled_foreign_key ALTER TABLE "SHOP"."CHILD" DISABLE CONSTRAINT "FK"`,
				`enabled_trigger ALTER TRIGGER "SHOP"."TR" DISABLE`}, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			srv.Set("DBA_TRIGGERS", row{"STATUS": "DISABLED"})
			srv.Set("DBA_CONSTRAINTS", row{"STATUS": "DISABLED"})
			if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Passed {
				t.Errorf("with all disabled it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "DBA_TRIGGERS")
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "INSERT ANY TABLE"})
			srv.Insert("ALL_TAB_PRIVS",
				row{"GRANTEE": srv.User, "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "CHILD", "PRIVILEGE": "INSERT"})
			if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Unknown ||
				!strings.Contains(got.Message(10), "the triggers of table SHOP.PARENT are hidden") {
				t.Errorf("without a view that shows the triggers of all tables it is %s:\n%s", got.Outcome,
					got.Message(10))
			}
			srv.Insert("ALL_TAB_PRIVS",
				row{"GRANTEE": srv.User, "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "PARENT", "PRIVILEGE": "INSERT"})
			if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Passed {
				t.Errorf("with a privilege on each table it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_TRIGGERS")
			if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Unknown {
				t.Errorf("without the view of triggers it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

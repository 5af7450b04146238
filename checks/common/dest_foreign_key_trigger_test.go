package common_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestDestForeignKeyTriggerFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		_, from := emulatedOracle(t, oracletest.Release19c, "parent", "child")
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".parent (id INT PRIMARY KEY)", "CREATE TABLE "+schema+".child (id INT PRIMARY KEY, p INT)")
		task := checktest.Real{Source: from, Dest: checktest.End{Server: s, Schema: schema}, Phases: checks.Full}
		if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("with neither it is %s:\n%s", got.Outcome, got.Message(10))
		}
		s.Exec(t, "ALTER TABLE "+schema+".child ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES "+schema+".parent (id)",
			"CREATE TRIGGER "+schema+".tr BEFORE INSERT ON "+schema+".child FOR EACH ROW SET NEW.p = NULL")
		got := task.Run(t, common.DestForeignKeyTrigger)
		if diff := cmp.Diff([]string{"foreign_key " + schema + ".child.fk", "trigger " + schema + ".child.tr"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
		}
	})
}

func TestDestForeignKeyTriggerOnOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := emulatedOracle(t, release, "CHILD", "PARENT")
			srv, to := emulatedOracle(t, release, "CHILD", "PARENT", "OTHER")
			emulatedConstraint(srv, "PARENT", "PARENT_PK", "P", nil)
			reference := row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": "PARENT_PK", "DELETE_RULE": "NO ACTION"}
			emulatedConstraint(srv, "CHILD", "FK", "R", reference)
			emulatedConstraint(srv, "OTHER", "ELSEWHERE", "R", reference)
			trigger := func(name, table, status, kind string) {
				srv.Insert("DBA_TRIGGERS", row{"OWNER": "SHOP", "TRIGGER_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": table, "STATUS": status, "BASE_OBJECT_TYPE": kind,
					"TRIGGER_TYPE": "BEFORE EACH ROW", "TRIGGERING_EVENT": "INSERT OR UPDATE", "TRIGGER_BODY": "BEGIN NULL; END;"})
			}
			trigger("TR", "CHILD", "ENABLED", "TABLE")
			trigger("OFF", "CHILD", "DISABLED", "TABLE")
			trigger("ON_VIEW", "PARENT", "ENABLED", "VIEW")
			trigger("ELSEWHERE", "OTHER", "ENABLED", "TABLE")
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Full}
			got := task.Run(t, common.DestForeignKeyTrigger)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.SQL[0])
			}
			if diff := cmp.Diff([]string{`enabled_foreign_key ALTER TABLE "SHOP"."CHILD" DISABLE CONSTRAINT "FK"`, `enabled_trigger ALTER TRIGGER "SHOP"."TR" DISABLE`}, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			srv.Set("DBA_TRIGGERS", row{"STATUS": "DISABLED"})
			srv.Set("DBA_CONSTRAINTS", row{"STATUS": "DISABLED"})
			if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Passed {
				t.Errorf("with all disabled it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "DBA_TRIGGERS")
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "INSERT ANY TABLE"})
			srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": srv.User, "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "CHILD", "PRIVILEGE": "INSERT"})
			if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Unknown || !strings.Contains(got.Message(10), "the triggers of SHOP.PARENT are hidden") {
				t.Errorf("without a view that shows the triggers of all tables it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": srv.User, "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "PARENT", "PRIVILEGE": "INSERT"})
			if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Passed {
				t.Errorf("with a right on each table it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_TRIGGERS")
			if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Unknown {
				t.Errorf("without the view of triggers it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

func TestDestForeignKeyTriggerOfTenant(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	source := datasource.Snapshot{datasource.FactServer: oracle19, datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}}, datasource.FactTables: tables("SHOP.ORDERS")}
	dest := datasource.Snapshot{datasource.FactServer: obOracle43, datasource.FactForeignKeys: datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: orders, Rows: []datasource.ForeignKey{{Name: "FK", Parent: orders}}}),
		datasource.FactTriggers: []datasource.Trigger{{TableName: datasource.TableName{Schema: "SHOP", Name: "TR"}, Table: orders}}}
	findings, _, err := checktest.Facts{Source: source, Dest: dest, Side: checks.Dest, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle}}.Run(t, common.DestForeignKeyTrigger)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"enabled_foreign_key SHOP.ORDERS.FK", "enabled_trigger SHOP.ORDERS.TR"}, rulesAndObjects(findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

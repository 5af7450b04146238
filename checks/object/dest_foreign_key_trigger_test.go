package object_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDestForeignKeyTriggerOfTenant(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	source := datasource.Snapshot{datasource.FactServer: checktest.OracleServer19,
		datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
		datasource.FactTables:  checktest.Tables("SHOP.ORDERS")}
	dest := datasource.Snapshot{datasource.FactServer: checktest.OBOracle43,
		datasource.FactForeignKeys: datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: orders,
			Rows: []datasource.ForeignKey{{Name: "FK", Parent: orders}}}),
		datasource.FactTriggers: []datasource.Trigger{{TableName: datasource.TableName{Schema: "SHOP", Name: "TR"},
			Table: orders}}}
	findings, _, err := checktest.Facts{Source: source, Dest: dest, Side: checks.Dest,
		Route: checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle}}.Run(t,
		object.DestForeignKeyTrigger)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"enabled_foreign_key SHOP.ORDERS.FK", "enabled_trigger SHOP.ORDERS.TR"},
		checktest.RulesAndObjects(findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDestForeignKeyTrigger(t *testing.T) {
	t.Parallel()
	child, other := datasource.TableName{Schema: "shop", Name: "t"},
		datasource.TableName{Schema: "shop", Name: "unmapped"}
	keys := datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: child,
		Rows: []datasource.ForeignKey{{Name: "fk", Parent: other}}},
		datasource.RowsOf[datasource.ForeignKey]{Table: other,
			Rows: []datasource.ForeignKey{{Name: "fk2", Parent: child}}})
	triggers := []datasource.Trigger{{TableName: datasource.TableName{Schema: "shop", Name: "tr"}, Table: child,
		Event: "INSERT", Timing: "AFTER"},
		{TableName: datasource.TableName{Schema: "shop", Name: "tr2"}, Table: other}}
	lost := errors.New("connection lost")
	for _, tc := range []struct {
		name     string
		checked  string
		triggers any
		want     []string
		err      error
	}{
		{"both", "ON", triggers, []string{"foreign_key shop.t.fk", "trigger shop.t.tr"}, nil},
		{"foreign keys are not checked", "OFF", triggers, []string{"trigger shop.t.tr"}, nil},
		{"triggers are not known", "ON", lost, []string{"foreign_key shop.t.fk"}, lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{},
				datasource.FactVariables:   datasource.Variables{"foreign_key_checks": tc.checked},
				datasource.FactForeignKeys: keys, datasource.FactTriggers: tc.triggers,
				datasource.FactTables: checktest.Tables("shop.t", "shop.unmapped"),
				datasource.FactGrants: datasource.Grants{
					Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop",
						Name: "t",
						All:  true}}}}}
			findings, _, err := checktest.Facts{Source: checktest.OneTable(datasource.Server{}), Dest: dest}.Run(t,
				object.DestForeignKeyTrigger)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

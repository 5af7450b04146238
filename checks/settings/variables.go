package settings

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Variables is OB_VARIABLES. The time limits among OceanBase's variables belong to RDB_TIMEOUTS,
// undo_retention to RDB_UNDO_RETENTION.
var Variables = &checks.Check{
	Type:      "OB_VARIABLES",
	Page:      checks.ReadPage(pages, "variables.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.Full | checks.Incremental | checks.Reverse,
	AppliesTo: checks.OBMySQLOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactVariables}},
	Run:       runVariables,
}

func runVariables(ctx context.Context, p *checks.Pass) error {
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	value, ok := variables.Lookup("ob_read_consistency")
	strong := strings.EqualFold(value, "STRONG") || value == "3"
	if ok && !strong && p.Side == checks.Source {
		p.Report(checks.Finding{Rule: "weak_read", Level: checks.Warn,
			Object: checks.VariableObject("ob_read_consistency"), Actual: value, Expected: "STRONG",
			SQL: []string{"SET GLOBAL ob_read_consistency = 'STRONG'"}})
	}
	if on, ok := variables.On("recyclebin"); ok && on && p.Side == checks.Dest {
		p.Report(checks.Finding{Rule: "recyclebin", Level: checks.Info, Object: checks.VariableObject("recyclebin"),
			Actual: "ON", Expected: "OFF", SQL: []string{"SET GLOBAL recyclebin = OFF"}})
	}
	return nil
}

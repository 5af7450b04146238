package settings

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Parameters is ORACLE_PARAMETERS.
var Parameters = &checks.Check{
	Type:      "ORACLE_PARAMETERS",
	Page:      checks.ReadPage(pages, "parameters.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.Schema,
	AppliesTo: checks.OracleOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:    checks.Facts{datasource.FactVariables},
		Source: checks.Facts{datasource.FactVariables},
	},
	Run: runParameters,
}

func runParameters(ctx context.Context, p *checks.Pass) error {
	here, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, name := range []string{"compatible", "nls_length_semantics", "max_string_size", "recyclebin", "db_block_size"} {
		if value, ok := here.Lookup(name); ok {
			p.Inform("%s is %s", name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(here)) {
		if strings.HasPrefix(name, "_") {
			p.Report(checks.Finding{Rule: "hidden_parameter", Level: checks.Info, Object: checks.VariableObject(name), Actual: here[name]})
		}
	}
	if p.Side != checks.Dest || p.Route.Source != datasource.Oracle {
		return nil
	}
	source, err := datasource.FactVariables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if source["max_string_size"] == "EXTENDED" && here["max_string_size"] != "EXTENDED" {
		p.Report(checks.Finding{Rule: "short_strings", Level: checks.Info, Object: checks.VariableObject("max_string_size"), Actual: here["max_string_size"], Expected: "EXTENDED"})
	}
	if theirs, ok := datasource.ParseVersion(source["compatible"]); ok {
		if ours, ok := datasource.ParseVersion(here["compatible"]); ok && ours.Compare(theirs) < 0 {
			p.Report(checks.Finding{Rule: "older_compatible", Level: checks.Warn, Object: checks.VariableObject("compatible"), Actual: here["compatible"], Expected: "at least " + source["compatible"]})
		}
	}
	return nil
}

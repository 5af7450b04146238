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

// notedParameters are the parameters that a note shows.
var notedParameters = []string{"compatible", "nls_length_semantics", "max_string_size", "recyclebin", "db_block_size"}

func runParameters(ctx context.Context, p *checks.Pass) error {
	own, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, name := range notedParameters {
		if value, ok := own.Lookup(name); ok {
			p.Note("parameter", "name", name, "value", value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if strings.HasPrefix(name, "_") {
			p.Report(checks.Finding{Rule: "hidden_parameter", Level: checks.Info, Object: checks.VariableObject(name),
				Actual: own[name]})
		}
	}
	if p.Side != checks.Dest || p.Route.Source != datasource.Oracle {
		return nil
	}
	source, err := datasource.FactVariables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if source["max_string_size"] == "EXTENDED" && own["max_string_size"] != "EXTENDED" {
		p.Report(checks.Finding{Rule: "short_strings", Level: checks.Info,
			Object: checks.VariableObject("max_string_size"), Actual: own["max_string_size"], Expected: "EXTENDED"})
	}
	from, fromKnown := datasource.ParseVersion(source["compatible"])
	to, toKnown := datasource.ParseVersion(own["compatible"])
	if fromKnown && toKnown && to.Compare(from) < 0 {
		p.Report(checks.Finding{Rule: "older_compatible", Level: checks.Warn,
			Object: checks.VariableObject("compatible"),
			Actual: own["compatible"], Expected: "≥ " + source["compatible"],
			Args: checks.Args{"source": source["compatible"]}})
	}
	return nil
}

package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// TrustFunctionCreators is MYSQL_TRUST_FUNCTION_CREATORS.
var TrustFunctionCreators = &checks.Check{
	Type:     "MYSQL_TRUST_FUNCTION_CREATORS",
	Page:     checks.ReadPage(pages, "trust_function_creators.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactGrants, datasource.FactServer, datasource.FactVariables},
		Source: checks.Facts{datasource.FactEvents, datasource.FactRoutines, datasource.FactTriggers,
			datasource.FactViews},
		Mapping: true,
	},
	Run: runTrustFunctionCreators,
}

const trustFunctionCreators = "log_bin_trust_function_creators"

func runTrustFunctionCreators(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	logs, _ := variables.On("log_bin")
	trusts, known := variables.On(trustFunctionCreators)
	if !logs || trusts || !known {
		return nil
	}
	objects, err := storedObjects(ctx, p.Source(), mapping)
	if err != nil {
		return err
	}
	functions, triggers, unsafe := 0, 0, []storedObject{}
	for _, o := range objects {
		switch {
		case o.kind == "TRIGGER":
			triggers++
		case o.kind == "FUNCTION":
			functions++
			if !o.routine.Deterministic && o.routine.DataAccess != "NO SQL" &&
				o.routine.DataAccess != "READS SQL DATA" {
				unsafe = append(unsafe, o)
			}
		}
	}
	if functions+triggers == 0 {
		return nil
	}
	f := checks.Finding{Level: checks.Warn, Object: checks.VariableObject(trustFunctionCreators),
		Actual: "OFF", Expected: "ON", SQL: []string{"SET GLOBAL " + trustFunctionCreators + " = 1"}}
	if len(unsafe) > 0 {
		f.Rule, f.Args = "unsafe_function", checks.Args{"functions": listNames(p.Lang, unsafe)}
		p.Report(f)
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	need := access.Need{Rights: []datasource.Privilege{"SUPER"}, Level: checks.Warn}
	if holder.Meets(need) {
		return nil
	}
	if _, doubt := holder.Lacks(need); doubt != nil {
		return doubt
	}
	f.Rule = "creator_not_trusted"
	f.Args = checks.Args{"account": holder.Account.Quoted(), "objects": countObjects(p, functions, triggers)}
	p.Report(f)
	return nil
}

// countObjects returns the numbers of functions and triggers in words.
func countObjects(p *checks.Pass, functions, triggers int) string {
	switch {
	case triggers == 0:
		return p.Term("functions", "count", functions)
	case functions == 0:
		return p.Term("triggers", "count", triggers)
	}
	return p.Term("both", "functions", p.Term("functions", "count", functions),
		"triggers", p.Term("triggers", "count", triggers))
}

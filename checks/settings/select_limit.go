package settings

import (
	"context"
	"math"
	"strconv"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// SelectLimit is MYSQL_SELECT_LIMIT.
var SelectLimit = &checks.Check{
	Type:     "MYSQL_SELECT_LIMIT",
	Page:     checks.ReadPage(pages, "select_limit.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Phases:   checks.Full | checks.Reverse,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:      runSelectLimit,
}

// unlimited is the default of sql_select_limit and of max_join_size.
var unlimited = strconv.FormatUint(math.MaxUint64, 10)

func runSelectLimit(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	rows, err := number(server, variables, "sql_select_limit")
	if err != nil {
		return err
	}
	if rows < math.MaxInt32 {
		p.Report(checks.Finding{Rule: "cut", Level: checks.Warn, Object: checks.VariableObject("sql_select_limit"),
			Actual: strconv.FormatUint(rows, 10), Expected: unlimited,
			SQL: checks.SetGlobal(server, "sql_select_limit", unlimited)})
	}
	size, err := number(server, variables, "max_join_size")
	if err != nil {
		return err
	}
	on, ok := variables.On("sql_big_selects")
	if !ok {
		return sysvar.Missing(server, "sql_big_selects")
	}
	if !on && size < math.MaxInt32 {
		p.Report(checks.Finding{Rule: "refused", Level: checks.Warn, Object: checks.VariableObject("sql_big_selects"),
			Actual: "OFF", Expected: "ON", Args: checks.Args{"size": size},
			SQL: checks.SetGlobal(server, "sql_big_selects", "ON")})
	}
	return nil
}

// number returns the value of a setting that is a number.
func number(s datasource.Server, v datasource.Variables, name string) (uint64, error) {
	value, ok := v.Lookup(name)
	if !ok {
		return 0, sysvar.Missing(s, name)
	}
	return strconv.ParseUint(value, 10, 64)
}

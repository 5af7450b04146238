package settings

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// SQLMode is MYSQL_SQL_MODE.
var SQLMode = &checks.Check{
	Type:     "MYSQL_SQL_MODE",
	Page:     checks.ReadPage(pages, "sql_mode.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLModeOrOracle,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactServer, datasource.FactVariables},
		Dest:   checks.Facts{datasource.FactSQLModes, datasource.FactServer, datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_SQL_MODE"}},
	Run: runSQLMode,
}

// harmlessModes change neither what is stored nor what a statement means.
var harmlessModes = []string{
	"NO_AUTO_CREATE_USER", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS", "NO_DIR_IN_CREATE",
	"IGNORE_BAD_TABLE_OPTIONS", "NO_ENGINE_SUBSTITUTION",
}

// combinations are modes that stand for others, which the server adds to the value. What they add differs by product:
// ANSI adds ONLY_FULL_GROUP_BY on MySQL, TRADITIONAL adds NO_AUTO_CREATE_USER on MariaDB (MySQL 8.4 Reference
// Manual and MariaDB documentation, "SQL_MODE"; tried on MySQL 9.7 and MariaDB 10.11).
var combinations = []string{"ANSI", "TRADITIONAL"}

// components returns the modes in a value of sql_mode without the names of combinations, whose modes are in it, too.
func components(sqlMode string) []string {
	return sysvar.Without(sysvar.SQLModes(sqlMode), combinations)
}

func runSQLMode(ctx context.Context, p *checks.Pass) error {
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return reportNotStrict(ctx, p)
	}
	sourceServer, source, err := sysvar.WithServer(ctx, p.Source())
	if err != nil {
		return err
	}
	destServer, dest, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	from, ok := source.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(sourceServer, "sql_mode")
	}
	to, ok := dest.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(destServer, "sql_mode")
	}
	wanted, set := components(from), components(to)
	missing, additional := sysvar.Without(wanted, set), sysvar.Without(set, wanted)
	if len(missing)+len(additional) == 0 {
		return nil
	}
	var unknown []string
	if len(missing) > 0 {
		known, err := datasource.FactSQLModes.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		for _, mode := range missing {
			if accepted, tried := known[mode]; tried && !accepted {
				unknown = append(unknown, mode)
			}
		}
		missing = sysvar.Without(missing, unknown)
	}
	object := checks.VariableObject("sql_mode")
	if len(unknown) > 0 {
		p.Report(checks.Finding{Rule: "unknown_mode", Level: levelOf(unknown), Object: object,
			Actual: strings.Join(unknown, ","), Args: checks.Args{"dest": destServer}})
	}
	if len(missing)+len(additional) > 0 {
		expected := strings.Join(sysvar.Without(wanted, unknown), ",")
		f := checks.Finding{Rule: "differs", Level: levelOf(missing, additional), Object: object,
			Actual: to, Expected: expected,
			Args: checks.Args{"missing": orNone(p, missing), "additional": orNone(p, additional)},
			SQL:  checks.SetGlobal(destServer, "sql_mode", checks.QuoteString(expected))}
		p.Report(f)
	}
	return nil
}

// levelOf returns the level of a difference in these modes.
func levelOf(modes ...[]string) checks.Level {
	if len(sysvar.Without(slices.Concat(modes...), harmlessModes)) == 0 {
		return checks.Info
	}
	return checks.Warn
}

// reportNotStrict reports a destination that, unlike Oracle, changes values that do not fit instead of refusing them.
func reportNotStrict(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	mode, ok := variables.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(server, "sql_mode")
	}
	set := sysvar.SQLModes(mode)
	if sysvar.IsStrict(set) {
		return nil
	}
	expected := strings.Join(append(set, "STRICT_TRANS_TABLES"), ",")
	p.Report(checks.Finding{Rule: "not_strict", Level: checks.Warn, Object: checks.VariableObject("sql_mode"),
		Actual: mode, Expected: expected, SQL: checks.SetGlobal(server, "sql_mode", checks.QuoteString(expected))})
	return nil
}

// orNone lists modes, or says that there are none.
func orNone(p *checks.Pass, modes []string) string {
	if len(modes) == 0 {
		return p.Term("none")
	}
	return strings.Join(modes, ", ")
}

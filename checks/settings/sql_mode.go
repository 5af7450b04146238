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

// idleModes change neither what is stored nor what a statement means.
var idleModes = []string{"NO_AUTO_CREATE_USER", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS", "NO_DIR_IN_CREATE", "IGNORE_BAD_TABLE_OPTIONS", "NO_ENGINE_SUBSTITUTION"}

func runSQLMode(ctx context.Context, p *checks.Pass) error {
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return strictForOracle(ctx, p)
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
	lacking, extra := sysvar.Without(sysvar.SQLModes(from), sysvar.SQLModes(to)), sysvar.Without(sysvar.SQLModes(to), sysvar.SQLModes(from))
	if len(lacking)+len(extra) == 0 {
		return nil
	}
	var unknown []string
	if len(lacking) > 0 {
		known, err := datasource.FactSQLModes.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		for _, mode := range lacking {
			if takes, asked := known[mode]; asked && !takes {
				unknown = append(unknown, mode)
			}
		}
		lacking = sysvar.Without(lacking, unknown)
	}
	object := checks.VariableObject("sql_mode")
	if len(unknown) > 0 {
		p.Report(checks.Finding{Rule: "unknown_mode", Level: checks.Warn, Object: object, Actual: destServer.String(),
			Expected: strings.Join(unknown, ",")})
	}
	if len(lacking)+len(extra) > 0 {
		want := strings.Join(sysvar.Without(sysvar.SQLModes(from), unknown), ",")
		f := checks.Finding{Rule: "differs", Level: checks.Warn, Object: object, Actual: to, Expected: want,
			Args: checks.Args{"lacking": orNone(lacking), "extra": orNone(extra)}, SQL: checks.SetGlobal(destServer, "sql_mode", checks.QuoteString(want))}
		if len(sysvar.Without(slices.Concat(lacking, extra), idleModes)) == 0 {
			f.Level = checks.Info
		}
		p.Report(f)
	}
	return nil
}

// strictForOracle looks for what makes the destination refuse values that it cannot hold, as Oracle does.
func strictForOracle(ctx context.Context, p *checks.Pass) error {
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
	want := strings.Join(append(set, "STRICT_TRANS_TABLES"), ",")
	p.Report(checks.Finding{Rule: "not_strict", Level: checks.Warn, Object: checks.VariableObject("sql_mode"), Actual: orNone(set), Expected: want,
		SQL: checks.SetGlobal(server, "sql_mode", checks.QuoteString(want))})
	return nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

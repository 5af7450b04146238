package capacity

import (
	"context"
	"fmt"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// UndoRetention is RDB_UNDO_RETENTION.
var UndoRetention = &checks.Check{
	Type:     "RDB_UNDO_RETENTION",
	Page:     checks.ReadPage(pages, "undo_retention.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full,
	Sources:  []datasource.Type{datasource.OceanBaseMySQL, datasource.OceanBaseOracle, datasource.Oracle},
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:     checks.Facts{datasource.FactOracleUndo, datasource.FactServer, datasource.FactVariables},
		Source:  checks.Facts{datasource.FactTableSizes},
		Mapping: true,
	},
	Run: runUndoRetention,
}

const (
	leastUndo       = 30 * time.Minute // OceanBase's default
	leastOracleUndo = 15 * time.Minute // Oracle's default
	copyPace        = 10 << 20         // bytes per second, the slowest expected copy of a table
)

func runUndoRetention(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	seconds, ok := variables.Int("undo_retention")
	if !ok {
		return p.NotChecked("no_variable", "server", server)
	}
	retention := time.Duration(seconds) * time.Second
	if server.Flavor == datasource.FlavorOracle {
		return checkOracleUndo(ctx, p, variables, retention)
	}
	f, least, err := requiredUndo(ctx, p, leastUndo)
	if err == nil && retention < least {
		f.Actual = message.Duration(retention)
		f.SQL = checks.SetGlobal(server, "undo_retention", fmt.Sprint(int64(least.Seconds())))
		p.Report(f)
	}
	return err
}

// requiredUndo returns how long undo must be kept, which is least or the time to copy the largest table if that is
// longer, and the finding for a shorter time.
func requiredUndo(ctx context.Context, p *checks.Pass, least time.Duration) (checks.Finding, time.Duration, error) {
	f := checks.Finding{Rule: "short", Level: checks.Warn, Object: checks.VariableObject("undo_retention"),
		Args: checks.Args{}}
	if p.Settings.Deep {
		mapping, err := p.Mapping(ctx)
		if err != nil {
			return f, least, err
		}
		sizes, err := datasource.FactTableSizes.Of(ctx, p.Source())
		if err != nil {
			return f, least, err
		}
		s := sumSizes(mapping.BaseTables(), sizes)
		if copying := time.Duration(s.largestSize/copyPace) * time.Second; copying > least {
			least, f.Rule = copying, "short_for_table"
			f.Args["table"], f.Args["size"] = s.largest, message.Bytes(s.largestSize).String()
		}
	}
	f.Args["least"] = message.Duration(least)
	f.Expected = "≥ " + message.Duration(least)
	return f, least, nil
}

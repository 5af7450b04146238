package capacity

import (
	"context"
	"fmt"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
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
	Run:      runUndoRetention,
}

const (
	leastUndo       = 30 * time.Minute // OceanBase's default
	leastOracleUndo = 15 * time.Minute // Oracle's default
	copyPace        = 10 << 20         // bytes per second of one table, at the least
)

func runUndoRetention(ctx context.Context, p *checks.Pass) error {
	server, err := p.Facts().Server(ctx)
	if err != nil {
		return err
	}
	variables, err := p.Facts().Variables(ctx)
	if err != nil {
		return err
	}
	seconds, ok := variables.Int("undo_retention")
	if !ok {
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: server.String() + " shows no variable undo_retention"}
	}
	kept := time.Duration(seconds) * time.Second
	if server.Flavor == datasource.FlavorOracle {
		return oracleUndo(ctx, p, variables, kept)
	}
	f, least, err := wantedUndo(ctx, p, leastUndo)
	if err == nil && kept < least {
		f.Actual, f.Expected = kept.String(), least.String()
		f.SQL = checks.SetGlobal(server, "undo_retention", fmt.Sprint(int64(least.Seconds())))
		p.Report(f)
	}
	return err
}

// wantedUndo gives for how long undo should be kept, and the finding for where it is not: for least, or
// as long as the copy of the biggest table takes.
func wantedUndo(ctx context.Context, p *checks.Pass, least time.Duration) (checks.Finding, time.Duration, error) {
	f := checks.Finding{Rule: "short", Level: checks.Warn, Object: checks.VariableObject("undo_retention")}
	if !p.Settings.Deep {
		return f, least, nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return f, least, err
	}
	sizes, err := p.Source().TableSizes(ctx)
	if err != nil {
		return f, least, err
	}
	biggest := sumSizes(mapping.BaseTables(), sizes)
	if copying := time.Duration(biggest.most/copyPace) * time.Second; copying > least {
		least, f.Rule, f.Args = copying, "short_for_table", checks.Args{"table": biggest.biggest.String(), "size": gib(biggest.most)}
	}
	return f, least, nil
}

package common

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleUndo looks at how long an Oracle database keeps undo. UNDO_RETENTION is kept to where the undo
// tablespace may grow or guarantees it; one of a fixed size keeps what it has room for (Oracle
// Database Reference, "UNDO_RETENTION").
func oracleUndo(ctx context.Context, p *checks.Pass, variables datasource.Variables, retention time.Duration) error {
	if management, known := variables.Lookup("undo_management"); known && management != "AUTO" {
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "undo is managed by hand (UNDO_MANAGEMENT is " + management + "): how long it is kept cannot be told",
			Remedy: "Use automatic undo management, which is the default."}
	}
	undo, err := p.Here().OracleUndo(ctx)
	if err != nil {
		return err
	}
	if undo.TooOld > 0 {
		p.Report(checks.Finding{Rule: "too_old", Level: checks.Warn, Object: checks.Object{Kind: "TABLESPACE", Name: undo.Tablespace}, Actual: fmt.Sprintf("%d queries failed", undo.TooOld), Want: "none",
			Args: map[string]string{"span": (time.Duration(undo.Intervals) * 10 * time.Minute).String()}})
	}
	f, least, err := wantedUndo(ctx, p, leastOracleUndo)
	if err != nil {
		return err
	}
	raise := []string{fmt.Sprintf("ALTER SYSTEM SET undo_retention = %d", int64(least.Seconds()))}
	if retention >= least {
		raise = nil
	}
	if undo.Guarantee || len(undo.Growing) > 0 {
		if retention < least {
			f.Actual, f.Want, f.SQL = retention.String(), least.String(), raise
			p.Report(f)
		}
		return nil
	}
	if undo.Intervals == 0 {
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: fmt.Sprintf("the undo tablespace %s is of a fixed size, and V$UNDOSTAT does not show for how long it keeps undo", undo.Tablespace)}
	}
	if undo.Retained < least {
		f.Rule, f.Object = "fixed_size", checks.Object{Kind: "TABLESPACE", Name: undo.Tablespace}
		f.Actual, f.Want, f.Args = undo.Retained.String(), least.String(), map[string]string{"size": gib(undo.Bytes), "files": strings.Join(undo.Fixed, ", ")}
		for _, file := range undo.Fixed {
			f.SQL = append(f.SQL, "ALTER DATABASE DATAFILE "+file+" AUTOEXTEND ON")
		}
		f.SQL = append(f.SQL, raise...)
		p.Report(f)
	}
	return nil
}

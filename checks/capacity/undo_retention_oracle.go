package capacity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// checkOracleUndo checks how long an Oracle database keeps undo. UNDO_RETENTION is honored if the undo tablespace may
// grow or guarantees it. A tablespace of a fixed size keeps undo as long as its space permits (Oracle Database
// Reference, "UNDO_RETENTION").
func checkOracleUndo(
	ctx context.Context, p *checks.Pass, variables datasource.Variables, retention time.Duration,
) error {
	if management, known := variables.Lookup("undo_management"); known && management != "AUTO" {
		return p.NotChecked("manual_undo", "management", management)
	}
	undo, err := datasource.FactOracleUndo.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if undo.TooOld > 0 {
		span := time.Duration(undo.Intervals) * 10 * time.Minute
		p.Report(checks.Finding{Rule: "too_old", Level: checks.Warn,
			Object: checks.Object{Kind: "TABLESPACE", Name: undo.Tablespace},
			Actual: fmt.Sprint(undo.TooOld), Expected: "0",
			Args: checks.Args{"count": int(undo.TooOld), "span": message.Duration(span)}})
	}
	f, least, err := requiredUndo(ctx, p, leastOracleUndo)
	if err != nil {
		return err
	}
	raise := []string{fmt.Sprintf("ALTER SYSTEM SET undo_retention = %d", int64(least.Seconds()))}
	if retention >= least {
		raise = nil
	}
	if undo.Guarantee || len(undo.Growing) > 0 {
		if retention < least {
			f.Actual, f.SQL = message.Duration(retention), raise
			p.Report(f)
		}
		return nil
	}
	if undo.Intervals == 0 {
		return p.NotChecked("no_statistics", "tablespace", undo.Tablespace)
	}
	if undo.Retained < least {
		f.Rule, f.Object = "fixed_size", checks.Object{Kind: "TABLESPACE", Name: undo.Tablespace}
		f.Actual, f.Args["size"] = message.Duration(undo.Retained), message.Bytes(undo.Bytes).String()
		f.Args["files"] = p.Term("files", "count", len(undo.Fixed), "files", strings.Join(undo.Fixed, ", "))
		for _, file := range undo.Fixed {
			f.SQL = append(f.SQL, "ALTER DATABASE DATAFILE "+file+" AUTOEXTEND ON")
		}
		f.SQL = append(f.SQL, raise...)
		p.Report(f)
	}
	return nil
}

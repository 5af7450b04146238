package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// supplemental is the supplemental logging of the item's database.
type supplemental struct {
	datasource.SupplementalLogging // of the whole database and of the pluggable database together
	database                       datasource.OracleDatabase
	// ineffective reports that the pluggable database has minimal supplemental logging, but the root does not, and
	// that of the pluggable database has no effect then.
	ineffective bool
	undoUnknown bool // ineffective depends on whether the pluggable database has undo of its own
}

// supplementalLogging returns the supplemental logging of the item's database.
//
// Supplemental logging of a pluggable database needs minimal supplemental logging in the root: dropping it there
// disables it in the whole container database, regardless of the settings of pluggable databases (Oracle Database
// Utilities 12.1, "Supplemental Logging in a CDB"; ORA-31541). From 19c a pluggable database can have it alone if the
// container database is in local undo mode (ORA-60518, ORA-60526).
func supplementalLogging(ctx context.Context, p *checks.Pass) (supplemental, error) {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	s := supplemental{SupplementalLogging: database.Supplemental, database: database}
	if err != nil || !database.InPDB() {
		return s, err
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return s, err
	}
	pdb, err := datasource.FactPDBLogging.Of(ctx, p.Facts())
	if err != nil {
		return s, err
	}
	if !s.Minimal && pdb.Supplemental.Minimal {
		s.ineffective = server.Version.Before(19) || pdb.LocalUndo == "FALSE"
		s.undoUnknown = !s.ineffective && pdb.LocalUndo != "TRUE"
	}
	s.Minimal, s.PrimaryKey = s.Minimal || pdb.Supplemental.Minimal, s.PrimaryKey || pdb.Supplemental.PrimaryKey
	s.Unique, s.All = s.Unique || pdb.Supplemental.Unique, s.All || pdb.Supplemental.All
	return s, nil
}

// addsKeys reports whether the pluggable database logs more columns of every table than the whole database does.
func (s supplemental) addsKeys() bool {
	whole := s.database.Supplemental
	return s.PrimaryKey != whole.PrimaryKey || s.Unique != whole.Unique || s.All != whole.All
}

// addMinimal returns the finding, of a rule, that minimal supplemental logging must be enabled for the whole database.
func (s supplemental) addMinimal(rule string) checks.Finding {
	return checks.Finding{Rule: rule, Level: checks.Fail,
		Object: checks.Object{Kind: "DATABASE", Name: s.database.Name}, Actual: "NO", Expected: "YES",
		On:   checks.Place{Root: s.database.InPDB()},
		Args: checks.Args{"container": s.database.Container},
		SQL:  []string{"ALTER DATABASE ADD SUPPLEMENTAL LOG DATA"}}
}

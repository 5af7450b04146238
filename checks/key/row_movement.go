package key

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// RowMovement is ORACLE_ROW_MOVEMENT.
var RowMovement = &checks.Check{
	Type:     "ORACLE_ROW_MOVEMENT",
	Page:     checks.ReadPage(pages, "row_movement.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Incremental,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactIndexes, datasource.FactOracleTables, datasource.FactPartitions},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_ROW_MOVEMENT"}, {Name: "ROW_MOVEMENT"}},
	Run: runRowMovement,
}

func runRowMovement(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	kinds, err := datasource.FactOracleTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for pair := range mapping.SourceTables() {
		if slices.ContainsFunc(indexes.Of(pair.Source), datasource.Index.Key) {
			continue
		}
		for _, t := range kinds.Of(pair.Source) {
			if !t.RowMovement {
				continue
			}
			f := checks.Finding{Rule: "rows_move", Level: checks.Warn, Object: checks.TableObject(pair.Source),
				Actual: "ENABLED", Expected: "DISABLED"}
			follows, err := followsParent(ctx, p, pair.Source, t)
			if err != nil {
				return err
			}
			if !follows {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) +
					" DISABLE ROW MOVEMENT"}
			}
			p.Report(f)
		}
	}
	return nil
}

// followsParent reports whether the rows of a table are partitioned as those of its parent. Its row movement cannot be
// disabled before that of the parent (ORA-14661).
func followsParent(
	ctx context.Context, p *checks.Pass, name datasource.TableName, t datasource.OracleTable,
) (bool, error) {
	if !t.Partitioned {
		return false, nil
	}
	partitions, err := datasource.FactPartitions.Of(ctx, p.Source())
	return slices.ContainsFunc(partitions.Of(name), func(how datasource.Partitioning) bool {
		return how.Method == "REFERENCE"
	}), err
}

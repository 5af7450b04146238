package table

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnCount is OB_COLUMN_COUNT. The server's own limit belongs to RDB_TABLE_LIMIT.
var ColumnCount = &checks.Check{
	Type:     "OB_COLUMN_COUNT",
	Page:     checks.ReadPage(pages, "column_count.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Dests:    checks.OceanBase,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_COLUMN_COUNT"}},
	Run: runColumnCount,
}

// omsColumns returns the maximum number of columns of a table that OceanBase Migration Service migrates to a version of
// OceanBase (manual of OMS Community Edition V4.1.0, "Precheck items").
func omsColumns(v datasource.Version) int {
	if v.Before(3, 2) {
		return 508
	}
	return 4092
}

func runColumnCount(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	limit := omsColumns(dest.Version)
	for _, pair := range mapping.BaseTables() {
		if n := len(columns.Of(pair.Source)); n > limit {
			p.Report(checks.Finding{Rule: "too_many", Level: checks.Warn, Object: checks.TableObject(pair.Source),
				Actual: fmt.Sprint(n), Expected: fmt.Sprintf("≤ %d", limit), Args: checks.Args{"dest": dest}})
		}
	}
	return nil
}

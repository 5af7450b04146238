package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// PseudoColumn is RDB_PSEUDO_COLUMN.
var PseudoColumn = &checks.Check{
	Type:     "RDB_PSEUDO_COLUMN",
	Page:     checks.ReadPage(pages, "pseudo_column.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_PSEUDO_COLUMN_CHECK"}},
	Run:      runPseudoColumn,
}

// pseudoColumns are the columns that OceanBase Migration Service adds to tables without a key: the first from
// OceanBase, the others from the ROWID of Oracle (its parameters obHiddenPrimaryKeySyncDestColumn and
// rowidExtendedColumns).
var pseudoColumns = []string{
	"OMS_PK_INCRMT", "OMS_OBJECT_NUMBER", "OMS_RELATIVE_FNO", "OMS_BLOCK_NUMBER", "OMS_ROW_NUMBER",
}

func runPseudoColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for pair := range mapping.SourceTables() {
		var found, quoted []string
		for _, c := range columns.Of(pair.Source) {
			if slices.Contains(pseudoColumns, strings.ToUpper(c.Name)) {
				found = append(found, c.Name)
				quoted = append(quoted, checks.Quote(p.Route.Source, c.Name))
			}
		}
		if found == nil {
			continue
		}
		drop := "DROP COLUMN " + strings.Join(quoted, ", DROP COLUMN ")
		if p.Route.Source.Dialect() == datasource.OracleDialect {
			drop = "DROP (" + strings.Join(quoted, ", ") + ")"
		}
		p.Report(checks.Finding{Rule: "left_over", Level: checks.Fail, Object: checks.TableObject(pair.Source),
			Actual: strings.Join(found, ", "),
			SQL:    []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " " + drop}})
	}
	return nil
}

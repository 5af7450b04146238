package column

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// InvisibleColumn is RDB_INVISIBLE_COLUMN.
var InvisibleColumn = &checks.Check{
	Type:     "RDB_INVISIBLE_COLUMN",
	Page:     checks.ReadPage(pages, "invisible_column.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{
			datasource.FactColumns, datasource.FactOracleTables, datasource.FactServer, datasource.FactUnusedColumns,
		},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	Run: runInvisibleColumn,
}

func runInvisibleColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	supported, known := product.InvisibleColumns(dest)
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if !c.Invisible() || c.Oracle != nil && !c.Oracle.UserMade {
				continue
			}
			f := checks.Finding{Rule: "invisible", Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name)}
			switch {
			case !known:
				f.Rule, f.Args = "unknown_destination", checks.Args{"dest": dest}
			case !supported:
				f.Rule, f.Args = "unsupported", checks.Args{"dest": dest}
			case source.IsMySQL() && dest.IsMariaDB():
				f.Rule, f.Args = "becomes_visible", checks.Args{"dest": dest}
			}
			t, name := checks.QuoteTable(p.Route.Source, pair.Source), checks.Quote(p.Route.Source, c.Name)
			switch {
			case source.IsMySQL():
				f.SQL = []string{"ALTER TABLE " + t + " ALTER COLUMN " + name + " SET VISIBLE"}
			case source.Flavor == datasource.FlavorOracle:
				f.SQL = []string{"ALTER TABLE " + t + " MODIFY (" + name + " VISIBLE)"}
			}
			p.Report(f)
		}
	}
	if source.Flavor == datasource.FlavorOracle {
		return unusedColumns(ctx, p, mapping)
	}
	return nil
}

// unusedColumns reports the tables of an Oracle source with unused columns.
func unusedColumns(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	unused, err := datasource.FactUnusedColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if len(unused) == 0 {
		return nil
	}
	storage, err := datasource.FactOracleTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		count := unused[pair.Source]
		if count == "" {
			continue
		}
		f := checks.Finding{Rule: "unused", Level: checks.Info, Object: checks.TableObject(pair.Source),
			Args: checks.Args{"columns": count}}
		compressed := func(t datasource.OracleTable) bool { return len(t.Compression) > 0 }
		if !slices.ContainsFunc(storage.Of(pair.Source), compressed) { // ORA-39726
			f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " DROP UNUSED COLUMNS"}
		}
		p.Report(f)
	}
	return nil
}

package expression

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/oracleexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// runOracleGenerated checks the virtual columns of an Oracle-like source. A database with the MySQL dialect accepts no
// expression unchanged, because names are quoted differently, and it is not known whether a migration translates it:
// findings are warnings.
func runOracleGenerated(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	g := oracleGeneratedRun{Pass: p}
	if g.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if g.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	var indexes datasource.TableRows[datasource.Index]
	if g.dest.IsMariaDB() {
		if indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if c.Generated() {
				g.column(pair, c, indexes.Of(pair.Source))
			}
		}
	}
	return nil
}

type oracleGeneratedRun struct {
	*checks.Pass
	source, dest datasource.Server
}

// report adds a warning; an empty actual or expected value is that of the page.
func (g *oracleGeneratedRun) report(pair checks.TablePair, c datasource.Column, rule, actual, expected string) {
	g.Report(checks.Finding{Rule: rule, Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name),
		Actual: actual, Expected: expected, Args: checks.Args{"dest": g.dest}})
}

// column checks a virtual column.
func (g *oracleGeneratedRun) column(pair checks.TablePair, c datasource.Column, indexes []datasource.Index) {
	if g.dest.IsMySQL() && g.dest.Version.Before(5, 7, 6) {
		g.report(pair, c, "unsupported", "", "")
		return
	}
	e := oracleexpr.Read(c.Generation)
	for _, function := range e.Functions {
		name := strings.ToUpper(function) + "()"
		switch oracleexpr.Function(g.source, g.dest, function) {
		case product.Refused:
			g.report(pair, c, "function_refused", name, "")
		case product.Differs:
			g.report(pair, c, "function_differs", name, "")
		case product.Unknown:
			g.report(pair, c, "function_unknown", name, "")
		}
	}
	for _, function := range e.Written {
		if g.Route.Dest.Dialect() == datasource.OracleDialect {
			g.report(pair, c, "function_needed", function, "")
		} else {
			g.report(pair, c, "function_written", function, "")
		}
	}
	if g.Route.Dest.Dialect() == datasource.OracleDialect {
		return
	}
	if e.Joins {
		g.report(pair, c, "joins", "||", "CONCAT()")
	}
	if e.Functions == nil && e.Words != nil {
		g.report(pair, c, "function_unknown", strings.ToUpper(strings.Join(e.Words, ", ")), "")
	}
	if !g.dest.IsMariaDB() {
		return
	}
	isColumn := func(part datasource.IndexColumn) bool { return part.Name == c.Name }
	switch {
	case slices.ContainsFunc(indexes, func(i datasource.Index) bool {
		return i.Primary && slices.ContainsFunc(i.Columns, isColumn)
	}):
		g.report(pair, c, "in_primary_key", "", "")
	case !c.Nullable:
		g.report(pair, c, "not_null", "NOT NULL", "NULL")
	}
}

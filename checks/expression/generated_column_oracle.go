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

// runOracleGenerated judges the virtual columns of an Oracle-like source. No expression goes to a
// database of the MySQL protocol as it stands, for names are quoted otherwise there, and whether a migration
// translates it is not known: what is found is a warning.
func runOracleGenerated(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	g := oracleGeneratedRun{Pass: p}
	if g.source, err = p.Source().Server(ctx); err != nil {
		return err
	}
	if g.dest, err = p.Dest().Server(ctx); err != nil {
		return err
	}
	var indexes datasource.ByTable[datasource.Index]
	if g.dest.IsMariaDB() {
		if indexes, err = p.Source().Indexes(ctx); err != nil {
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

func (g *oracleGeneratedRun) report(pair checks.TablePair, c datasource.Column, rule, actual, want string) {
	g.Report(checks.Finding{Rule: rule, Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name), Actual: actual, Expected: want,
		Args: checks.Args{"dest": g.dest.String()}})
}

func (g *oracleGeneratedRun) column(pair checks.TablePair, c datasource.Column, indexes []datasource.Index) {
	if g.dest.IsMySQL() && g.dest.Version.Before(5, 7, 6) {
		g.report(pair, c, "unsupported", "a generated column", "MySQL 5.7.6 or later")
		return
	}
	e := oracleexpr.Read(c.Generation)
	for _, function := range e.Functions {
		name := strings.ToUpper(function) + "()"
		switch oracleexpr.Function(g.source, g.dest, function) {
		case product.Refused:
			g.report(pair, c, "function_refused", name, "functions that the destination accepts in a generated column")
		case product.Differs:
			g.report(pair, c, "function_differs", name, "an expression that does the same on the destination")
		case product.Unknown:
			g.report(pair, c, "function_unknown", name, "functions that the destination is known to accept in a generated column")
		}
	}
	for _, function := range e.Written {
		if g.Route.Dest.OracleLike() {
			g.report(pair, c, "function_needed", function, "the function on the destination, DETERMINISTIC, before the table")
		} else {
			g.report(pair, c, "function_written", function, "an expression of the destination's own functions")
		}
	}
	if g.Route.Dest.OracleLike() {
		return
	}
	if e.Joins {
		g.report(pair, c, "joins", "||", "CONCAT()")
	}
	if e.Functions == nil && e.Words != nil {
		g.report(pair, c, "function_unknown", strings.ToUpper(strings.Join(e.Words, ", ")), "an expression without it")
	}
	if !g.dest.IsMariaDB() {
		return
	}
	switch {
	case slices.ContainsFunc(indexes, func(i datasource.Index) bool {
		return i.Primary && slices.ContainsFunc(i.Columns, func(part datasource.IndexColumn) bool { return part.Name == c.Name })
	}):
		g.report(pair, c, "in_primary_key", "in the primary key", "a primary key without generated columns")
	case !c.Nullable:
		g.report(pair, c, "not_null", "NOT NULL", "NULL")
	}
}

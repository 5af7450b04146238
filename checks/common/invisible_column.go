package common

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// InvisibleColumn is RDB_INVISIBLE_COLUMN.
var InvisibleColumn = &checks.Check{
	Type:     "RDB_INVISIBLE_COLUMN",
	Page:     checks.ReadPage(pages, "invisible_column.md"),
	Level:    checks.Warn,
	On:       []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runInvisibleColumn,
}

// hasInvisible tells whether a server has invisible columns, known is false where that is not
// known (MySQL 8.4 Reference Manual, "Invisible Columns": 8.0.23; MariaDB documentation,
// "Invisible Columns": 10.3.3; Oracle Database 12.1 New Features).
func hasInvisible(s datasource.Server) (has, known bool) {
	switch {
	case s.IsMySQL():
		return s.Version.AtLeast(8, 0, 23), true
	case s.IsMariaDB():
		return s.Version.AtLeast(10, 3, 3), true
	case s.Flavor == datasource.FlavorOracle:
		return s.Version.AtLeast(12, 1), true
	}
	return false, false
}

func runInvisibleColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	source, err := p.Source().Server(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	has, known := hasInvisible(dest)
	for _, pair := range mapping.HoldingRows() {
		for _, c := range columns.Of(pair.Source) {
			if !c.Invisible() || c.Oracle != nil && !c.Oracle.UserMade {
				continue
			}
			f := checks.Finding{Rule: "invisible", Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name),
				Actual: "invisible", Want: "visible, or named in every statement", Args: map[string]string{"dest": dest.String()}}
			switch {
			case !known:
				f.Rule = "unknown_destination"
			case !has:
				f.Rule = "unsupported"
			}
			if source.IsMySQL() {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " ALTER COLUMN " + checks.Quote(p.Route.Source, c.Name) + " SET VISIBLE"}
			}
			p.Report(f)
		}
	}
	return nil
}

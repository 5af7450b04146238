package column

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// AutoIncrement is RDB_AUTO_INCREMENT.
var AutoIncrement = &checks.Check{
	Type:     "RDB_AUTO_INCREMENT",
	Page:     checks.ReadPage(pages, "auto_increment.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactAutoIncrements, datasource.FactColumns, datasource.FactDictionaryViews,
			datasource.FactIdentityColumns, datasource.FactIndexes, datasource.FactOraclePrivileges,
			datasource.FactOracleSequences, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactOracleSequences, datasource.FactServer, datasource.FactTables},
		Mapping: true,
	},
	Run: runAutoIncrement,
}

// nearEnd is the share of the numbers of a type at which a column is near its end.
const nearEnd = 0.9

func runAutoIncrement(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return runOracleNumbers(ctx, p, mapping)
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	type numbered struct {
		table datasource.TableName
		datasource.Column
	}
	var all []numbered
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if c.AutoIncrement() {
				all = append(all, numbered{pair.Source, c})
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	var next datasource.TableRows[uint64]
	if source.IsMySQL() && source.Version.AtLeast(8) || p.Settings.Deep {
		if next, err = datasource.FactAutoIncrements.Of(ctx, p.Source()); err != nil {
			return err
		}
	} else {
		p.Note("numbers_not_read", "count", len(all), "source", source)
	}
	for _, n := range all {
		object := checks.ColumnObject(n.table, n.Name)
		if n.DataType == "float" || n.DataType == "double" {
			if level, ok := approximateLevel(dest); ok && p.Route.Phases&checks.Schema != 0 {
				p.Report(checks.Finding{Rule: "not_whole", Level: level, Object: object,
					Actual: n.ColumnType.ColumnType,
					Args:   checks.Args{"dest": dest}, SQL: widen(p.Route.Source, n.table, n.Column)})
			}
			continue
		}
		last := coltype.LastNumber(n.ColumnType)
		if rows := next.Of(n.table); last > 0 && len(rows) > 0 && float64(rows[0]) >= nearEnd*float64(last) {
			limit := p.Term("type_maximum", "maximum", last, "type", n.ColumnType.ColumnType)
			f := checks.Finding{Rule: "near_end", Level: checks.Warn, Object: object,
				Args: checks.Args{"next": rows[0], "limit": limit}}
			if n.DataType != "bigint" {
				f.SQL = widen(p.Route.Source, n.table, n.Column)
			}
			p.Report(f)
		}
	}
	return nil
}

// widen returns the statement that changes an AUTO_INCREMENT column to BIGINT.
func widen(t datasource.Type, table datasource.TableName, c datasource.Column) []string {
	as := "BIGINT"
	if c.Unsigned() {
		as += " UNSIGNED"
	}
	as += " NOT NULL AUTO_INCREMENT"
	if c.Comment != nil {
		as += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, table) + " MODIFY " + checks.Quote(t, c.Name) + " " + as}
}

// approximateLevel returns the level of AUTO_INCREMENT on FLOAT and DOUBLE on a destination; ok is false where it is
// accepted. MySQL 8.4 and later refuses it, 8.0.17 and later deprecates it (MySQL 8.4 Release Notes, "Features
// Removed").
func approximateLevel(dest datasource.Server) (level checks.Level, ok bool) {
	switch {
	case dest.IsMySQL() && dest.Version.AtLeast(8, 4):
		return checks.Fail, true
	case dest.IsMySQL() && dest.Version.AtLeast(8, 0, 17), dest.IsOceanBase():
		return checks.Warn, true
	}
	return 0, false
}

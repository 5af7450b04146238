package column

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ZeroDate is MYSQL_ZERO_DATE.
var ZeroDate = &checks.Check{
	Type:     "MYSQL_ZERO_DATE",
	Page:     checks.ReadPage(pages, "zero_date.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactServer, datasource.FactVariables,
			datasource.FactZeroDates},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactVariables},
		Mapping: true,
	},
	Run: runZeroDate,
}

func runZeroDate(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	source, from, err := sysvar.WithServer(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, to, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	allowed, ok := from.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(source, "sql_mode")
	}
	required, ok := to.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(dest, "sql_mode")
	}
	forbidden := zeroModes(required)
	if len(sysvar.Without(forbidden, zeroModes(allowed))) == 0 {
		return nil
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	var dates []datasource.TableColumns
	count := 0
	for _, pair := range mapping.BaseTables() {
		t := datasource.TableColumns{Table: pair.Source}
		for _, c := range columns.Of(pair.Source) {
			if slices.Contains([]string{"date", "datetime", "timestamp"}, c.DataType) && !c.Generated() {
				t.Columns = append(t.Columns, c.Name)
			}
		}
		if t.Columns != nil {
			dates = append(dates, t)
			count += len(t.Columns)
		}
	}
	if count == 0 {
		return nil
	}
	if !p.Settings.Deep {
		p.Note("not_read", "dest", dest, "columns", count, "tables", len(dates))
		return nil
	}
	found, err := datasource.FactZeroDates.Of(ctx, p.Source(), dates)
	if err != nil {
		return err
	}
	for _, t := range found.Holding {
		for _, column := range t.Columns {
			p.Report(checks.Finding{Rule: "zero_dates", Level: checks.Warn,
				Object: checks.ColumnObject(t.Table, column),
				Args:   checks.Args{"dest": dest}})
		}
	}
	p.Note("rows_read", "rows", found.Rows)
	if len(found.NotProbed) > 0 {
		p.Note("tables_not_read", "count", len(found.NotProbed), "table", found.NotProbed[0])
	}
	return nil
}

// zeroModes returns the modes by which a sql_mode rejects zero dates: none without strict mode.
func zeroModes(sqlMode string) []string {
	if !sysvar.IsStrict(sysvar.SQLModes(sqlMode)) {
		return nil
	}
	return slices.DeleteFunc(sysvar.SQLModes(sqlMode), func(m string) bool {
		return m != "NO_ZERO_DATE" && m != "NO_ZERO_IN_DATE"
	})
}

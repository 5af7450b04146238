package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// EmptyString is ORACLE_EMPTY_STRING.
var EmptyString = &checks.Check{
	Type:     "ORACLE_EMPTY_STRING",
	Page:     checks.ReadPage(pages, "empty_string.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Sources:  checks.OracleFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_ORACLE_REVERSE_LIMIT", Phases: checks.Reverse}},
	Run:      runEmptyString,
}

// stringTypes are the types to which Oracle's empty string is NULL.
var stringTypes = []string{"VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "CLOB", "NCLOB", "LONG"}

func runEmptyString(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	back := p.Route.Phases&checks.Reverse != 0
	nullable := 0
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if !slices.Contains(stringTypes, c.DataType) || c.Generated() {
				continue
			}
			f := checks.Finding{Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name), Actual: c.ColumnType.ColumnType + nullability(c)}
			switch {
			case c.Default != nil && slices.Contains([]string{"''", "N''"}, strings.ToUpper(strings.TrimSpace(*c.Default))):
				f.Rule, f.Actual, f.Expected = "empty_default", f.Actual+" DEFAULT ''", "a default of one character or more, or none"
				p.Report(f)
			case !c.Nullable && back:
				f.Rule, f.Expected = "refused_back", "a column that may be NULL, or no empty strings on the destination"
				p.Report(f)
			case c.Nullable:
				nullable++
			}
		}
	}
	if nullable > 0 {
		p.Inform("%d columns of strings may be NULL: what Oracle stores for '' is NULL there and stays NULL, while '' that is written on the destination is no NULL", nullable)
	}
	return nil
}

func nullability(c datasource.Column) string {
	if c.Nullable {
		return ""
	}
	return " NOT NULL"
}

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

// stringTypes lists the types in which Oracle treats the empty string as NULL.
var stringTypes = []string{"VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "CLOB", "NCLOB", "LONG"}

func runEmptyString(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	reverse := p.Route.Phases&checks.Reverse != 0
	nullable := 0
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if !slices.Contains(stringTypes, c.DataType) || c.Generated() {
				continue
			}
			f := checks.Finding{Level: checks.Warn, Object: checks.ColumnObject(pair.Source, c.Name),
				Actual: c.ColumnType.ColumnType + notNull(c)}
			switch {
			case hasEmptyDefault(c):
				f.Rule, f.Actual = "empty_default", f.Actual+" DEFAULT ''"
				p.Report(f)
			case !c.Nullable && reverse:
				f.Rule = "refused_back"
				p.Report(f)
			case c.Nullable:
				nullable++
			}
		}
	}
	if nullable > 0 {
		p.Note("nullable", "count", nullable)
	}
	return nil
}

// hasEmptyDefault reports whether the default of a column is the empty string.
func hasEmptyDefault(c datasource.Column) bool {
	return c.Default != nil && slices.Contains([]string{"''", "N''"}, strings.ToUpper(strings.TrimSpace(*c.Default)))
}

// notNull returns the NOT NULL clause of a column, empty if it allows NULL.
func notNull(c datasource.Column) string {
	if c.Nullable {
		return ""
	}
	return " NOT NULL"
}

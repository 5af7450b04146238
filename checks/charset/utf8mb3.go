package charset

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// UTF8MB3 is MYSQL_UTF8MB3.
var UTF8MB3 = &checks.Check{
	Type:     "MYSQL_UTF8MB3",
	Page:     checks.ReadPage(pages, "utf8mb3.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactCharsets, datasource.FactColumns}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_CHARSET"}},
	Run:      runUTF8MB3,
}

func runUTF8MB3(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	charsets, err := datasource.FactCharsets.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		var names []string
		exact := true // CONVERT TO changes only these columns
		for _, c := range columns.Of(pair.Source) {
			if isUTF8MB3(c.Charset) {
				names = append(names, c.Name)
			}
			exact = exact && (c.Charset == "" || c.Collation == pair.Table.Collation)
		}
		if names == nil && !isUTF8MB3(charsets.Collations[strings.ToLower(pair.Table.Collation)]) {
			continue
		}
		f := checks.Finding{Rule: "three_bytes", Level: checks.Warn, Object: checks.TableObject(pair.Source),
			Actual: "utf8mb3", Expected: "utf8mb4", Args: checks.Args{"columns": names}}
		if names == nil {
			f.Rule = "three_bytes_default"
		}
		_, rest, _ := strings.Cut(pair.Table.Collation, "_")
		if collation := "utf8mb4_" + rest; exact && charsets.HasCollation(collation) {
			f.SQL = append(allowZeroDates(columns.Of(pair.Source)), "ALTER TABLE "+
				checks.QuoteTable(p.Route.Source, pair.Source)+" CONVERT TO"+charsetClause("utf8mb4", collation))
		}
		p.Report(f)
	}
	return nil
}

// isUTF8MB3 reports whether a character set is the three-byte UTF-8.
func isUTF8MB3(charset string) bool { return slices.Contains([]string{"utf8", "utf8mb3"}, charset) }

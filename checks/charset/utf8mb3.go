package charset

import (
	"context"
	"slices"
	"strings"
	"sync"

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
	Reads: checks.Reads{
		Source:  append(checks.Facts{datasource.FactColumns}, conversionFacts...),
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_CHARSET"}},
	Run: runUTF8MB3,
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
	conversions := sync.OnceValues(func() (*conversions, error) { return newConversions(ctx, p) })
	widened := func(collation string) string {
		if charset, rest, _ := strings.Cut(collation, "_"); isUTF8MB3(charset) {
			return "utf8mb4_" + rest
		}
		return ""
	}
	for _, pair := range mapping.BaseTables() {
		var names []string
		missing := widened(pair.Table.Collation) != "" && !charsets.HasCollation(widened(pair.Table.Collation))
		for _, c := range columns.Of(pair.Source) {
			if isUTF8MB3(c.Charset) {
				names = append(names, c.Name)
				missing = missing || !charsets.HasCollation(widened(c.Collation))
			}
		}
		if names == nil && widened(pair.Table.Collation) == "" {
			continue
		}
		f := checks.Finding{Rule: "three_bytes", Level: checks.Warn, Object: checks.TableObject(pair.Source),
			Actual: "utf8mb3", Expected: "utf8mb4", Args: checks.Args{"columns": names}}
		if names == nil {
			f.Rule = "three_bytes_default"
		}
		if !missing {
			convert, err := conversions()
			if err != nil {
				return err
			}
			var refused string
			if f.SQL, refused = convert.change(pair, columns.Of(pair.Source), widened(pair.Table.Collation),
				func(c datasource.Column) string { return widened(c.Collation) }); refused != "" {
				f.Rule, f.Args["why"] = "not_convertible", refused
			}
		}
		p.Report(f)
	}
	return nil
}

// isUTF8MB3 reports whether a character set is the three-byte UTF-8.
func isUTF8MB3(charset string) bool { return slices.Contains([]string{"utf8", "utf8mb3"}, charset) }

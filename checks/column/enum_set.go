package column

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// EnumSet is MYSQL_ENUM_SET.
var EnumSet = &checks.Check{
	Type:     "MYSQL_ENUM_SET",
	Page:     checks.ReadPage(pages, "enum_set.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_DATA_TYPE"}},
	Run: runEnumSet,
}

// longestElement is the most characters that MySQL 8 takes in an element of ENUM or SET (MySQL 8.4
// Reference Manual, "String Type Syntax").
const longestElement = 255

func runEnumSet(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	dest, settings, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	mode, ok := settings.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(dest, "sql_mode")
	}
	refused := checks.Fail
	if !dest.IsMySQL() && !dest.IsMariaDB() {
		refused = checks.Warn
	}
	var unread error
	padded := 0
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if strings.Contains(c.ColumnType.ColumnType, "zerofill") {
				padded++
			}
			if c.DataType != "enum" && c.DataType != "set" {
				continue
			}
			f := checks.Finding{Level: refused, Object: checks.ColumnObject(pair.Source, c.Name), Args: checks.Args{"dest": dest.String()}}
			t, err := datasource.ParseMySQLType(c.ColumnType.ColumnType)
			if err != nil {
				unread = fmt.Errorf("%s: %w", f.Object, err)
				continue
			}
			longest := 0
			for _, value := range t.Values {
				longest = max(longest, utf8.RuneCountInString(strings.ReplaceAll(value, `\\`, `\`)))
			}
			if longest > longestElement && !dest.IsMariaDB() && !(dest.IsMySQL() && dest.Version.Before(8)) {
				f.Rule, f.Actual, f.Expected = "long_element", fmt.Sprintf("%d characters", longest), fmt.Sprintf("%d characters at most", longestElement)
				p.Report(f)
			}
			if twice, ok := duplicate(t.Values, c.Collation); ok && strict(mode) {
				f.Rule, f.Actual, f.Expected = "duplicate_element", checks.QuoteString(twice), "each element once"
				p.Report(f)
			}
		}
	}
	if padded > 0 && dest.IsMySQL() && dest.Version.AtLeast(8, 0, 17) {
		p.Inform("%d columns have ZEROFILL, which MySQL takes, but has deprecated since 8.0.17.", padded)
	}
	return unread
}

// duplicate gives an element that comes twice, as far as that can be told without the collation's
// own rules: spaces at the end do not count but for binary ones, nor does case where the collation says so by its name.
func duplicate(values []string, collation string) (string, bool) {
	seen := map[string]bool{}
	for _, value := range values {
		key := value
		if collation != "binary" && collation != "" { // MySQL names no collation for the character set binary
			key = strings.TrimRight(value, " ")
		}
		if strings.HasSuffix(collation, "_ci") {
			key = strings.ToLower(key)
		}
		if seen[key] {
			return value, true
		}
		seen[key] = true
	}
	return "", false
}

// strict tells whether a sql_mode makes the server refuse values that do not fit.
func strict(sqlMode string) bool {
	return slices.ContainsFunc(sysvar.SQLModes(sqlMode), func(m string) bool { return m == "STRICT_TRANS_TABLES" || m == "STRICT_ALL_TABLES" })
}

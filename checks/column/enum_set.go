package column

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
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

// longestElement is the maximum of characters that MySQL 8 accepts in an element of ENUM or SET (MySQL 8.4 Reference
// Manual, "String Type Syntax").
const longestElement = 255

func runEnumSet(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
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
	var unreadable error
	zerofill := 0
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if strings.Contains(c.ColumnType.ColumnType, "zerofill") {
				zerofill++
			}
			if c.DataType != "enum" && c.DataType != "set" {
				continue
			}
			object := checks.ColumnObject(pair.Source, c.Name)
			t, err := mysqltype.Parse(c.ColumnType.ColumnType)
			if err != nil {
				unreadable = p.NotChecked("unreadable_type", "column", object, "cause", err)
				continue
			}
			longest := 0
			for _, value := range t.Values {
				longest = max(longest, utf8.RuneCountInString(strings.ReplaceAll(value, `\\`, `\`)))
			}
			if longest > longestElement && !dest.IsMariaDB() && !(dest.IsMySQL() && dest.Version.Before(8)) {
				p.Report(checks.Finding{Rule: "long_element", Level: refused, Object: object,
					Args: checks.Args{"length": longest, "limit": longestElement, "dest": dest}})
			}
			if element, ok := duplicate(t.Values, c.Collation); ok && sysvar.IsStrict(sysvar.SQLModes(mode)) {
				p.Report(checks.Finding{Rule: "duplicate_element", Level: refused, Object: object,
					Actual: checks.QuoteString(element), Args: checks.Args{"dest": dest}})
			}
		}
	}
	if zerofill > 0 && dest.IsMySQL() && dest.Version.AtLeast(8, 0, 17) {
		p.Note("zerofill", "count", zerofill)
	}
	return unreadable
}

// duplicate returns a duplicate element, as far as it can be found without the rules of the collation: trailing spaces
// are ignored except in binary ones, and case is ignored if the name of the collation says so.
func duplicate(values []string, collation string) (string, bool) {
	seen := map[string]bool{}
	for _, value := range values {
		key := value
		if collation != "binary" && collation != "" { // MySQL shows no collation for the character set binary
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

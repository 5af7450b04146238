package conversion

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

var (
	number = regexp.MustCompile(`^[+-]?\s*(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$`)
	// text matches a string, also that of a date or a time.
	text = regexp.MustCompile(`^(?i:N|DATE\s*|TIMESTAMP\s*)?'((?:[^']|'')*)'$`)
	now  = regexp.MustCompile(
		`^(?i:SYSDATE|SYSTIMESTAMP|CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIMESTAMP)(?:\s*\(\s*\d\s*\))?$`)
)

// constantOf returns the default of a column as MySQL writes it: empty for NULL, which Oracle's empty string is, too.
// ok is false if it is neither a constant nor the current time, or if the type has no default on every version.
func constantOf(c datasource.Column) (value string, ok bool) {
	preset := strings.TrimSpace(*c.Default)
	timed := c.DataType == "DATE" || strings.HasPrefix(c.DataType, "TIMESTAMP")
	switch m := text.FindStringSubmatch(preset); {
	case strings.EqualFold(preset, "NULL"), preset == "''":
		return "", true
	case c.LOB():
		return "", false
	case m != nil:
		return checks.QuoteString(strings.ReplaceAll(m[1], "''", "'")), true
	case number.MatchString(preset):
		return preset, true
	case timed && now.MatchString(preset):
		if digits := min(c.Scale, coltype.DatetimeDigits); c.DataType != "DATE" && digits > 0 {
			return fmt.Sprintf("CURRENT_TIMESTAMP(%d)", digits), true
		}
		return "CURRENT_TIMESTAMP", true
	}
	return "", false
}

// parts matches the strings and the quoted names of an expression of Oracle.
var parts = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"`)

// backquoted returns an expression of Oracle with the quotes of MySQL.
func backquoted(expression string) string {
	return parts.ReplaceAllStringFunc(expression, func(part string) string {
		switch {
		case part[0] == '"':
			return quote(part[1 : len(part)-1])
		case strings.Contains(part, `\`):
			return strings.ReplaceAll(part, `\`, `\\`)
		}
		return part
	})
}

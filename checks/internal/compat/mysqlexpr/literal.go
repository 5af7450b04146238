package mysqlexpr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// unescaped removes the backslashes that the catalog of MySQL puts before quotes.
var unescaped = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`)

// Unescape returns an expression that the catalog of MySQL shows as it is written in a statement.
func Unescape(text string) string { return unescaped.Replace(text) }

// PlainText returns an expression that the catalog of the source shows as it is written in a statement.
func PlainText(source datasource.Server, text string) string {
	if source.IsMariaDB() {
		return text
	}
	return Unescape(text)
}

// mysqlUnescaped takes back what MySQL does to a string where it shows an expression.
var mysqlUnescaped = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\0`, "\x00", `\Z`,
	"\x1a")

// Misread returns the first string of an expression, as MySQL shows it, that MariaDB refuses or takes for
// another one, and what both read alike; written is empty where there is none. MySQL puts the character set
// in front of each string (_utf8mb4'x'), and MariaDB keeps such a string of a generated column, a CHECK or a
// DEFAULT without escaping it: a quote ends it (error 1064), a backslash takes the next character along, and
// what is not printable ASCII becomes xE6x97xA5 (tried on MariaDB 10.5, 10.11 and 11.8).
func Misread(source, dest datasource.Server, expression string) (written, instead string) {
	if source.IsMariaDB() || !dest.IsMariaDB() {
		return "", ""
	}
	runes := []rune(expression)
	for i := 0; i < len(runes); {
		switch runes[i] {
		case '`':
			i = Closing(runes, i, false)
		case '\'':
			end := Closing(runes, i, true)
			start := i
			for start > 0 && IsWordRune(runes[start-1]) {
				start--
			}
			charset, introduced := strings.CutPrefix(string(runes[start:i]), "_")
			text := mysqlUnescaped.Replace(strings.TrimSuffix(string(runes[i+1:end]), "'"))
			if introduced && strings.ContainsFunc(text, escapes) {
				instead = "text of printable ASCII alone"
				// MySQL's catalog shows the bytes of it, each as a character
				beyond := func(r rune) bool { return r > '~' }
				if slices.Contains([]string{"utf8mb4", "utf8mb3", "utf8", "ascii"}, charset) &&
					!strings.ContainsFunc(text, beyond) {
					instead = fmt.Sprintf("CONVERT(0x%X USING %s)", text, charset)
				}
				return string(runes[start:end]), instead
			}
			i = end
		default:
			i++
		}
	}
	return "", ""
}

// escapes tells whether a character of a string is kept by way of an escape.
func escapes(r rune) bool { return r < ' ' || r > '~' || r == '\'' || r == '\\' }

// IsLiteral tells whether an expression is a string and nothing else, which MariaDB keeps as a constant.
func IsLiteral(expression string) bool {
	runes := []rune(expression)
	at := slices.Index(runes, '\'')
	return at >= 0 && !slices.ContainsFunc(runes[:at], func(r rune) bool { return !IsWordRune(r) }) &&
		Closing(runes, at, true) == len(runes)
}

package mysqlexpr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// unescaped removes the backslashes that the catalog of MySQL puts before quotes.
var unescaped = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`)

// Unescape returns an expression in MySQL's catalog as it is written in a statement.
func Unescape(text string) string { return unescaped.Replace(text) }

// PlainText returns an expression in the source's catalog as it is written in a statement.
func PlainText(source datasource.Server, text string) string {
	if source.IsMariaDB() {
		return text
	}
	return Unescape(text)
}

// mysqlUnescaped reverses the escaping of strings in expressions that MySQL shows.
var mysqlUnescaped = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\0`, "\x00", `\Z`,
	"\x1a")

// Misread returns the first string of an expression, as MySQL shows it, that MariaDB rejects or reads
// differently, and a form that both read the same way; written is empty if there is none. MySQL writes the
// character set before each string (_utf8mb4'x'), and MariaDB keeps such a string of a generated column, a
// CHECK or a DEFAULT without escaping it: a quote ends it (error 1064), a backslash escapes the next
// character, and characters other than printable ASCII become xE6x97xA5 (tested on MariaDB 10.5, 10.11 and
// 11.8).
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
				beyond := func(r rune) bool { return r > '~' } // MySQL's catalog shows each of its bytes as a character
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

// escapes reports whether a character of a string needs an escape.
func escapes(r rune) bool { return r < ' ' || r > '~' || r == '\'' || r == '\\' }

// IsLiteral reports whether an expression is only a string, which MariaDB stores as a constant.
func IsLiteral(expression string) bool {
	runes := []rune(expression)
	at := slices.Index(runes, '\'')
	return at >= 0 && !slices.ContainsFunc(runes[:at], func(r rune) bool { return !IsWordRune(r) }) &&
		Closing(runes, at, true) == len(runes)
}

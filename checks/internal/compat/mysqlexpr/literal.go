package mysqlexpr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

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

// MisreadString is a string of an expression that MariaDB does not read as MySQL does.
type MisreadString struct {
	Written string // as in the statement; empty if there is no such string
	Text    string // its value; empty if the catalog does not show it
	Charset string
	Instead string // an expression that both servers read in the same way; empty if there is none
	Refused bool   // MariaDB does not accept it (error 1064)
}

// Misread returns the first string of an expression, as MySQL shows it, that MariaDB refuses, and otherwise the first
// that it reads differently. MySQL writes the character set before each string (_utf8mb4'x'), and MariaDB keeps such a
// string of a generated column, a CHECK or a DEFAULT without escaping it: a quote ends it (error 1064), a backslash
// escapes the next character, and characters other than printable ASCII become xE6x97xA5 (tested on MariaDB 10.5,
// 10.11 and 11.8; in a DEFAULT since the next ALTER TABLE).
func Misread(source, dest datasource.Server, expression string) MisreadString {
	var first MisreadString
	if source.IsMariaDB() || !dest.IsMariaDB() {
		return first
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
				m := misread(string(runes[start:i]), charset, string(runes[i:end]), text)
				if m.Refused {
					return m
				}
				if first.Written == "" {
					first = m
				}
			}
			i = end
		default:
			i++
		}
	}
	return first
}

// misread describes a string by its character set, its literal and the text of the literal. In MySQL's catalog a
// character of the text is a byte of the string, with the number of the character (tried on MySQL 9.7).
func misread(introducer, charset, literal, text string) MisreadString {
	m := MisreadString{Written: introducer + literal, Charset: charset}
	m.Refused = !closes(text)
	bytes, err := charmap.ISO8859_1.NewEncoder().String(text)
	switch isUnicode := slices.Contains([]string{"utf8mb4", "utf8mb3", "utf8", "ascii"}, charset); {
	case err != nil, isUnicode && !utf8.ValidString(bytes):
		return m
	case isUnicode:
		m.Text = bytes
		if decoded, err := charmap.ISO8859_1.NewEncoder().String(literal); err == nil {
			m.Written = introducer + decoded
		}
	case charset == "latin1":
		m.Text, _ = charmap.Windows1252.NewDecoder().String(bytes) // never fails
	}
	m.Instead = fmt.Sprintf("CONVERT(0x%X USING %s)", bytes, charset)
	return m
}

// closes reports whether a text between quotes, without escapes, is one string.
func closes(text string) bool {
	at := 0
	for ; at < len(text); at++ {
		switch {
		case text[at] == '\\':
			at++
		case strings.HasPrefix(text[at:], "''"):
			at++
		case text[at] == '\'':
			return false
		}
	}
	return at == len(text)
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

// Holds reports whether a column of a character set can hold a text. It is true for a character set that it does not
// know.
func Holds(charset, text string) bool {
	switch charset {
	case "ascii":
		return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
	case "latin1":
		_, err := charmap.Windows1252.NewEncoder().String(text)
		return err == nil
	case "utf8mb3", "utf8":
		return !strings.ContainsFunc(text, func(r rune) bool { return r > 0xFFFF })
	}
	return true
}

// Package mysqltype parses the types of columns in the notation of MySQL and MariaDB:
// information_schema.COLUMNS, column_type. It does not depend on checks.
package mysqltype

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Type is a column's type in MySQL's notation, split into its parts.
type Type struct {
	Name     string   // lower case, as in "int", "double", "national varchar"
	Args     []int    // length, precision and scale
	Values   []string // the elements of an ENUM or SET, without quotes
	Unsigned bool
	Zerofill bool
}

// Parse parses a type as information_schema.COLUMNS.column_type shows it, as in "decimal(10,2) unsigned" or
// "enum('a','it”s')". It fails on an unknown type or attribute.
func Parse(text string) (Type, error) {
	var t Type
	invalid := func(reason error) (Type, error) {
		return Type{}, message.Wrap(reason, "checks.mysqltype.invalid", "type", strconv.Quote(text))
	}
	name, rest, hasArgs := strings.Cut(text, "(")
	var words []string
	if hasArgs {
		t.Name = strings.ToLower(strings.TrimSpace(name))
		var err error
		if rest, err = t.readArgs(rest); err != nil {
			return invalid(err)
		}
		words = strings.Fields(strings.ToLower(rest))
	} else {
		words = strings.Fields(strings.ToLower(text))
		if len(words) > 0 {
			t.Name, words = words[0], words[1:]
		}
	}
	// "double precision", "national varchar", "long varchar" are words of the name.
	for len(words) > 0 && slices.Contains([]string{"precision", "varying"}, words[0]) {
		t.Name, words = t.Name+" "+words[0], words[1:]
	}
	if t.Name == "" || strings.Trim(t.Name, "abcdefghijklmnopqrstuvwxyz0123456789_ ") != "" {
		return invalid(message.Err("checks.mysqltype.no_name"))
	}
	for _, w := range words {
		switch {
		case w == "unsigned":
			t.Unsigned = true
		case w == "zerofill":
			t.Zerofill, t.Unsigned = true, true
		case w == "signed", w == "binary":
		case strings.HasPrefix(w, "/*") && strings.HasSuffix(w, "*/"): // "/*m!100301", "compressed*/" of MariaDB
		case strings.HasPrefix(w, "/*m!"), w == "compressed*/", w == "compressed":
		default:
			return invalid(message.Err("checks.mysqltype.unknown_word", "word", strconv.Quote(w)))
		}
	}
	if (t.Name == "enum" || t.Name == "set") != (t.Values != nil) {
		return invalid(message.Err("checks.mysqltype.elements"))
	}
	return t, nil
}

// readArgs reads the arguments up to the closing parenthesis. It returns the rest of the text.
func (t *Type) readArgs(s string) (rest string, err error) {
	for {
		s = strings.TrimLeft(s, " ")
		switch {
		case strings.HasPrefix(s, "'"):
			var value string
			if value, s, err = readQuoted(s[1:]); err != nil {
				return "", err
			}
			t.Values = append(t.Values, value)
		default:
			end := strings.IndexAny(s, ",) ")
			if end < 0 {
				return "", message.Err("checks.mysqltype.parenthesis")
			}
			n, err := strconv.Atoi(s[:end])
			if err != nil || n < 0 {
				return "", message.Err("checks.mysqltype.number", "value", strconv.Quote(s[:end]))
			}
			t.Args = append(t.Args, n)
			s = s[end:]
		}
		s = strings.TrimLeft(s, " ")
		switch {
		case strings.HasPrefix(s, ","):
			s = s[1:]
		case strings.HasPrefix(s, ")"):
			if t.Args != nil && t.Values != nil {
				return "", message.Err("checks.mysqltype.mixed")
			}
			return s[1:], nil
		default:
			return "", message.Err("checks.mysqltype.parenthesis")
		}
	}
}

// readQuoted reads up to the closing quote; a quote within is written twice.
func readQuoted(s string) (value, rest string, err error) {
	var b strings.Builder
	for {
		part, after, found := strings.Cut(s, "'")
		if !found {
			return "", "", message.Err("checks.mysqltype.quote")
		}
		b.WriteString(part)
		if !strings.HasPrefix(after, "'") {
			return b.String(), after, nil
		}
		b.WriteByte('\'')
		s = after[1:]
	}
}

package mysqlexpr

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB refuses a stored or indexed generated column whose value depends on the session (error 1901): on
// PAD_CHAR_TO_FULL_LENGTH, NO_UNSIGNED_SUBTRACTION or TIME_ROUND_FRACTIONAL in sql_mode, or on lc_time_names (MariaDB
// documentation, "Generated Columns"). The forms below were tested in 190 expressions on MariaDB 10.11 and 11.8.

// Dependence is a part of an expression whose value depends on the session.
type Dependence struct {
	On   string // one of the constants On…
	Part string // in SQL
}

// What the value of a part depends on.
const (
	OnPadding     = "padding"     // whether a CHAR is read with its trailing spaces
	OnSubtraction = "subtraction" // whether the difference of unsigned integers is unsigned
	OnRounding    = "rounding"    // whether fractional seconds are rounded or truncated
	OnLanguage    = "language"    // the language of names
)

// StoredDependences returns the parts of an expression, as MySQL writes it, that MariaDB refuses in a stored or indexed
// column of type result. columns are those of the table.
func StoredDependences(
	text string, result *datasource.ColumnType, columns []datasource.Column,
) (found []Dependence) {
	tokens := Tokenize(text)
	for i, t := range tokens {
		c := columnOf(t, columns)
		switch {
		case c != nil && c.DataType == "char" && !trimmed(tokens, i):
			if result.DataType != "char" || !isOnly(tokens, i) {
				found = AddOnce(found, Dependence{OnPadding, "`" + c.Name + "`"})
			}
		case t == Token{Text: "-"} && subtractsUnsigned(tokens, i, columns):
			found = AddOnce(found, Dependence{OnSubtraction, "-"})
		case t.Called && t.Text == "date_format":
			found = AddOnce(found, Dependence{OnLanguage, "DATE_FORMAT()"})
		}
	}
	if part := rounded(text, tokens, result, columns); part != "" {
		found = append(found, Dependence{OnRounding, part})
	}
	return found
}

// TrimChars returns an expression in which each CHAR that StoredDependences returns is trimmed. MySQL reads it without
// trailing spaces in any case.
func TrimChars(text string, found []Dependence) string {
	for _, d := range found {
		if d.On == OnPadding {
			text = strings.ReplaceAll(text, d.Part, "rtrim("+d.Part+")")
		}
	}
	return text
}

// columnOf returns the column that a token names, nil if it names none.
func columnOf(t Token, columns []datasource.Column) *datasource.Column {
	named := func(c datasource.Column) bool { return t.Quoted && strings.EqualFold(c.Name, t.Text) }
	at := slices.IndexFunc(columns, named)
	if at < 0 {
		return nil
	}
	return &columns[at]
}

// tokenAt returns a token without quotes, an empty one outside the list.
func tokenAt(tokens []Token, i int) string {
	if i < 0 || i >= len(tokens) || tokens[i].Quoted {
		return ""
	}
	return tokens[i].Text
}

// trimmed reports whether trailing spaces of the column at i do not matter: it is the argument of TRIM or RTRIM, an
// operand of a comparison, or the left one of LIKE.
func trimmed(tokens []Token, i int) bool {
	comparison := func(i int) bool { return slices.Contains([]string{"=", "<", ">", "!"}, tokenAt(tokens, i)) }
	function := tokenAt(tokens, i-2)
	return tokenAt(tokens, i-1) == "(" && tokenAt(tokens, i+1) == ")" && (function == "trim" || function == "rtrim") ||
		comparison(i-1) || comparison(i+1) || tokenAt(tokens, i+1) == "like"
}

// isOnly reports whether the token at i is the whole expression, except for parentheses.
func isOnly(tokens []Token, i int) bool {
	for at, t := range tokens {
		if at != i && t != (Token{Text: "("}) && t != (Token{Text: ")"}) {
			return false
		}
	}
	return true
}

// subtractsUnsigned reports whether the - at i subtracts integers of which one is unsigned.
func subtractsUnsigned(tokens []Token, i int, columns []datasource.Column) bool {
	if i == 0 || !tokens[i-1].Quoted && !tokens[i-1].Word && tokenAt(tokens, i-1) != ")" {
		return false // a sign
	}
	unsigned := false
	for _, operand := range [][]Token{operandBefore(tokens, i), operandAfter(tokens, i)} {
		isCast := tokenAt(operand, 0) == "cast"
		for at, t := range operand {
			c := columnOf(t, columns)
			switch {
			case tokenAt(operand, at) == ".",
				c != nil && slices.Contains([]string{"decimal", "float", "double"}, c.DataType):
				return false
			case isCast:
				unsigned = unsigned || tokenAt(operand, at) == "unsigned"
			case c != nil && c.Unsigned() && strings.HasSuffix(c.DataType, "int"):
				unsigned = true
			}
		}
	}
	return unsigned
}

// operandBefore returns the operand that ends before the token at i.
func operandBefore(tokens []Token, i int) []Token {
	start := i - 1
	if tokenAt(tokens, start) == ")" {
		for depth := 1; depth > 0 && start > 0; {
			start--
			switch tokenAt(tokens, start) {
			case ")":
				depth++
			case "(":
				depth--
			}
		}
		if start > 0 && tokens[start-1].Called {
			start--
		}
	}
	return tokens[start:i]
}

// operandAfter returns the operand that starts after the token at i.
func operandAfter(tokens []Token, i int) []Token {
	end := i + 1
	if end < len(tokens) && tokens[end].Called {
		end++
	}
	if tokenAt(tokens, end) == "(" {
		for depth := 1; depth > 0 && end+1 < len(tokens); {
			end++
			switch tokenAt(tokens, end) {
			case "(":
				depth++
			case ")":
				depth--
			}
		}
	}
	return tokens[i+1 : min(end+1, len(tokens))]
}

var (
	// movedTime matches a column with an interval added or subtracted.
	movedTime = regexp.MustCompile("^\\(*`[^`]+` [-+] interval ")
	// castTime matches a cast of a column to a type with a time, and its number of digits.
	castTime = regexp.MustCompile("cast\\(`([^`]+)` as (datetime|time)(?:\\((\\d)\\))?\\)")
)

// rounded returns the column whose fractional seconds an expression, or the column that stores it, rounds; empty if
// there is none.
func rounded(text string, tokens []Token, result *datasource.ColumnType, columns []datasource.Column) string {
	timed := []string{"datetime", "timestamp", "time"}
	digits := func(c *datasource.Column) int {
		switch {
		case c != nil && slices.Contains(timed, c.DataType):
			return c.Precision
		case c != nil && c.CharLength > 0 && c.DataType != "char": // a CHAR is refused in any case
			return 6
		}
		return 0
	}
	for _, m := range castTime.FindAllStringSubmatch(text, -1) {
		c := columnOf(Token{Text: m[1], Quoted: true}, columns)
		to, _ := strconv.Atoi(m[3])
		if c != nil && slices.Contains(timed, c.DataType) && (digits(c) > to || m[2] == "time" && digits(c) > 0) {
			return "`" + m[1] + "`"
		}
	}
	if !slices.Contains(timed, result.DataType) {
		return ""
	}
	for i, t := range tokens {
		if c := columnOf(t, columns); digits(c) > result.Precision &&
			(isOnly(tokens, i) || movedTime.MatchString(text) || tokenAt(tokens, 0) == "timediff") {
			return "`" + c.Name + "`"
		}
	}
	return ""
}

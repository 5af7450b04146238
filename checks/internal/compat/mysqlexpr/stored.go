package mysqlexpr

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB refuses a stored or indexed generated column whose value depends on the session (error 1901): on
// PAD_CHAR_TO_FULL_LENGTH, NO_UNSIGNED_SUBTRACTION or TIME_ROUND_FRACTIONAL in sql_mode, or on lc_time_names or
// default_week_format (MariaDB documentation, "Generated Columns"). The forms below were tested in 500 expressions on
// MariaDB 10.11 and 11.8.

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
	OnWeeks       = "weeks"       // how weeks are counted
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
			if !isOnly(tokens, i) || result.CharLength > 0 && result.DataType != "char" {
				found = AddOnce(found, Dependence{OnPadding, "`" + c.Name + "`"})
			}
		case t == Token{Text: "-"} && subtractsUnsigned(tokens, i, columns):
			found = AddOnce(found, Dependence{OnSubtraction, "-"})
		case t.Called && t.Text == "date_format":
			found = AddOnce(found, Dependence{OnLanguage, "DATE_FORMAT()"})
		case t.Called && t.Text == "extract" && tokenAt(tokens, i+2) == "week":
			found = AddOnce(found, Dependence{OnWeeks, "EXTRACT(WEEK FROM …)"})
		}
	}
	if part := rounded(tokenize(text, true), result, columns); part != "" {
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
			case tokenAt(operand, at) == ".", tokenAt(operand, at) == "/",
				c != nil && slices.Contains([]string{"decimal", "float", "double"}, c.DataType):
				return false
			case isCast:
				unsigned = unsigned || tokenAt(operand, at) == "unsigned"
			case c != nil:
				unsigned = unsigned || isUnsigned(c) && keepsSign(operand, at)
			default:
				unsigned = unsigned || makesUnsigned(tokenAt(operand, at)) && keepsSign(operand, at)
			}
		}
	}
	return unsigned
}

// isUnsigned reports whether a column holds unsigned integers.
func isUnsigned(c *datasource.Column) bool {
	return c.Unsigned() && strings.HasSuffix(c.DataType, "int") || c.DataType == "year" || c.DataType == "bit"
}

// makesUnsigned reports whether a token makes an unsigned integer of its operands: a function, an operator on bits, or
// a constant that is larger than a signed one.
func makesUnsigned(text string) bool {
	if _, err := strconv.ParseInt(text, 10, 64); errors.Is(err, strconv.ErrRange) || strings.HasPrefix(text, "0x") {
		return true
	}
	return slices.Contains([]string{"crc32", "inet_aton", "&", "|", "^", "~", "<", ">"}, text)
}

// keepsSign reports whether the functions around the token at i return an unsigned integer for one.
func keepsSign(tokens []Token, i int) bool {
	depth := 0
	for at := i - 1; at >= 0; at-- {
		switch tokenAt(tokens, at) {
		case ")":
			depth++
		case "case", "-":
			if depth == 0 {
				return false
			}
		case "(":
			depth--
			if depth >= 0 {
				continue
			}
			depth = 0
			if at > 0 && tokens[at-1].Called && !slices.Contains(keepSign, tokens[at-1].Text) {
				return false
			}
		}
	}
	return true
}

// keepSign are functions that return an unsigned integer for one.
var keepSign = []string{"abs", "floor", "ceil", "ceiling", "round", "truncate", "mod", "nullif"}

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
		if start > 0 && (tokens[start-1].Called || tokenAt(tokens, start-1) == "~") {
			start--
		}
	}
	if tokenAt(tokens, start-1) == "." { // of a number
		start--
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
	if tokenAt(tokens, end+1) == "." {
		end++
	}
	return tokens[i+1 : min(end+1, len(tokens))]
}

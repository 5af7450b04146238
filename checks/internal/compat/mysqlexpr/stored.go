package mysqlexpr

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB refuses a stored or indexed generated column whose value depends on the session (error 1901): on
// PAD_CHAR_TO_FULL_LENGTH, NO_UNSIGNED_SUBTRACTION or TIME_ROUND_FRACTIONAL in sql_mode, or on lc_time_names (MariaDB
// documentation, "Generated Columns"). The forms below were tested in 300 expressions on MariaDB 10.11 and 11.8.

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
			if !isOnly(tokens, i) || result.CharLength > 0 && result.DataType != "char" {
				found = AddOnce(found, Dependence{OnPadding, "`" + c.Name + "`"})
			}
		case t == Token{Text: "-"} && subtractsUnsigned(tokens, i, columns):
			found = AddOnce(found, Dependence{OnSubtraction, "-"})
		case t.Called && t.Text == "date_format":
			found = AddOnce(found, Dependence{OnLanguage, "DATE_FORMAT()"})
		}
	}
	if part := rounded(tokens, result, columns); part != "" {
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
	if _, err := strconv.ParseInt(text, 10, 64); errors.Is(err, strconv.ErrRange) {
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

// keepTime are functions whose value has the fractional seconds of their arguments.
var keepTime = strings.Fields(`addtime adddate coalesce convert_tz date_add date_sub greatest if ifnull least nullif
subdate subtime timediff timestamp timestampadd`)

// textFunctions return strings.
var textFunctions = strings.Fields(`concat concat_ws elt insert json_extract json_unquote json_value lcase left
lower lpad ltrim mid regexp_replace regexp_substr repeat replace reverse right rpad rtrim substr substring
substring_index trim ucase upper`)

// fraction returns the digits of fractional seconds that a value has, which may be any number for a text; 0 if it has
// none.
func fraction(c *datasource.Column) int {
	switch {
	case c == nil:
		return 0
	case slices.Contains([]string{"datetime", "timestamp", "time"}, c.DataType):
		return c.Precision
	case c.DataType == "enum", c.DataType == "set":
		return 0
	case c.DataType == "decimal":
		return c.Scale
	case c.CharLength > 0, slices.Contains([]string{"float", "double", "json", "varbinary", "binary"}, c.DataType),
		strings.HasSuffix(c.DataType, "text"), strings.HasSuffix(c.DataType, "blob"):
		return anyFraction
	}
	return 0
}

// anyFraction stands for values that may have any number of digits.
const anyFraction = 7

// rounded returns the column or the function whose fractional seconds an expression, or the column that stores it,
// rounds; empty if there is none.
func rounded(tokens []Token, result *datasource.ColumnType, columns []datasource.Column) string {
	if part := roundedByCast(tokens, columns); part != "" {
		return part
	}
	timed := slices.Contains([]string{"datetime", "timestamp", "time"}, result.DataType)
	if !timed || result.Precision >= 6 {
		return ""
	}
	for i, t := range tokens {
		c := columnOf(t, columns)
		whole := isOnly(tokens, i)
		switch {
		case c == nil:
			if i == firstOf(tokens) && t.Called && slices.Contains(textFunctions, t.Text) &&
				closingAt(tokens, i+1) >= len(tokens)-1-i {
				return strings.ToUpper(t.Text) + "()"
			}
		case c.DataType == "char" && !whole: // refused in any case
		case whole && fraction(c) > result.Precision,
			!whole && slices.Contains(temporal, c.DataType) && fraction(c) > result.Precision && keepsTime(tokens, i):
			return "`" + c.Name + "`"
		}
	}
	return ""
}

// firstOf returns the index of the first token that is not a parenthesis.
func firstOf(tokens []Token) int {
	i := 0
	for tokenAt(tokens, i) == "(" {
		i++
	}
	return i
}

// roundedByCast returns what CAST to a time rounds or may round: a text in any case.
func roundedByCast(tokens []Token, columns []datasource.Column) string {
	for i, t := range tokens {
		if t.Text != "cast" || !t.Called {
			continue
		}
		end := closingAt(tokens, i+1)
		as := end - 1
		for as > i && tokenAt(tokens, as) != "as" {
			as--
		}
		to := tokenAt(tokens, as+1)
		if to != "datetime" && to != "time" || as < i+3 {
			continue
		}
		digits, _ := strconv.Atoi(tokenAt(tokens, as+3))
		from := tokens[i+2]
		c := columnOf(from, columns)
		switch {
		case as == i+3 && strings.HasPrefix(from.Text, "_") && from.Word: // a string
			return "CAST(… AS " + strings.ToUpper(to) + ")"
		case as > i+3: // an expression
			if from.Called && slices.Contains(textFunctions, from.Text) && closingAt(tokens, i+3) == as-1 {
				return strings.ToUpper(from.Text) + "()"
			}
		case c != nil && (fraction(c) > digits || to == "time" && fraction(c) > 0):
			return "`" + c.Name + "`"
		}
	}
	return ""
}

// keepsTime reports whether the value of an expression may be that of the time at i: functions around it return it, and
// no comparison uses it.
func keepsTime(tokens []Token, i int) bool {
	compares := func(i int) bool { text := tokenAt(tokens, i); return text != "" && strings.Contains("=<>!", text) }
	if compares(i-1) || compares(i+1) || tokenAt(tokens, i+1) == "is" {
		return false
	}
	depth := 0
	for at := i - 1; at >= 0; at-- {
		switch tokenAt(tokens, at) {
		case ")":
			depth++
		case "(":
			depth--
			if depth >= 0 {
				continue
			}
			depth = 0
			if at > 0 && tokens[at-1].Called && !slices.Contains(keepTime, tokens[at-1].Text) {
				return false
			}
		}
	}
	return true
}

package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// In a CHECK, a generated column and a DEFAULT, MySQL gives the strings that functions make of numbers, times and bytes
// the collation of the table, and a string constant that of utf8mb4, utf8mb4_0900_ai_ci. It refuses to compare the two
// (error 1267), unless one is binary or a column or COLLATE decides. MariaDB gives both the same collation. The forms
// below were tried on MySQL 9.7 with 120 functions.

var (
	// makesText are functions whose value is such a string whatever their arguments.
	makesText = strings.Fields(`bin bin_to_uuid conv date_format dayname format get_format hex inet6_ntoa inet_ntoa
monthname oct sha2 space st_astext st_aswkt st_geohash st_geometrytype time_format to_base64`)
	// keepsText are functions whose value is such a string if their first argument is one, a number or a time.
	keepsText = strings.Fields(`insert lcase left lower lpad ltrim mid replace repeat reverse right rpad rtrim soundex
substr substring substring_index trim ucase upper`)
	// madeText are the types of columns of which a function makes such a string.
	madeText = strings.Fields(`tinyint smallint mediumint int bigint decimal float double date datetime timestamp time
year`)
)

// HasMixedCollations reports whether MySQL refuses comparisons with constants in the expressions of a table with a
// default collation.
func HasMixedCollations(collation string) bool {
	return strings.HasPrefix(collation, "utf8mb4_") && collation != "utf8mb4_0900_ai_ci" &&
		!strings.HasSuffix(collation, "_bin")
}

// ComparedText returns the functions of an expression whose strings are compared with a string constant.
func ComparedText(text string, columns []datasource.Column) (functions []string) {
	tokens := tokenize(text, true)
	for i, t := range tokens {
		if !t.Called {
			continue
		}
		end := closing(tokens, i+1)
		if isText(tokens[i:min(end+1, len(tokens))], columns) && comparesText(tokens, i, end) {
			functions = AddOnce(functions, strings.ToUpper(t.Text)+"()")
		}
	}
	for _, pair := range comparedIn(tokens) {
		if slices.Contains([]string{"=", "like", "between"}, pair.operator) &&
			(isUTF8(pair.b) && isTextDate(pair.a, columns) || isUTF8(pair.a) && isTextDate(pair.b, columns)) {
			functions = AddOnce(functions, "INTERVAL")
		}
	}
	return functions
}

// isUTF8 reports whether an operand is a string constant without COLLATE or another character set.
func isUTF8(operand []Token) bool {
	operand = bare(operand)
	return len(operand) == 1 && byteConstant(operand) == isString ||
		len(operand) == 2 && tokenAt(operand, 0) == "_utf8mb4"
}

// isTextDate reports whether an operand adds an interval to what is neither a date nor a time, but a column or a string
// constant, which makes a string.
func isTextDate(operand []Token, columns []datasource.Column) bool {
	operand = bare(operand)
	at := intervalIn(operand)
	if at < 2 {
		return false
	}
	base := bare(operand[:at-1])
	c := columnOf(base[0], columns)
	return isUTF8(base) || len(base) == 1 && c != nil && !slices.Contains(temporal, c.DataType)
}

// isText reports whether tokens are a column of a type of madeText, or a call whose value is a string of it.
func isText(tokens []Token, columns []datasource.Column) bool {
	if len(tokens) == 1 {
		c := columnOf(tokens[0], columns)
		return c != nil && slices.Contains(madeText, c.DataType)
	}
	if len(tokens) < 3 || !tokens[0].Called || closing(tokens, 1) != len(tokens)-1 {
		return false
	}
	function, arguments := tokens[0].Text, split(tokens[2:len(tokens)-1])
	switch {
	case slices.Contains(makesText, function):
		return true
	case slices.Contains(keepsText, function):
		return isText(arguments[0], columns)
	case function == "concat":
		return !slices.ContainsFunc(arguments, func(a []Token) bool { return !isText(a, columns) })
	}
	return false
}

// comparesText reports whether the call at start, which ends at end, is compared with a string constant.
func comparesText(tokens []Token, start, end int) bool {
	// stringAt returns the index after the string constant at i without COLLATE, i if there is none.
	stringAt := func(i int) int {
		next := i
		if tokenAt(tokens, next) == "_utf8mb4" {
			next++
		}
		if !strings.HasPrefix(tokenAt(tokens, next), "'") || tokenAt(tokens, next+1) == "collate" {
			return i
		}
		return next + 1
	}
	if strings.ContainsAny(tokenAt(tokens, start-1), "=<>") {
		first := start - 1
		for first > 0 && strings.ContainsAny(tokenAt(tokens, first-1), "=<>!") {
			first--
		}
		return first > 0 && stringAt(first-1) == first && !slices.Contains([]string{"_latin1", "binary"},
			tokenAt(tokens, first-2)) && endsOperand(tokens, end+1)
	}
	if !startsOperand(tokens, start) {
		return false
	}
	next := end + 1
	if after := comparisonAt(tokens, next); after > next {
		return stringAt(after) > after && endsOperand(tokens, stringAt(after))
	}
	if tokenAt(tokens, next) == "not" {
		next++
	}
	switch tokenAt(tokens, next) {
	case "like", "regexp", "rlike", "between":
		return stringAt(next+1) > next+1
	case "in":
		for at := next + 1; ; at = stringAt(at + 1) {
			switch {
			case tokenAt(tokens, at) == ")":
				return at > next+1
			case tokenAt(tokens, at) != "(" && tokenAt(tokens, at) != ",", stringAt(at+1) == at+1:
				return false
			}
		}
	case "when":
		return tokenAt(tokens, start-1) == "case" && stringAt(next+1) > next+1
	case ",":
		within := tokenAt(tokens, start-2)
		return slices.Contains([]string{"nullif", "strcmp", "find_in_set"}, within) &&
			stringAt(next+1) > next+1 && tokenAt(tokens, stringAt(next+1)) == ")"
	}
	return false
}

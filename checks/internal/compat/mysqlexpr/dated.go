package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// With an expression that returns a date, MySQL compares a string constant as a date, too, and refuses one that is none
// (error 1292). It does not refuse a number, nor a string in BETWEEN, CASE or among other values of IN. The forms below
// were tried on MySQL 9.7.

// datedConstant is a string constant that is compared with an expression that returns a date.
type datedConstant struct {
	constant
	date string // the expression
}

var (
	// makesDate are functions that return a date, with or without a time, whatever their arguments.
	makesDate = strings.Fields(`convert_tz date from_days from_unixtime last_day makedate str_to_date timestamp`)
	// keepsDate are functions that return a date if all their arguments are dates, except the first one of IF.
	keepsDate = strings.Fields(`coalesce greatest if ifnull least`)
	// changesDate are functions that return a date if their first argument is one.
	changesDate = strings.Fields(`adddate addtime date_add date_sub nullif subdate subtime`)
)

// comparedWithDates returns the string constants that are compared with expressions that return a date.
func comparedWithDates(tokens []Token, columns []datasource.Column) (list []datedConstant) {
	for _, pair := range comparedIn(tokens) {
		if pair.operator != "=" && pair.operator != "in" && pair.function != "nullif" {
			continue
		}
		for _, operands := range [][2][]Token{{pair.a, pair.b}, {pair.b, pair.a}} {
			date, other := bare(operands[0]), bare(operands[1])
			k, end, ok := constantAt(other, 0)
			if ok && k.isString && end == len(other) && len(date) > 1 && isDate(date, columns) {
				list = append(list, datedConstant{k, dateName(date)})
			}
		}
	}
	return list
}

// dateName returns what a message calls an expression that returns a date.
func dateName(operand []Token) string {
	if operand[0].Called {
		return strings.ToUpper(operand[0].Text) + "()"
	}
	return operand[0].Text
}

// isDate reports whether the value of an operand is certainly a date, with or without a time.
func isDate(operand []Token, columns []datasource.Column) bool {
	operand = bare(operand)
	switch {
	case len(operand) == 0:
		return false
	case len(operand) == 1:
		c := columnOf(operand[0], columns)
		return c != nil && c.DataType != "time" && slices.Contains(temporal, c.DataType)
	case len(operand) == 2:
		word := tokenAt(operand, 0)
		return (word == "date" || word == "timestamp") && strings.HasPrefix(tokenAt(operand, 1), "'")
	}
	if at := intervalIn(operand); at > 1 {
		return isDate(operand[:at-1], columns)
	}
	if !operand[0].Called || closing(operand, 1) != len(operand)-1 {
		return false
	}
	function, arguments := operand[0].Text, split(operand[2:len(operand)-1])
	if function == "if" && len(arguments) == 3 {
		arguments = arguments[1:]
	}
	other := func(argument []Token) bool {
		return tokenAt(bare(argument), 0) != "null" && !isDate(argument, columns)
	}
	switch {
	case function == "cast":
		as := slices.IndexFunc(operand, func(t Token) bool { return t.Word && t.Text == "as" })
		return slices.Contains([]string{"date", "datetime"}, tokenAt(operand, as+1))
	case slices.Contains(makesDate, function):
		return function != "from_unixtime" || len(arguments) == 1
	case slices.Contains(changesDate, function):
		return isDate(arguments[0], columns)
	}
	return slices.Contains(keepsDate, function) && !slices.ContainsFunc(arguments, other)
}

// intervalIn returns the index of the last INTERVAL that an operand adds or subtracts, 0 if there is none.
func intervalIn(operand []Token) int {
	found := 0
	for i, text := range unenclosed(operand, inBrackets) {
		if before := tokenAt(operand, i-1); text == "interval" && (before == "+" || before == "-") {
			found = i
		}
	}
	return found
}

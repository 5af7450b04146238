package mysqlexpr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB refuses a stored column that is, or whose expression casts a value to, a time with fewer fractional digits
// than the value may have. The rules below are those of 180 expressions that were tried on MariaDB 10.11 and 11.8.

// valueKind is what an expression returns, as far as MariaDB rounds it.
type valueKind int

const (
	unknownValue valueKind = iota
	nullValue
	numberValue
	textValue
	constantText
	dayValue    // a date without a time
	momentValue // a date with a time
	clockValue  // a time
)

// value is what is known of the value of an expression.
type value struct {
	kind   valueKind
	digits int // of fractional seconds, or of a number; anyFraction for any number of them
}

func (v value) isTime() bool { return v.kind >= dayValue }

// anyFraction stands for values that may have any number of digits.
const anyFraction = 7

var (
	// wholeFunctions return integers.
	wholeFunctions = strings.Fields(`ascii bit_count bit_length ceil ceiling char_length crc32 datediff dayofmonth
dayofweek dayofyear extract field find_in_set floor hour instr json_length length locate minute month ord period_add
period_diff quarter second sign strcmp timestampdiff to_days week weekday weekofyear year yearweek`)
	// floatFunctions return numbers with any fraction.
	floatFunctions = strings.Fields(`acos asin atan atan2 cos cot degrees exp ln log log10 log2 pi pow power radians sin
sqrt tan`)
	// textFunctions return strings.
	textFunctions = strings.Fields(`concat concat_ws insert json_extract json_unquote json_value lcase left lower lpad
ltrim mid regexp_replace regexp_substr repeat replace reverse right rpad rtrim substr substring substring_index trim
ucase upper`)
	// dayFunctions return dates.
	dayFunctions = strings.Fields(`date from_days last_day makedate`)
)

// rounded returns the part of an expression whose fractional seconds the expression, or the column that stores it,
// rounds; empty if there is none.
func rounded(tokens []Token, result *datasource.ColumnType, columns []datasource.Column) string {
	if part := roundedByCast(tokens, columns); part != "" {
		return part
	}
	if !slices.Contains([]string{"datetime", "timestamp", "time"}, result.DataType) || result.Precision >= 6 ||
		valueOf(tokens, columns).digits <= result.Precision {
		return ""
	}
	return roundedPart(tokens, result.Precision, columns)
}

// roundedByCast returns what CAST to a time rounds.
func roundedByCast(tokens []Token, columns []datasource.Column) string {
	for i, t := range tokens {
		if t.Text != "cast" || !t.Called || closing(tokens, i+1) >= len(tokens) {
			continue
		}
		from, to, digits := castOf(tokens[i+2 : closing(tokens, i+1)])
		v := valueOf(from, columns)
		// A string is rounded in any case; a time of day keeps its digits only if they are those of a date.
		isText := v.kind == constantText || v.kind == textValue && v.digits > 0
		ofDate := to == "time" && v.kind == momentValue && v.digits > 0
		if (to == "datetime" || to == "time") && (v.digits > digits || isText || ofDate) {
			return roundedPart(from, digits, columns)
		}
	}
	return ""
}

// castOf splits the arguments of CAST into the expression and the type with its number of digits.
func castOf(arguments []Token) (from []Token, to string, digits int) {
	as := 0
	for i, text := range unenclosed(arguments, inBrackets) {
		if text == "as" {
			as = i
		}
	}
	last := as + 3
	if tokenAt(arguments, as+4) == "," { // the scale of a DECIMAL
		last = as + 5
	}
	digits, _ = strconv.Atoi(tokenAt(arguments, last))
	return arguments[:as], tokenAt(arguments, as+1), digits
}

// roundedPart returns the part of an expression that has more than the given number of digits.
func roundedPart(tokens []Token, digits int, columns []datasource.Column) string {
	tokens = bare(tokens)
	if len(tokens) == 1 && tokens[0].Quoted {
		return "`" + tokens[0].Text + "`"
	}
	if len(tokens) > 2 && tokens[0].Called && closing(tokens, 1) == len(tokens)-1 {
		for _, argument := range split(tokens[2 : len(tokens)-1]) {
			if valueOf(argument, columns).digits > digits {
				return roundedPart(argument, digits, columns)
			}
		}
		return strings.ToUpper(tokens[0].Text) + "()"
	}
	for i, t := range tokens {
		if c := columnOf(t, columns); c != nil && columnValue(c).digits > digits && tokenAt(tokens, i+1) != "(" {
			return "`" + c.Name + "`"
		}
	}
	if intervalIn(tokens) > 0 {
		return "INTERVAL"
	}
	return strings.ToUpper(tokens[0].Text)
}

// columnValue returns what a column holds.
func columnValue(c *datasource.Column) value {
	switch {
	case c.DataType == "date":
		return value{kind: dayValue}
	case c.DataType == "datetime" || c.DataType == "timestamp":
		return value{momentValue, c.Precision}
	case c.DataType == "time":
		return value{clockValue, c.Precision}
	case c.DataType == "enum", c.DataType == "set":
		return value{kind: textValue}
	case c.DataType == "decimal":
		return value{numberValue, c.Scale}
	case c.DataType == "float", c.DataType == "double":
		return value{numberValue, anyFraction}
	case c.CharLength > 0, slices.Contains([]string{"json", "varbinary", "binary"}, c.DataType),
		strings.HasSuffix(c.DataType, "text"), strings.HasSuffix(c.DataType, "blob"):
		return value{textValue, anyFraction}
	case strings.HasSuffix(c.DataType, "int"), c.DataType == "year", c.DataType == "bit":
		return value{kind: numberValue}
	}
	return value{}
}

// valueOf returns what is known of the value of an expression.
func valueOf(tokens []Token, columns []datasource.Column) value {
	tokens = bare(tokens)
	if len(tokens) == 0 {
		return value{}
	}
	if at := intervalIn(tokens); at > 1 {
		return shifted(tokens, at, columns)
	}
	if v, ok := constantValue(tokens); ok {
		return v
	}
	if v, ok := calculated(tokens, columns); ok {
		return v
	}
	if len(tokens) == 1 {
		if c := columnOf(tokens[0], columns); c != nil {
			return columnValue(c)
		}
		return value{}
	}
	if tokenAt(tokens, 0) == "case" && tokenAt(tokens, len(tokens)-1) == "end" {
		return oneOf(branches(tokens), columns)
	}
	if !tokens[0].Called || closing(tokens, 1) != len(tokens)-1 {
		return value{}
	}
	return called(tokens[0].Text, tokens[2:len(tokens)-1], columns)
}

// constantValue returns what a constant is.
func constantValue(tokens []Token) (v value, ok bool) {
	last := tokenAt(tokens, len(tokens)-1)
	quoted := strings.HasPrefix(last, "'")
	_, fraction, _ := strings.Cut(strings.Trim(last, "'"), ".")
	fraction = fraction[:len(fraction)-len(strings.TrimLeft(fraction, "0123456789"))]
	word := tokenAt(tokens, 0)
	_, end, isNumber := numberAt(tokens, 0)
	switch {
	case len(tokens) == 1 && word == "null":
		return value{kind: nullValue}, true
	case len(tokens) == 1 && (strings.HasPrefix(word, "0x") || strings.HasPrefix(word, "0b")):
		return value{}, true
	case isNumber && end == len(tokens):
		v = value{kind: numberValue}
		if len(tokens) == 3 {
			v.digits = len(last)
		} else if strings.Contains(word, "e") {
			v.digits = anyFraction
		}
		return v, true
	case len(tokens) == 2 && quoted && word == "time":
		return value{clockValue, len(fraction)}, true
	case len(tokens) == 2 && quoted && word == "timestamp":
		return value{momentValue, len(fraction)}, true
	case len(tokens) == 2 && quoted && word == "date":
		return value{kind: dayValue}, true
	case quoted && (len(tokens) == 1 || len(tokens) == 2 && strings.HasPrefix(word, "_")):
		return value{constantText, len(fraction)}, true
	}
	return v, false
}

// calculated returns the value of an operator, the last one of the lowest precedence outside parentheses.
func calculated(tokens []Token, columns []datasource.Column) (v value, ok bool) {
	sum, product, compares := 0, 0, false
	for i, text := range unenclosed(tokens, inBracketsOrCases) {
		switch text {
		case "+", "-":
			sum = i
		case "*", "/", "%", "div", "mod":
			product = i
		case "=", "<", ">", "and", "or", "xor", "not", "is", "like", "in", "between", "regexp", "&", "|", "^", "~":
			compares = true
		}
	}
	at := sum
	if at == 0 {
		at = product
	}
	switch {
	case compares:
		return value{kind: numberValue}, true
	case tokenAt(tokens, 0) == "-" && at == 0:
		return value{numberValue, valueOf(tokens[1:], columns).digits}, true
	case at == 0:
		return v, false
	}
	a, b := valueOf(tokens[:at], columns), valueOf(tokens[at+1:], columns)
	switch tokenAt(tokens, at) {
	case "/":
		return value{numberValue, anyFraction}, true
	case "div":
		return value{kind: numberValue}, true
	case "*":
		return value{numberValue, min(a.digits+b.digits, anyFraction)}, true
	}
	return value{numberValue, max(a.digits, b.digits)}, true
}

// shifted returns the value of an operand with an INTERVAL at an index.
func shifted(tokens []Token, at int, columns []datasource.Column) value {
	v := valueOf(tokens[:at-1], columns)
	amount := valueOf(tokens[at+1:len(tokens)-1], columns)
	switch unit := tokenAt(tokens, len(tokens)-1); {
	case !v.isTime():
		return value{textValue, anyFraction}
	case strings.HasSuffix(unit, "microsecond"):
		v.digits = 6
	case unit == "second":
		v.digits = max(v.digits, min(amount.digits, 6))
	}
	if v.kind == dayValue {
		v.kind = momentValue
	}
	return v
}

// branches returns the values of CASE.
func branches(tokens []Token) (list [][]Token) {
	depth, start := 0, 0
	for i := range tokens {
		switch tokenAt(tokens, i) {
		case "(":
			depth++
		case ")":
			depth--
		case "case":
			depth++
		case "end":
			depth--
			if depth == 0 && start > 0 {
				list = append(list, tokens[start:i])
			}
		case "when", "else":
			if depth == 1 {
				if start > 0 {
					list = append(list, tokens[start:i])
				}
				start = 0
				if tokenAt(tokens, i) == "else" {
					start = i + 1
				}
			}
		case "then":
			if depth == 1 {
				start = i + 1
			}
		}
	}
	return list
}

// oneOf returns the value of an expression that is one of several.
func oneOf(list [][]Token, columns []datasource.Column) value {
	v := value{kind: nullValue}
	for _, tokens := range list {
		next := valueOf(tokens, columns)
		if next.kind == constantText {
			next = value{textValue, anyFraction}
		}
		switch dates := v.kind == dayValue || v.kind == momentValue; {
		case next.kind == nullValue:
		case next.kind == unknownValue:
			return value{}
		case v.kind == nullValue, v.kind == next.kind:
			v = value{next.kind, max(v.digits, next.digits)}
		case dates && (next.kind == dayValue || next.kind == momentValue):
			v = value{momentValue, max(v.digits, next.digits)}
		default:
			v = value{textValue, anyFraction}
		}
	}
	return v
}

// called returns the value of a function.
func called(function string, inside []Token, columns []datasource.Column) value {
	arguments := split(inside)
	values := make([]value, len(arguments))
	most := 0
	for i, argument := range arguments {
		values[i] = valueOf(argument, columns)
		most = max(most, values[i].digits)
	}
	first := values[0]
	isTime := func(v value) bool { return v.isTime() }
	isVaried := func(v value) bool {
		return v.kind == unknownValue || v.kind == textValue || v.kind == numberValue && v.digits > 0
	}
	switch {
	case slices.Contains(wholeFunctions, function):
		return value{kind: numberValue}
	case slices.Contains(floatFunctions, function):
		return value{numberValue, anyFraction}
	case slices.Contains(textFunctions, function):
		return value{textValue, anyFraction}
	case slices.Contains(dayFunctions, function):
		return value{kind: dayValue}
	}
	switch function {
	case "cast":
		return castValue(inside)
	case "abs", "mod":
		return value{numberValue, most}
	case "round", "truncate":
		digits := 0
		if len(arguments) > 1 {
			digits, _ = strconv.Atoi(tokenAt(arguments[1], 0))
		}
		return value{numberValue, min(most, digits)}
	case "coalesce", "ifnull":
		return oneOf(arguments, columns)
	case "if":
		if len(arguments) == 3 {
			return oneOf(arguments[1:], columns)
		}
	case "nullif":
		return first
	case "greatest", "least":
		switch timed := slices.ContainsFunc(values, isTime); {
		case timed && slices.ContainsFunc(values, isVaried):
			return value{}
		case timed:
			return value{momentValue, most}
		}
		return oneOf(arguments, columns)
	case "addtime", "subtime":
		switch {
		case first.isTime():
			return value{first.kind, min(most, 6)}
		case first.kind == numberValue:
			return value{clockValue, min(most, 6)}
		}
		return value{textValue, anyFraction}
	case "timediff":
		return value{clockValue, min(most, 6)}
	case "timestamp":
		return value{momentValue, min(most, 6)}
	case "convert_tz":
		if first.isTime() || first.kind == constantText {
			return value{momentValue, first.digits}
		}
		return value{textValue, anyFraction}
	case "sec_to_time":
		return value{clockValue, min(first.digits, 6)}
	case "maketime":
		return value{clockValue, min(values[len(values)-1].digits, 6)}
	case "time_to_sec", "to_seconds":
		return value{numberValue, most}
	case "str_to_date":
		if strings.Contains(tokenAt(inside, len(inside)-1), "%f") {
			return value{momentValue, 6}
		}
	}
	return value{}
}

// castValue returns the value of a CAST.
func castValue(inside []Token) value {
	_, to, digits := castOf(inside)
	if last := tokenAt(inside, len(inside)-1); last == "binary" {
		return value{}
	}
	switch to {
	case "signed", "unsigned", "year":
		return value{kind: numberValue}
	case "decimal":
		return value{numberValue, digits}
	case "double", "float":
		return value{numberValue, anyFraction}
	case "date":
		return value{kind: dayValue}
	case "datetime":
		return value{momentValue, digits}
	case "time":
		return value{clockValue, digits}
	}
	return value{textValue, anyFraction}
}

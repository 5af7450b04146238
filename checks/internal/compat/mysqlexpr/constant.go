package mysqlexpr

import (
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dbprecheck/precheck/datasource"
)

// MySQL converts a constant to the type of the date or time that a CHECK or a generated column compares it with when it
// creates the expression, and refuses one that it cannot convert (error 1292), also if sql_mode is not strict. MariaDB
// compares at run time. The forms below were tried on MySQL 9.7.

// BadConstant is a constant that is compared with a date or time and is none.
type BadConstant struct {
	Column string // the date or time
	Type   string // its data type
	Text   string // the constant, in SQL
}

var (
	temporal = []string{"date", "datetime", "timestamp", "time"}
	// startOperand are the tokens after which an operand of a comparison starts, endOperand those before which it ends.
	startOperand = strings.Fields("( , and or xor not when then else case select distinct where on having")
	endOperand   = strings.Fields(") , and or xor when then else end as from where group having order limit union")
)

// BadConstants returns the constants of an expression that MySQL refuses in a session with the modes of sql_mode.
func BadConstants(text string, columns []datasource.Column, modes []string) (bad []BadConstant) {
	tokens := tokenize(text, true)
	add := func(c *datasource.Column, k constant) {
		if k.refusedAs(c.DataType, modes) {
			bad = AddOnce(bad, BadConstant{Column: c.Name, Type: c.DataType, Text: k.text})
		}
	}
	for i, t := range tokens {
		if !startsOperand(tokens, i) {
			continue
		}
		if k, next, ok := constantAt(tokens, i); ok {
			after := comparisonAt(tokens, next)
			if tokenAt(tokens, next) == "," && tokenAt(tokens, i-2) == "nullif" {
				after = next + 1
			}
			if c := temporalAt(tokens, after, columns); after > next && c != nil && endsOperand(tokens, after+1) {
				add(c, k)
			}
			continue
		}
		c := columnOf(t, columns)
		if c == nil || !slices.Contains(temporal, c.DataType) {
			continue
		}
		switch next := comparisonAt(tokens, i+1); {
		case next > i+1:
			if k, end, ok := constantAt(tokens, next); ok && endsOperand(tokens, end) {
				add(c, k)
			}
		case tokenAt(tokens, i+1) == "," && tokenAt(tokens, i-2) == "nullif":
			if k, end, ok := constantAt(tokens, i+2); ok && tokenAt(tokens, end) == ")" {
				add(c, k)
			}
		default:
			for _, k := range severalAt(tokens, i+1, c.DataType) {
				add(c, k)
			}
		}
	}
	for _, constant := range comparedWithDates(tokens, columns) {
		if badDate(constant.value, modes) {
			bad = AddOnce(bad, BadConstant{Column: constant.date, Type: "date", Text: constant.text})
		}
	}
	return bad
}

// severalAt returns the constants of BETWEEN or IN at i that MySQL converts to a type.
func severalAt(tokens []Token, i int, dataType string) (list []constant) {
	if tokenAt(tokens, i) == "not" {
		i++
	}
	strings, numbers := 0, 0
	add := func(k constant) {
		list = append(list, k)
		if k.isString {
			strings++
		} else {
			numbers++
		}
	}
	switch tokenAt(tokens, i) {
	case "between":
		low, next, ok := constantAt(tokens, i+1)
		if !ok || tokenAt(tokens, next) != "and" {
			return nil
		}
		high, end, ok := constantAt(tokens, next+1)
		if !ok || !endsOperand(tokens, end) {
			return nil
		}
		add(low)
		add(high)
		if numbers > 0 || dataType == "time" {
			return list
		}
	case "in":
		if tokenAt(tokens, i+1) != "(" {
			return nil
		}
		next := i + 1
		for tokenAt(tokens, next) == "(" && next == i+1 || tokenAt(tokens, next) == "," {
			k, end, ok := constantAt(tokens, next+1)
			if !ok {
				return nil
			}
			add(k)
			next = end
		}
		if len(list) == 1 || numbers == 0 || strings == 0 && dataType != "date" {
			return list
		}
	}
	return nil
}

// temporalAt returns the date or time that the token at i names, nil if it names none.
func temporalAt(tokens []Token, i int, columns []datasource.Column) *datasource.Column {
	if i >= len(tokens) {
		return nil
	}
	if c := columnOf(tokens[i], columns); c != nil && slices.Contains(temporal, c.DataType) {
		return c
	}
	return nil
}

// startsOperand reports whether the token at i is the first of an operand of a comparison.
func startsOperand(tokens []Token, i int) bool {
	return i == 0 || slices.Contains(startOperand, tokenAt(tokens, i-1))
}

// endsOperand reports whether an operand of a comparison ends before i.
func endsOperand(tokens []Token, i int) bool {
	return i >= len(tokens) || slices.Contains(endOperand, tokenAt(tokens, i))
}

// comparisonAt returns the index after the comparison operator at i, i if there is none.
func comparisonAt(tokens []Token, i int) int {
	end := i
	for text := ""; ; end++ {
		next := tokenAt(tokens, end)
		if next == "" || !strings.Contains("=<>!", next) {
			if !slices.Contains(strings.Fields("= < > <= >= <> != <=>"), text) {
				return i
			}
			return end
		}
		text += next
	}
}

// constant is a string, or a number with its value.
type constant struct {
	text     string // in SQL
	isString bool
	value    string // of a string
	number   float64
}

// constantAt returns the constant that starts at i and the index after it. It calculates sums and products of integers.
func constantAt(tokens []Token, i int) (k constant, next int, ok bool) {
	if intro := tokenAt(tokens, i); strings.HasPrefix(intro, "_") && strings.HasPrefix(tokenAt(tokens, i+1), "'") {
		i++
	}
	if digits := strings.Trim(tokenAt(tokens, i+1), "'"); tokenAt(tokens, i) == "x" &&
		strings.HasPrefix(tokenAt(tokens, i+1), "'") { // bytes, as MariaDB shows them
		value, err := hex.DecodeString(digits)
		return constant{text: "X'" + digits + "'", isString: true, value: string(value)}, i + 2, err == nil
	}
	if folded, end, ok := foldedAt(tokens, i); ok {
		return folded, end, true
	}
	if text := tokenAt(tokens, i); strings.HasPrefix(text, "'") {
		value := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(text, "'"), "'"), "''", "'")
		return constant{text: text, isString: true, value: value}, i + 1, !strings.Contains(value, `\`)
	}
	start, sum, product := i, 0.0, 1.0
	for sign := 1.0; ; {
		for tokenAt(tokens, i) == "-" || tokenAt(tokens, i) == "+" {
			if tokenAt(tokens, i) == "-" {
				sign = -sign
			}
			i++
		}
		number, end, ok := numberAt(tokens, i)
		if !ok {
			return k, i, false
		}
		product *= sign * number
		i, sign = end, 1
		if tokenAt(tokens, i) == "*" {
			i++
			continue
		}
		sum, product = sum+product, 1
		if mark := tokenAt(tokens, i); mark != "+" && mark != "-" {
			break
		}
	}
	var words []string
	for _, t := range tokens[start:i] {
		words = append(words, t.Text)
	}
	text := strings.ReplaceAll(strings.Join(words, " "), " . ", ".")
	if words[0] == "-" {
		text = "-" + strings.TrimPrefix(text, "- ")
	}
	return constant{text: text, number: sum}, i, true
}

// numberAt returns the number at i, and the index after it.
func numberAt(tokens []Token, i int) (number float64, next int, ok bool) {
	text := tokenAt(tokens, i)
	if text == "" || text[0] < '0' || text[0] > '9' || strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0b") {
		return 0, i, false
	}
	next = i + 1
	if tokenAt(tokens, next) == "." {
		text += "." + tokenAt(tokens, next+1)
		next = min(next+2, len(tokens))
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, next, err == nil
}

// refusedAs reports whether MySQL certainly refuses the constant for a type.
func (k constant) refusedAs(dataType string, modes []string) bool {
	switch {
	case dataType == "time" && k.isString:
		return badTime(k.value)
	case dataType == "time":
		return badTimeNumber(k.number)
	case k.isString:
		return badDate(k.value, modes)
	default:
		return badDateNumber(k.number, modes)
	}
}

var (
	// dated matches a date with separators, and the rest. A single separator is enough.
	dated = regexp.MustCompile(`^\s*(\d{1,4})[^\w\s](\d{1,2})[^\w\s](\d{1,2})(?:([ T]+)(.*)|(.*))$`)
	// compact matches a date without separators, and its time.
	compact = regexp.MustCompile(`^\s*(\d{4})(\d\d)(\d\d)((?:\d\d){3})?\s*$`)
	// twoParts matches a year and a month, or an hour and its minutes.
	twoParts = regexp.MustCompile(`^\d{1,4}[^\w\s]\d{1,2}$`)
	// clock matches the hour, the minutes and the seconds of a time.
	clock = regexp.MustCompile(`^(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?`)
)

// badDate reports whether MySQL refuses a string as a date. It is false for strings that it does not know.
func badDate(text string, modes []string) bool {
	trimmed := strings.TrimSpace(text)
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	if digits == 0 || digits == len(trimmed) && digits < 5 || twoParts.MatchString(trimmed) {
		return true
	}
	if m := compact.FindStringSubmatch(text); m != nil {
		return badDay(m[1:4], modes)
	}
	m := dated.FindStringSubmatch(text)
	switch {
	case m == nil: // a year of five digits
		return strings.Count(trimmed, "-") == 2 && digits > 4 && trimmed[digits] == '-'
	case m[4] != "" && m[5] != "":
		at := clock.FindStringSubmatch(m[5])
		if at == nil || outside(at[1], 23) || outside(at[2], 59) || outside(at[3], 59) {
			return true
		}
	case m[6] != "" && unicode.IsLetter(rune(m[6][0])):
		return true
	}
	return badDay(m[1:4], modes)
}

// badDay reports whether MySQL refuses a year, a month and a day.
func badDay(parts, modes []string) bool {
	year, _ := strconv.Atoi(parts[0])
	month, _ := strconv.Atoi(parts[1])
	day, _ := strconv.Atoi(parts[2])
	switch {
	case month > 12 || day > 31:
		return true
	case year == 0 && month == 0 && day == 0:
		return slices.Contains(modes, "NO_ZERO_DATE")
	case month == 0 || day == 0:
		return slices.Contains(modes, "NO_ZERO_IN_DATE")
	}
	exists := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
	return !exists && !slices.Contains(modes, "ALLOW_INVALID_DATES")
}

// badDateNumber reports whether MySQL refuses a number as a date: YYMMDD, YYYYMMDD, YYMMDDhhmmss or YYYYMMDDhhmmss.
func badDateNumber(n float64, modes []string) bool {
	whole := int64(n)
	switch {
	case n == 0:
		return false
	case n < 101, whole > 691231 && whole < 700101, whole > 991231 && whole < 10000101:
		return true
	case whole > 99991231:
		day := whole / 1000000
		return day/100%100 > 12 || day%100 > 31 || whole/10000%100 > 23 || whole/100%100 > 59 || whole%100 > 59
	}
	month, day := whole/100%100, whole%100
	return month > 12 || day > 31 || (month == 0 || day == 0) && slices.Contains(modes, "NO_ZERO_IN_DATE")
}

// badTime reports whether MySQL refuses a string as a time. It is false for strings that it does not know.
func badTime(text string) bool {
	trimmed := strings.TrimPrefix(strings.TrimSpace(text), "-")
	if trimmed == "" {
		return false
	}
	if !strings.ContainsAny(trimmed, "0123456789") {
		return true
	}
	if m := dated.FindStringSubmatch(trimmed); m != nil && strings.Contains(trimmed, "-") {
		return m[4] == "" && m[6] == ""
	}
	m := clock.FindStringSubmatch(trimmed)
	return m != nil && strings.Contains(trimmed, ":") && !strings.Contains(trimmed, " ") &&
		(outside(m[1], 838) || outside(m[2], 59) || outside(m[3], 59))
}

// badTimeNumber reports whether MySQL refuses a number as a time, hhmmss.
func badTimeNumber(n float64) bool {
	if n < 0 {
		n = -n
	}
	whole := int64(n)
	return n < 1e10 && (whole%100 >= 60 || whole/100%100 >= 60 || whole/10000 > 838)
}

// outside reports whether digits are a number above a limit.
func outside(digits string, most int) bool {
	n, err := strconv.Atoi(digits)
	return err == nil && n > most
}

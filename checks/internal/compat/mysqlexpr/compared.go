package mysqlexpr

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// compared are two operands of a comparison, or two arguments of a function that brings them together.
type compared struct {
	a, b     []Token
	function string // lower case; empty for an operator
	operator string // =, LIKE, BETWEEN, IN or WHEN, in lower case; empty for a function
}

// comparedIn returns the operands that an expression compares with each other.
func comparedIn(tokens []Token) (list []compared) {
	for i, t := range tokens {
		left := i
		if tokenAt(tokens, i-1) == "not" {
			left--
		}
		switch next := comparisonAt(tokens, i); {
		case t.Called && closing(tokens, i+1) < len(tokens):
			arguments := split(tokens[i+2 : closing(tokens, i+1)])
			for k, a := range arguments {
				for _, b := range arguments[k+1:] {
					list = append(list, compared{a: a, b: b, function: t.Text})
				}
			}
		case next > i && comparisonAt(tokens, i-1) == i-1: // not the rest of an operator
			list = append(list, compared{a: comparedBefore(tokens, i), b: comparedAfter(tokens, next), operator: "="})
		case slices.Contains([]string{"like", "regexp", "rlike"}, tokenAt(tokens, i)):
			list = append(list,
				compared{a: comparedBefore(tokens, left), b: comparedAfter(tokens, i+1), operator: "like"})
		case tokenAt(tokens, i) == "between":
			low := comparedAfter(tokens, i+1)
			at := i + 1 + len(low)
			if len(low) > 0 && tokenAt(tokens, at) == "and" {
				a := comparedBefore(tokens, left)
				list = append(list, compared{a: a, b: low, operator: "between"},
					compared{a: a, b: comparedAfter(tokens, at+1), operator: "between"})
			}
		case tokenAt(tokens, i) == "in" && tokenAt(tokens, i+1) == "(":
			for _, b := range split(tokens[i+2 : min(closing(tokens, i+1), len(tokens))]) {
				list = append(list, compared{a: comparedBefore(tokens, left), b: b, operator: "in"})
			}
		case tokenAt(tokens, i) == "when" && i > 1 && tokenAt(tokens, i-1) != "end":
			if a := comparedBefore(tokens, i); tokenAt(tokens, i-len(a)-1) == "case" {
				list = append(list, compared{a: a, b: comparedAfter(tokens, i+1), operator: "when"})
			}
		}
	}
	return list
}

// comparedBefore returns the operand of a comparison that ends before i, nil if there is none.
func comparedBefore(tokens []Token, i int) []Token {
	depth := 0
	for start := i - 1; start >= 0; start-- {
		switch tokenAt(tokens, start) {
		case ")":
			depth++
		case "(":
			depth--
		case "=", "<", ">":
			if depth == 0 {
				return nil
			}
		}
		if depth < 0 {
			return nil
		}
		if depth == 0 && startsOperand(tokens, start) {
			return tokens[start:i]
		}
	}
	return nil
}

// comparedAfter returns the operand of a comparison that starts at i, nil if there is none.
func comparedAfter(tokens []Token, i int) []Token {
	depth := 0
	for end := i; end < len(tokens); end++ {
		switch tokenAt(tokens, end) {
		case "(":
			depth++
		case ")":
			depth--
		case "=", "<", ">":
			if depth == 0 {
				return nil
			}
		}
		if depth == 0 && endsOperand(tokens, end+1) {
			return tokens[i : end+1]
		}
	}
	return nil
}

// bare returns an operand without the parentheses around it.
func bare(tokens []Token) []Token {
	for len(tokens) > 2 && inParentheses(tokens) {
		tokens = tokens[1 : len(tokens)-1]
	}
	return tokens
}

// textOf returns the column whose text an operand is, or is made of; nil if there is none.
func textOf(operand []Token, columns []datasource.Column) *datasource.Column {
	operand = bare(operand)
	if len(operand) == 1 {
		if c := columnOf(operand[0], columns); c != nil && c.Collation != "" {
			return c
		}
		return nil
	}
	if len(operand) < 3 || !operand[0].Called || closing(operand, 1) != len(operand)-1 {
		return nil
	}
	arguments := split(operand[2 : len(operand)-1])
	switch function := operand[0].Text; {
	case slices.Contains(keepsText, function):
		return textOf(arguments[0], columns)
	case function == "concat":
		for _, argument := range arguments {
			if c := textOf(argument, columns); c != nil {
				return c
			}
		}
	}
	return nil
}

// ConvertedText is a text that CONVERT or CAST makes, and a column with which it is compared.
type ConvertedText struct {
	Function string // CONVERT() or CAST()
	Column   datasource.Column
}

// presets are the default collations of MySQL's character sets, which CONVERT and CAST give to what they return.
var presets = map[string]string{"utf8mb4": "utf8mb4_0900_ai_ci", "utf8mb3": "utf8mb3_general_ci",
	"latin1": "latin1_swedish_ci"}

// ConvertedTexts returns what CONVERT and CAST make and a column of another collation is compared with. MySQL refuses
// that (error 1267), unless one of both collations is binary; in MariaDB the column decides. The forms were tried on
// MySQL 9.7.
func ConvertedTexts(text string, columns []datasource.Column) (list []ConvertedText) {
	for _, pair := range comparedIn(tokenize(text, true)) {
		if !slices.Contains([]string{"", "nullif", "strcmp", "find_in_set"}, pair.function) {
			continue
		}
		for _, operands := range [][2][]Token{{pair.a, pair.b}, {pair.b, pair.a}} {
			function, charset := conversionOf(operands[0])
			c := textOf(operands[1], columns)
			if function == "" || c == nil {
				continue
			}
			preset := presets[charset]
			if preset == "" || c.Charset != charset && !(charset == "utf8mb3" && c.Charset == "utf8") ||
				strings.Replace(c.Collation, "utf8_", "utf8mb3_", 1) == preset ||
				strings.HasSuffix(c.Collation, "_bin") || strings.Contains(c.Collation, "uca1400") ||
				strings.Contains(c.Collation, "nopad") {
				continue
			}
			list = AddOnce(list, ConvertedText{strings.ToUpper(function) + "()", *c})
		}
	}
	return list
}

// conversionOf returns the function and the character set of an operand that CONVERT or CAST makes.
func conversionOf(operand []Token) (function, charset string) {
	operand = bare(operand)
	n := len(operand)
	if n < 6 || !operand[0].Called || closing(operand, 1) != n-1 {
		return "", ""
	}
	if charset = operand[n-2].Text; charset == "utf8" {
		charset = "utf8mb3"
	}
	before := tokenAt(operand, n-3)
	if operand[0].Text == "convert" && before == "using" || operand[0].Text == "cast" && before == "charset" {
		return operand[0].Text, charset
	}
	return "", ""
}

// bringsTogether are functions that MariaDB gives a character set in which all their texts must be.
var bringsTogether = strings.Fields(`coalesce concat concat_ws elt field find_in_set if ifnull insert locate lpad nullif
replace rpad strcmp substring_index`)

// BadBytes are a constant, and a column of a character set whose texts cannot have these bytes.
type BadBytes struct {
	Text   string // as MySQL shows it
	Column datasource.Column
}

// BadBytesOf returns the constants of an expression, as MySQL shows it, that MariaDB refuses because their bytes are
// not a text in the character set of the column with which they are compared (error 1300; tried on MariaDB 10.11).
func BadBytesOf(text string, columns []datasource.Column) (list []BadBytes) {
	for _, pair := range comparedIn(tokenize(text, true)) {
		if pair.function != "" && !slices.Contains(bringsTogether, pair.function) {
			continue
		}
		for _, operands := range [][2][]Token{{pair.a, pair.b}, {pair.b, pair.a}} {
			constant, c := bare(operands[0]), textOf(operands[1], columns)
			if len(constant) != 1 || c == nil {
				continue
			}
			digits, ok := strings.CutPrefix(tokenAt(constant, 0), "0x")
			bytes, err := hex.DecodeString(digits)
			if ok && err == nil && !isTextIn(c.Charset, bytes) {
				list = AddOnce(list, BadBytes{constant[0].Text, *c})
			}
		}
	}
	return list
}

// isTextIn reports whether bytes are a text in a character set. It is true for one that it does not know, and for
// surrogates, which MariaDB accepts.
func isTextIn(charset string, bytes []byte) bool {
	if !strings.HasPrefix(charset, "utf8") {
		return true
	}
	for len(bytes) > 0 {
		r, n := utf8.DecodeRune(bytes)
		switch {
		case r == utf8.RuneError && n < 2:
			if len(bytes) < 3 || bytes[0] != 0xED || bytes[1]>>5 != 0b101 || bytes[2]>>6 != 0b10 {
				return false
			}
			n = 3
		case r > 0xFFFF && charset != "utf8mb4":
			return false
		}
		bytes = bytes[n:]
	}
	return true
}

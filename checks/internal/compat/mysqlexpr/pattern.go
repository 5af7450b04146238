package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MySQL refuses to match bytes with the pattern of a text, or a text with that of bytes (error 3995; MySQL 8.4
// Reference Manual, "Regular Expressions": since 8.0.22). MariaDB converts them. Except for REGEXP_REPLACE, MySQL
// accepts the column of a BINARY or BLOB, and a BLOB that a function makes. The forms below were tried on MySQL 9.7.

// byteKind is what MySQL makes of bytes.
type byteKind int

const (
	noBytes byteKind = iota
	isString
	varBytes   // VARBINARY
	fixedBytes // the column of a BINARY
	longBytes  // BLOB
)

var (
	// makesBytes are functions that return bytes whatever their arguments.
	makesBytes = strings.Fields(`aes_decrypt aes_encrypt char compress from_base64 inet6_aton random_bytes unhex
weight_string`)
	// joinsBytes are functions that return bytes if one of their arguments is bytes.
	joinsBytes = strings.Fields(`coalesce concat concat_ws elt greatest if ifnull least`)
	// patternFunctions match a text, their first argument, with a pattern, their second one.
	patternFunctions = strings.Fields(`regexp_instr regexp_replace regexp_substr`)
)

// BytePatterns returns the operators and functions of an expression, as MariaDB shows it, that match bytes with a text.
func BytePatterns(text string, columns []datasource.Column) (list []string) {
	tokens := tokenize(text, true)
	for i, t := range tokens {
		var a, b byteKind
		match := ""
		switch {
		case slices.Contains([]string{"regexp", "rlike"}, tokenAt(tokens, i)):
			left := i
			if tokenAt(tokens, i-1) == "not" {
				left--
			}
			match = "REGEXP"
			a, b = bytesIn(comparedBefore(tokens, left), columns), bytesIn(comparedAfter(tokens, i+1), columns)
		case t.Called && slices.Contains(patternFunctions, t.Text) && closing(tokens, i+1) < len(tokens):
			arguments := split(tokens[i+2 : closing(tokens, i+1)])
			if len(arguments) > 1 {
				match = strings.ToUpper(t.Text) + "()"
				a, b = bytesIn(arguments[0], columns), bytesIn(arguments[1], columns)
			}
		}
		if t.Text == "regexp_replace" {
			a, b = min(a, varBytes), min(b, varBytes)
		}
		if a == varBytes && b == isString || a == isString && b == varBytes {
			list = AddOnce(list, match)
		}
	}
	return list
}

// bytesIn returns what an operand is, noBytes if that is not known.
func bytesIn(operand []Token, columns []datasource.Column) byteKind {
	operand = bare(operand)
	if k := byteConstant(operand); k != noBytes {
		return k
	}
	if len(operand) == 1 {
		switch c := columnOf(operand[0], columns); {
		case c == nil:
			return noBytes
		case c.Collation != "":
			return isString
		case c.DataType == "varbinary":
			return varBytes
		case c.DataType == "binary":
			return fixedBytes
		case strings.HasSuffix(c.DataType, "blob"):
			return longBytes
		}
		return noBytes
	}
	if len(operand) < 3 || !operand[0].Called || closing(operand, 1) != len(operand)-1 {
		return noBytes
	}
	arguments := split(operand[2 : len(operand)-1])
	switch function := operand[0].Text; {
	case slices.Contains(makesBytes, function):
		return varBytes
	case slices.Contains([]string{"cast", "convert"}, function):
		if last := tokenAt(operand, len(operand)-2); last == "binary" {
			return varBytes
		}
	case function == "nullif":
		return bytesIn(arguments[0], columns)
	case slices.Contains(keepsText, function):
		return min(bytesIn(arguments[0], columns), varBytes)
	case function == "if" && len(arguments) == 3:
		return joined(arguments[1:], columns)
	case slices.Contains(joinsBytes, function):
		return joined(arguments, columns)
	}
	return noBytes
}

// joined returns what a function makes of its arguments.
func joined(arguments [][]Token, columns []datasource.Column) byteKind {
	kind := noBytes
	for _, argument := range arguments {
		k := bytesIn(argument, columns)
		if k == fixedBytes {
			k = varBytes
		}
		kind = max(kind, k)
	}
	return kind
}

// byteConstant returns what a constant is, noBytes if the operand is none.
func byteConstant(operand []Token) byteKind {
	first, last := tokenAt(operand, 0), tokenAt(operand, len(operand)-1)
	quoted := strings.HasPrefix(last, "'")
	switch {
	case len(operand) == 1 && (strings.HasPrefix(first, "0x") || strings.HasPrefix(first, "0b")):
		return varBytes
	case len(operand) == 2 && quoted && slices.Contains([]string{"x", "b", "_binary"}, first):
		return varBytes
	case len(operand) == 1 && quoted, len(operand) == 2 && quoted && strings.HasPrefix(first, "_"):
		return isString
	}
	return noBytes
}

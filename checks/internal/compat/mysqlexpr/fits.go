package mysqlexpr

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
	"github.com/dbprecheck/precheck/datasource"
)

// integerBits are the sizes of the integer types.
var integerBits = map[string]int{"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}

// Unfit reports whether a default, as an expression that MySQL shows, is a constant that certainly does not fit its
// column. MariaDB refuses it when it creates the column (error 1067), MySQL when it needs the default. MySQL accepts a
// number for an ENUM or SET, MariaDB never. The forms were tried on MariaDB 10.11 and 11.8.
func Unfit(expression string, c *datasource.ColumnType) bool {
	tokens := bare(tokenize(expression, true))
	if len(tokens) == 0 {
		return false
	}
	k, end, ok := constantAt(tokens, 0)
	switch bits := integerBits[c.DataType]; {
	case !ok || end != len(tokens):
		return false
	case bits > 0 && k.isString:
		_, err := strconv.ParseFloat(strings.TrimSpace(k.value), 64)
		return err != nil
	case bits > 0:
		low, high := -math.Pow(2, float64(bits-1)), math.Pow(2, float64(bits-1))-1
		if c.Unsigned() {
			low, high = 0, math.Pow(2, float64(bits))-1
		}
		n := math.Round(k.number)
		return n < low || n > high
	case c.DataType == "enum" || c.DataType == "set":
		return !k.isString || c.DataType == "enum" && isASCII(k.value) && !isElement(k.value, c.ColumnType)
	case c.DataType == "char" || c.DataType == "varchar":
		return k.isString && isASCII(k.value) && int64(len(k.value)) > c.CharLength
	case slices.Contains(temporal, c.DataType) && k.isString:
		return c.DataType == "time" && badTime(k.value) || c.DataType != "time" && badDate(k.value, nil)
	}
	return false
}

// isElement reports whether a text may be an element of an ENUM, in some collation.
func isElement(text, columnType string) bool {
	t, err := mysqltype.Parse(columnType)
	same := func(element string) bool {
		return !isASCII(element) || strings.EqualFold(strings.TrimRight(element, " "), strings.TrimRight(text, " "))
	}
	return err != nil || slices.ContainsFunc(t.Values, same)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

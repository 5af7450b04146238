package coltype

import (
	"math"

	"github.com/dbprecheck/precheck/datasource"
)

// LastNumber returns the largest value of an integer type, 0 for other types.
func LastNumber(c *datasource.ColumnType) uint64 {
	bits, ok := map[string]int{"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}[c.DataType]
	if !ok {
		return 0
	}
	if !c.Unsigned() {
		bits--
	}
	return math.MaxUint64 >> (64 - bits)
}

package data

import (
	"math/big"
	"strconv"

	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// numbers returns the smallest and the largest value of an integer type.
func numbers(c *datasource.ColumnType) (low, high string) {
	last := coltype.LastNumber(c)
	high = strconv.FormatUint(last, 10)
	if c.Unsigned() {
		return "0", high
	}
	return new(big.Int).Not(new(big.Int).SetUint64(last)).String(), high
}

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

// wider reports whether a limit of an integer type is farther from zero than another, or of another sign.
func wider(a, b string) bool {
	x, _ := new(big.Int).SetString(a, 10)
	y, _ := new(big.Int).SetString(b, 10)
	return x.Sign() < 0 && y.Sign() == 0 || x.CmpAbs(y) > 0
}

package column

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// NumberPrecision is ORACLE_NUMBER_PRECISION.
var NumberPrecision = &checks.Check{
	Type:     "ORACLE_NUMBER_PRECISION",
	Page:     checks.ReadPage(pages, "number_precision.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full,
	Sources:  checks.OracleFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_DATA_TYPE"}},
	Run:      runNumberPrecision,
}

const (
	decimalScale = 30 // the most digits after the point that DECIMAL of MySQL, MariaDB and OceanBase has
	doubleBits   = 53 // the binary digits that a DOUBLE holds
)

func runNumberPrecision(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if f, ok := judgeNumber(c); ok {
				f.Level, f.Object, f.Actual = checks.Warn, checks.ColumnObject(pair.Source, c.Name), c.ColumnType.ColumnType
				p.Report(f)
			}
		}
	}
	return nil
}

// judgeNumber gives what may be lost of a column's numbers in MySQL's types.
func judgeNumber(c datasource.Column) (f checks.Finding, ok bool) {
	switch {
	case c.DataType == "FLOAT" && c.Precision > doubleBits:
		return checks.Finding{Rule: "long_float", Expected: fmt.Sprintf("at most FLOAT(%d), or NUMBER with precision and scale", doubleBits)}, true
	case c.DataType != "NUMBER":
		return f, false
	case c.Precision == 0 && !c.HasScale:
		return checks.Finding{Rule: "no_precision", Expected: "NUMBER with precision and scale"}, true
	case c.Scale < 0:
		return checks.Finding{Rule: "negative_scale", Expected: fmt.Sprintf("DECIMAL(%d,0) on the destination", precision(c)-c.Scale)}, true
	case c.Scale > decimalScale:
		return checks.Finding{Rule: "long_scale", Expected: fmt.Sprintf("a scale of at most %d", decimalScale)}, true
	case c.Scale > precision(c):
		return checks.Finding{Rule: "scale_beyond_precision", Expected: fmt.Sprintf("DECIMAL(%d,%d) on the destination", c.Scale, c.Scale)}, true
	}
	return f, false
}

// precision gives the digits of a NUMBER with a scale: 38 where none are declared, as in NUMBER(*,2).
func precision(c datasource.Column) int {
	if c.Precision == 0 {
		return 38
	}
	return c.Precision
}

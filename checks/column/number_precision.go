package column

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
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
	decimalScale  = 30 // maximum of digits after the decimal point of DECIMAL on MySQL, MariaDB and OceanBase
	decimalDigits = 65 // maximum of all its digits
	doubleDigits  = 15 // decimal digits that a DOUBLE preserves
	doubleBits    = 49 // binary digits of the longest FLOAT of so many decimal digits
)

func runNumberPrecision(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if f, ok := numberFinding(c); ok {
				f.Level, f.Object = checks.Warn, checks.ColumnObject(pair.Source, c.Name)
				f.Actual = c.ColumnType.ColumnType
				p.Report(f)
			}
		}
	}
	return nil
}

// numberFinding returns the finding of a column whose numbers may not fit the types of MySQL.
func numberFinding(c datasource.Column) (f checks.Finding, ok bool) {
	switch {
	case c.DataType == "FLOAT" && coltype.FloatDigits(c) > doubleDigits:
		return checks.Finding{Rule: "long_float", Args: checks.Args{"limit": doubleBits, "double": doubleDigits,
			"digits": coltype.FloatDigits(c)}}, true
	case c.DataType != "NUMBER":
		return f, false
	case c.Precision == 0 && !c.HasScale:
		return checks.Finding{Rule: "no_precision"}, true
	case precision(c)-c.Scale > decimalDigits:
		return checks.Finding{Rule: "beyond_decimal",
			Args: checks.Args{"digits": precision(c) - c.Scale, "limit": decimalDigits}}, true
	case c.Scale < 0:
		return checks.Finding{Rule: "negative_scale", Expected: fmt.Sprintf("DECIMAL(%d,0)", precision(c)-c.Scale)},
			true
	case c.Scale > decimalScale:
		return checks.Finding{Rule: "long_scale", Args: checks.Args{"limit": decimalScale}}, true
	case c.Scale > precision(c):
		expected := fmt.Sprintf("DECIMAL(%d,%d)", c.Scale, c.Scale)
		return checks.Finding{Rule: "scale_beyond_precision", Expected: expected}, true
	}
	return f, false
}

// precision returns the precision of a NUMBER with a scale: 38 if none is declared, as in NUMBER(*,2).
func precision(c datasource.Column) int {
	if c.Precision == 0 {
		return 38
	}
	return c.Precision
}

package key

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// judgeOracleKey judges the type of a column that identifies rows of an Oracle-like source. Oracle
// itself takes no large object and no TIMESTAMP WITH TIME ZONE in a key (Oracle Database SQL
// Language Reference, "constraint"); its FLOAT is a decimal number, which MySQL's is not.
func judgeOracleKey(source datasource.Server, c *datasource.ColumnType, dest datasource.Server) (f checks.Finding, ok bool) {
	toMySQL := dest.Flavor != datasource.FlavorOracle && dest.Mode != "ORACLE"
	if c.DataType == "BINARY_FLOAT" || c.DataType == "BINARY_DOUBLE" || c.DataType == "FLOAT" && toMySQL {
		return checks.Finding{Rule: "approximate", Level: checks.Warn, Expected: "an exact type, such as NUMBER with precision and scale"}, true
	}
	fate, known := coltype.OracleConversionOf(source, datasource.Column{ColumnType: c}, dest)
	if known && !fate.Absent && fate.Loses != "" {
		return checks.Finding{Rule: "loses", Level: checks.Warn, Expected: "a type whose values the destination keeps apart", Args: checks.Args{"dest": dest.String(), "lost": fate.Loses}}, true
	}
	return f, false
}

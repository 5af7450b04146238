package key

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// judgeOracleKey returns the finding about the type of a key column of an Oracle-like source; ok reports whether there
// is one. Oracle allows no large object and no TIMESTAMP WITH TIME ZONE in a key (Oracle Database SQL Language
// Reference, "constraint"). Its FLOAT is a decimal number, unlike that of MySQL.
func judgeOracleKey(
	p *checks.Pass, source datasource.Server, c *datasource.ColumnType, dest datasource.Server,
) (f checks.Finding, ok bool) {
	toMySQL := dest.Flavor != datasource.FlavorOracle && dest.Mode != "ORACLE"
	if c.DataType == "BINARY_FLOAT" || c.DataType == "BINARY_DOUBLE" || c.DataType == "FLOAT" && toMySQL {
		return checks.Finding{Rule: "approximate", Level: checks.Warn, Expected: "NUMBER(p,s)"}, true
	}
	conversion, known := coltype.OracleConversionOf(source, datasource.Column{ColumnType: c}, dest)
	if known && !conversion.Absent && conversion.Loses != "" {
		return checks.Finding{Rule: "loses", Level: checks.Warn,
			Args: checks.Args{"dest": dest, "lost": p.Term(conversion.Loses)}}, true
	}
	return f, false
}

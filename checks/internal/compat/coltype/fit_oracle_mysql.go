package coltype

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// FitOracleToMySQL returns the effect on the values of an Oracle column in one of the MySQL protocol; set is
// the source's character set. Unknown types count as Changes. Sources: MySQL 9 Reference Manual, "Data
// Types"; Oracle Database SQL Language Reference, "Data Types".
func FitOracleToMySQL(s, d datasource.Column, set string) Fit {
	to := KindOf(d.ColumnType)
	switch oracleKind(s) + " to " + to {
	case "number to decimal":
		if AnyNumber(s) {
			return Changes // its values are rarely as large as it allows
		}
		return unsigned(d, when(WholePart(s) <= d.Precision-d.Scale && s.Scale <= d.Scale))
	case "number to whole":
		if AnyNumber(s) {
			return Changes
		}
		return unsigned(d, when(s.Scale <= 0 && WholePart(s) <= WholeEveryDigit[d.DataType]))
	case "number to approximate":
		if !AnyNumber(s) && s.Scale <= 0 && WholePart(s) <= exactDigits[d.DataType] {
			return unsigned(d, Holds)
		}
	case "float to approximate":
		if FloatDigits(s) <= exactDigits[d.DataType] {
			return unsigned(d, Holds)
		}
	case "binary to approximate":
		return unsigned(d, when(s.DataType == "BINARY_FLOAT" || d.DataType == "double"))
	case "text to text":
		return oracleTextFit(s, d, set)
	case "lob to text":
		if d.DataType != "longtext" {
			return Narrower
		}
		return toRepertoire(s, d, set)
	case "bytes to bytes":
		switch {
		case s.ByteLength > d.ByteLength:
			return Narrower
		case d.DataType == "binary":
			return Changes // zeroes are added
		}
		return Holds
	case "bytes lob to bytes":
		return when(d.DataType == "longblob")
	case "date to time":
		if d.DataType == "datetime" {
			return Holds
		}
	case "date to date", "timestamp to date": // which has no time of day
		return Narrower
	case "timestamp to time":
		switch {
		case d.DataType != "datetime" || s.DataType != "TIMESTAMP":
			return Changes
		case min(s.Scale, DatetimeDigits) > d.Precision:
			return Narrower
		case s.Scale > DatetimeDigits:
			return Changes
		}
		return Holds
	case "interval to text":
		if d.DataType == "varchar" && d.CharLength >= intervalLength {
			return Holds
		}
	case "rowid to text":
		if s.DataType == "ROWID" && d.CharLength >= rowidLength {
			return Holds
		}
	case "value to text":
		if s.DataType == "JSON" || s.DataType == "XMLTYPE" {
			return when(d.DataType == "longtext")
		}
	case "value to json":
		if s.DataType == "JSON" {
			return Holds
		}
	case "value to whole":
		if s.DataType == "BOOLEAN" {
			return Holds
		}
	}
	return Changes
}

// DatetimeDigits is the maximum number of digits of a second's fraction in DATETIME.
const DatetimeDigits = 6

const intervalLength = 30 // characters of an interval (oracleToMySQL)

const rowidLength = 18 // characters of a ROWID

var (
	// WholeEveryDigit is the number of digits that always fit in an integer type.
	WholeEveryDigit = map[string]int{"tinyint": 2, "smallint": 4, "mediumint": 6, "int": 9, "bigint": 18}
	// exactDigits are the decimal digits that an approximate type preserves.
	exactDigits = map[string]int{"float": 6, "double": 15}
)

// unsigned returns Changes instead of Holds for a column that rejects negative values, which Oracle's
// declaration does not exclude.
func unsigned(d datasource.Column, f Fit) Fit {
	if f == Holds && d.Unsigned() {
		return Changes
	}
	return f
}

func oracleTextFit(s, d datasource.Column, set string) Fit {
	counted := d.DataType == "char" || d.DataType == "varchar"
	bytes := characters(s) * max(1, limits.CharBytes[d.Charset])
	if set == "AL32UTF8" && !strings.HasPrefix(s.DataType, "N") {
		bytes = min(bytes, s.ByteLength) // the same in utf8mb4
	}
	switch {
	case counted && characters(s) > d.CharLength, !counted && bytes > d.ByteLength:
		return Narrower
	case d.DataType == "char" && s.DataType != "CHAR" && s.DataType != "NCHAR":
		return Changes // trailing spaces are lost
	}
	return toRepertoire(s, d, set)
}

// toRepertoire reports whether a character set of MySQL has all characters of an Oracle column.
func toRepertoire(s, d datasource.Column, set string) Fit {
	whole := unicodeBytes[set] > 0 || strings.HasPrefix(s.DataType, "N") // as the national sets are
	switch rank := repertoire(d.Charset); {
	case rank == 2, rank == 1 && !whole, set == "US7ASCII" && !whole:
		return Holds
	}
	return Changes
}

// longestVarchar is the maximum number of characters of a text in its row.
const longestVarchar = 4000

// WideMySQL returns a type of MySQL that holds every value that an Oracle column allows, nil if there is
// none.
func WideMySQL(s datasource.Column, _ *datasource.Column) *datasource.ColumnType {
	switch {
	case s.DataType == "NUMBER":
		return mysqlNumber(s)
	case oracleKind(s) == "text" && characters(s) > longestVarchar:
		return &datasource.ColumnType{DataType: "longtext", ColumnType: "longtext", Charset: "utf8mb4"}
	}
	m, ok := MappedType(s, "utf8mb4")
	if !ok || FitOracleToMySQL(s, datasource.Column{ColumnType: m}, "AL32UTF8") != Holds {
		return nil
	}
	return m
}

// mysqlNumber returns the smallest common type that holds a NUMBER of this precision and scale.
func mysqlNumber(s datasource.Column) *datasource.ColumnType {
	whole := WholePart(s)
	switch {
	case AnyNumber(s) || s.Scale > decimalFraction || max(whole, 0)+max(s.Scale, 0) > decimalDigits:
		return nil
	case s.Scale <= 0 && whole <= WholeEveryDigit["int"]:
		return &datasource.ColumnType{DataType: "int", ColumnType: "int"}
	case s.Scale <= 0 && whole <= WholeEveryDigit["bigint"]:
		return &datasource.ColumnType{DataType: "bigint", ColumnType: "bigint"}
	}
	scale := max(s.Scale, 0)
	return &datasource.ColumnType{DataType: "decimal",
		ColumnType: fmt.Sprintf("decimal(%d,%d)", max(whole, 0)+scale, scale)}
}

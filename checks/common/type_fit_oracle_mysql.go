package common

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// oracleToMySQLFit tells what becomes of the values of an Oracle column in one of the MySQL
// protocol; set is the source's character set. What it does not know is taken to change them.
// Sources: MySQL 9 Reference Manual, "Data Types"; Oracle Database SQL Language Reference, "Data Types".
func oracleToMySQLFit(s, d datasource.Column, set string) fit {
	to := kindOf(d.ColumnType)
	switch oracleKind(s) + " to " + to {
	case "number to decimal":
		if anyNumber(s) {
			return changes // its numbers are seldom as large as it allows
		}
		return unsigned(d, when(wholePart(s) <= d.Precision-d.Scale && s.Scale <= d.Scale))
	case "number to whole":
		if anyNumber(s) {
			return changes
		}
		return unsigned(d, when(s.Scale <= 0 && wholePart(s) <= wholeEveryDigit[d.DataType]))
	case "number to approximate":
		if !anyNumber(s) && s.Scale <= 0 && wholePart(s) <= exactDigits[d.DataType] {
			return unsigned(d, holds)
		}
	case "float to approximate":
		if s.Precision <= binaryDigits[d.DataType] {
			return unsigned(d, holds)
		}
	case "binary to approximate":
		return unsigned(d, when(s.DataType == "BINARY_FLOAT" || d.DataType == "double"))
	case "text to text":
		return oracleTextFit(s, d, set)
	case "lob to text":
		if d.DataType != "longtext" {
			return narrower
		}
		return toRepertoire(s, d, set)
	case "bytes to bytes":
		switch {
		case s.ByteLength > d.ByteLength:
			return narrower
		case d.DataType == "binary":
			return changes // zeroes are added
		}
		return holds
	case "bytes lob to bytes":
		return when(d.DataType == "longblob")
	case "date to time":
		if d.DataType == "datetime" {
			return holds
		}
	case "date to date", "timestamp to date": // which has no time of day
		return narrower
	case "timestamp to time":
		switch {
		case d.DataType != "datetime" || s.DataType != "TIMESTAMP":
			return changes
		case min(s.Scale, datetimeDigits) > d.Precision:
			return narrower
		case s.Scale > datetimeDigits:
			return changes
		}
		return holds
	case "interval to text":
		if d.DataType == "varchar" && d.CharLength >= intervalLength {
			return holds
		}
	case "rowid to text":
		if s.DataType == "ROWID" && d.CharLength >= rowidLength {
			return holds
		}
	case "value to text":
		if s.DataType == "JSON" || s.DataType == "XMLTYPE" {
			return when(d.DataType == "longtext")
		}
	case "value to json":
		if s.DataType == "JSON" {
			return holds
		}
	case "value to whole":
		if s.DataType == "BOOLEAN" {
			return holds
		}
	}
	return changes
}

const (
	datetimeDigits = 6  // of a second's fraction
	intervalLength = 30 // characters of an interval (oracleToMySQL)
	rowidLength    = 18 // characters of a ROWID
)

var (
	// wholeEveryDigit is how many digits every number of a whole type has room for.
	wholeEveryDigit = map[string]int{"tinyint": 2, "smallint": 4, "mediumint": 6, "int": 9, "bigint": 18}
	// exactDigits and binaryDigits are the digits of an approximate type that are kept.
	exactDigits  = map[string]int{"float": 6, "double": 15}
	binaryDigits = map[string]int{"float": 24, "double": 53}
)

// unsigned takes back that a column holds every value where it refuses the negative ones, of which
// Oracle's declaration says nothing.
func unsigned(d datasource.Column, f fit) fit {
	if f == holds && d.Unsigned() {
		return changes
	}
	return f
}

func oracleTextFit(s, d datasource.Column, set string) fit {
	counted := d.DataType == "char" || d.DataType == "varchar"
	bytes := characters(s) * max(1, charBytes[d.Charset])
	if set == "AL32UTF8" && !strings.HasPrefix(s.DataType, "N") {
		bytes = min(bytes, s.ByteLength) // the same in utf8mb4
	}
	switch {
	case counted && characters(s) > d.CharLength, !counted && bytes > d.ByteLength:
		return narrower
	case d.DataType == "char" && s.DataType != "CHAR" && s.DataType != "NCHAR":
		return changes // spaces at the end are lost
	}
	return toRepertoire(s, d, set)
}

// toRepertoire tells whether a character set of MySQL has the characters of an Oracle column.
func toRepertoire(s, d datasource.Column, set string) fit {
	whole := unicodeBytes[set] > 0 || strings.HasPrefix(s.DataType, "N") // as the national sets are
	switch rank := repertoire(d.Charset); {
	case rank == 2, rank == 1 && !whole, set == "US7ASCII" && !whole:
		return holds
	}
	return changes
}

// longestVarchar is how many characters of a text stay in its row.
const longestVarchar = 4000

// mysqlWide gives a type of MySQL that holds all of an Oracle column; nil where there is none
// that holds every value it allows.
func mysqlWide(s datasource.Column, _ *datasource.Column) *datasource.ColumnType {
	switch {
	case s.DataType == "NUMBER":
		return mysqlNumber(s)
	case oracleKind(s) == "text" && characters(s) > longestVarchar:
		return &datasource.ColumnType{DataType: "longtext", ColumnType: "longtext", Charset: "utf8mb4"}
	}
	m, ok := mappedType(s, "utf8mb4")
	if !ok || oracleToMySQLFit(s, datasource.Column{ColumnType: m}, "AL32UTF8") != holds {
		return nil
	}
	return m
}

// mysqlNumber gives the smallest common type that holds a NUMBER of some precision and scale.
func mysqlNumber(s datasource.Column) *datasource.ColumnType {
	whole := wholePart(s)
	switch {
	case anyNumber(s) || s.Scale > decimalFraction || max(whole, 0)+max(s.Scale, 0) > decimalDigits:
		return nil
	case s.Scale <= 0 && whole <= wholeEveryDigit["int"]:
		return &datasource.ColumnType{DataType: "int", ColumnType: "int"}
	case s.Scale <= 0 && whole <= wholeEveryDigit["bigint"]:
		return &datasource.ColumnType{DataType: "bigint", ColumnType: "bigint"}
	}
	scale := max(s.Scale, 0)
	return &datasource.ColumnType{DataType: "decimal", ColumnType: fmt.Sprintf("decimal(%d,%d)", max(whole, 0)+scale, scale)}
}

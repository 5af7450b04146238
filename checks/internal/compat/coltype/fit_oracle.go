package coltype

import (
	"fmt"
	"math"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// OracleCharsets are the character sets of source and destination, by Oracle's names, for the fit of their
// columns.
type OracleCharsets struct{ Source, Dest datasource.NLS }

// unicodeBytes are Oracle's names of the character sets that hold all of Unicode, with the maximum size of a
// character in bytes (Oracle Database Globalization Support Guide, "Supporting Multilingual Databases with
// Unicode"; a character beyond the first 65,536 is two of UTF8).
var unicodeBytes = map[string]int64{"AL32UTF8": 4, "UTF8": 3, "AL16UTF16": 2, "ZHS32GB18030": 4}

// widest returns the maximum size of a character in a set in bytes; for an unknown set, the maximum of all
// sets.
func widest(set string) int64 {
	bits := strings.TrimLeft(set, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") // the bits follow the region, as in WE8MSWIN1252
	switch {
	case unicodeBytes[set] > 0:
		return unicodeBytes[set]
	case strings.HasPrefix(bits, "7"), strings.HasPrefix(bits, "8"):
		return 1
	}
	return 4
}

// Fit returns the effect on the values of a column of type s in one of type d, both of Oracle. Unknown types
// count as Changes (Oracle Database SQL Language Reference, "Data Types").
func (sets OracleCharsets) Fit(s, d datasource.Column) Fit {
	from, to := oracleKind(s), oracleKind(d)
	switch from + " to " + to {
	case "number to number":
		return numberFit(s, d)
	case "float to float", "binary to binary":
		return when(s.Precision <= d.Precision && !(s.DataType == "BINARY_DOUBLE" && d.DataType == "BINARY_FLOAT"))
	case "float to number":
		return when(AnyNumber(d))
	case "number to float":
		if !AnyNumber(s) && WholePart(s)+max(s.Scale, 0) <= FloatDigits(d) {
			return Holds
		}
	case "text to text":
		return sets.textFit(s, d)
	case "text to lob", "lob to lob":
		return sets.repertoire(s, d)
	case "lob to text", "bytes lob to bytes":
		return Narrower
	case "bytes to bytes":
		return when(s.ByteLength <= d.ByteLength)
	case "bytes to bytes lob", "bytes lob to bytes lob":
		return Holds
	case "date to date", "rowid to rowid", "value to value":
		if s.DataType == d.DataType {
			return Holds
		}
	case "date to timestamp":
		if d.DataType == "TIMESTAMP" {
			return Holds
		}
	case "timestamp to timestamp", "interval to interval":
		if s.DataType == d.DataType {
			return when(s.Precision <= d.Precision && s.Scale <= d.Scale)
		}
	case "timestamp to date":
		if s.DataType == "TIMESTAMP" {
			return when(s.Scale == 0)
		}
	}
	return Changes
}

// FloatDigits returns the number of decimal digits of a FLOAT of Oracle, whose precision is in binary digits (SQL
// Language Reference, "FLOAT Data Type").
func FloatDigits(c datasource.Column) int { return int(math.Ceil(float64(c.Precision) * 0.30103)) }

// oracleKind returns the group of interchangeable types that a type of Oracle belongs to. A user-defined type
// belongs to none: types of the same name may differ.
func oracleKind(c datasource.Column) string {
	switch name := OracleTypeName(c); name {
	case "NUMBER", "DATE":
		return strings.ToLower(name)
	case "FLOAT":
		return "float"
	case "BINARY_FLOAT", "BINARY_DOUBLE":
		return "binary"
	case "VARCHAR2", "CHAR", "NVARCHAR2", "NCHAR":
		return "text"
	case "CLOB", "NCLOB", "LONG":
		return "lob"
	case "RAW":
		return "bytes"
	case "BLOB", "LONG RAW":
		return "bytes lob"
	case "ROWID", "UROWID":
		return "rowid"
	case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE":
		return "timestamp"
	case "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND":
		return "interval"
	case "XMLTYPE", "SDO_GEOMETRY", "JSON", "BOOLEAN", "BFILE", "ANYDATA", "ANYDATASET", "ANYTYPE":
		return "value"
	}
	return ""
}

// AnyNumber reports whether a column is a NUMBER without precision and scale.
func AnyNumber(c datasource.Column) bool { return c.Precision == 0 && !c.HasScale }

// WholePart returns the number of digits before the decimal point; NUMBER(*,s) has a precision of 38.
func WholePart(c datasource.Column) int {
	if c.Precision == 0 {
		return 38 - c.Scale
	}
	return c.Precision - c.Scale
}

func numberFit(s, d datasource.Column) Fit {
	if AnyNumber(s) || AnyNumber(d) {
		return when(AnyNumber(d))
	}
	return when(WholePart(s) <= WholePart(d) && s.Scale <= d.Scale)
}

// charsetIn returns the character set of a column on one endpoint.
func charsetIn(c datasource.Column, nls datasource.NLS) string {
	if strings.HasPrefix(c.DataType, "N") {
		return nls["NLS_NCHAR_CHARACTERSET"]
	}
	return nls["NLS_CHARACTERSET"]
}

// repertoire reports whether the destination's character set has the characters of the source's.
func (sets OracleCharsets) repertoire(s, d datasource.Column) Fit {
	from, to := charsetIn(s, sets.Source), charsetIn(d, sets.Dest)
	if from == to || from == "US7ASCII" || unicodeBytes[to] > 0 {
		return Holds
	}
	return Changes
}

// characters returns the maximum number of characters in a text column.
func characters(c datasource.Column) int64 {
	if countsBytes(c) {
		return c.ByteLength
	}
	return c.CharLength
}

func countsBytes(c datasource.Column) bool {
	return !strings.HasPrefix(c.DataType, "N") && (c.Oracle == nil || c.Oracle.CharUsed != "C")
}

// noLonger reports whether a text needs no more bytes in another character set.
func noLonger(from, to string) bool {
	return from == to || from == "US7ASCII" || from == "UTF8" && to == "AL32UTF8"
}

func (sets OracleCharsets) textFit(s, d datasource.Column) Fit {
	from, to := charsetIn(s, sets.Source), charsetIn(d, sets.Dest)
	room := characters(d)
	switch {
	case characters(s) > room, // ASCII characters take one byte each
		countsBytes(d) && noLonger(from, to) && s.ByteLength > room:
		return Narrower
	case countsBytes(d) && !noLonger(from, to) && characters(s)*widest(to) > room:
		return Changes
	case strings.Contains(s.DataType, "VAR") && !strings.Contains(d.DataType, "VAR"):
		return Changes // blanks are added
	}
	return sets.repertoire(s, d)
}

// Wide returns the type that an Oracle-like destination needs to hold all values of a source's column and of
// its own column, which is nil if it is missing. It returns nil if the destination cannot be changed to such
// a type.
func (sets OracleCharsets) Wide(source,
	dest datasource.Server) func(s datasource.Column, there *datasource.Column) *datasource.ColumnType {
	return func(s datasource.Column, there *datasource.Column) *datasource.ColumnType {
		if there == nil {
			if f, ok := OracleConversionOf(source, s, dest); !ok || !f.Has(dest.Version) || f.Unlisted ||
				OracleTypeName(s) == userDefined {
				return nil
			}
			t := *s.ColumnType
			if oracleKind(s) == "text" {
				t.ColumnType = sets.textType(s, characters(s), countsBytes(s))
			}
			return &t
		}
		if s.DataType != there.DataType {
			return nil
		}
		t := *there.ColumnType
		switch oracleKind(s) {
		case "number":
			if AnyNumber(s) {
				t.ColumnType = "NUMBER"
				break
			}
			scale := max(s.Scale, there.Scale)
			precision := max(WholePart(s), WholePart(*there)) + scale
			if precision > 38 {
				return nil
			}
			t.ColumnType = fmt.Sprintf("NUMBER(%d,%d)", precision, scale)
		case "text":
			t.ColumnType = sets.textType(s, max(characters(s), characters(*there)), countsBytes(s) &&
				countsBytes(*there))
		case "bytes", "float", "timestamp":
			t.ColumnType = s.ColumnType.ColumnType
		default:
			return nil
		}
		return &t
	}
}

// textType returns the type of a text column of some length, in bytes if these are the same on source and
// destination.
func (sets OracleCharsets) textType(s datasource.Column, length int64, bytes bool) string {
	switch {
	case strings.HasPrefix(s.DataType, "N"):
		return fmt.Sprintf("%s(%d)", s.DataType, length)
	case bytes && noLonger(charsetIn(s, sets.Source), charsetIn(s, sets.Dest)):
		return fmt.Sprintf("%s(%d BYTE)", s.DataType, length)
	}
	return fmt.Sprintf("%s(%d CHAR)", s.DataType, length)
}

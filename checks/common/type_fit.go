package common

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// fit tells what becomes of a column's values in a column of another type.
type fit int

const (
	holds    fit = iota // every value stays as it is
	changes             // values may be refused, or read otherwise
	narrower            // values that the source has room for do not fit
)

// fitOf tells what becomes of the values of a column of type s in one of type d, both of the MySQL
// protocol. What it does not know is taken to change them.
func fitOf(s, d *datasource.ColumnType) fit {
	from, to := kindOf(s), kindOf(d)
	switch from + " to " + to {
	case "whole to whole":
		return wholeFit(s, d)
	case "whole to decimal":
		return when(wholeDigits[s.DataType] <= d.Precision-d.Scale && (s.Unsigned() || !d.Unsigned()))
	case "decimal to decimal":
		return when(s.Precision-s.Scale <= d.Precision-d.Scale && s.Scale <= d.Scale && (s.Unsigned() || !d.Unsigned()))
	case "approximate to approximate":
		return when((s.DataType == d.DataType || d.DataType == "double") && (s.Unsigned() || !d.Unsigned()))
	case "bit to bit":
		return when(s.Precision <= d.Precision)
	case "text to text":
		return textFit(s, d)
	case "bytes to bytes":
		if s.ByteLength > d.ByteLength {
			return narrower
		}
		if d.DataType == "binary" && (s.DataType != "binary" || s.ByteLength != d.ByteLength) {
			return changes // zeroes are added
		}
		return holds
	case "list to list":
		return listFit(s, d)
	case "list to text":
		return when(d.DataType != "char" && d.DataType != "varchar" || s.CharLength <= d.CharLength)
	case "json to json", "json to text":
		return when(d.DataType == "json" || d.DataType == "longtext")
	case "address to text":
		return when(d.DataType != "char" && d.DataType != "varchar" || addressLength[s.DataType] <= d.CharLength)
	case "spatial to spatial":
		if d.DataType == "geometry" || collection(s.DataType) == collection(d.DataType) {
			return holds
		}
	case "date to time":
		if d.DataType == "datetime" {
			return holds
		}
	case "time to time":
		switch {
		case s.DataType != d.DataType:
			return changes
		case s.Precision > d.Precision:
			return narrower
		}
		return holds
	}
	if s.DataType == d.DataType && (from == "date" || from == "year" || from == "address" || from == "vector" && s.ColumnType == d.ColumnType) {
		return holds
	}
	return changes
}

func when(fits bool) fit {
	if fits {
		return holds
	}
	return narrower
}

// kindOf sorts the types into those that can stand for one another.
func kindOf(c *datasource.ColumnType) string {
	switch c.DataType {
	case "tinyint", "smallint", "mediumint", "int", "bigint":
		return "whole"
	case "float", "double":
		return "approximate"
	case "decimal", "bit", "json", "date", "year", "vector":
		return c.DataType
	case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
		return "text"
	case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob":
		return "bytes"
	case "enum", "set":
		return "list"
	case "time", "datetime", "timestamp":
		return "time"
	case "uuid", "inet4", "inet6":
		return "address"
	}
	if slices.Contains(spatial, c.DataType) {
		return "spatial"
	}
	return ""
}

var (
	wholeDigits   = map[string]int{"tinyint": 3, "smallint": 5, "mediumint": 8, "int": 10, "bigint": 20}
	addressLength = map[string]int64{"uuid": 36, "inet4": 15, "inet6": 39}
)

func wholeFit(s, d *datasource.ColumnType) fit {
	return when(lastNumber(s) <= lastNumber(d) && (s.Unsigned() || !d.Unsigned()))
}

// textFit compares by characters where the destination counts these, else by bytes.
func textFit(s, d *datasource.ColumnType) fit {
	counted := func(c *datasource.ColumnType) bool { return c.DataType == "char" || c.DataType == "varchar" }
	most := s.CharLength
	if !counted(s) {
		most = s.ByteLength
	}
	switch {
	case counted(d) && most > d.CharLength, !counted(d) && !counted(s) && s.ByteLength > d.ByteLength,
		!counted(d) && counted(s) && most*max(1, charBytes[d.Charset]) > d.ByteLength:
		return narrower
	case repertoire(s.Charset) > repertoire(d.Charset):
		return changes
	case d.DataType == "char" && s.DataType != "char":
		return changes // spaces at the end are lost
	}
	return holds
}

// repertoire ranks a character set by how many characters it has: all of Unicode, its first
// 65,536, or fewer.
func repertoire(charset string) int {
	switch charset {
	case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030", "gb18030_2022":
		return 2
	case "utf8", "utf8mb3", "ucs2":
		return 1
	}
	return 0
}

func listFit(s, d *datasource.ColumnType) fit {
	from, err := datasource.ParseMySQLType(s.ColumnType)
	if err != nil {
		return changes
	}
	to, err := datasource.ParseMySQLType(d.ColumnType)
	if err != nil || s.DataType != d.DataType {
		return changes
	}
	missing := slices.ContainsFunc(from.Values, func(v string) bool { return !slices.Contains(to.Values, v) })
	return when(!missing)
}

// collection gives one name for the type that MySQL 8 and MariaDB call differently.
func collection(dataType string) string {
	if dataType == "geomcollection" {
		return "geometrycollection"
	}
	return dataType
}

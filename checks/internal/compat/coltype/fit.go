package coltype

import (
	"slices"
	"strconv"

	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
	"github.com/dbprecheck/precheck/datasource"
)

// Fit is the effect on a column's values in a column of another type.
type Fit int

// How values fit.
const (
	Holds    Fit = iota // every value stays the same
	Changes             // values may be rejected or read differently
	Narrower            // values that fit on the source do not fit
)

// FitOf returns the effect on the values of a column of type s in one of type d, both of the MySQL protocol.
// Unknown types count as Changes.
func FitOf(s, d *datasource.ColumnType) Fit {
	from, to := KindOf(s), KindOf(d)
	switch from + " to " + to {
	case "whole to whole":
		return wholeFit(s, d)
	case "whole to decimal":
		return when(wholeDigits(s) <= d.Precision-d.Scale && (s.Unsigned() || !d.Unsigned()))
	case "decimal to decimal":
		return when(s.Precision-s.Scale <= d.Precision-d.Scale && s.Scale <= d.Scale && (s.Unsigned() || !d.Unsigned()))
	case "approximate to approximate":
		// FLOAT(M,D)
		rounds := d.HasScale && (!s.HasScale || s.Precision-s.Scale > d.Precision-d.Scale || s.Scale > d.Scale)
		return when((s.DataType == d.DataType || d.DataType == "double") && (s.Unsigned() || !d.Unsigned()) && !rounds)
	case "bit to bit":
		return when(s.Precision <= d.Precision)
	case "text to text":
		return textFit(s, d)
	case "bytes to bytes":
		if s.ByteLength > d.ByteLength {
			return Narrower
		}
		if d.DataType == "binary" && (s.DataType != "binary" || s.ByteLength != d.ByteLength) {
			return Changes // zeroes are added
		}
		return Holds
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
			return Holds
		}
	case "date to time":
		if d.DataType == "datetime" {
			return Holds
		}
	case "time to time":
		switch {
		case s.DataType != d.DataType:
			return Changes
		case s.Precision > d.Precision:
			return Narrower
		}
		return Holds
	}
	if s.DataType == d.DataType &&
		(from == "date" || from == "year" || from == "address" || from == "vector" && s.ColumnType == d.ColumnType) {
		return Holds
	}
	return Changes
}

func when(fits bool) Fit {
	if fits {
		return Holds
	}
	return Narrower
}

// KindOf returns the group of interchangeable types that a type belongs to.
func KindOf(c *datasource.ColumnType) string {
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
	if slices.Contains(Spatial, c.DataType) {
		return "spatial"
	}
	return ""
}

var addressLength = map[string]int64{"uuid": 36, "inet4": 15, "inet6": 39}

// wholeDigits returns the number of digits of the largest value of an integer type.
func wholeDigits(c *datasource.ColumnType) int { return len(strconv.FormatUint(LastNumber(c), 10)) }

func wholeFit(s, d *datasource.ColumnType) Fit {
	return when(LastNumber(s) <= LastNumber(d) && (s.Unsigned() || !d.Unsigned()))
}

// textFit compares lengths in characters if the destination counts characters, otherwise in bytes.
func textFit(s, d *datasource.ColumnType) Fit {
	counted := func(c *datasource.ColumnType) bool { return c.DataType == "char" || c.DataType == "varchar" }
	most := s.CharLength
	if !counted(s) {
		most = s.ByteLength
	}
	switch {
	case counted(d) && most > d.CharLength, !counted(d) && !counted(s) && s.ByteLength > d.ByteLength,
		!counted(d) && counted(s) && most*bytesIn(d.Charset, s.Charset) > d.ByteLength:
		return Narrower
	case !covers(d.Charset, s.Charset):
		return Changes
	case !counted(d) && !counted(s) && !sameBytes(s.Charset, d.Charset) &&
		s.ByteLength*bytesIn(d.Charset, s.Charset) > d.ByteLength:
		return Changes // a long text may need more bytes than are available
	case d.DataType == "char" && s.DataType != "char":
		return Changes // trailing spaces are lost
	}
	return Holds
}

// bytesIn returns the maximum size in bytes of a character of one character set in another. Except in four
// character sets, all characters are among Unicode's first 65,536, which take at most three bytes in UTF-8.
func bytesIn(charset, from string) int64 {
	n := max(1, limits.CharBytes[charset])
	if charset == "utf8mb4" && repertoire(from) < 2 {
		n = 3
	}
	if charset == from && n == 1 || from == "ascii" &&
		!slices.Contains([]string{"utf16", "utf16le", "utf32", "ucs2"}, charset) {
		n = 1
	}
	return n
}

// sameBytes reports whether each character of one character set has the same bytes in the other.
func sameBytes(from, to string) bool {
	utf8 := func(charset string) bool { return charset == "utf8" || charset == "utf8mb3" || charset == "utf8mb4" }
	return from == to || utf8(from) && utf8(to) || bytesIn(to, from) == 1
}

// covers reports whether a character set is known to have every character of another.
func covers(charset, from string) bool {
	if repertoire(charset) > 0 || repertoire(from) > 0 {
		return repertoire(charset) >= repertoire(from)
	}
	return charset == from || from == "ascii" || charset == "gbk" && from == "gb2312"
}

// repertoire ranks a character set by its number of characters: all of Unicode, its first 65,536, or fewer.
func repertoire(charset string) int {
	switch charset {
	case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030", "gb18030_2022":
		return 2
	case "utf8", "utf8mb3", "ucs2":
		return 1
	}
	return 0
}

func listFit(s, d *datasource.ColumnType) Fit {
	from, err := mysqltype.Parse(s.ColumnType)
	if err != nil {
		return Changes
	}
	to, err := mysqltype.Parse(d.ColumnType)
	if err != nil || s.DataType != d.DataType {
		return Changes
	}
	places := make([]int, len(from.Values))
	for i, v := range from.Values {
		places[i] = slices.Index(to.Values, v)
	}
	switch {
	case slices.Contains(places, -1):
		return Narrower
	case s.DataType == "set" && !slices.IsSorted(places):
		return Changes // the order of the elements in a value is that of the definition
	}
	return Holds
}

// collection returns one name for the type that MySQL 8 and MariaDB name differently.
func collection(dataType string) string {
	if dataType == "geomcollection" {
		return "geometrycollection"
	}
	return dataType
}

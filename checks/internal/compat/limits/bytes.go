package limits

import (
	"slices"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// How many bytes a column takes, as servers of the MySQL protocol count them against their limits.
// Sources: MySQL 9 Reference Manual, "Data Type Storage Requirements" and "Limits on Table Column
// Count and Row Size"; MariaDB documentation, "Data Type Storage Requirements".

var fixedBytes = map[string]int64{
	"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8, "float": 4, "double": 8,
	"date": 3, "year": 1, "uuid": 16, "inet6": 16, "inet4": 4,
}

// LobBytes are the length and the pointer that a large object leaves in the row.
var LobBytes = map[string]int64{
	"tinytext": 9, "tinyblob": 9, "text": 10, "blob": 10, "mediumtext": 11, "mediumblob": 11, "longtext": 12,
	"longblob": 12, "json": 12, "vector": 12,
	"geometry": 12, "point": 12, "linestring": 12, "polygon": 12, "multipoint": 12, "multilinestring": 12,
	"multipolygon": 12, "geometrycollection": 12, "geomcollection": 12,
}

// temporalBytes are what a time takes without the fraction of its second.
var temporalBytes = map[string]int64{"time": 3, "datetime": 5, "timestamp": 4}

// valueBytes returns the most bytes that a column's value takes, without the length that a VARCHAR carries.
// It fails on a type that it does not know.
func valueBytes(c *datasource.ColumnType) (int64, error) {
	if n, ok := fixedBytes[c.DataType]; ok {
		return n, nil
	}
	if n, ok := LobBytes[c.DataType]; ok {
		return n, nil
	}
	if n, ok := temporalBytes[c.DataType]; ok {
		return n + int64(c.Precision+1)/2, nil
	}
	switch c.DataType {
	case "char", "varchar", "binary", "varbinary":
		return c.ByteLength, nil
	case "decimal":
		return decimalBytes(c.Precision-c.Scale) + decimalBytes(c.Scale), nil
	case "bit":
		return int64(c.Precision+7) / 8, nil
	case "enum", "set":
		t, err := mysqltype.Parse(c.ColumnType)
		if err != nil {
			return 0, err
		}
		n := len(t.Values)
		switch {
		case c.DataType == "enum" && n < 256:
			return 1, nil
		case c.DataType == "enum":
			return 2, nil
		case n > 32:
			return 8, nil
		}
		return int64(n+7) / 8, nil
	}
	return 0, message.Err("checks.type_size", "type", c.ColumnType)
}

// decimalBytes returns what so many digits of one side of a DECIMAL take: four bytes for nine.
func decimalBytes(digits int) int64 {
	rest := [...]int64{0, 1, 1, 2, 2, 3, 3, 4, 4}
	return int64(digits/9)*4 + rest[digits%9]
}

// RowBytes returns the length of a row as it is held against the limit of 65,535 bytes: values, lengths of
// VARCHAR and VARBINARY, one bit for each column that may be NULL, and one bit more where no column's length
// varies.
func RowBytes(columns []datasource.Column) (int64, error) {
	var sum, bits int64
	fixed := true
	for _, c := range columns {
		n, err := valueBytes(c.ColumnType)
		if err != nil {
			return 0, message.Wrap(err, "checks.column", "column", c.Name)
		}
		if c.DataType == "varchar" || c.DataType == "varbinary" {
			n++
			if c.ByteLength > 255 {
				n++
			}
		}
		if c.DataType == "varchar" || c.DataType == "varbinary" || LobBytes[c.DataType] > 0 {
			fixed = false
		}
		sum += n
		if c.Nullable {
			bits++
		}
	}
	if fixed {
		bits++
	}
	return sum + (bits+7)/8, nil
}

// VectorsAsBytes returns the columns with each VECTOR as what it is on MariaDB, a VARBINARY of its length; on
// MySQL it is a large object (MySQL 9 Reference Manual, "The VECTOR Type"; tried to the byte on MariaDB
// 11.8).
func VectorsAsBytes(columns []datasource.Column, dest datasource.Server) []datasource.Column {
	if !dest.IsMariaDB() || !slices.ContainsFunc(columns,
		func(c datasource.Column) bool { return c.DataType == "vector" }) {
		return columns
	}
	columns = slices.Clone(columns)
	for i, c := range columns {
		if c.DataType == "vector" {
			t := *c.ColumnType
			t.DataType = "varbinary"
			columns[i].ColumnType = &t
		}
	}
	return columns
}

// DefinitionBytes returns what MariaDB writes of the columns in one part of a table's .frm file, which has
// 65,535 bytes: a head, the name and the comment of each, and once each list of elements. Tried to the byte
// on MariaDB 10.11 and 11.8 (error 1117); expressions, which count there too, are left out.
func DefinitionBytes(columns []datasource.Column) int64 {
	sum := int64(290)
	lists := map[string]bool{}
	for _, c := range columns {
		sum += 18 + int64(len(c.Name))
		if c.Comment != nil {
			sum += int64(len(*c.Comment))
		}
		if (c.DataType != "enum" && c.DataType != "set") || lists[c.ColumnType.ColumnType] {
			continue
		}
		lists[c.ColumnType.ColumnType] = true
		// what is wrong with it, the row's size says, too
		if t, err := mysqltype.Parse(c.ColumnType.ColumnType); err == nil {
			sum += 2
			for _, v := range t.Values {
				sum += int64(utf8.RuneCountInString(v)) + 1
			}
		}
	}
	return sum
}

// CharBytes are the most bytes of a character, where that is more than one (SHOW CHARACTER SET of
// MySQL 9.7 and MariaDB 10.11).
var CharBytes = map[string]int64{
	"utf8": 3, "utf8mb3": 3, "utf8mb4": 4, "utf16": 4, "utf16le": 4, "utf32": 4, "ucs2": 2, "gb18030": 4,
	"gb18030_2022": 4,
	"gbk":          2, "gb2312": 2, "big5": 2, "sjis": 2, "cp932": 2, "euckr": 2, "ujis": 3, "eucjpms": 3,
}

// KeyBytes returns what a column takes in an index, of which prefix characters or bytes are indexed, or all
// where prefix is 0.
func KeyBytes(c *datasource.ColumnType, prefix int) (int64, error) {
	if prefix > 0 {
		return int64(prefix) * max(1, CharBytes[c.Charset]), nil
	}
	return valueBytes(c)
}

package limits

import (
	"slices"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The size of a column in bytes, as servers of the MySQL protocol count it against their limits. Sources:
// MySQL 9 Reference Manual, "Data Type Storage Requirements" and "Limits on Table Column Count and Row Size";
// MariaDB documentation, "Data Type Storage Requirements".

var fixedBytes = map[string]int64{
	"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8, "float": 4, "double": 8,
	"date": 3, "year": 1, "uuid": 16, "inet6": 16, "inet4": 4,
}

// LobBytes is the size of the length and the pointer of a large object in the row.
var LobBytes = map[string]int64{
	"tinytext": 9, "tinyblob": 9, "text": 10, "blob": 10, "mediumtext": 11, "mediumblob": 11, "longtext": 12,
	"longblob": 12, "json": 12, "vector": 12,
	"geometry": 12, "point": 12, "linestring": 12, "polygon": 12, "multipoint": 12, "multilinestring": 12,
	"multipolygon": 12, "geometrycollection": 12, "geomcollection": 12,
}

// temporalBytes are the sizes of temporal types without fractional seconds.
var temporalBytes = map[string]int64{"time": 3, "datetime": 5, "timestamp": 4}

// valueBytes returns the maximum size of a column's value in bytes, without the length prefix of a VARCHAR.
// It fails on an unknown type.
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

// decimalBytes returns the size in bytes of the digits on one side of a DECIMAL: nine digits take four bytes.
func decimalBytes(digits int) int64 {
	rest := [...]int64{0, 1, 1, 2, 2, 3, 3, 4, 4}
	return int64(digits/9)*4 + rest[digits%9]
}

// RowBytes returns the length of a row that counts against the limit of 65,535 bytes: values, lengths of
// VARCHAR and VARBINARY, one bit for each column that may be NULL, and one more bit if no column has a
// variable length.
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

// VectorsAsBytes returns the columns with each VECTOR replaced by its storage type: on MariaDB a VARBINARY of
// its length, on MySQL a large object (MySQL 9 Reference Manual, "The VECTOR Type"; verified to the byte on
// MariaDB 11.8).
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

// DefinitionBytes returns the size of the columns in one part of a table's .frm file on MariaDB, which is
// limited to 65,535 bytes: a header, the name and the comment of each, and each distinct list of elements
// once. Verified to the byte on MariaDB 10.11 and 11.8 (error 1117). Expressions, which also count, are not
// included.
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
		if t, err := mysqltype.Parse(c.ColumnType.ColumnType); err == nil { // the row size reports the same error
			sum += 2
			for _, v := range t.Values {
				sum += int64(utf8.RuneCountInString(v)) + 1
			}
		}
	}
	return sum
}

// CharBytes is the maximum size of a character in bytes, for character sets where it exceeds one (SHOW
// CHARACTER SET of MySQL 9.7 and MariaDB 10.11).
var CharBytes = map[string]int64{
	"utf8": 3, "utf8mb3": 3, "utf8mb4": 4, "utf16": 4, "utf16le": 4, "utf32": 4, "ucs2": 2, "gb18030": 4,
	"gb18030_2022": 4,
	"gbk":          2, "gb2312": 2, "big5": 2, "sjis": 2, "cp932": 2, "euckr": 2, "ujis": 3, "eucjpms": 3,
}

// KeyBytes returns the size of a column in an index, which contains its first prefix characters or bytes, or
// all if prefix is 0.
func KeyBytes(c *datasource.ColumnType, prefix int) (int64, error) {
	if prefix > 0 {
		return int64(prefix) * max(1, CharBytes[c.Charset]), nil
	}
	return valueBytes(c)
}

package coltype

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// The maximum lengths of MySQL's DECIMAL and CHAR (MySQL 9 Reference Manual, "Fixed-Point Types" and "The
// CHAR and VARCHAR Types").
const (
	decimalDigits   = 65
	decimalFraction = 30
	charLength      = 255
)

// MappedType returns the type to which migrations convert a column of Oracle in a database with MySQL's
// types; ok is false for one that they do not migrate. Text is in charset, with one character for each byte
// or character of Oracle's length. Sources: Alibaba Cloud Data Transmission Service, "Data type mappings
// between heterogeneous databases"; Huawei Cloud Data Replication Service, "Data Type Mapping" from Oracle to
// MySQL.
func MappedType(c datasource.Column, charset string) (m *datasource.ColumnType, ok bool) {
	m = &datasource.ColumnType{Nullable: c.Nullable}
	switch name := OracleTypeName(c); name {
	case "CHAR", "NCHAR", "VARCHAR2", "NVARCHAR2":
		m.DataType, m.Charset, m.CharLength = "varchar", charset, max(characters(c), 1)
		if strings.HasSuffix(name, "CHAR") && m.CharLength <= charLength {
			m.DataType = "char"
		}
		m.ByteLength = m.CharLength * max(1, limits.CharBytes[charset])
	case "NUMBER":
		m.DataType, m.Precision, m.Scale = "decimal", decimalDigits, decimalFraction
		if !AnyNumber(c) {
			m.Scale = min(max(c.Scale, 0), decimalFraction)
			m.Precision = min(max(WholePart(c), 0)+m.Scale, decimalDigits)
		}
	case "FLOAT", "BINARY_DOUBLE":
		m.DataType = "double"
	case "BINARY_FLOAT":
		m.DataType = "float"
	case "DATE":
		m.DataType = "datetime"
	case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE":
		m.DataType, m.Precision = "datetime", min(c.Scale, 6)
	case "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND":
		m.DataType, m.Charset, m.CharLength, m.ByteLength = "varchar", charset, intervalLength,
			intervalLength*max(1, limits.CharBytes[charset])
	case "RAW":
		m.DataType, m.ByteLength = "varbinary", c.ByteLength
	case "ROWID", "UROWID":
		length := max(c.ByteLength, rowidLength)
		m.DataType, m.Charset, m.CharLength, m.ByteLength = "varchar", charset, length,
			length*max(1, limits.CharBytes[charset])
	case "CLOB", "NCLOB", "LONG", "XMLTYPE":
		m.DataType, m.Charset = "longtext", charset
	case "BLOB", "LONG RAW":
		m.DataType = "longblob"
	case "BOOLEAN":
		m.DataType = "tinyint"
	case "JSON", "VECTOR":
		m.DataType = strings.ToLower(name)
	default:
		return nil, false
	}
	m.ColumnType = m.DataType
	switch {
	case m.CharLength > 0:
		m.ColumnType += fmt.Sprintf("(%d)", m.CharLength)
	case m.DataType == "varbinary":
		m.ColumnType += fmt.Sprintf("(%d)", m.ByteLength)
	case m.DataType == "datetime" && m.Precision > 0:
		m.ColumnType += fmt.Sprintf("(%d)", m.Precision)
	case m.DataType == "decimal":
		m.ColumnType += fmt.Sprintf("(%d,%d)", m.Precision, m.Scale)
	}
	return m, true
}

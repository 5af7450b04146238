package limits

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// The part of a row that InnoDB stores in its page, which must be smaller than half a page. Sources: MySQL 9
// Reference Manual, "Limits on Table Column Count and Row Size"; MariaDB documentation, "Troubleshooting Row
// Size Too Large Errors with InnoDB". Every type of column was verified to the byte on MySQL 9.7 and MariaDB
// 10.11, in row format DYNAMIC, which stores the least in the page.

// Record describes how a server stores columns of variable length.
type Record struct {
	Page      int64 // a record must be smaller
	inline    int64 // a column of at most this many bytes is stored entirely in the page
	outside   int64 // bytes of a longer column that are stored in the page, with their length
	redundant bool  // each column has an offset instead of a length
}

// RecordIn returns the limit of a destination for a row format. COMPACT and REDUNDANT store 768 bytes of a longer
// column and a pointer of 20 bytes in the page (MySQL 9 Reference Manual, "InnoDB Row Formats"; verified to the byte on
// MySQL 9.7 and MariaDB 10.11). ok is false if it is not known.
func RecordIn(format string, s datasource.Server, v datasource.Variables) (l Record, ok bool) {
	l, ok = RecordOf(s, v)
	switch strings.ToUpper(format) {
	case "COMPACT":
		l.inline, l.outside = 787, 790
	case "REDUNDANT":
		l.inline, l.outside, l.redundant = 787, 788, true
		l.Page -= 3
	}
	return l, ok
}

// RecordOf returns the limit of a destination; ok is false if it is not known.
func RecordOf(s datasource.Server, v datasource.Variables) (l Record, ok bool) {
	page, _ := v.Int("innodb_page_size")
	if page == 0 {
		return l, false
	}
	l.Page = (page - 132) / 2
	switch {
	case s.IsMySQL() && s.Version.AtLeast(5, 7, 9):
		l.inline, l.outside = 39, 41
		l.Page = min(l.Page, 16383)
	case s.IsMariaDB() && s.Version.AtLeast(10, 4, 8):
		l.inline, l.outside = 255, 21
	default:
		return l, false
	}
	return l, true
}

// RecordBytes returns the maximum size of the part of a row that a server must store in the page. Columns
// that are not stored do not count.
func (l Record) RecordBytes(columns []datasource.Column, indexes []datasource.Index) (int64, error) {
	sum := int64(5 + 13) // header, transaction and undo log
	fields := int64(2)
	if !hasKey(indexes) {
		sum += 6 // the row ID
		fields++
	}
	nulls := int64(0)
	for _, c := range columns {
		if c.Generated() && !c.Stored {
			continue
		}
		n, err := valueBytes(c.ColumnType)
		switch {
		case err != nil:
			return 0, err
		case !varies(c.ColumnType):
			sum += n
		case LobBytes[c.DataType] == 0 && n <= l.inline:
			sum += n + l.lengthBytes(n)
		default:
			sum += l.outside
		}
		fields++
		if c.Nullable {
			nulls++
		}
	}
	if l.redundant {
		return sum + 1 + 2*fields, nil // its header has 6 bytes
	}
	return sum + (nulls+7)/8, nil
}

// lengthBytes returns the size of the length of a column of at most n bytes that is stored in the page.
func (l Record) lengthBytes(n int64) int64 {
	switch {
	case l.redundant:
		return 0
	case n > 255:
		return 2
	}
	return 1
}

// hasKey reports whether InnoDB has a key for the clustered index, so that it needs no row ID.
func hasKey(indexes []datasource.Index) bool {
	for _, i := range indexes {
		if i.Key() {
			return true
		}
	}
	return false
}

// varies reports whether InnoDB stores the type with variable length, which includes CHAR if characters
// differ in length.
func varies(c *datasource.ColumnType) bool {
	switch {
	case strings.HasPrefix(c.DataType, "var"), LobBytes[c.DataType] > 0:
		return true
	case c.DataType == "char":
		return CharBytes[c.Charset] > 1 && c.Charset != "ucs2" && (c.Charset != "utf32" || c.ByteLength > 768)
	}
	return false
}

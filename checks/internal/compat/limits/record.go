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
	Page    int64 // a record must be smaller
	inline  int64 // a column of at most this many bytes is stored entirely in the page
	outside int64 // bytes of a longer column that are stored in the page
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
		l.inline, l.outside = 39, 40
		l.Page = min(l.Page, 16383)
	case s.IsMariaDB() && s.Version.AtLeast(10, 4, 8):
		l.inline, l.outside = 255, 20
	default:
		return l, false
	}
	return l, true
}

// RecordBytes returns the maximum size of the part of a row that a server must store in the page. Columns
// that are not stored do not count.
func (l Record) RecordBytes(columns []datasource.Column, indexes []datasource.Index) (int64, error) {
	sum := int64(5 + 13) // header, transaction and undo log
	if !hasKey(indexes) {
		sum += 6 // the row ID
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
			sum += n + 1
		default:
			sum += l.outside + 1
		}
		if c.Nullable {
			nulls++
		}
	}
	return sum + (nulls+7)/8, nil
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

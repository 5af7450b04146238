package limits

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Table holds the limits of a table on a destination; 0 means no limit.
type Table struct {
	Columns        int
	HiddenKey      bool // a table without a primary key has a hidden column, which counts
	Indexes        int  // the primary key included
	IndexedInAll   int  // total columns of all indexes
	IndexColumns   int
	PrimaryColumns int
	KeyBytes       int64
	RowBytes       int64
	VarcharBytes   int64
	Definition     int64 // total bytes of names, comments and elements of the columns
	LongUnique     bool  // a unique key that is too long is stored as a hash
}

// TableOf returns the limits of a destination for InnoDB tables; ok is false if they are not known. Sources:
// MySQL 9 Reference Manual, "InnoDB Limits", "Column Index Prefixes", "Limits on Table Column Count and Row
// Size"; MariaDB documentation, "InnoDB Limitations", "Unique Index" and "VARCHAR"; OceanBase V4.3,
// "Constraints on product specifications", ApsaraDB for OceanBase, "Technical standards" (earlier versions), release
// notes of V3.1.5 (columns). Known up to MySQL 9.7, MariaDB 12.0, OceanBase 4.3. Of Oracle:
// Oracle Database Reference 23ai, "Logical Database Limits".
func TableOf(s datasource.Server, v datasource.Variables) (l Table, ok bool) {
	switch {
	case s.IsMySQL():
		l = Table{Columns: 1017, Indexes: 64, IndexColumns: 16, KeyBytes: 3072, RowBytes: 65535}
	case s.IsMariaDB():
		l = Table{Columns: 1017, Indexes: 64, IndexColumns: 32, KeyBytes: 3072, RowBytes: 65535, VarcharBytes: 65532,
			Definition: 65535, LongUnique: s.Version.AtLeast(10, 4)}
	case s.IsOceanBase():
		l = Table{Columns: 4096, HiddenKey: true, Indexes: 128, IndexedInAll: 512, PrimaryColumns: 64, KeyBytes: 16384,
			RowBytes: 1536 * 1024}
		if s.Version.Before(3, 1, 5) {
			l.Columns, l.HiddenKey = 512, false
		}
		return l, true
	case s.Flavor == datasource.FlavorOracle:
		l = Table{Columns: 1000, IndexColumns: 32}
		if length, _ := v.Lookup("max_columns"); length == "EXTENDED" {
			l.Columns = 4096
		}
		if block, ok := v.Int("db_block_size"); ok {
			l.KeyBytes = int64(block) * 3 / 4
		}
		return l, true
	default:
		return l, false
	}
	switch page, _ := v.Int("innodb_page_size"); page {
	case 4096:
		l.KeyBytes = 768
		if s.IsMariaDB() {
			l.KeyBytes = 1173
		}
	case 8192:
		l.KeyBytes = 1536
	}
	return l, true
}

// ColumnsOf returns the maximum number of columns of a table with these indexes.
func (l Table) ColumnsOf(indexes []datasource.Index) int {
	if l.HiddenKey && !slices.ContainsFunc(indexes, func(i datasource.Index) bool { return i.Primary }) {
		return l.Columns - 1
	}
	return l.Columns
}

// Engines returns the storage engines of a destination as new tables can have them: with enforce_storage_engine of
// MariaDB only that one.
func Engines(all datasource.StorageEngines, settings datasource.Variables) datasource.StorageEngines {
	enforced, _ := settings.Lookup("enforce_storage_engine")
	if enforced == "" || all.Find(enforced) == nil {
		return all
	}
	return datasource.StorageEngines{*all.Find(enforced)}
}

// BecomesInnoDB reports whether a table is an InnoDB table on the destination. An engine that both source and
// destination have keeps its own limits.
func BecomesInnoDB(engine string, dest datasource.StorageEngines) bool {
	return strings.EqualFold(engine, "InnoDB") || !dest.Usable(engine)
}

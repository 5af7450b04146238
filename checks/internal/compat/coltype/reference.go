package coltype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// binaries are the types that InnoDB stores as strings of bytes. A foreign key may join any two of them.
var binaries = []string{"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "decimal", "bit", "time",
	"datetime", "timestamp"}

// whole are the types that InnoDB stores as integers.
var whole = []string{"tinyint", "smallint", "mediumint", "int", "bigint", "year", "date", "enum", "set"}

// CanReference reports whether InnoDB accepts a foreign key between columns of two types: text of the same
// collation, integers of the same size and sign, bytes, or the same type (MySQL 9 Reference Manual, "FOREIGN KEY
// Constraints"; how dates, ENUM and others are stored was tested on MariaDB 10.11 and 11.8 and on MySQL 9.7).
func CanReference(a, b *datasource.ColumnType) bool { return storedAs(a) == storedAs(b) }

// storedAs returns a name that is the same for types that InnoDB stores and compares in the same way.
func storedAs(c *datasource.ColumnType) string {
	switch {
	case c.Collation != "" && c.DataType != "enum" && c.DataType != "set":
		return "text " + strings.Replace(c.Collation, "utf8_", "utf8mb3_", 1)
	case slices.Contains(binaries, c.DataType):
		return "bytes"
	case slices.Contains(whole, c.DataType):
		if bytes, err := limits.KeyBytes(c, 0); err == nil {
			unsigned := c.Unsigned() || slices.Contains([]string{"year", "enum", "set"}, c.DataType)
			return fmt.Sprintf("integer %d %t", bytes, unsigned)
		}
	}
	return c.DataType
}

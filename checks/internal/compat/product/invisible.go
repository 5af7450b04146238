package product

import (
	"github.com/dbprecheck/precheck/datasource"
)

// InvisibleColumns reports whether a server has invisible columns; known is false if that is not known (MySQL
// 8.4 Reference Manual, "Invisible Columns": 8.0.23; MariaDB documentation, "Invisible Columns": 10.3.3;
// Oracle Database 12.1 New Features; OceanBase V4.3, "CREATE TABLE" of Oracle mode).
func InvisibleColumns(s datasource.Server) (has, known bool) {
	switch {
	case s.IsMySQL():
		return s.Version.AtLeast(8, 0, 23), true
	case s.IsMariaDB():
		return s.Version.AtLeast(10, 3, 3), true
	case s.Flavor == datasource.FlavorOracle:
		return s.Version.AtLeast(12, 1), true
	case s.Mode == "ORACLE" && s.Version.AtLeast(4, 3):
		return true, true
	}
	return false, false
}

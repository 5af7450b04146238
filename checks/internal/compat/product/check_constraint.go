package product

import "github.com/dbprecheck/precheck/datasource"

// IgnoresCheck reports whether a server ignores CHECK: MySQL before 8.0.16, MariaDB before 10.2.1 (MySQL 8.0
// Reference Manual and MariaDB documentation, "CHECK Constraints"), or does not receive it: OceanBase before V3.2.3
// in MySQL mode (OceanBase Migration Service, "Create an index or a constraint" of the conversion from a MySQL
// database).
func IgnoresCheck(s datasource.Server) bool {
	return s.IsMySQL() && s.Version.Before(8, 0, 16) || s.IsMariaDB() && s.Version.Before(10, 2, 1) ||
		s.IsOceanBase() && s.Mode == "MYSQL" && s.Version.Before(3, 2, 3)
}

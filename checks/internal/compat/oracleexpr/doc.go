// Package oracleexpr parses expressions as the dictionary of Oracle shows them, and reports which functions
// of Oracle each destination accepts.
//
// The sources are Oracle Database SQL Language Reference, the documentation of MariaDB and OceanBase V4.3,
// and trials on MySQL 9.7 and MariaDB 10.11; each table names its own. The tables are known up to MySQL 9.7,
// MariaDB 12.0 and OceanBase 4.3. It does not depend on checks.
package oracleexpr

// Package limits provides the limits of each product: lengths of names, numbers of columns and indexes, and
// the lengths of rows, keys and InnoDB records, with the bytes that a column contributes to them.
//
// The sources are the manuals of MySQL, MariaDB, OceanBase and Oracle; each table names its own. Lengths in
// bytes were verified to the byte on MySQL 9.7 and MariaDB 10.11 and 11.8. The limits are known up to MySQL
// 9.7, MariaDB 12.0, OceanBase 4.3 and Oracle 23ai. It does not depend on checks.
package limits

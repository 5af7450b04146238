// Package mysqlexpr parses expressions and definitions of views as the catalogs of MySQL, MariaDB and
// OceanBase in MySQL mode show them, and reports which of their functions and clauses each product and
// version accepts.
//
// All readers use the tokens of Tokenize. The sources are the reference manuals of MySQL, the documentation
// of MariaDB and OceanBase V4.3, and trials on MySQL 9.7 and on MariaDB 10.5, 10.11 and 11.8; each table
// names its own. The tables are known up to MySQL 9.7, MariaDB 11.8 and OceanBase 4.3. It does not depend on
// checks.
package mysqlexpr

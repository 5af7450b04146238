// Package keyword provides the reserved words of Oracle, MySQL, MariaDB and OceanBase by version, for servers that do
// not list them.
//
// The sources are Oracle Database SQL Language Reference, the MySQL Server Version Reference and the
// documentation of MariaDB, verified on MariaDB 10.5, 10.11 and 11.8; each list names its own. The words are
// known up to MySQL 8.0.12 and MariaDB 11.8, with those that the release notes of MariaDB 12 name. It does
// not depend on checks.
package keyword

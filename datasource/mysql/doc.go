// Package mysql reads facts from servers that speak the MySQL protocol: MySQL and products derived from it,
// MariaDB, and OceanBase in MySQL mode. datasource/oceanbase reads tenants in Oracle mode with it.
//
// Every fact takes a bounded number of statements, regardless of the number of tables. Sessions are
// read-only. Each statement has a deadline on the client and where possible on the server, and a cancelled
// statement is killed, so that none continues to run.
package mysql

// Package mysql reads facts from servers that speak the MySQL protocol: MySQL and products derived from it,
// MariaDB, and OceanBase in MySQL mode. datasource/oceanbase reads tenants in Oracle mode with it.
//
// Every fact costs a bounded number of statements, however many tables there are. Sessions are read-only.
// Each statement has a deadline on the client and where possible on the server, and a statement that is
// given up is killed, so that none keeps running.
package mysql

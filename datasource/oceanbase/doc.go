// Package oceanbase reads facts from tenants of OceanBase in Oracle mode: their protocol is MySQL's, which
// datasource/mysql speaks, and their dictionary is like Oracle's, which datasource/oracle reads.
//
// A tenant in MySQL mode is read only by datasource/mysql.
package oceanbase

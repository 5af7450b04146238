// Package oracle reads facts from Oracle Database 11.2 to 23ai over go-ora.
//
// Facts are read from the DBA_ views of the dictionary where the account may read them, else from the ALL_
// views, which show only what the account has a privilege on. Every fact costs a bounded number of
// statements, however many tables there are. Statements carry no comment, which the driver misreads, and no
// binds; sessions are named precheck in V$SESSION.PROGRAM.
//
// A tenant of OceanBase in Oracle mode has a dictionary of the same views, which datasource/oceanbase reads
// over another driver (Source). What differs follows OceanBase's manual, V4.3; it has never been tried on
// such a tenant.
package oracle

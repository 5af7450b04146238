// Package oracle reads facts from Oracle Database 11.2 to 23ai over go-ora.
//
// Facts are read from the DBA_ views of the dictionary if the account may read them, otherwise from the ALL_
// views, which show only objects on which the account has a privilege. Every fact takes a bounded number of
// statements, regardless of the number of tables. Statements contain no comments, which the driver misreads,
// and no binds; sessions are named precheck in V$SESSION.PROGRAM.
//
// A tenant of OceanBase in Oracle mode has a dictionary of the same views, which datasource/oceanbase reads
// over another driver (Source). The differences follow OceanBase's manual, V4.3; they have never been tested
// on such a tenant.
package oracle

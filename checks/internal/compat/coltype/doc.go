// Package coltype provides the conversions of column types on each destination: which products and versions
// support a type, which type replaces it, and whether a column of the destination holds every value of a
// column of the source.
//
// The sources are the manuals of Oracle, MySQL, MariaDB, OceanBase and TiDB, and the type mappings that
// OceanBase Migration Service, Alibaba Cloud Data Transmission Service and Huawei Cloud Data Replication
// Service document; each table names its own. The tables are known up to MySQL 9.7, MariaDB 12.0, OceanBase
// 4.4, TiDB 8.5 and Oracle 23ai. It does not depend on checks.
package coltype

package datasource

// OracleTimeZone is the time zone data of an Oracle database, or of a tenant of OceanBase in Oracle mode.
type OracleTimeZone struct {
	// Database is the time zone in which TIMESTAMP WITH LOCAL TIME ZONE values are stored (DBTIMEZONE).
	Database string
	// File is the version of the time zone file, the rules of the named zones; 0 of OceanBase, which has
	// none.
	File  int
	Named bool // the names of zones are supported, as in Asia/Shanghai
}

// FactOracleTimeZone is what DBTIMEZONE and V$TIMEZONE_FILE show, on OceanBase V$TIMEZONE_NAMES.
var FactOracleTimeZone = NewFact[OracleTimeZone]("oracle_time_zone", "time zone of the Oracle database")

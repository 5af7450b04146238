package datasource

import "context"

// OracleTimeZone is what an Oracle database, or a tenant of OceanBase in Oracle mode, knows of time zones.
type OracleTimeZone struct {
	// Database is the time zone in which TIMESTAMP WITH LOCAL TIME ZONE values are kept (DBTIMEZONE).
	Database string
	// File is the version of the time zone file, the rules of the named zones; 0 of OceanBase, which has none.
	File  int
	Named bool // zones are known by their names, as in Asia/Shanghai
}

// FactOracleTimeZone is what an Oracle database knows of time zones.
const FactOracleTimeZone Fact = "Oracle time zone"

// OracleTimeZone gives what DBTIMEZONE and V$TIMEZONE_FILE tell, of OceanBase V$TIMEZONE_NAMES.
func (f *Facts) OracleTimeZone(ctx context.Context) (OracleTimeZone, error) {
	return get[OracleTimeZone](ctx, f, FactOracleTimeZone)
}

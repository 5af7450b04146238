package common

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// oracleTypes are the types of Oracle's columns, as its dictionary writes them without lengths:
// every one has a fate in each of the tables of this file. An object type made by a user is
// userDefined.
var oracleTypes = []string{"CHAR", "VARCHAR2", "NCHAR", "NVARCHAR2", "NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE",
	"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE", "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND",
	"RAW", "LONG", "LONG RAW", "CLOB", "NCLOB", "BLOB", "BFILE", "ROWID", "UROWID", "XMLTYPE", "SDO_GEOMETRY", "ANYDATA", "ANYDATASET", "ANYTYPE",
	"JSON", "BOOLEAN", "VECTOR", userDefined}

const userDefined = "a user-defined type"

const (
	foreignRows   = "its values name rows of the source, not of the destination"
	outsideFiles  = "it names a file beside the source's database, which is not migrated"
	notANumber    = "NaN and the infinities"
	zoneOfValue   = "the time zone of each value"
	sessionZone   = "the conversion to the session's time zone that reading does"
	sixDigits     = "the digits of a second's fraction after the sixth"
	typeMustExist = "it needs its type on the destination"
)

// oracleToOracle holds what becomes of Oracle's types in another Oracle database. Source: Oracle
// Database SQL Language Reference, "Data Types", of 19c, 21c (JSON) and 23ai (BOOLEAN, VECTOR). It holds
// for the types of an Oracle-mode tenant, too, which are some of these.
var oracleToOracle = fates(map[string]fate{
	"BFILE": {loses: outsideFiles}, "ROWID": {loses: foreignRows}, "UROWID": {loses: foreignRows},
	"JSON": since(21), "BOOLEAN": since(23), "VECTOR": since(23, 4), userDefined: {loses: typeMustExist},
})

// oracleToOceanBase holds what becomes of them in an Oracle-mode tenant. Sources: OceanBase
// Migration Service, "Data type conversion" from an Oracle database to an Oracle tenant, which
// gives LONG and LONG RAW as CLOB and BLOB and leaves out the types that are unlisted here;
// OceanBase V4.3.3, "Overview of LOB data types" (BLOB and CLOB, no other) and "XMLType".
var oracleToOceanBase = fates(map[string]fate{
	"LONG": {never: true, as: "CLOB"}, "LONG RAW": {never: true, as: "BLOB"}, "NCLOB": {never: true, as: "CLOB"},
	"BFILE": never, "ROWID": {loses: foreignRows}, "UROWID": {loses: foreignRows},
	"XMLTYPE": unlisted, "SDO_GEOMETRY": unlisted, "ANYDATA": unlisted, "ANYDATASET": unlisted, "ANYTYPE": unlisted,
	"JSON": unlisted, "BOOLEAN": unlisted, "VECTOR": unlisted, userDefined: unlisted,
})

// oceanBaseToOceanBase holds what becomes of the types of an Oracle-mode tenant in another; the others it
// does not have. Sources: OceanBase V4.3.3, "Overview" of the built-in data types of Oracle mode,
// "Overview of LOB data types", "Spatial data types", "User-defined data types".
var oceanBaseToOceanBase = fates(map[string]fate{
	"LONG": never, "LONG RAW": never, "NCLOB": never, "BFILE": never, "ANYDATA": never, "ANYDATASET": never, "ANYTYPE": never, "BOOLEAN": never, "VECTOR": never,
	"ROWID": {loses: foreignRows}, "UROWID": {loses: foreignRows}, userDefined: {loses: typeMustExist},
})

// laterInOceanBase are types that its Oracle mode has not had from the first version on.
var laterInOceanBase = []string{"XMLTYPE", "JSON", "SDO_GEOMETRY"}

// oracleToMySQL holds what becomes of them in a database of MySQL's types; JSON and VECTOR are as
// MySQL's own. Sources: Huawei Cloud Data Replication Service, "Data Type Mapping" from Oracle to
// MySQL; MySQL 9 Reference Manual, "Numeric Data Types" and "Date and Time Data Types".
var oracleToMySQL = fates(map[string]fate{
	"BINARY_FLOAT": {loses: notANumber}, "BINARY_DOUBLE": {loses: notANumber},
	"TIMESTAMP WITH TIME ZONE": {loses: zoneOfValue}, "TIMESTAMP WITH LOCAL TIME ZONE": {loses: sessionZone},
	"INTERVAL YEAR TO MONTH": {never: true, as: "VARCHAR(30)"}, "INTERVAL DAY TO SECOND": {never: true, as: "VARCHAR(30)"},
	"ROWID": {loses: foreignRows}, "UROWID": {loses: foreignRows}, "XMLTYPE": {never: true, as: "LONGTEXT"},
	"BFILE": never, "SDO_GEOMETRY": never, "ANYDATA": never, "ANYDATASET": never, "ANYTYPE": never, userDefined: never,
})

// fates gives every type its fate: those of but, and that it is kept for all others.
func fates(but map[string]fate) map[string]fate {
	all := make(map[string]fate, len(oracleTypes))
	for _, t := range oracleTypes {
		all[t] = but[t]
	}
	return all
}

// oracleFateOf gives what becomes of a column of an Oracle-like source on a destination; ok is false where that
// is not known.
func oracleFateOf(source datasource.Server, c datasource.Column, dest datasource.Server) (f fate, ok bool) {
	name := oracleTypeName(c)
	switch {
	case source.IsOceanBase() && dest.Mode == "ORACLE":
		if slices.Contains(laterInOceanBase, name) && dest.Version.Compare(source.Version) < 0 {
			return unlisted, true
		}
		f, ok = oceanBaseToOceanBase[name]
		return f, ok
	case dest.Flavor == datasource.FlavorOracle:
		f, ok = oracleToOracle[name]
		return f, ok
	case dest.IsOceanBase() && dest.Mode == "ORACLE":
		f, ok = oracleToOceanBase[name]
		return f, ok
	case name == "JSON" || name == "VECTOR":
		return mysqlFateOf(strings.ToLower(name), dest)
	}
	f, ok = oracleToMySQL[name]
	if strings.HasPrefix(name, "TIMESTAMP") && c.Scale > 6 {
		f.loses = strings.TrimPrefix(fmt.Sprintf("%s, and %s", f.loses, sixDigits), ", and ")
	}
	return f, ok
}

// oracleTypeName gives the name of a column's type among oracleTypes: types of Oracle's own that
// are objects have an owner, too.
func oracleTypeName(c datasource.Column) string {
	if c.Oracle == nil || c.Oracle.TypeOwner == "" || slices.Contains([]string{"SYS", "PUBLIC", "XDB", "MDSYS"}, c.Oracle.TypeOwner) && slices.Contains(oracleTypes, c.DataType) {
		return c.DataType
	}
	return userDefined
}

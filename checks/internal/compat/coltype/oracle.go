package coltype

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// oracleTypes are the types of Oracle's columns, as its dictionary writes them without lengths: each of the
// tables of this file has a conversion for every one. An object type made by a user is userDefined.
var oracleTypes = []string{"CHAR", "VARCHAR2", "NCHAR", "NVARCHAR2", "NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE",
	"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE", "INTERVAL YEAR TO MONTH",
	"INTERVAL DAY TO SECOND",
	"RAW", "LONG", "LONG RAW", "CLOB", "NCLOB", "BLOB", "BFILE", "ROWID", "UROWID", "XMLTYPE", "SDO_GEOMETRY",
	"ANYDATA",
	"ANYDATASET", "ANYTYPE",
	"JSON", "BOOLEAN", "VECTOR", userDefined}

const userDefined = "USER-DEFINED"

// oracleToOracle holds the conversions of Oracle's types in another Oracle database. Source: Oracle Database
// SQL Language Reference, "Data Types", of 19c, 21c (JSON) and 23ai (BOOLEAN, VECTOR). It also applies to the
// types of an Oracle-mode tenant, which are a subset.
var oracleToOracle = conversionsBut(map[string]Conversion{
	"BFILE": {Loses: LosesExternalFile}, "ROWID": {Loses: LosesSourceRows}, "UROWID": {Loses: LosesSourceRows},
	"JSON": since(21), "BOOLEAN": since(23), "VECTOR": since(23, 4), userDefined: {Loses: LosesUserType},
})

// oracleToOceanBase holds their conversions in an Oracle-mode tenant. Sources: OceanBase Migration Service,
// "Data type conversion" from an Oracle database to an Oracle tenant, which converts LONG and LONG RAW to
// CLOB and BLOB and does not list the types that are unlisted here; OceanBase V4.3.3, "Overview of LOB data
// types" (BLOB and CLOB, no other) and "XMLType".
var oracleToOceanBase = conversionsBut(map[string]Conversion{
	"LONG": {Absent: true, As: "CLOB"}, "LONG RAW": {Absent: true, As: "BLOB"}, "NCLOB": {Absent: true, As: "CLOB"},
	"BFILE": absent, "ROWID": {Loses: LosesSourceRows}, "UROWID": {Loses: LosesSourceRows},
	"XMLTYPE": unlisted, "SDO_GEOMETRY": unlisted, "ANYDATA": unlisted, "ANYDATASET": unlisted, "ANYTYPE": unlisted,
	"JSON": unlisted, "BOOLEAN": unlisted, "VECTOR": unlisted, userDefined: unlisted,
})

// oceanBaseToOceanBase holds the conversions of the types of an Oracle-mode tenant in another; it does not
// have the others. Sources: OceanBase V4.3.3, "Overview" of the built-in data types of Oracle mode, "Overview
// of LOB data types", "Spatial data types", "User-defined data types".
var oceanBaseToOceanBase = conversionsBut(map[string]Conversion{
	"LONG": absent, "LONG RAW": absent, "NCLOB": absent, "BFILE": absent, "ANYDATA": absent, "ANYDATASET": absent,
	"ANYTYPE": absent, "BOOLEAN": absent, "VECTOR": absent,
	"ROWID": {Loses: LosesSourceRows}, "UROWID": {Loses: LosesSourceRows}, userDefined: {Loses: LosesUserType},
})

// laterInOceanBase are types that were added to its Oracle mode after the first version.
var laterInOceanBase = []string{"XMLTYPE", "JSON", "SDO_GEOMETRY"}

// oracleToMySQL holds their conversions in a database with MySQL's types; JSON and VECTOR are treated like
// MySQL's own. Sources: Huawei Cloud Data Replication Service, "Data Type Mapping" from Oracle to MySQL;
// MySQL 9 Reference Manual, "Numeric Data Types" and "Date and Time Data Types".
var oracleToMySQL = conversionsBut(map[string]Conversion{
	"BINARY_FLOAT": {Loses: LosesNaN}, "BINARY_DOUBLE": {Loses: LosesNaN},
	"TIMESTAMP WITH TIME ZONE": {Loses: LosesTimeZone}, "TIMESTAMP WITH LOCAL TIME ZONE": {Loses: LosesSessionZone},
	"INTERVAL YEAR TO MONTH": {Absent: true, As: "VARCHAR(30)"},
	"INTERVAL DAY TO SECOND": {Absent: true, As: "VARCHAR(30)"},
	"ROWID":                  {Loses: LosesSourceRows}, "UROWID": {Loses: LosesSourceRows},
	"XMLTYPE": {Absent: true, As: "LONGTEXT"},
	"BFILE":   absent, "SDO_GEOMETRY": absent, "ANYDATA": absent, "ANYDATASET": absent, "ANYTYPE": absent,
	userDefined: absent,
})

// conversionsBut returns the conversion of every type: those in but, and no change for all others.
func conversionsBut(but map[string]Conversion) map[string]Conversion {
	all := make(map[string]Conversion, len(oracleTypes))
	for _, t := range oracleTypes {
		all[t] = but[t]
	}
	return all
}

// OracleConversionOf returns the conversion of a column of an Oracle-like source on a destination; ok is
// false if it is not known.
func OracleConversionOf(source datasource.Server, c datasource.Column, dest datasource.Server) (f Conversion, ok bool) {
	name := OracleTypeName(c)
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
		return mysqlConversionOf(strings.ToLower(name), dest)
	}
	f, ok = oracleToMySQL[name]
	if strings.HasPrefix(name, "TIMESTAMP") && c.Scale > DatetimeDigits {
		f.Loses = andDigits[f.Loses]
	}
	return f, ok
}

// andDigits maps a loss to the same loss with fractional second digits.
var andDigits = map[string]string{
	"":               LosesDigits,
	LosesTimeZone:    LosesTimeZoneAndDigits,
	LosesSessionZone: LosesSessionZoneAndDigits,
}

// ofTenant are the types that the dictionary of an Oracle-mode tenant names differently; it does not show which type of
// a user a column has (OceanBase's source code, DBA_TAB_COLS_V$).
var ofTenant = map[string]string{"UDT": userDefined, "GEOMETRY": "SDO_GEOMETRY"}

// OracleTypeName returns the name of a column's type among oracleTypes: object types that Oracle supplies
// have an owner, too.
func OracleTypeName(c datasource.Column) string {
	if name := ofTenant[c.DataType]; name != "" && (c.Oracle == nil || c.Oracle.TypeOwner == "") {
		return name
	}
	if c.Oracle == nil || c.Oracle.TypeOwner == "" ||
		slices.Contains([]string{"SYS", "PUBLIC", "XDB", "MDSYS"}, c.Oracle.TypeOwner) &&
			slices.Contains(oracleTypes, c.DataType) {
		return c.DataType
	}
	return userDefined
}

package coltype

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Conversion is what a type becomes on a destination.
type Conversion struct {
	Since  []int  // first version that supports the type; empty if all do
	Absent bool   // no version supports it
	As     string // the type that replaces it without loss of data, if it is not supported
	Older  string // its only name on the destination, if the source uses another one
	Loses  string // key of the loss even if the type is supported: one of the constants Loses…
	// Unlisted reports that the documentation of the loaders of the destination names no conversion.
	Unlisted bool
}

// The keys of the losses of a type on a destination.
const (
	LosesSourceRows           = "source_rows"              // the rows that its values refer to
	LosesExternalFile         = "external_file"            // the file that its values refer to
	LosesNaN                  = "nan_infinity"             // NaN and infinity
	LosesTimeZone             = "time_zone"                // the time zone of each value
	LosesTimeZoneAndDigits    = "time_zone_digits"         // and fractional second digits after the sixth
	LosesSessionZone          = "session_time_zone"        // the conversion to the session time zone on reading
	LosesSessionZoneAndDigits = "session_time_zone_digits" // and fractional second digits after the sixth
	LosesDigits               = "digits"                   // fractional second digits after the sixth
	LosesUserType             = "user_type"                // its type, unless it exists on the destination
)

var same = Conversion{}

var absent = Conversion{Absent: true}

var unlisted = Conversion{Unlisted: true}

func since(version ...int) Conversion { return Conversion{Since: version} }

// Everywhere are the types that every server of the MySQL protocol has.
var Everywhere = strings.Fields(`tinyint smallint mediumint int bigint decimal float double bit
date time datetime timestamp year char varchar binary varbinary
tinyblob blob mediumblob longblob tinytext text mediumtext longtext enum set`)

// Spatial are the spatial types of MySQL and MariaDB.
var Spatial = strings.Fields(
	`geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection`)

// conversions holds the conversions of the types that not every server has, by the destination's product.
// Sources: MySQL 9 Reference Manual, "Data Types"; MariaDB documentation, "Data Types", with the version that
// each page names; OceanBase, "Data type conversion" from a MySQL database to a MySQL tenant (JSON from
// 3.2.3, spatial types from 3.2.4 and 4.1.0), and "Vector data types" (from 4.3.3); TiDB documentation, "Data
// Types" and "Vector Data Types". Known up to MySQL 9.7, MariaDB 12.0, OceanBase 4.4, TiDB 8.5.
var conversions = map[datasource.Flavor]map[string]Conversion{
	datasource.FlavorMySQL: {"json": since(5, 7, 8), "vector": since(9, 0, 0), "spatial": same},
	datasource.FlavorMariaDB: {"json": {Absent: true, As: "LONGTEXT CHECK (JSON_VALID(…))"}, "vector": since(11, 7, 1),
		"uuid": since(10, 7, 0), "inet6": since(10, 5, 0), "inet4": since(10, 10, 0), "spatial": same,
		"geomcollection": {Absent: true, Older: "GEOMETRYCOLLECTION"}},
	datasource.FlavorOceanBase: {"json": {Since: []int{3, 2, 3}, As: "TEXT"}, "vector": since(4, 3, 3),
		"spatial": since(4, 1, 0)},
	datasource.FlavorTiDB: {"json": same, "vector": since(8, 4, 0), "spatial": absent},
}

// exotic are the types in conversions. A type that it does not contain for a product does not exist in any
// version of it.
var exotic = []string{"json", "vector", "uuid", "inet4", "inet6", "spatial"}

// ConversionOf returns the conversion of a source's column on a destination; ok is false if it is not known.
func ConversionOf(source datasource.Server, c datasource.Column, dest datasource.Server) (f Conversion, ok bool) {
	if source.Flavor == datasource.FlavorOracle || source.Mode == "ORACLE" {
		return OracleConversionOf(source, c, dest)
	}
	return mysqlConversionOf(c.DataType, dest)
}

// mysqlConversionOf returns the conversion of one of MySQL's types.
func mysqlConversionOf(dataType string, dest datasource.Server) (f Conversion, ok bool) {
	if dest.Flavor == datasource.FlavorOracle || dest.Mode == "ORACLE" {
		return Conversion{}, false
	}
	if slices.Contains(Everywhere, dataType) {
		return same, true
	}
	types, known := conversions[product.Family(dest)]
	if f, listed := types[dataType]; listed {
		return f, true
	}
	if slices.Contains(Spatial, dataType) {
		dataType = "spatial"
	}
	if !known || !slices.Contains(exotic, dataType) {
		return Conversion{}, false
	}
	if f, listed := types[dataType]; listed {
		return f, true
	}
	return absent, true
}

// Has reports whether the version of the destination has the type.
func (f Conversion) Has(v datasource.Version) bool { return !f.Absent && v.AtLeast(f.Since...) }

// MySQLScale is the maximum scale of a DECIMAL on MySQL and OceanBase; MariaDB allows 38 (MySQL 9 Reference
// Manual, "Precision Math"; OceanBase V4.3, "Numeric types"; MariaDB documentation, "DECIMAL": 10.2.1).
const MySQLScale = 30

// WideTimestamp reports whether TIMESTAMP supports dates after 2038: MariaDB 11.5 and later on 64 bits
// (MariaDB documentation, "TIMESTAMP").
func WideTimestamp(s datasource.Server) bool { return s.IsMariaDB() && s.Version.AtLeast(11, 5) }

package oracleexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Function reports whether a destination accepts a function of an Oracle-like source in an expression. It
// returns Differs for a function with the same name that behaves differently.
func Function(source, dest datasource.Server, name string) product.Acceptance {
	since, inMariaDB := mariadbLikeOracle[name]
	switch {
	case dest.Flavor == datasource.FlavorOracle:
		if source.Flavor == dest.Flavor && dest.Version.AtLeast(source.Version.Major, source.Version.Minor) ||
			slices.Contains(oceanBaseFunctions, name) {
			return product.Accepted
		}
	case dest.Mode == "ORACLE":
		if slices.Contains(oceanBaseFunctions, name) || source.IsOceanBase() &&
			dest.Version.AtLeast(source.Version.Major, source.Version.Minor) {
			return product.Accepted
		}
	case slices.Contains(alikeFunctions, name):
		return product.Accepted
	case dest.IsOceanBase():
	case slices.Contains(unlikeFunctions, name), name == "decode" && (dest.IsMariaDB() || dest.Version.Before(8)):
		return product.Differs
	case inMariaDB && dest.IsMariaDB() && dest.Version.AtLeast(since...):
		return product.Accepted
	case dest.IsMySQL() && (inMariaDB || name == "decode" || slices.Contains(absentFunctions, name)),
		dest.IsMariaDB() && (inMariaDB || slices.Contains(absentFunctions, name) && dest.Version.Before(12, 1)):
		return product.Refused
	}
	return product.Unknown
}

var (
	// oceanBaseFunctions are Oracle's functions that a tenant of OceanBase in Oracle mode has (OceanBase
	// V4.3, "Compatibility with Oracle", "Built-in functions"). Oracle has had each since 11.2.
	oceanBaseFunctions = strings.Fields(`abs acos asin atan atan2 bitand ceil cos cosh exp floor ln log mod nanvl power
remainder round sign sin sinh sqrt tan tanh trunc width_bucket
chr concat initcap lower lpad ltrim nls_lower nls_upper regexp_replace regexp_substr replace rpad rtrim substr translate
trim upper ascii instr length regexp_count regexp_instr
add_months current_date current_timestamp dbtimezone extract from_tz last_day localtimestamp months_between next_day
numtodsinterval numtoyminterval sessiontimezone
sys_extract_utc sysdate systimestamp to_char to_dsinterval to_timestamp to_timestamp_tz to_yminterval tz_offset greatest
least asciistr cast chartorowid convert hextoraw rawtohex
rowidtochar rowidtonchar to_binary_double to_binary_float to_blob to_clob to_date to_multi_byte to_number to_nchar
to_single_byte unistr decode dump ora_hash vsize sys_context
sys_guid uid user coalesce lnnvl nullif nvl nvl2`)
	// alikeFunctions behave the same on MySQL, MariaDB and Oracle.
	alikeFunctions = strings.Fields(
		`abs acos asin atan atan2 ceil coalesce cos exp floor greatest least ln log lower nullif power sign sin sqrt tan
upper`)
	// unlikeFunctions exist on MySQL and MariaDB, but differ from Oracle's: in the result for NULL, an empty
	// string, a zero or a position of 0, in bytes or characters, in arguments, or in the type of a date.
	unlikeFunctions = strings.Fields(`ascii cast concat convert current_date current_timestamp extract instr last_day
length localtimestamp lpad ltrim mod regexp_instr regexp_replace
regexp_substr replace round rpad rtrim substr sysdate trim user`)
	// absentFunctions exist on neither: each was tested on MySQL 9.7 and MariaDB 10.11. MariaDB after 12.0
	// may have some.
	absentFunctions = strings.Fields(`asciistr bitand chartorowid cosh dbtimezone dump from_tz hextoraw initcap instrb
lnnvl months_between nanvl new_time next_day nls_initcap nls_lower nls_upper
nlssort numtodsinterval numtoyminterval ora_hash rawtohex rawtonhex regexp_count remainder rowidtochar rowidtonchar
sessiontimezone sinh standard_hash substrb sys_context sys_extract_utc systimestamp
tanh to_binary_double to_binary_float to_blob to_clob to_date to_dsinterval to_multi_byte to_nchar to_nclob to_number
to_single_byte to_timestamp to_timestamp_tz to_yminterval
translate trunc tz_offset uid unistr userenv vsize width_bucket`)
	// mariadbLikeOracle are functions of Oracle that MariaDB has, with the first version, and that MySQL does
	// not have (MariaDB documentation of each function).
	mariadbLikeOracle = map[string][]int{"add_months": {10, 6, 1}, "chr": {10, 3, 1}, "lengthb": {10, 3, 1},
		"nvl": {10, 3}, "nvl2": {10, 3}, "sys_guid": {10, 6, 1}, "to_char": {10, 6, 1}}
)

package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// InCheck reports whether the destination accepts a function of the source in a CHECK.
func InCheck(source, dest datasource.Server, name string) product.Acceptance {
	switch {
	case hasNot(dest, name):
		return product.Refused
	case ofOneKind(source, dest):
		return product.Accepted
	case dest.IsMariaDB() && name == "date_format": // which it accepts elsewhere
		return product.Refused
	case slices.Contains(FunctionsOfBoth, name):
		return product.Accepted
	case dest.IsMySQL() && name == "json_merge" && dest.Version.Before(9):
		return product.Accepted
	case dest.IsMySQL() && slices.Contains(mysqlRefuses, name), dest.IsMariaDB() &&
		slices.Contains(mariadbRefuses, name):
		return product.Refused
	case isListed(dest, name):
		return product.Accepted
	}
	return product.Unknown
}

// The functions that each server accepts in a CHECK, and that both accept in a DEFAULT and a generated
// column, were tested on MySQL 9.7 and on MariaDB 10.5, 10.11 and 11.8, with up to four arguments of several
// types.
var (
	// mysqlRefuses are functions of MySQL that MariaDB accepts in a CHECK and MySQL rejects there.
	mysqlRefuses = strings.Fields(`json_merge unix_timestamp updatexml`)
	// mariadbRefuses are functions of MariaDB that MySQL accepts in a CHECK and MariaDB rejects there.
	mariadbRefuses = strings.Fields(`dayname from_unixtime monthname random_bytes sysdate`)
	// FunctionsOfBoth are functions that both accept everywhere, and SQL words that a parenthesis may follow.
	FunctionsOfBoth = strings.Fields(`abs acos adddate addtime aes_decrypt aes_encrypt ascii asin atan atan2 bin
bit_count bit_length ceil ceiling char_length character_length charset coalesce
coercibility collation compress concat concat_ws conv convert_tz cos cot crc32 date_format datediff day dayofmonth
dayofweek dayofyear default degrees elt exp
export_set extractvalue field find_in_set floor format from_base64 from_days geometrycollection get_format greatest hex
hour if ifnull inet6_aton inet6_ntoa
inet_aton inet_ntoa insert instr is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull json_array json_array_append
json_array_insert json_contains
json_contains_path json_depth json_extract json_insert json_keys json_length json_merge_patch json_merge_preserve
json_object json_overlaps json_pretty
json_quote json_remove json_replace json_search json_set json_type json_unquote json_valid json_value last_day lcase
least left length linestring ln locate
log log10 log2 lower lpad ltrim make_set makedate maketime mbrcontains mbrdisjoint mbrequals mbrintersects mbroverlaps
mbrtouches mbrwithin microsecond mid
minute mod month multilinestring multipoint multipolygon nullif oct octet_length ord period_add period_diff pi point
polygon position pow power quarter quote
radians regexp_instr regexp_replace regexp_substr repeat replace reverse right round rpad rtrim sec_to_time second sha2
sign sin soundex space sqrt st_area
st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull st_crosses
st_difference st_dimension st_disjoint
st_distance st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext
st_geometrycollectionfromtext st_geometryfromtext
st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb st_interiorringn st_intersection
st_intersects st_isclosed st_isempty
st_issimple st_length st_linefromtext st_linestringfromtext st_mpointfromtext st_numgeometries st_numinteriorrings
st_numpoints st_overlaps st_pointfromtext
st_pointn st_polyfromtext st_polygonfromtext st_srid st_startpoint st_symdifference st_touches st_union st_within st_x
st_y str_to_date strcmp subdate substr
substring substring_index subtime tan time_format time_to_sec timediff to_base64 to_days to_seconds trim truncate ucase
uncompress uncompressed_length unhex
upper week weekday weekofyear weight_string year yearweek
and or xor not in is like between div case when then else end regexp rlike cast convert extract date_add date_sub
timestampadd timestampdiff interval
binary char nchar varchar decimal float double date time datetime timestamp signed unsigned row using as`)
)

// The functions that each server accepts in a DEFAULT and in a generated column were tested in the same way.
var (
	// sessionFunctions return the time, a random value or a value of the session. Both servers accept them in
	// a DEFAULT. In a generated column MariaDB accepts them if it is virtual; MySQL does not.
	sessionFunctions = strings.Fields(`connection_id curdate current_date current_role current_time current_timestamp
current_user curtime database localtime
localtimestamp now rand schema session_user sysdate system_user unix_timestamp user utc_date utc_time utc_timestamp uuid
uuid_short`)
	// localeFunctions depend on the session's time zone or language: MariaDB accepts them in a
	// DEFAULT and in a virtual column, MySQL everywhere.
	localeFunctions = strings.Fields(`dayname from_unixtime monthname`)
	// modeFunctions depend on block_encryption_mode of MariaDB, which has it since 11.2: it accepts them everywhere but
	// in a stored column. Tried on 11.8.
	modeFunctions = []string{"aes_decrypt", "aes_encrypt"}
	// mysqlRefusesOutside are functions that MySQL has, but accepts neither in a DEFAULT nor in a
	// generated column, with the first version that does not; MariaDB does.
	mysqlRefusesOutside = map[string][]int{"json_merge": {9}, "updatexml": {}, "version": {}}
)

// InDefault reports whether the destination accepts a function of the source in a DEFAULT.
func InDefault(source, dest datasource.Server, name string) product.Acceptance {
	switch {
	case hasNot(dest, name):
		return product.Refused
	case ofOneKind(source, dest):
		return product.Accepted
	case refusedOutside(dest, name):
		return product.Refused
	case slices.Contains(FunctionsOfBoth, name), slices.Contains(sessionFunctions, name),
		slices.Contains(localeFunctions, name),
		name == "random_bytes", isListed(dest, name):
		return product.Accepted
	}
	return product.Unknown
}

// InGenerated reports whether the destination accepts a function of the source in a generated column.
func InGenerated(source, dest datasource.Server, name string, stored bool) product.Acceptance {
	switch {
	case hasNot(dest, name):
		return product.Refused
	case ofOneKind(source, dest):
		return product.Accepted
	case dest.IsMySQL() && slices.Contains(sessionFunctions, name), refusedOutside(dest, name):
		return product.Refused
	case slices.Contains(localeFunctions, name):
		if dest.IsMariaDB() && stored {
			return product.Refused
		}
		return product.Accepted
	case stored && dest.IsMariaDB() && dest.Version.AtLeast(11, 2) && slices.Contains(modeFunctions, name):
		return product.Refused
	case stored && dest.IsMariaDB() && dest.Version.AtLeast(12, 3) && name == "str_to_date":
		return product.Unknown // reported to be refused there, not tested
	case slices.Contains(FunctionsOfBoth, name), isListed(dest, name):
		return product.Accepted
	}
	return product.Unknown
}

// ofOneKind reports whether one server is assumed to accept in an expression what the other accepts, if it
// has the function: both are MariaDB, neither is, or the destination is not related to MySQL.
func ofOneKind(source, dest datasource.Server) bool {
	return source.IsMariaDB() == dest.IsMariaDB() || !dest.IsMariaDB() && !dest.IsMySQL()
}

func refusedOutside(dest datasource.Server, name string) bool {
	from, listed := mysqlRefusesOutside[name]
	return listed && dest.IsMySQL() && dest.Version.AtLeast(from...)
}

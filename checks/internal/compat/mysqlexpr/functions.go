package mysqlexpr

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// functionLacks holds functions that a server does not have and others of the MySQL protocol have, by
// product. Every function of MariaDB 10.5, 10.11 and 11.8 and of MySQL 9.7 was tested on the others; versions
// are from MySQL's reference manuals ("What Is New", "Built-In Function and Operator Reference"), from
// MariaDB's documentation of each function, and from "Compatibility with MySQL" of OceanBase V4.3. Later
// versions than those of functionsKnown may have more.
var functionLacks = map[datasource.Flavor]map[string]product.Absence{
	datasource.FlavorMySQL: together(
		functions(product.Absence{}, `add_months binlog_gtid_pos chr column_add column_check column_create column_delete
column_exists column_get column_json column_list
concat_operator_oracle crc32c decode_histogram decode_oracle json_array_intersect json_compact json_detailed json_equals
json_exists json_key_value json_loose json_normalize json_object_filter_keys
json_object_to_array json_query kdf lastval lengthb lpad_oracle ltrim_oracle master_gtid_wait median natural_sort_key
nextval nvl nvl2 percentile_cont percentile_disc replace_oracle rownum rpad_oracle rtrim_oracle setval sformat
st_boundary st_isring st_pointonsurface st_relate substr_oracle sys_guid to_char trim_oracle uuid_v4 uuid_v7 value
vec_distance vec_distance_cosine vec_distance_euclidean
vec_fromtext vec_totext wsrep_last_seen_gtid wsrep_last_written_gtid wsrep_sync_wait_upto_gtid`),
		functions(product.Absence{From: []int{5, 7, 5}}, `old_password`),
		functions(product.Absence{From: []int{8}}, `area asbinary astext aswkb aswkt centroid crosses decode des_decrypt
des_encrypt dimension disjoint encode encrypt endpoint envelope equals
exteriorring geomcollfromtext geometryfromtext geometrytype geomfromtext geomfromwkb glength interiorringn intersects
isclosed isempty issimple linefromtext mbrequal mlinefromtext
mpointfromtext mpolyfromtext numgeometries numinteriorrings numpoints overlaps password pointfromtext pointn
polyfromtext polygonfromtext srid startpoint touches within x y
buffer contains convexhull distance geomcollfromwkb geometrycollectionfromtext geometrycollectionfromwkb
geometryfromwkb geometryn json_append linefromwkb linestringfromtext linestringfromwkb mlinefromwkb mpointfromwkb
mpolyfromwkb multilinestringfromtext multilinestringfromwkb multipointfromtext multipointfromwkb multipolygonfromtext
multipolygonfromwkb pointfromwkb polyfromwkb polygonfromwkb`),
		functions(product.Absence{From: []int{9, 6}}, `md5 sha sha1`),
		functions(product.Absence{Before: []int{5, 7, 22}},
			`json_arrayagg json_merge_patch json_objectagg json_storage_size`),
		functions(product.Absence{Before: []int{8, 0, 17}}, `json_overlaps json_schema_valid`),
		functions(product.Absence{Before: []int{8, 0, 21}}, `json_value`),
		functions(product.Absence{Before: []int{9, 4}}, `json_duality_object`),
		functions(product.Absence{Before: []int{8}}, `bin_to_uuid is_uuid json_storage_free json_table regexp_instr
regexp_like regexp_replace regexp_substr statement_digest statement_digest_text uuid_to_bin cume_dist dense_rank
first_value lag last_value lead nth_value ntile
percent_rank rank row_number`),
	),
	datasource.FlavorMariaDB: together(
		functions(product.Absence{}, `any_value bin_to_uuid etag from_vector grouping gtid_subset gtid_subtract
icu_version
is_uuid json_duality_object json_schema_validation_report json_storage_free json_storage_size
mbrcoveredby mbrcovers ps_current_thread_id ps_thread_id regexp_like roles_graphml source_pos_wait st_buffer_strategy
st_frechetdistance st_hausdorffdistance st_latitude st_lineinterpolatepoint
st_lineinterpolatepoints st_longitude st_makeenvelope st_pointatdistance st_swapxy st_transform statement_digest
statement_digest_text string_to_vector to_vector uuid_to_bin
validate_password_strength vector_dim vector_to_string version_with_update wait_for_executed_gtid_set current_role_in
current_user_in
geomcollection st_geomcollfromtxt`), // MySQL shows geometrycollection() and master_pos_wait() by their newer names
		functions(product.Absence{Before: []int{10, 6}}, `json_table`),
		functions(product.Absence{Before: []int{10, 6, 1}}, `add_months rownum sys_guid to_char`),
		functions(product.Absence{Before: []int{10, 7}}, `json_equals json_normalize natural_sort_key sformat`),
		functions(product.Absence{Before: []int{10, 8}}, `crc32c`),
		functions(product.Absence{Before: []int{10, 9}}, `json_overlaps`),
		functions(product.Absence{Before: []int{10, 10}}, `random_bytes`),
		functions(product.Absence{Before: []int{11, 0}}, `format_pico_time`),
		functions(product.Absence{Before: []int{11, 1}}, `json_schema_valid`),
		functions(product.Absence{Before: []int{11, 2}},
			`json_array_intersect json_key_value json_object_filter_keys json_object_to_array`),
		functions(product.Absence{Before: []int{11, 3}}, `kdf`),
		functions(product.Absence{Before: []int{11, 7}},
			`uuid_v4 uuid_v7 vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext`),
		functions(product.Absence{Before: []int{11, 8}}, `format_bytes vec_distance`),
		functions(product.Absence{Before: []int{12, 0}},
			`st_collect st_geohash st_isvalid st_latfromgeohash st_longfromgeohash st_pointfromgeohash st_simplify
st_validate`),
	),
	datasource.FlavorOceanBase: functions(product.Absence{},
		`extractvalue get_lock is_free_lock is_used_lock load_file master_pos_wait release_all_locks release_lock
updatexml`),
}

// functionsKnown is the last version, major and minor, that functionLacks, argumentLimits and clauseLacks
// cover.
var functionsKnown = map[datasource.Flavor][2]int{
	datasource.FlavorMySQL: {9, 7}, datasource.FlavorMariaDB: {11, 8}, datasource.FlavorOceanBase: {4, 3},
}

func functions(l product.Absence, names string) map[string]product.Absence {
	list := map[string]product.Absence{}
	for _, name := range strings.Fields(names) {
		list[name] = l
	}
	return list
}

func together(lists ...map[string]product.Absence) map[string]product.Absence {
	all := map[string]product.Absence{}
	for _, list := range lists {
		for name, lack := range list {
			all[name] = lack
		}
	}
	return all
}

// lacksOf returns the versions in which a server does not have a function, by function.
func lacksOf(s datasource.Server) map[string]product.Absence { return functionLacks[product.Family(s)] }

// hasNot reports whether it is known that the server does not have a function.
func hasNot(s datasource.Server, function string) bool {
	lack, listed := lacksOf(s)[function]
	return listed && lack.Holds(s.Version)
}

// isListed reports whether it is known which versions of the server have a function.
func isListed(s datasource.Server, function string) bool {
	_, listed := lacksOf(s)[function]
	return listed
}

// Missing returns the elements of an expression that the server is known not to support. sure is false for a
// version later than the known ones, which may support them.
func Missing(s datasource.Server, e Expression) (list []string, sure bool) {
	for _, name := range e.words {
		if hasNot(s, name) {
			list = append(list, name)
		}
	}
	for _, c := range e.calls {
		if argumentLimits[product.Family(s)][c.function].refuses(s, c.arguments) {
			list = append(list, fmt.Sprintf("%s with %d arguments", c.function, c.arguments))
		}
	}
	for _, clause := range e.clauses {
		if lack, listed := clauseLacks[product.Family(s)][clause]; listed && lack.Holds(s.Version) {
			list = append(list, clause)
		}
	}
	known := functionsKnown[product.Family(s)]
	return list, s.Version.Before(known[0], known[1]+1)
}

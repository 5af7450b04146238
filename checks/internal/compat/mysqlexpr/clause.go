package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// clauseLacks holds clauses that a server does not have and others of the MySQL protocol have, by product, as
// clausesOf names them. Each was tested on MariaDB 10.11 and MySQL 9.7; versions are from MySQL's reference
// manuals ("What Is New", "VALUES Statement", "Set Operations", "Derived Tables") and from MariaDB's
// documentation of each clause (columns of derived tables: MDEV-31466).
var clauseLacks = map[datasource.Flavor]map[string]product.Absence{
	datasource.FlavorMySQL: {
		"FOR SYSTEM_TIME": {}, "WITH TIES": {}, "LIMIT in GROUP_CONCAT": {}, "VALUES without ROW": {},
		"CAST AS INET4": {}, "CAST AS INET6": {}, "CAST AS UUID": {}, "DISTINCT with OVER": {},
		"DISTINCT, ORDER BY or LIMIT in JSON_ARRAYAGG": {}, "GROUP BY with an order": {From: []int{8, 0, 13}},
		"CAST AS DOUBLE with digits": {}, "CYCLE": {}, "GROUP_CONCAT with OVER": {}, "a function of MARIADB_SCHEMA": {},
		"a function of ORACLE_SCHEMA": {}, "SQL_CACHE": {From: []int{8}},
		chained: {}, "LAST_VALUE without OVER": {}, "LOCK IN SHARE MODE SKIP LOCKED": {},
		"SKIP LOCKED":              {Before: []int{8}},
		"WITH ROLLUP and ORDER BY": {Before: []int{8, 0, 12}},
		"CAST AS DOUBLE":           {Before: []int{8, 0, 17}}, "CAST AS FLOAT": {Before: []int{8, 0, 17}},
		"WITH": {Before: []int{8}}, "OVER": {Before: []int{8}}, "LATERAL": {Before: []int{8, 0, 14}},
		"MEMBER OF":  {Before: []int{8, 0, 17}},
		"VALUES ROW": {Before: []int{8, 0, 19}}, "columns of a derived table": {Before: []int{8, 0, 19}},
		"JSON_VALUE with RETURNING": {Before: []int{8, 0, 21}},
		"AT TIME ZONE":              {Before: []int{8, 0, 22}}, "EXCEPT": {Before: []int{8, 0, 31}},
		"INTERSECT": {Before: []int{8, 0, 31}},
	},
	datasource.FlavorMariaDB: {
		"LATERAL": {}, "MEMBER OF": {}, "JSON_VALUE with RETURNING": {}, "AT TIME ZONE": {}, "RANGE with INTERVAL": {},
		"TABLESAMPLE": {}, "QUALIFY": {}, "VALUES ROW": {}, "WITH ROLLUP and ORDER BY": {},
		"LOCK IN SHARE MODE SKIP LOCKED": {Before: []int{10, 6}}, "SKIP LOCKED": {Before: []int{10, 6}},
		"CAST AS JSON": {}, "CAST AS YEAR": {}, "CAST AS POINT": {}, "CAST AS LINESTRING": {}, "CAST AS POLYGON": {},
		"CAST AS MULTIPOINT":      {},
		"CAST AS MULTILINESTRING": {}, "CAST AS MULTIPOLYGON": {}, "CAST AS GEOMETRYCOLLECTION": {},
		"OVER": {Before: []int{10, 2}}, "WITH": {Before: []int{10, 2, 1}}, "EXCEPT": {Before: []int{10, 3}},
		"INTERSECT": {Before: []int{10, 3}}, "VALUES without ROW": {Before: []int{10, 3, 3}},
		"FOR SYSTEM_TIME": {Before: []int{10, 3, 4}}, "LIMIT in GROUP_CONCAT": {Before: []int{10, 3, 3}},
		"WITH TIES": {Before: []int{10, 6}}, "columns of a derived table": {Before: []int{11, 7}},
	},
}

// chained is a condition as the operand of another one, as in (s LIKE 'x%') IN (0, 1), which MariaDB shows and reads
// without the parentheses.
const chained = "LIKE, IN, BETWEEN or REGEXP of such a condition, without parentheses"

// frame is an open parenthesis.
type frame struct {
	compared bool   // the following tokens belong to the condition after LIKE, IN, BETWEEN or REGEXP
	between  bool   // the next AND belongs to BETWEEN
	rollup   bool   // the SELECT has WITH ROLLUP
	function string // the word before it
	commas   int
	selects  bool // it contains SELECT
	distinct bool // it contains DISTINCT
	grouping bool // the following tokens belong to GROUP BY
	// closedDistinct reports whether the last closed parenthesis in it contains DISTINCT. closedFunction is
	// the word before that parenthesis.
	closedDistinct bool
	closedFunction string
}

// note records what a word means for the text in the parenthesis.
func (f *frame) note(word string) {
	switch word {
	case "select":
		f.selects, f.grouping, f.rollup = true, false, false
	case "distinct":
		f.distinct = true
	case "group":
		f.grouping = true
	case "union", "except", "intersect":
		f.grouping, f.rollup = false, false
	case "having", "order", "limit", "window":
		f.grouping = false
	case "rollup":
		f.rollup = true
	}
}

// condition records the tokens of a condition. It reports whether the one at i takes another condition as an operand
// without parentheses.
func (f *frame) condition(tokens []Token, i int) bool {
	t := tokens[i]
	next := Token{}
	if i+1 < len(tokens) {
		next = tokens[i+1]
	}
	switch {
	case t.Quoted:
	case t.Text == "and" && f.between:
		f.between = false
	case t.Text == "in" && (next.Quoted || next.Text != "("): // IN SHARE MODE, IN BOOLEAN MODE
	case slices.Contains([]string{"like", "in", "between", "regexp", "rlike"}, t.Text):
		was := f.compared
		f.compared, f.between = true, f.between || t.Text == "between"
		return was
	case slices.Contains(endsCondition, t.Text):
		f.compared = false
	}
	return false
}

// endsCondition are the tokens after which another condition may start.
var endsCondition = strings.Fields(`, = < > ! & | and or xor as is case when then else end select from where on having
group by order limit union except intersect`)

// clauseAt returns the clause that the token at i indicates, if not every server has it. in is the enclosing
// parenthesis.
func clauseAt(tokens []Token, i int, in frame) string {
	at := func(i int) Token {
		if i < 0 || i >= len(tokens) {
			return Token{}
		}
		return tokens[i]
	}
	is := func(i int, text string) bool { return at(i).Text == text && !at(i).Quoted }
	if t := tokens[i]; t.Quoted {
		if is(i-1, ")") && is(i+1, "(") && at(i+2).Quoted {
			return "columns of a derived table"
		}
		return ""
	}
	switch word := tokens[i].Text; word {
	case "last_value":
		if end := closing(tokens, i+1); tokens[i].Called && !is(end+1, "over") {
			return "LAST_VALUE without OVER"
		}
	case "system_time":
		return "FOR SYSTEM_TIME"
	case "over":
		switch {
		case in.closedDistinct:
			return "DISTINCT with OVER"
		case in.closedFunction == "group_concat":
			return "GROUP_CONCAT with OVER"
		}
		return "OVER"
	case "cycle":
		if is(i-1, ")") {
			return "CYCLE"
		}
	case "sql_cache":
		return "SQL_CACHE"
	case "mariadb_schema", "oracle_schema":
		if is(i+1, ".") {
			return "a function of " + strings.ToUpper(word)
		}
	case "lateral", "tablesample", "qualify", "except", "intersect":
		return strings.ToUpper(word)
	case "interval":
		if in.function == "over" && (is(i-1, "range") || is(i-1, "between") || is(i-1, "and")) {
			return "RANGE with INTERVAL"
		}
	case "asc", "desc":
		if in.grouping {
			return "GROUP BY with an order"
		}
	case "distinct", "order":
		switch {
		case in.function == "json_arrayagg":
			return "DISTINCT, ORDER BY or LIMIT in JSON_ARRAYAGG"
		case word == "order" && in.rollup:
			return "WITH ROLLUP and ORDER BY"
		}
	case "member":
		if is(i+1, "of") {
			return "MEMBER OF"
		}
	case "returning":
		return "JSON_VALUE with RETURNING"
	case "zone":
		if is(i-1, "time") {
			return "AT TIME ZONE"
		}
	case "locked":
		switch {
		case is(i-1, "skip") && is(i-2, "mode"):
			return "LOCK IN SHARE MODE SKIP LOCKED"
		case is(i-1, "skip"):
			return "SKIP LOCKED"
		}
	case "ties":
		return "WITH TIES"
	case "limit":
		switch in.function {
		case "group_concat":
			return "LIMIT in GROUP_CONCAT"
		case "json_arrayagg":
			return "DISTINCT, ORDER BY or LIMIT in JSON_ARRAYAGG"
		}
	case "values":
		switch {
		case is(i+1, "row"):
			return "VALUES ROW"
		case is(i+1, "("):
			return "VALUES without ROW"
		}
	case "as":
		switch {
		case in.function == "cast" && is(i+1, "double") && is(i+2, "("):
			return "CAST AS DOUBLE with digits"
		case in.function == "cast":
			return "CAST AS " + strings.ToUpper(at(i+1).Text)
		case is(i+1, "("):
			return "WITH"
		}
	}
	return ""
}

// argumentLimit is the number of arguments that a server accepts where others of the MySQL protocol accept
// more or fewer; 0 means no limit.
type argumentLimit struct {
	least, most int
	product.Absence
}

// argumentLimits holds them by product and function. Every function that both have was tested with up to six
// arguments on MariaDB 10.5, 10.11 and 11.8 and on MySQL 9.7.
var argumentLimits = map[datasource.Flavor]map[string]argumentLimit{
	datasource.FlavorMySQL: {
		"crc32": {most: 1}, "date_format": {most: 2}, "json_pretty": {most: 1}, "lpad": {least: 3}, "rpad": {least: 3},
		"st_distance_sphere": {most: 3},
	},
	datasource.FlavorMariaDB: {
		"aes_decrypt": {most: 2, Absence: product.Absence{Before: []int{11, 2}}},
		"aes_encrypt": {most: 2, Absence: product.Absence{Before: []int{11, 2}}},
		"crc32":       {most: 1, Absence: product.Absence{Before: []int{10, 8}}}, "lag": {most: 2}, "lead": {most: 2},
		"regexp_instr": {most: 2}, "regexp_replace": {most: 3}, "regexp_substr": {most: 2}, "st_asbinary": {most: 1},
		"st_astext": {most: 1}, "st_buffer": {most: 2}, "st_distance": {most: 2},
		"st_geomcollfromtext": {most: 2}, "st_geomcollfromwkb": {most: 2}, "st_geomfromtext": {most: 2},
		"st_geomfromwkb": {most: 2}, "st_length": {most: 1}, "st_linefromtext": {most: 2},
		"st_linefromwkb": {most: 2}, "st_mlinefromtext": {most: 2}, "st_mlinefromwkb": {most: 2},
		"st_mpointfromtext": {most: 2}, "st_mpointfromwkb": {most: 2}, "st_mpolyfromtext": {most: 2},
		"st_mpolyfromwkb": {most: 2}, "st_pointfromtext": {most: 2}, "st_pointfromwkb": {most: 2},
		"st_polyfromtext": {most: 2}, "st_polyfromwkb": {most: 2}, "st_srid": {most: 1},
		"st_x": {most: 1}, "st_y": {most: 1},
	},
}

// refuses reports whether the server rejects a call because of its number of arguments.
func (l argumentLimit) refuses(s datasource.Server, arguments int) bool {
	return l.Holds(s.Version) && (arguments < l.least || l.most > 0 && arguments > l.most)
}

// booleanFunctions are the functions of FunctionsOfBoth whose value MySQL accepts as a condition; each was
// tested in a CHECK of MySQL 9.7.
var booleanFunctions = strings.Fields(`is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull json_contains
json_contains_path json_overlaps json_valid mbrcontains mbrdisjoint mbrequals mbrintersects mbroverlaps mbrtouches
mbrwithin st_contains st_crosses st_disjoint st_equals st_intersects st_isclosed st_isempty st_issimple st_overlaps
st_touches st_within strcmp`)

// conditionWords and conditionMarks form a condition with their operands: no operator has a lower precedence.
var (
	conditionWords = strings.Fields(`and or xor not is in between like regexp rlike member true false`)
	conditionMarks = "=<>!"
)

// IsCondition reports whether MySQL accepts an expression as a condition, which a CHECK must be (error 3812).
// known is false if that depends on an unknown function.
func IsCondition(text string) (condition, known bool) {
	tokens := Tokenize(text)
	for inParentheses(tokens) {
		tokens = tokens[1 : len(tokens)-1]
	}
	for i, text := range unenclosed(tokens, inBracketsOrCases) {
		mark := text != "" && strings.Contains(conditionMarks, text) && !shift(tokens, i)
		if mark || slices.Contains(conditionWords, text) {
			return true, true
		}
	}
	if len(tokens) > 1 && tokens[0].Word && inParentheses(tokens[1:]) {
		function := tokens[0].Text
		return slices.Contains(booleanFunctions, function), slices.Contains(FunctionsOfBoth, function)
	}
	return false, true
}

// InParentheses reports whether one pair of parentheses encloses an expression. It returns true for one
// without tokens.
func InParentheses(text string) bool {
	tokens := Tokenize(text)
	return len(tokens) == 0 || inParentheses(tokens)
}

// shift reports whether a < or > is part of a shift operator.
func shift(tokens []Token, i int) bool {
	twin := func(j int) bool { return j >= 0 && j < len(tokens) && tokens[j] == tokens[i] }
	return strings.Contains("<>", tokens[i].Text) && (twin(i-1) || twin(i+1))
}

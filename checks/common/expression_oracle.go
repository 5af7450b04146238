package common

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/datasource"
)

// oracleExpression is what an expression names as Oracle's dictionary writes it: names in quotes, its
// own functions bare.
type oracleExpression struct {
	functions []string // Oracle's own, in lower case, each once
	written   []string // functions that a user wrote, as in SHOP.TAX
	words     []string // others, in lower case, but for those that every database has in an expression
	sequence  *datasource.TableName
	joins     bool // strings, by ||
	literal   bool // it is one constant, with a sign or a type before it
}

// bareFunctions are functions without parentheses.
var bareFunctions = strings.Fields(`current_date current_timestamp dbtimezone localtimestamp sessiontimezone sysdate systimestamp uid user`)

// callWords are words of SQL that a parenthesis may follow.
var callWords = strings.Fields(`and as between binary_double binary_float by case char clob date default else end float from in interval is like likec nchar
not null number nvarchar2 on or raw returning then timestamp to using varchar2 when xor zone with time local`)

func readOracleExpression(text string) oracleExpression {
	var e oracleExpression
	tokens := tokenizeOracle(text)
	at := func(i int) token {
		if i < len(tokens) {
			return tokens[i]
		}
		return token{}
	}
	constants, others := 0, 0
	for i := 0; i < len(tokens); {
		if t := tokens[i]; !t.word && !t.quoted {
			switch {
			case t.text == constant:
				constants++
			case t.text == "|" && at(i+1).text == "|":
				e.joins = true
				others++
			case !slices.Contains([]string{"+", "-", "(", ")"}, t.text):
				others++
			}
			i++
			continue
		}
		names := []token{tokens[i]}
		for i++; at(i).text == "." && !at(i).quoted; i += 2 {
			names = append(names, at(i+1))
		}
		if e.name(names, at(i).text == "(" && !at(i).quoted) {
			others++
		}
	}
	e.literal = constants == 1 && others == 0
	return e
}

// name takes a name of one or more parts, and tells whether it makes the expression more than a constant.
func (e *oracleExpression) name(parts []token, called bool) bool {
	last := parts[len(parts)-1]
	word := strings.ToLower(last.text)
	switch {
	case len(parts) > 1 && (word == "nextval" || word == "currval"):
		e.sequence = &datasource.TableName{Name: spelled(parts[len(parts)-2])}
		if len(parts) > 2 {
			e.sequence.Schema = spelled(parts[len(parts)-3])
		}
	case called && (len(parts) > 1 || last.quoted):
		var names []string
		for _, p := range parts {
			names = append(names, spelled(p))
		}
		e.written = addOnce(e.written, strings.Join(names, "."))
	case len(parts) == 1 && !last.quoted && slices.Contains([]string{"date", "timestamp"}, word):
		return false
	case called && slices.Contains(callWords, word), last.quoted:
	case called, len(parts) == 1 && slices.Contains(bareFunctions, word):
		e.functions = addOnce(e.functions, word)
	case !slices.Contains(sharedWords, word):
		e.words = addOnce(e.words, word)
	}
	return true
}

// sharedWords mean the same in an expression of Oracle, MySQL and MariaDB.
var sharedWords = strings.Fields("and between case else end false in is like not null or then true when")

// spelled gives a name as the dictionary spells it: one without quotes is in upper case there.
func spelled(t token) string {
	if t.quoted {
		return t.text
	}
	return strings.ToUpper(t.text)
}

// constant is the text of the token of a number or a string.
const constant = "0"

// tokenizeOracle takes an expression of Oracle apart.
func tokenizeOracle(text string) []token {
	var tokens []token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case (r == 'q' || r == 'Q') && i+2 < len(runes) && runes[i+1] == '\'': // q'[…]'
			end := strings.Index(string(runes[i+3:]), closingQuote(runes[i+2])+"'")
			tokens = append(tokens, token{text: constant})
			if end < 0 {
				return tokens
			}
			i += 3 + len([]rune(string(runes[i+3:])[:end])) + 2
		case (r == 'n' || r == 'N') && i+1 < len(runes) && runes[i+1] == '\'':
			i++
		case r == '\'':
			tokens = append(tokens, token{text: constant})
			i = closing(runes, i, false)
		case r == '"':
			end := closing(runes, i, false)
			tokens = append(tokens, token{text: strings.TrimSuffix(string(runes[i+1:end]), `"`), quoted: true})
			i = end
		case r >= '0' && r <= '9', r == '.' && i+1 < len(runes) && unicode.IsDigit(runes[i+1]):
			for i < len(runes) && (isWordRune(runes[i]) || runes[i] == '.') {
				i++
			}
			tokens = append(tokens, token{text: constant})
		case isWordRune(r):
			start := i
			for i < len(runes) && (isWordRune(runes[i]) || runes[i] == '#') {
				i++
			}
			tokens = append(tokens, token{text: string(runes[start:i]), word: true})
		default:
			tokens = append(tokens, token{text: string(r)})
			i++
		}
	}
	return tokens
}

// closingQuote gives what ends a text that begins with q' and r.
func closingQuote(r rune) string {
	if at := strings.IndexRune("[{(<", r); at >= 0 {
		return "]})>"[at : at+1]
	}
	return string(r)
}

var (
	// oceanBaseFunctions are Oracle's functions that a tenant of OceanBase in Oracle mode has (OceanBase
	// V4.3, "Compatibility with Oracle", "Built-in functions"). Oracle has had each since 11.2.
	oceanBaseFunctions = strings.Fields(`abs acos asin atan atan2 bitand ceil cos cosh exp floor ln log mod nanvl power remainder round sign sin sinh sqrt tan tanh trunc width_bucket
chr concat initcap lower lpad ltrim nls_lower nls_upper regexp_replace regexp_substr replace rpad rtrim substr translate trim upper ascii instr length regexp_count regexp_instr
add_months current_date current_timestamp dbtimezone extract from_tz last_day localtimestamp months_between next_day numtodsinterval numtoyminterval sessiontimezone
sys_extract_utc sysdate systimestamp to_char to_dsinterval to_timestamp to_timestamp_tz to_yminterval tz_offset greatest least asciistr cast chartorowid convert hextoraw rawtohex
rowidtochar rowidtonchar to_binary_double to_binary_float to_blob to_clob to_date to_multi_byte to_number to_nchar to_single_byte unistr decode dump ora_hash vsize sys_context
sys_guid uid user coalesce lnnvl nullif nvl nvl2`)
	// alikeFunctions do on MySQL and MariaDB what they do on Oracle.
	alikeFunctions = strings.Fields(`abs acos asin atan atan2 ceil coalesce cos exp floor greatest least ln log lower nullif power sign sin sqrt tan upper`)
	// unlikeFunctions are on MySQL and MariaDB, but differ from Oracle's: in what NULL, an empty string,
	// a zero or a position of 0 gives, in bytes or characters, in arguments, or in the type of a date.
	unlikeFunctions = strings.Fields(`ascii cast concat convert current_date current_timestamp extract instr last_day length localtimestamp lpad ltrim mod regexp_instr regexp_replace
regexp_substr replace round rpad rtrim substr sysdate trim user`)
	// absentFunctions are on neither: each was tried on MySQL 9.7 and MariaDB 10.11. MariaDB after 12.0 may have some.
	absentFunctions = strings.Fields(`asciistr bitand chartorowid cosh dbtimezone dump from_tz hextoraw initcap instrb lnnvl months_between nanvl new_time next_day nls_initcap nls_lower nls_upper
nlssort numtodsinterval numtoyminterval ora_hash rawtohex rawtonhex regexp_count remainder rowidtochar rowidtonchar sessiontimezone sinh standard_hash substrb sys_context sys_extract_utc systimestamp
tanh to_binary_double to_binary_float to_blob to_clob to_date to_dsinterval to_multi_byte to_nchar to_nclob to_number to_single_byte to_timestamp to_timestamp_tz to_yminterval
translate trunc tz_offset uid unistr userenv vsize width_bucket`)
	// mariadbLikeOracle are functions of Oracle's that MariaDB has, with the first version, and MySQL does
	// not have (MariaDB documentation of each function).
	mariadbLikeOracle = map[string][]int{"add_months": {10, 6, 1}, "chr": {10, 3, 1}, "lengthb": {10, 3, 1}, "nvl": {10, 3}, "nvl2": {10, 3}, "sys_guid": {10, 6, 1}, "to_char": {10, 6, 1}}
)

// oracleFunction tells whether a destination takes a function of an Oracle-like source in an
// expression; differs is said of one that it has under the same name and that does otherwise.
func oracleFunction(source, dest datasource.Server, name string) acceptance {
	since, inMariaDB := mariadbLikeOracle[name]
	switch {
	case dest.Flavor == datasource.FlavorOracle:
		if source.Flavor == dest.Flavor && dest.Version.AtLeast(source.Version.Major, source.Version.Minor) || slices.Contains(oceanBaseFunctions, name) {
			return accepted
		}
	case dest.Mode == "ORACLE":
		if slices.Contains(oceanBaseFunctions, name) || source.IsOceanBase() && dest.Version.AtLeast(source.Version.Major, source.Version.Minor) {
			return accepted
		}
	case slices.Contains(alikeFunctions, name):
		return accepted
	case dest.IsOceanBase():
	case slices.Contains(unlikeFunctions, name), name == "decode" && (dest.IsMariaDB() || dest.Version.Before(8)):
		return differs
	case inMariaDB && dest.IsMariaDB() && dest.Version.AtLeast(since...):
		return accepted
	case dest.IsMySQL() && (inMariaDB || name == "decode" || slices.Contains(absentFunctions, name)),
		dest.IsMariaDB() && (inMariaDB || slices.Contains(absentFunctions, name) && dest.Version.Before(12, 1)):
		return refused
	}
	return unknown
}

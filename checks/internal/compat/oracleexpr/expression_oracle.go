package oracleexpr

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

// bareFunctions are functions without parentheses.
var bareFunctions = strings.Fields(`current_date current_timestamp dbtimezone localtimestamp sessiontimezone sysdate systimestamp uid user`)

// callWords are words of SQL that a parenthesis may follow.
var callWords = strings.Fields(`and as between binary_double binary_float by case char clob date default else end float from in interval is like likec nchar
not null number nvarchar2 on or raw returning then timestamp to using varchar2 when xor zone with time local`)

// name takes a name of one or more parts, and tells whether it makes the expression more than a constant.
func (e *Expression) name(parts []mysqlexpr.Token, called bool) bool {
	last := parts[len(parts)-1]
	word := strings.ToLower(last.Text)
	switch {
	case len(parts) > 1 && (word == "nextval" || word == "currval"):
		e.Sequence = &datasource.TableName{Name: spelled(parts[len(parts)-2])}
		if len(parts) > 2 {
			e.Sequence.Schema = spelled(parts[len(parts)-3])
		}
	case called && (len(parts) > 1 || last.Quoted):
		var names []string
		for _, p := range parts {
			names = append(names, spelled(p))
		}
		e.Written = mysqlexpr.AddOnce(e.Written, strings.Join(names, "."))
	case len(parts) == 1 && !last.Quoted && slices.Contains([]string{"date", "timestamp"}, word):
		return false
	case called && slices.Contains(callWords, word), last.Quoted:
	case called, len(parts) == 1 && slices.Contains(bareFunctions, word):
		e.Functions = mysqlexpr.AddOnce(e.Functions, word)
	case !slices.Contains(sharedWords, word):
		e.Words = mysqlexpr.AddOnce(e.Words, word)
	}
	return true
}

// sharedWords mean the same in an expression of Oracle, MySQL and MariaDB.
var sharedWords = strings.Fields("and between case else end false in is like not null or then true when")

// spelled gives a name as the dictionary spells it: one without quotes is in upper case there.
func spelled(t mysqlexpr.Token) string {
	if t.Quoted {
		return t.Text
	}
	return strings.ToUpper(t.Text)
}

// constant is the text of the token of a number or a string.
const constant = "0"

// tokenizeOracle takes an expression of Oracle apart.
func tokenizeOracle(text string) []mysqlexpr.Token {
	var tokens []mysqlexpr.Token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case (r == 'q' || r == 'Q') && i+2 < len(runes) && runes[i+1] == '\'': // q'[…]'
			end := strings.Index(string(runes[i+3:]), closingQuote(runes[i+2])+"'")
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
			if end < 0 {
				return tokens
			}
			i += 3 + len([]rune(string(runes[i+3:])[:end])) + 2
		case (r == 'n' || r == 'N') && i+1 < len(runes) && runes[i+1] == '\'':
			i++
		case r == '\'':
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
			i = mysqlexpr.Closing(runes, i, false)
		case r == '"':
			end := mysqlexpr.Closing(runes, i, false)
			tokens = append(tokens, mysqlexpr.Token{Text: strings.TrimSuffix(string(runes[i+1:end]), `"`), Quoted: true})
			i = end
		case r >= '0' && r <= '9', r == '.' && i+1 < len(runes) && unicode.IsDigit(runes[i+1]):
			for i < len(runes) && (mysqlexpr.IsWordRune(runes[i]) || runes[i] == '.') {
				i++
			}
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
		case mysqlexpr.IsWordRune(r):
			start := i
			for i < len(runes) && (mysqlexpr.IsWordRune(runes[i]) || runes[i] == '#') {
				i++
			}
			tokens = append(tokens, mysqlexpr.Token{Text: string(runes[start:i]), Word: true})
		default:
			tokens = append(tokens, mysqlexpr.Token{Text: string(r)})
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

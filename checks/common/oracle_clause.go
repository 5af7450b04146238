package common

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// oracleCall is a function in an expression of Oracle, or the type of a CAST.
type oracleCall struct {
	name      string // in lower case
	arguments int
	cast      bool // it is the type of a CAST
}

// oracleClause is what an expression of Oracle names that other products may not have.
type oracleClause struct {
	calls        []oracleCall
	concatenates bool // by ||
	json         bool // it says IS JSON
}

// readOracleClause finds what an expression of Oracle names, as its dictionary writes it.
func readOracleClause(text string) oracleClause {
	var c oracleClause
	var open []int // for each parenthesis the call that it belongs to, or -1
	var words []string
	empty := false // nothing stands after the last parenthesis yet
	last := func(back int) string {
		if len(words) < back {
			return ""
		}
		return words[len(words)-back]
	}
	for i := 0; i < len(text); {
		switch b := text[i]; {
		case b == ' ' || b == '\t' || b == '\n' || b == '\r':
			i++
			continue
		case b == '\'':
			i = afterQuoted(text, i)
			words = append(words, "'")
		case b == '"':
			end := strings.IndexByte(text[i+1:], '"')
			if end < 0 {
				return c
			}
			i += end + 2
			words = append(words, `"`)
		case (b == 'q' || b == 'Q') && strings.HasPrefix(text[i+1:], "'"):
			i = afterAlternative(text, i+1)
			words = append(words, "'")
		case isOracleWord(b):
			start := i
			for i < len(text) && isOracleWord(text[i]) {
				i++
			}
			word := strings.ToLower(text[start:i])
			if last(1) == "as" && len(open) > 0 && open[len(open)-1] >= 0 && c.calls[open[len(open)-1]].name == "cast" {
				c.calls = append(c.calls, oracleCall{name: word, cast: true})
			}
			c.json = c.json || word == "json" && (last(1) == "is" || last(1) == "not" && last(2) == "is")
			words = append(words, word)
		case b == '(':
			call := -1
			if name := last(1); name != "" && isOracleWord(name[0]) && last(2) != "as" && !slices.Contains(openingWords, name) {
				call = len(c.calls)
				c.calls = append(c.calls, oracleCall{name: name, arguments: 1})
			}
			open, empty = append(open, call), true
			words = append(words, "(")
			i++
			continue
		case b == ')':
			if n := len(open); n > 0 {
				if call := open[n-1]; call >= 0 && empty {
					c.calls[call].arguments = 0
				}
				open = open[:n-1]
			}
			words = append(words, ")")
			i++
		case b == ',':
			if n := len(open); n > 0 && open[n-1] >= 0 {
				c.calls[open[n-1]].arguments++
			}
			words = append(words, ",")
			i++
		case strings.HasPrefix(text[i:], "||"):
			c.concatenates = true
			words = append(words, "||")
			i += 2
		default:
			words = append(words, text[i:i+1])
			i++
		}
		empty = false
	}
	return c
}

// afterQuoted gives the end of the string that begins at the quote at i; a quote within is written twice.
func afterQuoted(text string, i int) int {
	for i++; i < len(text); i++ {
		if text[i] == '\'' {
			if i+1 == len(text) || text[i+1] != '\'' {
				return i + 1
			}
			i++
		}
	}
	return len(text)
}

// afterAlternative gives the end of a string as in q'[it's]', of which the first quote is at i.
func afterAlternative(text string, i int) int {
	if i+1 >= len(text) {
		return len(text)
	}
	closing := text[i+1 : i+2]
	if at := strings.Index("[{(<", closing); at >= 0 {
		closing = "]})>"[at : at+1]
	}
	end := strings.Index(text[i+2:], closing+"'")
	if end < 0 {
		return len(text)
	}
	return i + 2 + end + 2
}

func isOracleWord(b byte) bool { return isWord(b) || b == '$' || b == '#' || b == '.' || b >= 0x80 }

// openingWords are the words that a parenthesis may follow without being a function's.
var openingWords = strings.Fields(`and or not in is like like2 like4 likec between any all some exists case when then else end as escape from distinct`)

// What MySQL and MariaDB have of Oracle's functions in a CHECK was tried on MySQL 9.7 and MariaDB
// 10.11, each with arguments as Oracle takes them; the versions are from MariaDB's documentation.
var (
	// oracleNowhere are functions that neither has, or not in a CHECK.
	oracleNowhere = strings.Fields(`asciistr bin_to_num bitand compose cosh decode decompose dump empty_blob empty_clob from_tz hextoraw initcap instrb instrc json_equal length2 length4 lengthc lnnvl
months_between nanvl nchr new_time next_day nls_initcap nls_lower nls_upper nlssort numtodsinterval numtoyminterval ora_hash rawtohex rawtonhex regexp_count remainder sinh standard_hash substrb
substrc sys_extract_utc tanh to_char to_clob to_date to_dsinterval to_lob to_multi_byte to_nchar to_number to_single_byte to_timestamp to_timestamp_tz to_yminterval translate trunc tz_offset unistr
vsize width_bucket`)
	// oracleInMariaDB are functions that MariaDB has and MySQL does not, with the first version.
	oracleInMariaDB = map[string][]int{"add_months": {10, 6, 1}, "chr": {10, 3, 1}, "json_exists": {10, 2, 3}, "json_query": {10, 2, 3}, "lengthb": {10, 3, 1}, "nvl": {10, 3}, "nvl2": {10, 3}}
	// oracleInMySQL are functions that MySQL has and MariaDB does not.
	oracleInMySQL = []string{"regexp_like"}

	// castsNowhere are types that neither has in a CAST; MySQL has not some more.
	castsNowhere   = strings.Fields("binary_double binary_float blob clob nclob number nvarchar2 raw timestamp varchar2")
	castsInMariaDB = strings.Fields("int integer varchar")
)

// arities are how many arguments a function takes where Oracle allows more or fewer; most is 0 for any number.
type arity struct{ least, most int }

var (
	aritiesOfBoth = map[string]arity{"greatest": {2, 0}, "instr": {2, 2}, "least": {2, 0}, "ltrim": {1, 1}, "replace": {3, 3}, "rtrim": {1, 1}}
	mysqlArities  = map[string]arity{"lpad": {3, 3}, "regexp_instr": {2, 6}, "regexp_replace": {3, 6}, "regexp_substr": {2, 5}, "rpad": {3, 3}}
	mariaArities  = map[string]arity{"regexp_instr": {2, 2}, "regexp_replace": {3, 3}, "regexp_substr": {2, 2}}
)

// ofOracleInCheck tells whether a destination of the MySQL protocol accepts a function or a cast of Oracle in a CHECK.
func ofOracleInCheck(dest datasource.Server, call oracleCall) acceptance {
	if !dest.IsMySQL() && !dest.IsMariaDB() {
		if slices.Contains(functionsOfBoth, call.name) {
			return accepted
		}
		return unknown
	}
	arities, has := mysqlArities, slices.Contains(oracleInMySQL, call.name)
	if dest.IsMariaDB() {
		from, listed := oracleInMariaDB[call.name]
		arities, has = mariaArities, listed && dest.Version.AtLeast(from...)
	}
	counts, counted := arities[call.name]
	if !counted {
		counts, counted = aritiesOfBoth[call.name]
	}
	_, other := oracleInMariaDB[call.name]
	switch {
	case call.cast && (slices.Contains(castsNowhere, call.name) || dest.IsMySQL() && slices.Contains(castsInMariaDB, call.name)):
		return refused
	case call.cast && (slices.Contains(functionsOfBoth, call.name) || slices.Contains(castsInMariaDB, call.name)):
		return accepted
	case counted && (call.arguments < counts.least || counts.most > 0 && call.arguments > counts.most):
		return refused
	case has, !call.cast && slices.Contains(functionsOfBoth, call.name):
		return accepted
	case other, slices.Contains(oracleNowhere, call.name), slices.Contains(oracleInMySQL, call.name):
		return refused
	}
	return unknown
}

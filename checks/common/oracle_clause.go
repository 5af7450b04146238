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
	tokens := tokenizeOracle(text)
	at := func(i int) string { // without quoted names
		if i < 0 || i >= len(tokens) || tokens[i].quoted {
			return ""
		}
		return strings.ToLower(tokens[i].text)
	}
	var open []int // for each parenthesis the call that it belongs to, or -1
	last := func() int {
		if len(open) == 0 {
			return -1
		}
		return open[len(open)-1]
	}
	for i, t := range tokens {
		switch word := at(i); {
		case t.word && at(i-1) == "as" && last() >= 0 && c.calls[last()].name == "cast":
			c.calls = append(c.calls, oracleCall{name: word, cast: true})
		case t.word:
			c.json = c.json || word == "json" && (at(i-1) == "is" || at(i-1) == "not" && at(i-2) == "is")
		case word == "(" && i > 0 && tokens[i-1].word && at(i-2) != "as" && !slices.Contains(callWords, at(i-1)) && !slices.Contains(wordsBeforeList, at(i-1)):
			call := oracleCall{name: at(i - 1), arguments: 1}
			if at(i+1) == ")" {
				call.arguments = 0
			}
			open, c.calls = append(open, len(c.calls)), append(c.calls, call)
		case word == "(":
			open = append(open, -1)
		case word == ")" && len(open) > 0:
			open = open[:len(open)-1]
		case word == "," && last() >= 0:
			c.calls[last()].arguments++
		case word == "|" && at(i+1) == "|":
			c.concatenates = true
		}
	}
	return c
}

// wordsBeforeList are words, beside callWords, that a parenthesis may follow without being a function's.
var wordsBeforeList = strings.Fields("all any distinct escape exists like2 like4 some")

// What MySQL and MariaDB have of Oracle's functions in a CHECK, beside what they have of them in any
// expression, was tried on MySQL 9.7 and MariaDB 10.11, each with arguments as Oracle takes them.
var (
	// absentInCheck are functions that neither has, or not in a CHECK; absentFunctions are, too.
	absentInCheck = strings.Fields("bin_to_num compose decode decompose empty_blob empty_clob instrc json_equal length2 length4 lengthc nchr substrc sys_guid to_char to_lob")
	// jsonInMariaDB are functions that MariaDB has and MySQL does not, with the first version; those of
	// mariadbLikeOracle are, too.
	jsonInMariaDB = map[string][]int{"json_exists": {10, 2, 3}, "json_query": {10, 2, 3}}
	// onlyInMySQL are functions that MySQL has and MariaDB does not.
	onlyInMySQL = []string{"regexp_like"}

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
	since, inMariaDB := mariadbLikeOracle[call.name]
	if !inMariaDB {
		since, inMariaDB = jsonInMariaDB[call.name]
	}
	arities, has := mysqlArities, slices.Contains(onlyInMySQL, call.name)
	if dest.IsMariaDB() {
		arities, has = mariaArities, inMariaDB && dest.Version.AtLeast(since...)
	}
	counts, counted := arities[call.name]
	if !counted {
		counts, counted = aritiesOfBoth[call.name]
	}
	switch {
	case call.cast && (slices.Contains(castsNowhere, call.name) || dest.IsMySQL() && slices.Contains(castsInMariaDB, call.name)):
		return refused
	case call.cast && (slices.Contains(functionsOfBoth, call.name) || slices.Contains(castsInMariaDB, call.name)):
		return accepted
	case counted && (call.arguments < counts.least || counts.most > 0 && call.arguments > counts.most):
		return refused
	case slices.Contains(absentInCheck, call.name):
		return refused
	case has, !call.cast && slices.Contains(functionsOfBoth, call.name):
		return accepted
	case inMariaDB, slices.Contains(onlyInMySQL, call.name), slices.Contains(absentFunctions, call.name) && !(dest.IsMariaDB() && dest.Version.AtLeast(12, 1)):
		return refused
	}
	return unknown
}

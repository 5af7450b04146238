package oracleexpr

import (
	"strings"
)

// oracleCall is a function in an expression of Oracle, or the type of a CAST.
type oracleCall struct {
	Name      string // in lower case
	arguments int
	Cast      bool // it is the type of a CAST
}

// oracleClause is what an expression of Oracle names that other products may not have.
type oracleClause struct {
	Calls        []oracleCall
	Concatenates bool // by ||
	Json         bool // it says IS JSON
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

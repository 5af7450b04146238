package oracleexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// InCheck reports whether a destination of the MySQL protocol accepts a function or a cast of Oracle in a
// CHECK.
func InCheck(dest datasource.Server, call Call) product.Acceptance {
	if !dest.IsMySQL() && !dest.IsMariaDB() {
		if slices.Contains(mysqlexpr.FunctionsOfBoth, call.Name) {
			return product.Accepted
		}
		return product.Unknown
	}
	since, inMariaDB := mariadbLikeOracle[call.Name]
	if !inMariaDB {
		since, inMariaDB = jsonInMariaDB[call.Name]
	}
	arities, has := mysqlArities, slices.Contains(onlyInMySQL, call.Name)
	if dest.IsMariaDB() {
		arities, has = mariaArities, inMariaDB && dest.Version.AtLeast(since...)
	}
	counts, counted := arities[call.Name]
	if !counted {
		counts, counted = aritiesOfBoth[call.Name]
	}
	switch {
	case call.Cast && (slices.Contains(castsNowhere, call.Name) || dest.IsMySQL() &&
		slices.Contains(castsInMariaDB, call.Name)):
		return product.Refused
	case call.Cast && (slices.Contains(mysqlexpr.FunctionsOfBoth, call.Name) ||
		slices.Contains(castsInMariaDB, call.Name)):
		return product.Accepted
	case counted && (call.arguments < counts.least || counts.most > 0 && call.arguments > counts.most):
		return product.Refused
	case slices.Contains(absentInCheck, call.Name):
		return product.Refused
	case has, !call.Cast && slices.Contains(mysqlexpr.FunctionsOfBoth, call.Name):
		return product.Accepted
	case inMariaDB, slices.Contains(onlyInMySQL, call.Name), slices.Contains(absentFunctions, call.Name) &&
		!(dest.IsMariaDB() && dest.Version.AtLeast(12, 1)):
		return product.Refused
	}
	return product.Unknown
}

// The functions of Oracle that MySQL and MariaDB accept in a CHECK, besides those that they accept in any
// expression, were tested on MySQL 9.7 and MariaDB 10.11, each with arguments as Oracle accepts them.
var (
	// absentInCheck are functions that neither accepts in a CHECK, in addition to absentFunctions.
	absentInCheck = strings.Fields(
		"bin_to_num compose decode decompose empty_blob empty_clob instrc json_equal length2 length4 lengthc nchr " +
			"substrc sys_guid to_char to_lob")
	// jsonInMariaDB are functions that MariaDB has and MySQL does not, with the first version, in addition to
	// mariadbLikeOracle.
	jsonInMariaDB = map[string][]int{"json_exists": {10, 2, 3}, "json_query": {10, 2, 3}}
	// onlyInMySQL are functions that MySQL has and MariaDB does not.
	onlyInMySQL = []string{"regexp_like"}

	// castsNowhere are types that neither accepts in a CAST. MySQL does not accept some others.
	castsNowhere = strings.Fields(
		"binary_double binary_float blob clob nclob number nvarchar2 raw timestamp varchar2")
	castsInMariaDB = strings.Fields("int integer varchar")
)

// arities are the numbers of arguments of functions for which Oracle allows more or fewer; most is 0 for any
// number.
type arity struct{ least, most int }

var (
	aritiesOfBoth = map[string]arity{"greatest": {2, 0}, "instr": {2, 2}, "least": {2, 0}, "ltrim": {1, 1},
		"replace": {3, 3}, "rtrim": {1, 1}}
	mysqlArities = map[string]arity{"lpad": {3, 3}, "regexp_instr": {2, 6}, "regexp_replace": {3, 6},
		"regexp_substr": {2, 5}, "rpad": {3, 3}}
	mariaArities = map[string]arity{"regexp_instr": {2, 2}, "regexp_replace": {3, 3}, "regexp_substr": {2, 2}}
)

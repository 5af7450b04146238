package oracleexpr

import (
	"slices"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Expression is what an expression names as Oracle's dictionary writes it: names in quotes, its
// own functions bare.
type Expression struct {
	Functions []string // Oracle's own, in lower case, each once
	Written   []string // functions that a user wrote, as in SHOP.TAX
	Words     []string // others, in lower case, but for those that every database has in an expression
	Sequence  *datasource.TableName
	Joins     bool // strings, by ||
	Literal   bool // it is one constant, with a sign or a type before it
}

func Read(text string) Expression {
	var e Expression
	tokens := tokenizeOracle(text)
	at := func(i int) mysqlexpr.Token {
		if i < len(tokens) {
			return tokens[i]
		}
		return mysqlexpr.Token{}
	}
	constants, others := 0, 0
	for i := 0; i < len(tokens); {
		if t := tokens[i]; !t.Word && !t.Quoted {
			switch {
			case t.Text == constant:
				constants++
			case t.Text == "|" && at(i+1).Text == "|":
				e.Joins = true
				others++
			case !slices.Contains([]string{"+", "-", "(", ")"}, t.Text):
				others++
			}
			i++
			continue
		}
		names := []mysqlexpr.Token{tokens[i]}
		for i++; at(i).Text == "." && !at(i).Quoted; i += 2 {
			names = append(names, at(i+1))
		}
		if e.name(names, at(i).Text == "(" && !at(i).Quoted) {
			others++
		}
	}
	e.Literal = constants == 1 && others == 0
	return e
}

// Function tells whether a destination takes a function of an Oracle-like source in an
// expression; differs is said of one that it has under the same name and that does otherwise.
func Function(source, dest datasource.Server, name string) product.Acceptance {
	since, inMariaDB := mariadbLikeOracle[name]
	switch {
	case dest.Flavor == datasource.FlavorOracle:
		if source.Flavor == dest.Flavor && dest.Version.AtLeast(source.Version.Major, source.Version.Minor) || slices.Contains(oceanBaseFunctions, name) {
			return product.Accepted
		}
	case dest.Mode == "ORACLE":
		if slices.Contains(oceanBaseFunctions, name) || source.IsOceanBase() && dest.Version.AtLeast(source.Version.Major, source.Version.Minor) {
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

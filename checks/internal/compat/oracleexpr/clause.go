package oracleexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// ReadClause finds what an expression of Oracle names, as its dictionary writes it.
func ReadClause(text string) oracleClause {
	var c oracleClause
	tokens := tokenizeOracle(text)
	at := func(i int) string { // without quoted names
		if i < 0 || i >= len(tokens) || tokens[i].Quoted {
			return ""
		}
		return strings.ToLower(tokens[i].Text)
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
		case t.Word && at(i-1) == "as" && last() >= 0 && c.Calls[last()].Name == "cast":
			c.Calls = append(c.Calls, oracleCall{Name: word, Cast: true})
		case t.Word:
			c.Json = c.Json || word == "json" && (at(i-1) == "is" || at(i-1) == "not" && at(i-2) == "is")
		case word == "(" && i > 0 && tokens[i-1].Word && at(i-2) != "as" && !slices.Contains(callWords, at(i-1)) && !slices.Contains(wordsBeforeList, at(i-1)):
			call := oracleCall{Name: at(i - 1), arguments: 1}
			if at(i+1) == ")" {
				call.arguments = 0
			}
			open, c.Calls = append(open, len(c.Calls)), append(c.Calls, call)
		case word == "(":
			open = append(open, -1)
		case word == ")" && len(open) > 0:
			open = open[:len(open)-1]
		case word == "," && last() >= 0:
			c.Calls[last()].arguments++
		case word == "|" && at(i+1) == "|":
			c.Concatenates = true
		}
	}
	return c
}

// InCheck tells whether a destination of the MySQL protocol accepts a function or a cast of Oracle in a CHECK.
func InCheck(dest datasource.Server, call oracleCall) product.Acceptance {
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
	case call.Cast && (slices.Contains(castsNowhere, call.Name) || dest.IsMySQL() && slices.Contains(castsInMariaDB, call.Name)):
		return product.Refused
	case call.Cast && (slices.Contains(mysqlexpr.FunctionsOfBoth, call.Name) || slices.Contains(castsInMariaDB, call.Name)):
		return product.Accepted
	case counted && (call.arguments < counts.least || counts.most > 0 && call.arguments > counts.most):
		return product.Refused
	case slices.Contains(absentInCheck, call.Name):
		return product.Refused
	case has, !call.Cast && slices.Contains(mysqlexpr.FunctionsOfBoth, call.Name):
		return product.Accepted
	case inMariaDB, slices.Contains(onlyInMySQL, call.Name), slices.Contains(absentFunctions, call.Name) && !(dest.IsMariaDB() && dest.Version.AtLeast(12, 1)):
		return product.Refused
	}
	return product.Unknown
}

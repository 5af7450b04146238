package oracleexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

// Expression holds the names in an expression as Oracle's dictionary shows it: names in quotes, built-in
// functions without quotes.
type Expression struct {
	Functions []string // built-in, in lower case, each once
	Written   []string // user-defined functions, as in SHOP.TAX
	Words     []string // others, in lower case, except those that every database accepts in an expression
	Sequence  *datasource.TableName
	Joins     bool // strings joined by ||
	Literal   bool // a single constant, with an optional sign or type before it
}

// Read parses an expression of Oracle.
func Read(text string) Expression {
	var e Expression
	tokens := tokenize(text)
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

// bareFunctions are functions without parentheses.
var bareFunctions = strings.Fields(
	`current_date current_timestamp dbtimezone localtimestamp sessiontimezone sysdate systimestamp uid user`)

// callWords are words of SQL that a parenthesis may follow.
var callWords = strings.Fields(`and as between binary_double binary_float by case char clob date default else end float
from in interval is like likec nchar
not null number nvarchar2 on or raw returning then timestamp to using varchar2 when xor zone with time local`)

// name reads a name of one or more parts, and reports whether it makes the expression more than a constant.
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

// sharedWords have the same meaning in expressions of Oracle, MySQL and MariaDB.
var sharedWords = strings.Fields("and between case else end false in is like not null or then true when")

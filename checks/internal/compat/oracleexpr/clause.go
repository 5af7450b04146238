package oracleexpr

import (
	"slices"
	"strings"
)

// Call is a function in an expression of Oracle, or the type of a CAST.
type Call struct {
	Name      string // in lower case
	arguments int
	Cast      bool // the type of a CAST
}

// Clause holds the elements of an expression of Oracle that other products may not have.
type Clause struct {
	Calls        []Call
	Concatenates bool // by ||
	Json         bool // IS JSON
}

// wordsBeforeList are words, besides callWords, before a parenthesis that does not belong to a function call.
var wordsBeforeList = strings.Fields("all any distinct escape exists like2 like4 some")

// ReadClause parses an expression of Oracle as its dictionary shows it.
func ReadClause(text string) Clause {
	var c Clause
	tokens := tokenize(text)
	at := func(i int) string { // without quoted names
		if i < 0 || i >= len(tokens) || tokens[i].Quoted {
			return ""
		}
		return strings.ToLower(tokens[i].Text)
	}
	var open []int // for each parenthesis, the index of its call, or -1
	last := func() int {
		if len(open) == 0 {
			return -1
		}
		return open[len(open)-1]
	}
	for i, t := range tokens {
		switch word := at(i); {
		case t.Word && at(i-1) == "as" && last() >= 0 && c.Calls[last()].Name == "cast":
			c.Calls = append(c.Calls, Call{Name: word, Cast: true})
		case t.Word:
			c.Json = c.Json || word == "json" && (at(i-1) == "is" || at(i-1) == "not" && at(i-2) == "is")
		case word == "(" && i > 0 && tokens[i-1].Word && at(i-2) != "as" && !slices.Contains(callWords, at(i-1)) &&
			!slices.Contains(wordsBeforeList, at(i-1)):
			call := Call{Name: at(i - 1), arguments: 1}
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

package mysqlexpr

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// Definition is what a view's definition or another expression names, each once, in the order of the text.
type Definition struct {
	functions  []string // built-in and loadable ones, in lower case
	calls      []call
	clauses    []string // those that not every server has
	Collations []string
	Variables  bool // it names one of the session or of the server
	Tables     []datasource.TableName
}

// call is a function with so many arguments.
type call struct {
	function  string
	arguments int
}

// ReadDefinition reads a view's definition as the catalogs of MySQL and MariaDB write it: every
// name of an object stands in back quotes, tables as `schema`.`table` after FROM or JOIN, and the
// name of a built-in function in front of its parenthesis.
func ReadDefinition(text string) Definition {
	var d Definition
	tokens := Tokenize(text)
	at := func(i int) Token {
		if i < len(tokens) {
			return tokens[i]
		}
		return Token{}
	}
	open := []frame{{}} // for the text and each open parenthesis
	for i, t := range tokens {
		in := &open[len(open)-1]
		if clause := clauseAt(tokens, i, *in); clause != "" {
			d.clauses = AddOnce(d.clauses, clause)
		}
		if t.Word {
			in.note(t.Text)
		}
		switch {
		case t.Quoted:
		case t.Text == "(":
			f := frame{}
			if i > 0 && tokens[i-1].Word {
				f.function = tokens[i-1].Text
			}
			open = append(open, f)
		case t.Text == ")" && len(open) > 1:
			if in.function != "" {
				d.calls = AddOnce(d.calls, call{in.function, in.commas + 1})
			}
			closed := *in
			open = open[:len(open)-1]
			open[len(open)-1].closedDistinct, open[len(open)-1].closedFunction = closed.distinct, closed.function
		case t.Text == ",":
			in.commas++
		case t.Text == "@":
			d.Variables = true
		case t.Text == "collate":
			d.Collations = AddOnce(d.Collations, at(i+1).Text)
		case t.Text == "from" && in.selects, t.Text == "join", t.Text == "straight_join":
			next := i + 1
			for at(next).Text == "(" && !at(next).Quoted {
				next++
			}
			if schema, name := at(next), at(next+2); schema.Quoted && at(next+1).Text == "." && name.Quoted {
				d.Tables = AddOnce(d.Tables, datasource.TableName{Schema: schema.Text, Name: name.Text})
			}
		case t.Text == "select":
		case t.Word && at(i+1).Text == "(" && !at(i+1).Quoted && !isCommonTable(tokens[i+1:]):
			d.functions = AddOnce(d.functions, t.Text)
		}
	}
	return d
}

// isCommonTable tells whether what begins with a parenthesis are the columns of a common table expression, whose name
// MariaDB writes bare.
func isCommonTable(tokens []Token) bool {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.Quoted:
		case t.Text == "(":
			depth++
		case t.Text == ")":
			depth--
		}
		if depth == 0 {
			return i+2 < len(tokens) && tokens[i+1] == Token{Text: "as", Word: true} && tokens[i+2] == Token{Text: "("}
		}
	}
	return false
}

func AddOnce[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Expression holds the names in the definition of a view or in another expression, in the order of the text.
type Expression struct {
	Names      []string // in back quotes: columns and others, as often as they occur
	Functions  []string // words directly followed by a parenthesis, in lower case, each once
	words      []string // words followed by a parenthesis, except names of common tables; each once
	calls      []call
	clauses    []string // those that not every server has
	Collations []string
	Variables  bool // it contains a session or server variable
	Tables     []datasource.TableName
	Routines   []datasource.TableName // stored functions that it calls; without a schema, of that of the text

	sources   []source    // Tables with the names that the text gives them
	qualified [][2]string // names after another name and a point
}

// source is a table with the name by which an expression refers to it.
type source struct {
	alias string
	table datasource.TableName
}

// Columns returns the columns of a table that the expression names, in the order of the text. It excludes columns that
// may belong to another table with the same alias.
func (e Expression) Columns(table datasource.TableName) []string {
	var columns []string
	for _, name := range e.qualified {
		var of []datasource.TableName
		for _, s := range e.sources {
			if strings.EqualFold(s.alias, name[0]) {
				of = append(of, s.table)
			}
		}
		if len(of) == 1 && of[0] == table {
			columns = AddOnce(columns, name[1])
		}
	}
	return columns
}

// call is a function with its number of arguments.
type call struct {
	function  string
	arguments int
}

// Read reads an expression, or the definition of a view, as the catalogs of MySQL and MariaDB show it: names
// of objects are in back quotes, tables are written `schema`.`table` after FROM or JOIN, and the name of a
// built-in function directly precedes its parenthesis.
func Read(text string) Expression {
	var e Expression
	tokens := Tokenize(text)
	at := func(i int) Token {
		if i < len(tokens) {
			return tokens[i]
		}
		return Token{}
	}
	is := func(i int, text string) bool { return at(i).Text == text && !at(i).Quoted }
	open := []frame{{}} // for the text and each open parenthesis
	for i, t := range tokens {
		in := &open[len(open)-1]
		if clause := clauseAt(tokens, i, *in); clause != "" {
			e.clauses = AddOnce(e.clauses, clause)
		}
		if in.condition(tokens, i) {
			e.clauses = AddOnce(e.clauses, chained)
		}
		if t.Word {
			in.note(t.Text)
		}
		if t.Called {
			e.Functions = AddOnce(e.Functions, t.Text)
		}
		switch {
		case t.Quoted:
			e.Names = append(e.Names, t.Text)
			if i >= 2 && is(i-1, ".") && at(i-2).Quoted && !is(i+1, ".") && !is(i+1, "(") {
				e.qualified = AddOnce(e.qualified, [2]string{at(i - 2).Text, t.Text})
			}
			if is(i+1, "(") {
				e.routine(tokens, i)
			}
		case t.Text == "(":
			f := frame{}
			if i > 0 && tokens[i-1].Word {
				f.function = tokens[i-1].Text
			}
			open = append(open, f)
		case t.Text == ")" && len(open) > 1:
			if in.function != "" {
				e.calls = AddOnce(e.calls, call{in.function, in.commas + 1})
			}
			closed := *in
			open = open[:len(open)-1]
			open[len(open)-1].closedDistinct, open[len(open)-1].closedFunction = closed.distinct, closed.function
		case t.Text == ",":
			in.commas++
		case t.Text == "@":
			e.Variables = true
		case t.Text == "collate":
			e.Collations = AddOnce(e.Collations, at(i+1).Text)
		case t.Text == "from" && in.selects, t.Text == "join", t.Text == "straight_join" && !isOption(tokens[:i]):
			next := i + 1
			for at(next).Text == "(" && !at(next).Quoted {
				next++
			}
			if schema, name := at(next), at(next+2); schema.Quoted && at(next+1).Text == "." && name.Quoted {
				table := datasource.TableName{Schema: schema.Text, Name: name.Text}
				e.Tables = AddOnce(e.Tables, table)
				alias := name.Text
				if at(next + 3).Quoted {
					alias = at(next + 3).Text
				}
				e.sources = AddOnce(e.sources, source{alias, table})
			}
		case t.Text == "select":
		case t.Word && at(i+1).Text == "(" && !at(i+1).Quoted && !isCommonTable(tokens[i+1:]):
			e.words = AddOnce(e.words, t.Text)
		}
	}
	return e
}

// routine adds the stored function whose name is at i. A name before a parenthesis may also be that of a derived table
// or of a common table.
func (e *Expression) routine(tokens []Token, i int) {
	previous := Token{}
	if i > 0 {
		previous = tokens[i-1]
	}
	switch {
	case previous == Token{Text: "."} && i > 1:
		e.Routines = AddOnce(e.Routines, datasource.TableName{Schema: tokens[i-2].Text, Name: tokens[i].Text})
	case previous != Token{Text: ")"} && previous.Text != "as" && !isCommonTable(tokens[i+1:]):
		e.Routines = AddOnce(e.Routines, datasource.TableName{Name: tokens[i].Text})
	}
}

// isOption reports whether STRAIGHT_JOIN after these tokens is an option of SELECT, not a join.
func isOption(before []Token) bool {
	if len(before) == 0 {
		return true
	}
	last := before[len(before)-1]
	return last.Word && (strings.HasPrefix(last.Text, "sql_") ||
		slices.Contains([]string{"select", "all", "distinct", "distinctrow", "high_priority"}, last.Text))
}

// isCommonTable reports whether a parenthesis starts the column list of a common table expression, whose name
// MariaDB does not quote.
func isCommonTable(tokens []Token) bool {
	end := closing(tokens, 0)
	return end+2 < len(tokens) && tokens[end+1].Word && tokens[end+1].Text == "as" && tokens[end+2] == Token{Text: "("}
}

// AddOnce appends v to list unless it contains it.
func AddOnce[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

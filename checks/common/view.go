package common

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// View is RDB_VIEW for sources and destinations of the MySQL protocol.
var View = &checks.Check{
	Type:     "RDB_VIEW",
	Page:     checks.ReadPage(pages, "view.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runView,
}

func runView(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mapping.Tables, checks.TablePair.IsView) {
		return nil
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	charsets, err := p.Dest().Charsets(ctx)
	if err != nil {
		return err
	}
	views, err := p.Source().Views(ctx)
	if err != nil {
		return err
	}
	invalid, err := p.Source().InvalidViews(ctx)
	if datasource.ClassOf(err) == datasource.ErrUnsupported {
		p.Inform("%v", err)
	} else if err != nil {
		return err
	}
	broken := setOf(invalid)
	hidden := 0
	for _, v := range views {
		own := mapping.FromSource(v.TableName)
		if len(own) == 0 {
			continue
		}
		object := checks.Object{Kind: "VIEW", Schema: v.Schema, Table: v.Name}
		if broken[v.TableName] {
			p.Report(checks.Finding{Rule: "invalid_view", Level: checks.Warn, Object: object})
		}
		if v.Definition == "" {
			hidden++
			continue
		}
		d := readDefinition(v.Definition)
		missing, sure := lacking(dest, d)
		for _, name := range missing {
			f := checks.Finding{Rule: "function_missing", Level: checks.Fail, Object: object, Actual: name}
			if !sure {
				f.Level = checks.Warn
			}
			p.Report(f)
		}
		for _, name := range d.collations {
			if !charsets.HasCollation(name) {
				p.Report(checks.Finding{Rule: "collation_missing", Level: checks.Fail, Object: object, Actual: name})
			}
		}
		for _, t := range d.tables {
			into := mapping.FromSource(t)
			if len(into) == 0 {
				p.Report(checks.Finding{Rule: "outside_the_task", Level: checks.Warn, Object: object, Actual: t.String()})
				continue
			}
			for _, pair := range own {
				written := asWritten(pair, t)
				if !slices.ContainsFunc(mapping.FromDest(written), func(other checks.TablePair) bool { return other.Source == t }) {
					p.Report(checks.Finding{Rule: "renamed", Level: checks.Warn, Object: object, Actual: written.String(), Want: into[0].Dest.String()})
				}
			}
		}
	}
	if hidden > 0 {
		return &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the definition of views is not shown to the account",
			Remedy: "Grant it SHOW VIEW on the views of the task."}
	}
	return nil
}

// asWritten gives the table of the destination that the text of an object leads to where it names a table of the source:
// without the schema where that is the object's own.
func asWritten(object checks.TablePair, table datasource.TableName) datasource.TableName {
	if table.Schema == object.Source.Schema {
		table.Schema = object.Dest.Schema
	}
	return table
}

// definition is what a view's definition or another expression names, each once, in the order of the text.
type definition struct {
	functions  []string // built-in and loadable ones, in lower case
	calls      []call
	clauses    []string // those that not every server has
	collations []string
	variables  bool // it names one of the session or of the server
	tables     []datasource.TableName
}

// call is a function with so many arguments.
type call struct {
	function  string
	arguments int
}

// readDefinition reads a view's definition as the catalogs of MySQL and MariaDB write it: every
// name of an object stands in back quotes, tables as `schema`.`table` after FROM or JOIN, and the
// name of a built-in function in front of its parenthesis.
func readDefinition(text string) definition {
	var d definition
	tokens := tokenize(text)
	at := func(i int) token {
		if i < len(tokens) {
			return tokens[i]
		}
		return token{}
	}
	open := []frame{{}} // for the text and each open parenthesis
	for i, t := range tokens {
		in := &open[len(open)-1]
		if clause := clauseAt(tokens, i, *in); clause != "" {
			d.clauses = addOnce(d.clauses, clause)
		}
		if t.word {
			in.note(t.text)
		}
		switch {
		case t.quoted:
		case t.text == "(":
			f := frame{}
			if i > 0 && tokens[i-1].word {
				f.function = tokens[i-1].text
			}
			open = append(open, f)
		case t.text == ")" && len(open) > 1:
			if in.function != "" {
				d.calls = addOnce(d.calls, call{in.function, in.commas + 1})
			}
			closed := *in
			open = open[:len(open)-1]
			open[len(open)-1].closedDistinct, open[len(open)-1].closedFunction = closed.distinct, closed.function
		case t.text == ",":
			in.commas++
		case t.text == "@":
			d.variables = true
		case t.text == "collate":
			d.collations = addOnce(d.collations, at(i+1).text)
		case t.text == "from" && in.selects, t.text == "join", t.text == "straight_join":
			next := i + 1
			for at(next).text == "(" && !at(next).quoted {
				next++
			}
			if schema, name := at(next), at(next+2); schema.quoted && at(next+1).text == "." && name.quoted {
				d.tables = addOnce(d.tables, datasource.TableName{Schema: schema.text, Name: name.text})
			}
		case t.text == "select":
		case t.word && at(i+1).text == "(" && !at(i+1).quoted && !isCommonTable(tokens[i+1:]):
			d.functions = addOnce(d.functions, t.text)
		}
	}
	return d
}

// isCommonTable tells whether what begins with a parenthesis are the columns of a common table expression, whose name
// MariaDB writes bare.
func isCommonTable(tokens []token) bool {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.quoted:
		case t.text == "(":
			depth++
		case t.text == ")":
			depth--
		}
		if depth == 0 {
			return i+2 < len(tokens) && tokens[i+1] == token{text: "as", word: true} && tokens[i+2] == token{text: "("}
		}
	}
	return false
}

// token is a word in lower case, a name without its back quotes, or another character.
type token struct {
	text   string
	quoted bool
	word   bool
}

// tokenize takes a definition apart, leaving out strings and spaces.
func tokenize(text string) []token {
	var tokens []token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case unicode.IsSpace(r):
			i++
		case r == '\'':
			i = closing(runes, i, true)
		case r == '`':
			end := closing(runes, i, false)
			name := strings.TrimSuffix(string(runes[i+1:end]), "`")
			tokens = append(tokens, token{text: strings.ReplaceAll(name, "``", "`"), quoted: true})
			i = end
		case isWordRune(r):
			end := i
			for end < len(runes) && isWordRune(runes[end]) {
				end++
			}
			tokens = append(tokens, token{text: strings.ToLower(string(runes[i:end])), word: true})
			i = end
		default:
			tokens = append(tokens, token{text: string(r)})
			i++
		}
	}
	return tokens
}

func isWordRune(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// closing gives the index after the quote that closes the one at start; a doubled quote does not,
// nor in a string one after a backslash.
func closing(runes []rune, start int, backslash bool) int {
	for i := start + 1; i < len(runes); i++ {
		switch {
		case backslash && runes[i] == '\\':
			i++
		case runes[i] != runes[start]:
		case i+1 < len(runes) && runes[i+1] == runes[start]:
			i++
		default:
			return i + 1
		}
	}
	return len(runes)
}

func addOnce[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

package mysqlexpr

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Unique returns the columns of each key of a table that is unique and NOT NULL; known is false if the table is not
// known, or is a view.
type Unique func(table datasource.TableName) (keys [][]string, known bool)

// NotGrouped returns the first column of a view's definition that a session with ONLY_FULL_GROUP_BY refuses: one that
// is neither in GROUP BY, nor in an aggregate function, nor determined by the columns of GROUP BY, as MySQL decides it
// (MySQL 9.7 Reference Manual, "MySQL Handling of GROUP BY", "Detection of Functional Dependence"). It is empty if
// there is none, or if that is not known, as with derived tables and window functions.
func NotGrouped(definition string, unique Unique) string {
	return notGrouped(tokenize(definition, true), unique)
}

// aggregates are the functions whose arguments need not be grouped.
var aggregates = strings.Fields(`count sum min max avg group_concat std stddev stddev_pop stddev_samp variance var_pop
var_samp bit_and bit_or bit_xor json_arrayagg json_objectagg any_value grouping st_collect`)

// notGrouped checks each SELECT of the tokens, and those in parentheses.
func notGrouped(tokens []Token, unique Unique) string {
	for len(tokens) > 0 {
		end := len(tokens)
		if at := indexOf(tokens, "union", "except", "intersect"); at >= 0 {
			end = at
		}
		if found := readSelect(tokens[:end]).notGrouped(unique); found != "" {
			return found
		}
		tokens = tokens[min(end+1, len(tokens)):]
	}
	return ""
}

// selection is a SELECT, split into the tokens of its clauses. Tokens in parentheses are kept.
type selection struct {
	distinct                                    bool
	items, from, where, groups, having, orderBy []Token
	inner                                       [][]Token // what the parentheses contain
}

// readSelect splits a SELECT. It is empty if the tokens are none.
func readSelect(tokens []Token) selection {
	var s selection
	start := indexOf(tokens, "select")
	if start < 0 {
		if len(tokens) > 1 && tokens[0] == (Token{Text: "("}) {
			s.inner = parentheses(tokens)
		}
		return s
	}
	var into *[]Token
	depth := 0
	for i, t := range tokens[start:] {
		i += start
		switch {
		case t == Token{Text: "("}:
			depth++
		case t == Token{Text: ")"}:
			depth--
		case depth > 0 || !t.Word:
		case t.Text == "select":
			into = &s.items
			continue
		case t.Text == "distinct" && into == &s.items && len(s.items) == 0:
			s.distinct = true
			continue
		case t.Text == "from":
			into = &s.from
			continue
		case t.Text == "where":
			into = &s.where
			continue
		case t.Text == "group" && i+1 < len(tokens) && tokens[i+1].Text == "by":
			into = &s.groups
			continue
		case t.Text == "having":
			into = &s.having
			continue
		case t.Text == "order" && i+1 < len(tokens) && tokens[i+1].Text == "by":
			into = &s.orderBy
			continue
		case t.Text == "limit", t.Text == "window", t.Text == "procedure", t.Text == "for", t.Text == "lock",
			t.Text == "offset", t.Text == "fetch", t.Text == "with":
			into = nil
			continue
		case t.Text == "by":
			continue
		}
		if into != nil {
			*into = append(*into, t)
		}
	}
	s.inner = parentheses(tokens)
	return s
}

// reference is a column with the name of its table.
type reference struct{ table, column string }

func (s selection) notGrouped(unique Unique) string {
	for _, inner := range s.inner {
		if found := notGrouped(inner, unique); found != "" {
			return found
		}
	}
	aggregated := slices.ContainsFunc(slices.Concat(s.items, s.having, s.orderBy), isAggregate)
	windows := slices.ContainsFunc(s.items, func(t Token) bool { return t.Word && t.Text == "over" })
	if windows || len(s.groups) == 0 && !aggregated && !(s.distinct && len(s.orderBy) > 0) {
		return ""
	}
	tables := s.tables()
	refused := func(r reference) bool { // by a table that is known
		table, ok := tables[r.table]
		if !ok || table == (datasource.TableName{}) {
			return false
		}
		_, known := unique(table)
		return known
	}
	if len(s.groups) == 0 && !aggregated { // DISTINCT
		selected := references(s.items)
		for _, r := range references(s.orderBy) {
			if !slices.Contains(selected, r) && refused(r) {
				return r.table + "." + r.column
			}
		}
		return ""
	}
	groups := split(s.groups)
	determined := s.determined(groups, tables, unique)
	for _, clause := range [][]Token{s.items, s.having, s.orderBy} {
		for _, item := range split(clause) {
			if slices.ContainsFunc(groups, func(g []Token) bool { return slices.Equal(g, withoutAlias(item)) }) {
				continue
			}
			for _, r := range references(item) {
				if !determined[r] && !determined[reference{table: r.table}] && refused(r) {
					return r.table + "." + r.column
				}
			}
		}
	}
	return ""
}

// tables returns the tables after FROM by the names that the text gives them. A name that is given twice, or to a
// derived table, has no table.
func (s selection) tables() map[string]datasource.TableName {
	tables := map[string]datasource.TableName{}
	add := func(alias string, t datasource.TableName) {
		alias = strings.ToLower(alias)
		if _, twice := tables[alias]; twice {
			t = datasource.TableName{}
		}
		tables[alias] = t
	}
	starts := true // a table, or a parenthesis before one
	for i := 0; i < len(s.from); i++ {
		t := s.from[i]
		if t.Quoted && starts && i+2 < len(s.from) && s.from[i+1].Text == "." && s.from[i+2].Quoted {
			alias := s.from[i+2].Text
			table := datasource.TableName{Schema: t.Text, Name: alias}
			i += 2
			if i+1 < len(s.from) && s.from[i+1].Quoted {
				i++
				alias = s.from[i].Text
			}
			add(alias, table)
		}
		last := s.from[i]
		starts = !last.Quoted && (starts && last.Text == "(" || last.Text == "," ||
			strings.HasSuffix(last.Text, "join"))
	}
	return tables
}

// determined returns the columns that have one value in each group; a table without a column stands for all of its
// columns.
func (s selection) determined(
	groups [][]Token, tables map[string]datasource.TableName, unique Unique,
) map[reference]bool {
	known := map[reference]bool{}
	for _, g := range groups {
		if r := references(g); len(r) == 1 && isReference(g) {
			known[r[0]] = true
		}
	}
	equal := equalities(slices.Concat(s.where, s.from))
	for changed := true; changed; {
		changed = false
		set := func(r reference) {
			changed = changed || !known[r]
			known[r] = true
		}
		has := func(r reference) bool { return known[r] || known[reference{table: r.table}] }
		for _, e := range equal {
			switch {
			case e[1] == reference{}, has(e[1]):
				set(e[0])
			case has(e[0]):
				set(e[1])
			}
		}
		for alias, table := range tables {
			keys, _ := unique(table)
			for _, key := range keys {
				lacks := func(column string) bool { return !has(reference{alias, strings.ToLower(column)}) }
				if len(key) > 0 && !slices.ContainsFunc(key, lacks) {
					set(reference{table: alias})
				}
			}
		}
	}
	return known
}

// equalities returns the pairs of columns that a condition compares by =. The second one is empty for a constant.
func equalities(tokens []Token) [][2]reference {
	var list [][2]reference
	for i, t := range tokens {
		if t != (Token{Text: "="}) || i == 0 {
			continue
		}
		left, _ := referenceBefore(tokens[:i])
		right, size := referenceAt(tokens[i+1:])
		constant := size == 0 && (i+1 == len(tokens) || !tokens[i+1].Quoted && tokens[i+1].Text != "(" &&
			!(i+2 < len(tokens) && tokens[i+2].Text == "("))
		switch {
		case left == reference{}:
		case size > 0, constant:
			list = append(list, [2]reference{left, right})
		}
	}
	return list
}

// referenceAt returns the column that the tokens start with, and its number of tokens.
func referenceAt(tokens []Token) (r reference, size int) {
	var names []string
	for i := 0; i < len(tokens) && tokens[i].Quoted; i += 2 {
		names, size = append(names, tokens[i].Text), i+1
		if i+1 >= len(tokens) || tokens[i+1] != (Token{Text: "."}) {
			break
		}
	}
	if len(names) < 2 || size < len(tokens) && tokens[size] == (Token{Text: "("}) {
		return reference{}, 0
	}
	return reference{strings.ToLower(names[len(names)-2]), strings.ToLower(names[len(names)-1])}, size
}

// referenceBefore returns the column that the tokens end with.
func referenceBefore(tokens []Token) (reference, int) {
	start := len(tokens)
	for i := len(tokens) - 1; i >= 0 && tokens[i].Quoted; i -= 2 {
		start = i
		if i == 0 || tokens[i-1] != (Token{Text: "."}) {
			break
		}
	}
	return referenceAt(tokens[start:])
}

// isReference reports whether the tokens are one column.
func isReference(tokens []Token) bool {
	_, size := referenceAt(tokens)
	return size > 0 && size == len(withoutOrder(tokens))
}

// references returns the columns of an expression, except those in aggregate functions and subqueries.
func references(tokens []Token) []reference {
	var list []reference
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t == (Token{Text: "("}) {
			inner := closing(tokens, i)
			isSelect := i+1 < len(tokens) && (tokens[i+1].Text == "select" || tokens[i+1].Text == "with")
			if isSelect || i > 0 && isAggregate(tokens[i-1]) {
				i = inner
			}
			continue
		}
		if r, size := referenceAt(tokens[i:]); size > 0 {
			list = append(list, r)
			i += size - 1
		}
	}
	return list
}

func isAggregate(t Token) bool { return t.Word && t.Called && slices.Contains(aggregates, t.Text) }

// withoutAlias removes the alias of an item of SELECT, or the direction of one of ORDER BY.
func withoutAlias(item []Token) []Token {
	if n := len(item); n > 2 && item[n-2].Text == "as" && item[n-2].Word {
		return item[:n-2]
	}
	return withoutOrder(item)
}

func withoutOrder(item []Token) []Token {
	if n := len(item); n > 1 && item[n-1].Word && (item[n-1].Text == "desc" || item[n-1].Text == "asc") {
		return item[:n-1]
	}
	return item
}

// parentheses returns what each outer pair of parentheses contains.
func parentheses(tokens []Token) [][]Token {
	var list [][]Token
	for i := 0; i < len(tokens); i++ {
		if tokens[i] == (Token{Text: "("}) {
			end := closing(tokens, i)
			list = append(list, tokens[i+1:max(end, i+1)])
			i = end
		}
	}
	return list
}

// indexOf returns the index of the first of these words outside parentheses, -1 if there is none.
func indexOf(tokens []Token, words ...string) int {
	for i, text := range unenclosed(tokens, inBrackets) {
		if slices.Contains(words, text) {
			return i
		}
	}
	return -1
}

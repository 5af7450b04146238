package oracletest

import (
	"fmt"
	"strconv"
	"strings"
)

// queryBlock is one SELECT with its clauses, as ranges of tokens. A clause that is
// missing is empty.
type queryBlock struct {
	depth                    int
	list, from, where, group span
	order, fetch             span
	end                      int // index after the block's last token
}

// span is a range of tokens.
type span struct{ from, to int }

func (s span) empty() bool { return s.to <= s.from }

// blocks checks and translates each SELECT of the statement.
func (x *translation) blocks() error {
	for i, t := range x.tokens {
		if !t.is("SELECT") {
			continue
		}
		b := x.block(i)
		for _, step := range []func(*queryBlock) error{x.checkFrom, x.checkStar, x.checkGroups, x.limitRows,
			x.fetchFirst,
			x.orderNulls} {
			if err := step(&b); err != nil {
				return err
			}
		}
	}
	return nil
}

// block finds the clauses of the SELECT at i.
func (x *translation) block(i int) queryBlock {
	b := queryBlock{depth: x.tokens[i].depth, end: len(x.tokens)}
	first := i + 1
	if x.at(first).is("DISTINCT", "UNIQUE", "ALL") {
		first++
	}
	current := &b.list
	current.from = first
	for j := i + 1; j < len(x.tokens); j++ {
		t := x.tokens[j]
		if t.depth < b.depth {
			b.end = j
			break
		}
		if t.depth != b.depth {
			continue
		}
		var next *span
		switch {
		case t.is("UNION", "MINUS", "INTERSECT"):
			b.end = j
		case t.is("FROM"):
			next = &b.from
		case t.is("WHERE"):
			next = &b.where
		case t.is("GROUP") && x.at(j+1).is("BY"):
			next = &b.group
		case t.is("HAVING"):
			next = &span{}
		case t.is("ORDER") && x.at(j+1).is("BY"):
			next = &b.order
		case t.is("OFFSET") && x.at(j+2).is("ROW", "ROWS"), t.is("FETCH") && x.at(j+1).is("FIRST", "NEXT"):
			if b.fetch.from == 0 {
				next = &b.fetch
			}
		}
		if b.end == j {
			break
		}
		if next != nil {
			current.to = j
			next.from = j + 1
			if next == &b.fetch {
				next.from = j
			}
			current = next
		}
	}
	current.to = b.end
	for _, s := range []*span{&b.group, &b.order} { // after BY
		if s.from > 0 {
			s.from++
		}
	}
	return b
}

// checkFrom wants a FROM clause (before 23ai) without AS before an alias, and marks the
// names of tables in it.
func (x *translation) checkFrom(b *queryBlock) error {
	if b.from.empty() {
		if b.from.from > 0 {
			return oraError(903).at(x.tokens[b.from.from-1].pos)
		}
		if !x.rel.atLeast(23, 0) {
			return oraError(923).at(x.tokens[min(b.end, len(x.tokens))-1].pos)
		}
		return nil
	}
	expected := true
	for i := b.from.from; i < b.from.to; i++ {
		t := x.tokens[i]
		if t.depth != b.depth {
			continue
		}
		switch {
		case t.is("AS"):
			return oraError(933).at(t.pos)
		case t.is(",", "JOIN"):
			expected = true
		case t.is("ON", "USING"):
			expected = false
		case expected && t.is("("):
			expected = false
			x.markNested(i)
		case expected && (t.kind == word || t.kind == quotedName):
			t.table = true
			expected = false
		}
	}
	return nil
}

// markNested marks the tables of a join in parentheses; a subquery is a block of its own.
func (x *translation) markNested(open int) {
	if x.at(open+1).is("SELECT", "WITH", "(") {
		return
	}
	depth, expected := x.tokens[open].depth+1, true
	for _, t := range x.tokens[open+1 : x.tokens[open].match] {
		if t.depth != depth {
			continue
		}
		switch {
		case t.is(",", "JOIN"):
			expected = true
		case t.is("ON", "USING"):
			expected = false
		case expected && (t.kind == word || t.kind == quotedName):
			t.table, expected = true, false
		}
	}
}

// checkStar rejects a bare * beside other columns.
func (x *translation) checkStar(b *queryBlock) error {
	for i := b.list.from; i < b.list.to; i++ {
		t := x.tokens[i]
		if !t.is("*") || t.depth != b.depth {
			continue
		}
		switch {
		case i == b.list.from && x.at(i+1).is(","):
			return oraError(923).at(x.at(i + 1).pos)
		case x.at(i - 1).is(","):
			return oraError(936).at(t.pos)
		}
	}
	return nil
}

// aggregates are the functions that make one value of many rows.
var aggregates = set(`COUNT SUM MIN MAX AVG LISTAGG STDDEV VARIANCE MEDIAN`)

// split cuts a range at the commas of the depth.
func (x *translation) split(s span, depth int) []span {
	var out []span
	from := s.from
	for i := s.from; i < s.to; i++ {
		if x.tokens[i].is(",") && x.tokens[i].depth == depth {
			out = append(out, span{from, i})
			from = i + 1
		}
	}
	return append(out, span{from, s.to})
}

// withoutAlias cuts the alias off an item of a select list.
func (x *translation) withoutAlias(s span) (expression span, alias *token) {
	last := x.at(s.to - 1)
	switch {
	case s.to-s.from < 2 || last.kind != word && last.kind != quotedName:
		return s, nil
	case x.at(s.to - 2).is("AS"):
		return span{s.from, s.to - 2}, last
	case last.kind == quotedName && !x.at(s.to-2).is("."):
		return span{s.from, s.to - 1}, last
	case last.is("END", "NULL") || reserved[last.text]:
		return s, nil
	}
	before := x.at(s.to - 2)
	if before.is(")", "END") || before.kind != symbol && (before.kind != word || !keywords[before.text]) {
		return span{s.from, s.to - 1}, last
	}
	return s, nil
}

// same reports whether two ranges are equal, ignoring a qualifier of a column.
func (x *translation) same(a, b span) bool { return x.plain(a) == x.plain(b) }

func (x *translation) plain(s span) string {
	var b strings.Builder
	for i := s.from; i < s.to; i++ {
		if x.at(i+1).is(".") && i+2 < s.to {
			i++
			continue
		}
		fmt.Fprintf(&b, "%d%s ", x.tokens[i].kind, x.tokens[i].text)
	}
	return b.String()
}

// checkGroups rejects columns that are neither grouped nor aggregated.
func (x *translation) checkGroups(b *queryBlock) error {
	items := x.split(b.list, b.depth)
	grouped := !b.group.empty()
	aggregated := false
	for _, item := range items {
		aggregated = aggregated || x.hasAggregate(item)
	}
	if !grouped && !aggregated {
		return nil
	}
	code := 979
	var keys []span
	if grouped {
		keys = x.split(b.group, b.depth)
	} else {
		code = 937
	}
	for _, item := range items {
		expression, _ := x.withoutAlias(item)
		if bad := x.ungrouped(expression, keys); bad != nil {
			return oraError(code).at(bad.pos)
		}
	}
	return nil
}

// hasAggregate reports whether the range calls an aggregate that is not analytic.
func (x *translation) hasAggregate(s span) bool {
	for i := s.from; i < s.to; i++ {
		if x.at(i).is("(") && x.at(i+1).is("SELECT") {
			i = x.at(i).match
			continue
		}
		if _, ok := x.aggregate(i); ok {
			return true
		}
	}
	return false
}

// aggregate returns the end of the aggregate call at i. A call with OVER is not an aggregate.
func (x *translation) aggregate(i int) (int, bool) {
	t, open := x.at(i), x.at(i+1)
	if t == nil || t.kind != word || !aggregates[t.text] || !open.is("(") {
		return 0, false
	}
	end := open.match
	if x.at(end + 1).is("WITHIN") {
		end = x.at(end + 3).match
	}
	return end, !x.at(end + 1).is("OVER")
}

// ungrouped returns the first column of the range that is in no key.
func (x *translation) ungrouped(s span, keys []span) *token {
	for i := s.from; i < s.to; i++ {
		if end, ok := x.aggregate(i); ok {
			i = end
			continue
		}
		if n := x.keyAt(i, s.to, keys); n > 0 {
			i += n - 1
			continue
		}
		t := x.at(i)
		switch {
		case t.is("(") && x.at(i+1).is("SELECT"):
			i = t.match
		case t.is("*") && i == s.from:
			return t
		case t.kind == quotedName && !x.at(i+1).is("."), t.kind == word && x.isColumn(i):
			return t
		}
	}
	return nil
}

// keyAt returns the number of tokens at i that are a grouping key.
func (x *translation) keyAt(i, end int, keys []span) int {
	for _, k := range keys {
		for n := k.to - k.from + 2; n >= max(1, k.to-k.from-2); n-- {
			if i+n <= end && x.same(span{i, i + n}, k) {
				return n
			}
		}
	}
	return 0
}

// constants are words that look like columns but are not.
var constants = set(`SYSDATE SYSTIMESTAMP CURRENT_DATE CURRENT_TIMESTAMP LOCALTIMESTAMP USER UID
	DBTIMEZONE SESSIONTIMEZONE DATE TIMESTAMP FIRST LAST ROWNUM`)

// isColumn reports whether the word at i is a column.
func (x *translation) isColumn(i int) bool {
	t := x.tokens[i]
	return !keywords[t.text] && !reserved[t.text] && !constants[t.text] && !x.at(i+1).is("(", ".") &&
		!x.at(i-1).is("AS")
}

// limitRows turns a comparison of ROWNUM in WHERE into LIMIT.
func (x *translation) limitRows(b *queryBlock) error {
	for i := b.list.from; i < b.list.to; i++ {
		if t := x.tokens[i]; t.is("ROWNUM") && t.depth >= b.depth && !t.outSet {
			t.replace("ROW_NUMBER() OVER ()")
		}
	}
	for i := b.where.from; i < b.where.to; i++ {
		t := x.tokens[i]
		if !t.is("ROWNUM") || t.depth != b.depth {
			continue
		}
		op, value := x.at(i+1), x.at(i+2)
		if value == nil || value.kind != number && value.kind != placeholder || !op.is("<", "<=", "=") {
			return notEmulated("this use of ROWNUM").at(t.pos)
		}
		if !b.order.empty() || !b.group.empty() || !b.fetch.empty() {
			return notEmulated("ROWNUM beside ORDER BY or GROUP BY: Oracle cuts the rows before it sorts them").at(
				t.pos)
		}
		limit := value.text
		if value.kind == placeholder {
			limit = "?" + strconv.Itoa(x.placeholderNumber(i+2))
		}
		if op.is("<") {
			limit += "-1"
		}
		t.replace("1=1")
		op.drop()
		value.drop()
		value.outSet = true
		last := x.tokens[b.end-1]
		if x.hasAggregate(b.list) {
			x.tokens[b.from.from-1].before += "FROM (SELECT 1 "
			last.after = " LIMIT " + limit + ") " + last.after
		} else {
			last.after = " LIMIT " + limit + " " + last.after
		}
	}
	return nil
}

func (x *translation) placeholderNumber(i int) int {
	n := 0
	for _, t := range x.tokens[:i+1] {
		if t.kind == placeholder {
			n++
		}
	}
	return n
}

// fetchFirst turns OFFSET n ROWS FETCH NEXT m ROWS ONLY into LIMIT and OFFSET.
func (x *translation) fetchFirst(b *queryBlock) error {
	if b.fetch.empty() {
		return nil
	}
	limit, offset := "-1", ""
	for i := b.fetch.from; i < b.fetch.to; i++ {
		t, value := x.tokens[i], x.at(i+1)
		switch {
		case t.is("OFFSET"):
			offset = " OFFSET " + x.amount(i+1)
		case t.is("FIRST", "NEXT"):
			limit = "1"
			if value != nil && value.kind != word {
				limit = x.amount(i + 1)
			}
		case t.is("PERCENT", "TIES"):
			return notEmulated("FETCH ... " + t.text).at(t.pos)
		}
	}
	for i := b.fetch.from; i < b.fetch.to; i++ {
		x.tokens[i].drop()
		x.tokens[i].outSet = true
	}
	x.tokens[b.fetch.to-1].after = " LIMIT " + limit + offset + " " + x.tokens[b.fetch.to-1].after
	return nil
}

func (x *translation) amount(i int) string {
	t := x.tokens[i]
	if t.kind == placeholder {
		return "?" + strconv.Itoa(x.placeholderNumber(i))
	}
	return t.text
}

// orderNulls puts NULL last in ascending and first in descending order, as Oracle does.
func (x *translation) orderNulls(b *queryBlock) error {
	if b.order.empty() {
		return nil
	}
	for _, item := range x.split(b.order, b.depth) {
		last := x.at(item.to - 1)
		switch {
		case last.is("FIRST", "LAST"):
		case last.is("DESC"):
			last.after = " NULLS FIRST " + last.after
		default:
			last.after = " NULLS LAST " + last.after
		}
	}
	return nil
}

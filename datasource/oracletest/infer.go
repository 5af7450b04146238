package oracletest

import (
	"strings"
)

// infer derives the types of expressions in the select list, which SQLite does not have. Types that stay
// unknown follow from the values.
func (x *translation) infer() error {
	i := 0
	for i < len(x.tokens) && !(x.tokens[i].is("SELECT") && !x.insideWith(i)) {
		i++
	}
	if i == len(x.tokens) {
		return nil
	}
	b := x.block(i)
	items := x.split(b.list, b.depth)
	for _, item := range items {
		for j := item.from; j < item.to; j++ {
			if x.tokens[j].is("*") && (j == item.from || x.at(j-1).is(".")) {
				return nil // the number of columns is not known
			}
		}
	}
	for _, item := range items {
		expression, alias := x.withoutAlias(item)
		x.kinds = append(x.kinds, x.typeOf(expression))
		name := ""
		if alias == nil {
			name = x.expressionName(expression)
		}
		x.names = append(x.names, name)
	}
	return nil
}

// insideWith reports whether the token belongs to a subquery of a WITH clause.
func (x *translation) insideWith(i int) bool {
	return x.tokens[0].is("WITH") && x.tokens[i].depth > 0
}

// expressionName returns Oracle's name of a column without alias: its text without spaces.
func (x *translation) expressionName(s span) string {
	last := x.at(s.to - 1)
	if s.to-s.from == 1 || s.to-s.from == 3 && x.at(s.from+1).is(".") {
		if last.kind == word || last.kind == quotedName {
			return last.text
		}
	}
	var b strings.Builder
	for _, t := range x.tokens[s.from:s.to] {
		switch t.kind {
		case stringText:
			b.WriteString("'" + strings.ToUpper(t.text) + "'")
		case placeholder:
			b.WriteString(":" + t.text)
		default:
			b.WriteString(t.text)
		}
	}
	name := b.String()
	return name[:min(len(name), x.rel.maxIdentifier())]
}

// results are the types of functions; "arg" is the type of the first argument.
var results = map[string]string{"COUNT": "NUMBER", "SUM": "NUMBER", "AVG": "NUMBER", "LENGTH": "NUMBER",
	"LENGTHB": "NUMBER", "INSTR": "NUMBER", "TO_NUMBER": "NUMBER", "ROW_NUMBER": "NUMBER", "RANK": "NUMBER",
	"DENSE_RANK": "NUMBER", "MOD": "NUMBER", "ABS": "NUMBER", "SIGN": "NUMBER", "ROUND": "arg", "TRUNC": "arg",
	"MIN": "arg", "MAX": "arg", "NVL": "arg", "COALESCE": "arg", "GREATEST": "arg", "LEAST": "arg",
	"NULLIF": "arg", "FIRST_VALUE": "arg", "LAST_VALUE": "arg", "LAG": "arg", "LEAD": "arg",
	"TO_DATE": "DATE", "SYS_EXTRACT_UTC": "TIMESTAMP(9)", "TO_TIMESTAMP": "TIMESTAMP(9)", "TO_CHAR": "VARCHAR2(4000)",
	"TO_CLOB":     "CLOB",
	"SYS_CONTEXT": "VARCHAR2(256)", "UPPER": "VARCHAR2(4000)", "LOWER": "VARCHAR2(4000)",
	"SUBSTR": "VARCHAR2(4000)", "REPLACE": "VARCHAR2(4000)", "LISTAGG": "VARCHAR2(4000)",
	"DECODE": "", "NVL2": ""}

// fixed are the types of words.
var fixed = map[string]string{"SYSDATE": "DATE", "CURRENT_DATE": "DATE",
	"SYSTIMESTAMP": "TIMESTAMP(6) WITH TIME ZONE", "CURRENT_TIMESTAMP": "TIMESTAMP(6) WITH TIME ZONE",
	"LOCALTIMESTAMP": "TIMESTAMP(6)", "USER": "VARCHAR2(128)", "UID": "NUMBER", "ROWNUM": "NUMBER",
	"DBTIMEZONE": "VARCHAR2(6)", "SESSIONTIMEZONE": "VARCHAR2(75)"}

// typeOf returns the type of an expression, empty if its text does not determine it.
func (x *translation) typeOf(s span) string {
	if s.empty() {
		return ""
	}
	first, last := x.tokens[s.from], x.at(s.to-1)
	size := s.to - s.from
	switch {
	case first.is("(") && first.match == s.to-1:
		return x.typeOf(span{s.from + 1, s.to - 1})
	case size == 1 && first.kind == number:
		return "NUMBER"
	case size == 1 && first.kind == word && fixed[first.text] != "":
		return fixed[first.text]
	case size == 1 && first.kind == word, size == 3 && x.at(s.from+1).is("."):
		return x.columnType(last.text)
	case size == 2 && first.is("DATE"):
		return "DATE"
	case first.kind == word && x.at(s.from+1).is("(") && x.at(s.from+1).match == s.to-1:
		return x.callType(s)
	}
	for i := s.to - 1; i > s.from; i-- { // the last operator binds least
		t := x.tokens[i]
		switch {
		case t.depth != first.depth && !(first.is("(") && t.depth == first.depth):
		case t.is("||"):
			return "VARCHAR2(4000)"
		case t.is("+", "-"):
			left, right := x.typeOf(span{s.from, i}), x.typeOf(span{i + 1, s.to})
			if isTime(left) && !isTime(right) {
				return "DATE"
			}
			return "NUMBER"
		}
	}
	for _, t := range x.tokens[s.from:s.to] {
		if t.is("*", "/") && t.depth == first.depth {
			return "NUMBER"
		}
	}
	return ""
}

func (x *translation) callType(s span) string {
	name, open := x.tokens[s.from].text, x.at(s.from+1)
	if name == "CAST" {
		for i := s.from + 2; i < s.to; i++ {
			if x.tokens[i].is("AS") && x.tokens[i].depth == open.depth+1 {
				return x.typeName(span{i + 1, s.to - 1})
			}
		}
	}
	result := results[name]
	if result != "arg" {
		return result
	}
	return x.typeOf(x.split(span{s.from + 2, open.match}, open.depth+1)[0])
}

// typeName writes the type of a CAST as the dictionary would.
func (x *translation) typeName(s span) string {
	var b strings.Builder
	for i, t := range x.tokens[s.from:s.to] {
		if i > 0 && t.kind == word {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	name := b.String()
	if _, err := columnOf("", name); err != nil {
		return ""
	}
	return name
}

// columnType looks the column up in the views that the statement reads.
func (x *translation) columnType(name string) string {
	for _, v := range x.views {
		for _, c := range v.columns {
			if c.name == name {
				return c.decl
			}
		}
	}
	return ""
}

func isTime(decl string) bool { return decl == "DATE" || strings.HasPrefix(decl, "TIMESTAMP") }

// column describes the i-th column of the result: by its declared type, by its
// expression, or by the first value that is not NULL.
func (st *statement) column(i int, n named, rows [][]any) (column, error) {
	name := n.name
	if len(st.names) > i && st.names[i] != "" {
		name = st.names[i]
	}
	decl := original(n.decl)
	if decl == "" && len(st.kinds) > i {
		decl = st.kinds[i]
	}
	if decl == "" {
		decl = "VARCHAR2(4000)"
		for _, row := range rows {
			switch row[i].(type) {
			case nil:
				continue
			case int64, float64:
				decl = "NUMBER"
			case []byte:
				decl = "RAW(2000)"
			}
			break
		}
	}
	return columnOf(name, decl)
}

// operators gives || and / Oracle's meaning: NULL is an empty string for ||, and / is not an integer
// division.
func (x *translation) operators() error {
	for i, t := range x.tokens {
		switch {
		case t.gone || t.outSet:
		case t.is("/"):
			t.replace("* 1.0 /")
		case t.is("||"):
			left, right := x.operandBefore(i-1), x.operandAfter(i+1)
			if left < 0 || right < 0 {
				return oraError(936).at(t.pos)
			}
			if !x.at(left - 1).is("||") {
				x.wrap(left, i-1)
			}
			x.wrap(i+1, right)
		}
	}
	return nil
}

// wrap puts the tokens into a call that makes an empty string of NULL.
func (x *translation) wrap(from, to int) {
	x.tokens[from].before = "IFNULL(" + x.tokens[from].before
	x.tokens[to].after += ",'') "
}

// operandBefore returns the first token of the operand that ends at i, -1 if there is none.
func (x *translation) operandBefore(i int) int {
	t := x.at(i)
	switch {
	case t == nil:
		return -1
	case t.is(")"):
		i = t.match
		if before := x.at(i - 1); before != nil && before.kind == word &&
			(!keywords[before.text] || before.is("CAST")) &&
			!reserved[before.text] {
			i--
		}
	case t.is("END"):
		for depth := 1; depth > 0 && i > 0; {
			i--
			switch {
			case x.tokens[i].is("END"):
				depth++
			case x.tokens[i].is("CASE"):
				depth--
			}
		}
	case t.kind == symbol:
		return -1
	}
	for x.at(i - 1).is(".") {
		i -= 2
	}
	return i
}

// operandAfter returns the last token of the operand that starts at i, -1 if there is none.
func (x *translation) operandAfter(i int) int {
	t := x.at(i)
	switch {
	case t == nil:
		return -1
	case t.is("("):
		return t.match
	case t.is("CASE"):
		for depth := 1; depth > 0 && i+1 < len(x.tokens); {
			i++
			switch {
			case x.tokens[i].is("CASE"):
				depth++
			case x.tokens[i].is("END"):
				depth--
			}
		}
		return i
	case t.kind == symbol:
		return -1
	}
	for x.at(i + 1).is(".") {
		i += 2
	}
	if x.at(i+1).is("(") && t.kind == word {
		return x.at(i + 1).match
	}
	return i
}

package oracletest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// statementKind determines how a statement is handled.
type statementKind int

const (
	kindQuery    statementKind = iota
	kindControl                // accepted, nothing is done
	kindReadOnly               // SET TRANSACTION READ ONLY
	kindWrite                  // refused: whoever uses this server is to change nothing
)

// statement is a statement of a client, and its translation.
type statement struct {
	text   string
	kind   statementKind
	tokens []*token
	binds  []string // names of the placeholders, in the order of their occurrence
	sqlite string
	kinds  []string // declared types that follow from the select list; empty where unknown
	names  []string // also names; empty if SQLite knows the type
}

// translation is the state of translating one statement.
type translation struct {
	*statement
	srv     *Server
	session *session
	rel     Release
	ctes    map[string]bool
	views   []*view
}

// translate checks a statement by Oracle's rules that are known here, and translates it into SQLite's
// dialect.
func (srv *Server) translate(text string, s *session) (*statement, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	st := &statement{text: text, tokens: tokens}
	for _, t := range tokens {
		if t.kind == placeholder {
			st.binds = append(st.binds, t.text)
		}
	}
	if st.kind, err = classify(tokens); err != nil || st.kind != kindQuery {
		return st, err
	}
	x := &translation{statement: st, srv: srv, session: s, rel: srv.release, ctes: make(map[string]bool)}
	for _, step := range []func() error{x.identifiers, x.forbidden, x.blocks, x.lists, x.tables,
		x.pseudo, x.functions, x.infer, x.operators, x.words} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	st.sqlite = x.render()
	return st, nil
}

// classify returns the kind of a statement by its first words.
func classify(tokens []*token) (statementKind, error) {
	at := func(i int) *token {
		if i < len(tokens) {
			return tokens[i]
		}
		return nil
	}
	first := 0
	for at(first).is("(") {
		first++
	}
	t := at(first)
	switch {
	case t.is("SELECT", "WITH"):
		return kindQuery, nil
	case t.is("SET") && at(1).is("TRANSACTION"):
		if at(2).is("READ") && at(3).is("ONLY") {
			return kindReadOnly, nil
		}
		return kindControl, nil
	case t.is("COMMIT", "ROLLBACK"), t.is("ALTER") && at(1).is("SESSION"):
		return kindControl, nil
	case t.is("BEGIN"):
		if at(1).is("DBMS_APPLICATION_INFO", "DBMS_SESSION") {
			return kindControl, nil
		}
		return 0, notEmulated("PL/SQL")
	case t.is("INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "TRUNCATE",
		"GRANT", "REVOKE", "LOCK", "EXPLAIN", "COMMENT", "RENAME", "PURGE", "FLASHBACK", "CALL", "DECLARE"):
		return kindWrite, nil
	}
	return 0, oraError(900)
}

// identifiers checks the length of names.
func (x *translation) identifiers() error {
	for _, t := range x.tokens {
		if (t.kind == word || t.kind == quotedName) && len(t.text) > x.rel.maxIdentifier() {
			return oraError(972).at(t.pos)
		}
	}
	return nil
}

// reserved are the reserved words of Oracle SQL (Database SQL Language Reference,
// "Oracle SQL Reserved Words"), which cannot be names.
var reserved = set(`ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER
	COLUMN COMMENT COMPRESS CONNECT CREATE CURRENT DATE DECIMAL DEFAULT DELETE DESC DISTINCT
	DROP ELSE EXCLUSIVE EXISTS FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN
	INCREMENT INDEX INITIAL INSERT INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS
	MINUS MLSLABEL MODE MODIFY NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE
	OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM
	ROWS SELECT SESSION SET SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO
	TRIGGER UID UNION UNIQUE UPDATE USER VALIDATE VALUES VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH`)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// forbidden rejects syntax that Oracle does not have, and syntax that is not emulated.
func (x *translation) forbidden() error {
	for i, t := range x.tokens {
		next := x.at(i + 1)
		switch {
		case t.is("LIMIT") && next != nil && (next.kind == number || next.kind == placeholder):
			return oraError(933).at(t.pos)
		case t.is("TRUE", "FALSE") && !x.rel.atLeast(23, 0) && !x.at(i-1).is("."):
			return oraError(904, quote(t.text)).at(t.pos)
		case t.is("=") && next.is("=", "=>"), t.is("=>"):
			return oraError(936).at(t.pos)
		case t.is("GLOB", "REGEXP", "ILIKE", "RLIKE", "ISNULL", "NOTNULL"):
			return oraError(920).at(t.pos)
		case t.is("(") && next.is("+") && x.at(i+2).is(")"):
			return notEmulated("the outer join operator (+)").at(t.pos)
		case t.is("CONNECT") && next.is("BY"):
			return notEmulated("CONNECT BY").at(t.pos)
		case t.is("PIVOT", "UNPIVOT", "MODEL", "MATCH_RECOGNIZE") && next.is("("):
			return notEmulated(t.text).at(t.pos)
		case t.is("INTERVAL") && next != nil && next.kind == stringText:
			return notEmulated("INTERVAL literals").at(t.pos)
		case t.is("@"):
			return notEmulated("database links").at(t.pos)
		case t.is("FETCH", "OFFSET") && !x.rel.atLeast(12, 1) &&
			(next.is("FIRST", "NEXT") || x.at(i+2).is("ROWS", "ROW")):
			return oraError(933).at(t.pos)
		case t.is("AS") && next != nil && next.kind == word && reserved[next.text] && !x.inCast(i):
			return oraError(923).at(next.pos)
		case t.is(".") && next != nil && next.kind == word && reserved[next.text] && next.text != "ROWID":
			return oraError(1747).at(next.pos)
		}
	}
	return nil
}

// inCast reports whether AS at i belongs to CAST(... AS type), or opens a subquery of WITH.
func (x *translation) inCast(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if x.tokens[j].is("(") && x.tokens[j].match > i {
			return x.at(j - 1).is("CAST")
		}
	}
	return false
}

// at returns the token at i, nil outside.
func (x *translation) at(i int) *token {
	if i < 0 || i >= len(x.tokens) {
		return nil
	}
	return x.tokens[i]
}

// maxInList is the greatest number of expressions in a list.
const maxInList = 1000

// lists checks the length of IN lists.
func (x *translation) lists() error {
	for i, t := range x.tokens {
		open := x.at(i + 1)
		if !t.is("IN") || !open.is("(") {
			continue
		}
		items := 1
		for _, u := range x.tokens[i+2 : open.match] {
			if u.is(",") && u.depth == open.depth+1 {
				items++
			}
		}
		if items > maxInList {
			return oraError(1795).at(open.pos)
		}
	}
	return nil
}

// tables replaces the names of views in FROM clauses by their queries.
func (x *translation) tables() error {
	for i, t := range x.tokens {
		if !t.is("WITH") && !(len(x.ctes) > 0 && t.is(",") && t.depth == 0) {
			continue
		}
		as := i + 2
		if columns := x.at(as); columns.is("(") { // WITH name (columns) AS
			as = columns.match + 1
		}
		if name := x.at(i + 1); x.at(as).is("AS") && x.at(as+1).is("(") {
			x.ctes[name.text] = true
		}
	}
	for i, t := range x.tokens {
		if !t.table || t.kind != word && t.kind != quotedName {
			continue
		}
		schema, name, last := "", t.text, i
		if x.at(i+1).is(".") && x.at(i+2) != nil {
			schema, name, last = t.text, x.tokens[i+2].text, i+2
			x.tokens[i+1].drop()
			x.tokens[i+2].drop()
		}
		if schema == "" && x.ctes[name] {
			t.replace("[" + name + "]")
			continue
		}
		if rows, ok := x.srv.userTable(schema, name); ok {
			t.replace(rows + " ")
			continue
		}
		v := x.srv.db.dict.lookup(schema, name)
		if v == nil {
			return oraError(942).at(t.pos)
		}
		if code := x.srv.denies(v.name); code != 0 {
			return oraError(code).at(t.pos)
		}
		if err := x.srv.db.need(v.rows); err != nil {
			return err
		}
		x.views = append(x.views, v)
		out := v.query(x.session.user)
		if alias := x.at(last + 1); alias == nil || !x.isName(last+1) {
			out += " [" + name + "]"
		}
		t.replace(out)
	}
	return nil
}

// clauseWords end a table reference, so they are not aliases.
var clauseWords = set(`WHERE GROUP ORDER HAVING UNION MINUS INTERSECT ON JOIN LEFT RIGHT FULL INNER
	CROSS NATURAL OUTER USING FETCH OFFSET CONNECT START FOR SELECT FROM AND OR NOT AS PARTITION`)

// isName reports whether the token at i is a name rather than a keyword.
func (x *translation) isName(i int) bool {
	t := x.at(i)
	return t != nil && (t.kind == quotedName || t.kind == word && !clauseWords[t.text] && !reserved[t.text])
}

// pseudo puts values in for pseudo-columns and functions without arguments.
func (x *translation) pseudo() error {
	now := fmt.Sprintf("(%v)", text(daysOf(x.srv.now())))
	user := "'" + strings.ReplaceAll(x.session.user, "'", "''") + "'"
	values := map[string]string{"SYSDATE": now, "SYSTIMESTAMP": now, "CURRENT_DATE": now,
		"CURRENT_TIMESTAMP": now, "LOCALTIMESTAMP": now, "USER": user, "UID": "100",
		"DBTIMEZONE": "'+00:00'", "SESSIONTIMEZONE": "'+00:00'"}
	for i, t := range x.tokens {
		if t.kind != word || t.outSet || t.table || x.at(i-1).is(".", "AS") {
			continue
		}
		if value, ok := values[t.text]; ok && !x.at(i+1).is("(") {
			t.replace(value)
			continue
		}
		if t.is("SYS_CONTEXT") && x.at(i+1).is("(") {
			value, err := x.userenv(i)
			if err != nil {
				return err
			}
			t.replace(value)
			for _, u := range x.tokens[i+1 : x.tokens[i+1].match+1] {
				u.drop()
			}
		}
		if (t.is("DATE") || t.is("TIMESTAMP")) && x.at(i+1) != nil && x.at(i+1).kind == stringText {
			days, err := parseTime(x.at(i + 1).text)
			if err != nil {
				return oraError(1861).at(x.at(i + 1).pos)
			}
			t.replace(text(days))
			x.tokens[i+1].drop()
		}
	}
	return nil
}

// userenv returns the value of SYS_CONTEXT('USERENV', 'PARAMETER') at i.
func (x *translation) userenv(i int) (string, error) {
	space, parameter := x.at(i+2), x.at(i+4)
	if space == nil || parameter == nil || space.kind != stringText || parameter.kind != stringText {
		return "", notEmulated("SYS_CONTEXT of anything but literals").at(x.tokens[i].pos)
	}
	if !strings.EqualFold(space.text, "USERENV") {
		return "NULL", nil
	}
	name := strings.ToUpper(parameter.text)
	x.srv.mu.Lock()
	value, ok := x.srv.contexts[name]
	x.srv.mu.Unlock()
	if !ok {
		return "", oraError(2003).at(parameter.pos)
	}
	if value == "" && (name == "SESSION_USER" || name == "CURRENT_USER" || name == "CURRENT_SCHEMA") {
		value = x.session.user
	}
	if value == "" {
		return "NULL", nil
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'", nil
}

// keywords are the words that are passed to SQLite unchanged.
var keywords = set(`SELECT FROM WHERE AND OR NOT IN IS NULL LIKE ESCAPE BETWEEN EXISTS CASE WHEN
	THEN ELSE END AS ON JOIN LEFT RIGHT FULL INNER OUTER CROSS NATURAL USING GROUP BY ORDER HAVING
	UNION ALL DISTINCT INTERSECT ASC DESC WITH OVER CAST NULLS`)

// words puts names in brackets, in which SQLite always treats them as names, and translates the few keywords
// that differ.
func (x *translation) words() error {
	bound := 0
	for i, t := range x.tokens {
		if t.kind == placeholder {
			bound++
			if !t.outSet {
				t.replace("?" + strconv.Itoa(bound))
			}
		}
		if t.outSet || t.gone {
			continue
		}
		switch t.kind {
		case quotedName:
			t.replace("[" + t.text + "]")
		case stringText:
			t.replace("'" + strings.ReplaceAll(t.text, "'", "''") + "'")
			if t.text == "" {
				t.replace("NULL")
			}
		case number:
			t.replace(t.text)
		case symbol:
			t.replace(t.text)
			if t.is("^=") {
				t.replace("<>")
			}
		case word:
			switch {
			case t.is("MINUS"):
				t.replace("EXCEPT")
			case t.is("UNIQUE") && x.at(i-1).is("SELECT"):
				t.replace("DISTINCT")
			case keywords[t.text], t.is("FIRST", "LAST") && x.at(i-1).is("NULLS"),
				t.is("PARTITION") && x.at(i+1).is("BY"), t.is("ROWS", "RANGE") && x.at(i+1).is("BETWEEN", "UNBOUNDED"),
				t.is("UNBOUNDED", "PRECEDING", "FOLLOWING", "CURRENT", "ROW"):
				t.replace(t.text)
			default:
				t.replace("[" + t.text + "]")
			}
		}
	}
	return nil
}

// render joins the replacements of the tokens.
func (x *translation) render() string {
	var b strings.Builder
	for _, t := range x.tokens {
		b.WriteString(t.before)
		if !t.gone {
			b.WriteString(t.out)
		}
		b.WriteString(t.after)
		if !t.is(".") {
			b.WriteByte(' ')
		}
	}
	return strings.ReplaceAll(b.String(), " .", ".")
}

func quote(name string) string { return `"` + name + `"` }

var (
	noColumn    = regexp.MustCompile(`no such column: (\S+)`)
	ambiguous   = regexp.MustCompile(`ambiguous column name: (\S+)`)
	syntax      = regexp.MustCompile(`near "([^"]*)": syntax error`)
	argumentsOf = regexp.MustCompile(`wrong number of arguments to function|requires an argument`)
)

// oracleError puts a message of SQLite as Oracle would report it.
func (st *statement) oracleError(message string) error {
	if m := noColumn.FindStringSubmatch(message); m != nil {
		parts := strings.Split(m[1], ".")
		for i := range parts {
			parts[i] = quote(parts[i])
		}
		return oraError(904, strings.Join(parts, ".")).at(st.position(m[1]))
	}
	if m := ambiguous.FindStringSubmatch(message); m != nil {
		return oraError(918).at(st.position(m[1]))
	}
	if m := syntax.FindStringSubmatch(message); m != nil {
		switch m[1] {
		case ",", ")", "FROM", "WHERE", "AND", "OR", "GROUP", "ORDER":
			return oraError(936)
		}
		return oraError(933)
	}
	switch {
	case argumentsOf.MatchString(message):
		return oraError(909)
	case strings.Contains(message, "do not have the same number of result columns"):
		return oraError(1789)
	case strings.Contains(message, "misuse of aggregate"):
		return oraError(934)
	case strings.Contains(message, "incomplete input"):
		return oraError(936)
	case strings.Contains(message, "sub-select returns"), strings.Contains(message, "row value misused"):
		return oraError(913)
	}
	for code := range messages {
		if strings.Contains(message, fmt.Sprintf("ORA-%05d", code)) {
			return oraError(code)
		}
	}
	return notEmulated("this statement: " + message)
}

// position finds the token of a name, as in X or T.X.
func (st *statement) position(name string) int {
	parts := strings.Split(name, ".")
	last := parts[len(parts)-1]
	i := slices.IndexFunc(st.tokens, func(t *token) bool {
		return (t.kind == word || t.kind == quotedName) && strings.EqualFold(t.text, last) && !t.table
	})
	if i < 0 {
		return 0
	}
	if len(parts) > 1 && i >= 2 {
		i -= 2
	}
	return st.tokens[i].pos
}

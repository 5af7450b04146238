package mysql

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const (
	showGrants          = "SHOW GRANTS"
	currentRoleQuery    = "SELECT CURRENT_ROLE()"
	partialRevokesQuery = "SHOW GLOBAL VARIABLES LIKE 'partial_revokes'"
)

// maxAlternatives is the maximum number of inactive roles whose privileges are read, with one or two
// statements each.
const maxAlternatives = 10

// grants reads the privileges of a new session. SHOW GRANTS without FOR includes those of the roles that are
// active in it (MySQL 8.4 Reference Manual, "SHOW GRANTS Statement"; MariaDB, "SHOW GRANTS"), so only
// inactive roles need separate statements.
func (r *Reader) grants(ctx context.Context) (datasource.Grants, error) {
	var g datasource.Grants
	server, err := r.identify(ctx)
	if err != nil {
		return g, err
	}
	g.Account = datasource.ParseAccount(server.Account)
	var lines []string
	if lines, err = r.texts(ctx, showGrants); err != nil {
		return g, err
	}
	held := parseGrants(lines, g.Account)
	g.Rights = held.Rights
	g.NameCase = server.NameCase
	if g.Wildcards, err = r.wildcards(ctx, server, g.Grants); err != nil {
		return g, err
	}
	if len(held.roles) == 0 {
		return g, nil
	}
	current, err := r.currentRoles(ctx)
	switch {
	case absent(err):
		for role := range held.roles {
			g.NotUnderstood = append(g.NotUnderstood, "the rights of the role "+role)
		}
		slices.Sort(g.NotUnderstood)
		return g, nil
	case err != nil:
		return g, err
	}
	g.Active = held.active(current)
	g.EscapedIsPattern = !server.IsMariaDB() && len(g.Active) > 0
	for role := range held.roles {
		if !slices.Contains(g.Active, role) {
			g.Inactive = append(g.Inactive, role)
		}
	}
	slices.Sort(g.Active)
	slices.Sort(g.Inactive)
	g.Alternatives, err = r.alternatives(ctx, server, g)
	return g, err
}

// texts runs a statement that returns one text per row.
func (r *Reader) texts(ctx context.Context, query string) ([]string, error) {
	var list []string
	err := r.query(ctx, query, nil, collect(&list))
	return list, err
}

func collect(list *[]string) func(row) error {
	return func(scan row) error {
		var text sql.NullString
		err := scan(&text)
		*list = append(*list, text.String)
		return err
	}
}

// wildcards reports whether % and _ in the schema of a grant are wildcards: always, except with
// partial_revokes (MySQL 8.0.16 and later), which is read only if it matters.
func (r *Reader) wildcards(ctx context.Context, s datasource.Server, grants []datasource.Grant) (bool, error) {
	matters := slices.ContainsFunc(grants, func(g datasource.Grant) bool {
		return g.Level == datasource.OnSchema && strings.ContainsAny(g.Schema, `%_\`)
	})
	if !matters || !s.IsMySQL() || s.Version.Before(8, 0, 16) {
		return true, nil
	}
	var name, value string
	err := r.one(ctx, partialRevokesQuery, &name, &value)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return !strings.EqualFold(value, "ON"), err
}

func (r *Reader) currentRoles(ctx context.Context) ([]string, error) {
	var text sql.NullString
	if err := r.one(ctx, currentRoleQuery, &text); err != nil {
		return nil, err
	}
	return roleList(text.String), nil
}

// roleList parses the result of CURRENT_ROLE(): NONE or `r1`@`%`,`r2`@`%` on MySQL, NULL or r1 on MariaDB.
func roleList(text string) []string {
	if text == "" || text == "NONE" {
		return nil
	}
	if t, ok := tokenize(text); ok && strings.ContainsRune(text, '`') {
		p := parser{t}
		if roles, ok := p.names(); ok && len(p.rest) == 0 {
			return roles
		}
	}
	return []string{quote(text)}
}

// alternatives reads the privileges that inactive roles would add. MariaDB has one default role, and shows
// the privileges of a role only to a session in which it is active; MySQL shows them for any roles.
func (r *Reader) alternatives(ctx context.Context, s datasource.Server,
	g datasource.Grants) ([]datasource.Alternative, error) {
	var sets [][]string
	for _, role := range g.Inactive[:min(len(g.Inactive), maxAlternatives)] {
		sets = append(sets, []string{role})
	}
	if len(g.Inactive) > 1 && !s.IsMariaDB() {
		sets = append(sets, g.Inactive)
	}
	var found []datasource.Alternative
	for _, roles := range sets {
		a := datasource.Alternative{Roles: roles}
		var lines []string
		var err error
		if s.IsMariaDB() {
			a.Activate = "SET DEFAULT ROLE " + roles[0] + " FOR " + g.Account.Quoted()
			lines, err = r.grantsAs(ctx, roles[0])
		} else {
			list := strings.Join(slices.Concat(g.Active, roles), ", ")
			a.Activate = "SET DEFAULT ROLE " + list + " TO " + g.Account.Quoted()
			lines, err = r.texts(ctx, "SHOW GRANTS FOR CURRENT_USER() USING "+list)
		}
		if denied(err) || hasNumber(err, 1959, 3530) { // MariaDB: invalid role; MySQL: role not granted
			continue
		}
		if err != nil {
			return nil, err
		}
		a.Rights = parseGrants(lines, g.Account).Rights
		a.NameCase, a.Wildcards, a.EscapedIsPattern = g.NameCase, g.Wildcards, !s.IsMariaDB()
		found = append(found, a)
	}
	return found, nil
}

// grantsAs returns the privileges of a session in which a role is active. It closes the session.
func (r *Reader) grantsAs(ctx context.Context, role string) ([]string, error) {
	var lines []string
	err := r.inSession(ctx, func(s session) error {
		defer s.discard()
		if err := s.rows(ctx, "SET ROLE "+role, nil, func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
		line := collect(&lines)
		return s.rows(ctx, showGrants, nil, func(rows *sql.Rows) error { return line(rows.Scan) })
	})
	return lines, err
}

// heldGrants is the parsed output of SHOW GRANTS.
type heldGrants struct {
	datasource.Rights
	roles  map[string]bool     // roles granted to the account
	within map[string][]string // roles granted to a role: MariaDB lists them if the role is active
}

// active returns the roles that are active where current are set: MariaDB adds those that they hold.
func (h heldGrants) active(current []string) []string {
	var all []string
	for next := current; len(next) > 0; {
		role := next[0]
		next = next[1:]
		if !slices.Contains(all, role) {
			all = append(all, role)
			next = slices.Concat(next, h.within[role])
		}
	}
	return all
}

// parseGrants reads the lines of SHOW GRANTS for an account. A grantee without a host is a role of MariaDB or
// PUBLIC, unless it is the account itself: OceanBase before 4.0 omits the host.
func parseGrants(lines []string, account datasource.Account) heldGrants {
	h := heldGrants{roles: map[string]bool{}, within: map[string][]string{}}
	for _, line := range lines {
		s, ok := parseGrant(line)
		isRole := s.grantee.host == "" && s.grantee.name != account.User
		switch {
		case !ok:
			h.NotUnderstood = append(h.NotUnderstood, line)
		case s.roles != nil && isRole:
			h.within[s.grantee.String()] = append(h.within[s.grantee.String()], s.roles...)
		case s.roles != nil:
			for _, role := range s.roles {
				h.roles[role] = true
			}
		case s.grant != nil:
			switch {
			case isRole && s.grantee.name == public:
				s.grant.Role = public
			case isRole:
				s.grant.Role = roleHolder
			}
			h.Grants = append(h.Grants, *s.grant)
		}
	}
	return h
}

// roleHolder represents all active roles of MariaDB, which includes the privileges of a role from roles
// granted to it.
const roleHolder = "role"

// public holds the privileges that MariaDB 10.11 and later grants to all accounts.
const public = "PUBLIC"

// statement is one line of SHOW GRANTS. Without a grant and roles, it does not affect privileges, such as
// GRANT PROXY and SET DEFAULT ROLE.
type statement struct {
	grant   *datasource.Grant
	roles   []string
	grantee grantee
}

// grantee is an account or a role. Roles of MariaDB have no host.
type grantee struct{ name, host string }

// String returns the grantee in the syntax of GRANT.
func (g grantee) String() string {
	if g.host == "" {
		return quote(g.name)
	}
	return quote(g.name) + "@" + quote(g.host)
}

// parseGrant parses one line of SHOW GRANTS of any product and version. It reports false for a line whose
// meaning is not fully known.
func parseGrant(line string) (statement, bool) {
	tokens, ok := tokenize(line)
	if !ok {
		return statement{}, false
	}
	p := parser{tokens}
	switch {
	case p.words("SET", "DEFAULT", "ROLE"), p.words("GRANT", "PROXY", "ON"):
		return statement{}, true
	case p.words("REVOKE"):
		return p.privileges("FROM")
	case p.words("GRANT"):
		if p.before("ON", "TO") {
			return p.privileges("TO")
		}
		return p.roleGrant()
	}
	return statement{}, false
}

// parser reads tokens from the front.
type parser struct{ rest []token }

// token is a word, a quoted name or a single character of punctuation.
type token struct {
	kind byte // 'w', 'q', or the character
	text string
}

func (t token) is(word string) bool { return t.kind == 'w' && strings.EqualFold(t.text, word) }

// tokenize reports false where a quote is not closed.
func tokenize(line string) ([]token, bool) {
	var tokens []token
	for i := 0; i < len(line); {
		switch c := line[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '`', '"', '\'':
			text, length, ok := quoted(line[i:])
			if !ok {
				return nil, false
			}
			tokens = append(tokens, token{'q', text})
			i += length
		case '(', ')', ',', '.', '@', '*', ';':
			tokens = append(tokens, token{c, string(c)})
			i++
		default:
			end := strings.IndexAny(line[i:], " \t\r\n`\"'(),.@*;")
			if end < 0 {
				end = len(line) - i
			}
			tokens = append(tokens, token{'w', line[i : i+end]})
			i += end
		}
	}
	return tokens, true
}

// quoted reads a quoted text: its quote is doubled inside, or follows a backslash where it is a
// single one.
func quoted(s string) (text string, length int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0] && i+1 < len(s) && s[i+1] == s[0], s[i] == '\\' && s[0] == '\'' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == s[0]:
			return b.String(), i + 1, true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}

// words consumes these words, all or none.
func (p *parser) words(words ...string) bool {
	if len(p.rest) < len(words) {
		return false
	}
	for i, word := range words {
		if !p.rest[i].is(word) {
			return false
		}
	}
	p.rest = p.rest[len(words):]
	return true
}

func (p *parser) take(kinds string) (token, bool) {
	if len(p.rest) == 0 || strings.IndexByte(kinds, p.rest[0].kind) < 0 {
		return token{}, false
	}
	t := p.rest[0]
	p.rest = p.rest[1:]
	return t, true
}

// before reports whether a word follows, and before another one.
func (p *parser) before(word, other string) bool {
	for _, t := range p.rest {
		if t.is(word) || t.is(other) {
			return t.is(word)
		}
	}
	return false
}

// privileges parses a list of privileges, their object and their grantee.
func (p *parser) privileges(preposition string) (statement, bool) {
	g := datasource.Grant{Revoke: preposition == "FROM"}
	if !p.rights(&g) || !p.level(&g) || !p.words(preposition) {
		return statement{}, false
	}
	to, ok := p.grantee()
	if !ok || !p.options(&g) {
		return statement{}, false
	}
	// Partial revokes apply only to schemas: MySQL 8.4 Reference Manual, "Privilege Restriction Using Partial
	// Revokes".
	if g.Revoke && g.Level != datasource.OnSchema {
		return statement{}, false
	}
	return statement{grant: &g, grantee: to}, true
}

func (p *parser) rights(g *datasource.Grant) bool {
	for {
		var words []string
		for len(p.rest) > 0 && !p.rest[0].is("ON") {
			t, ok := p.take("w")
			if !ok {
				break
			}
			words = append(words, strings.ToUpper(t.text))
		}
		if len(words) == 0 {
			return false
		}
		var columns []string
		if _, listed := p.take("("); listed {
			var ok bool
			if columns, ok = p.columns(); !ok {
				return false
			}
		}
		addRight(g, strings.Join(words, " "), columns)
		if _, more := p.take(","); !more {
			return p.words("ON")
		}
	}
}

func (p *parser) columns() ([]string, bool) {
	var columns []string
	for {
		t, ok := p.take("wq")
		if !ok {
			return nil, false
		}
		columns = append(columns, t.text)
		if _, more := p.take(","); !more {
			_, closed := p.take(")")
			return columns, closed
		}
	}
}

func addRight(g *datasource.Grant, name string, columns []string) {
	if known, ok := synonyms[name]; ok {
		name = known
	}
	right := datasource.Privilege(name)
	switch {
	case name == "ALL" || name == "ALL PRIVILEGES":
		g.All = true
	case name == "USAGE":
	case right == datasource.GrantOption:
		g.Grantable = true
	case !staticPrivileges[name] && !dynamicForm.MatchString(name):
		g.UnknownPrivileges = append(g.UnknownPrivileges, name)
	case columns != nil:
		if g.Columns == nil {
			g.Columns = map[datasource.Privilege][]string{}
		}
		g.Columns[right] = append(g.Columns[right], columns...)
	default:
		g.Privileges = append(g.Privileges, right)
	}
}

// level parses *.*, schema.* or schema.name, and the type of the object.
func (p *parser) level(g *datasource.Grant) bool {
	routine := false
	if len(p.rest) > 1 && p.rest[1].kind != '.' {
		switch {
		case p.words("TABLE"):
		case p.words("FUNCTION"), p.words("PROCEDURE"), p.words("PACKAGE", "BODY"), p.words("PACKAGE"),
			p.words("LIBRARY"):
			routine = true
		}
	}
	schema, ok := p.take("wq*")
	if _, dot := p.take("."); !ok || !dot {
		return false
	}
	name, ok := p.take("wq*")
	switch {
	case !ok, schema.kind == '*' && name.kind != '*', routine && name.kind == '*':
		return false
	case schema.kind == '*':
		g.Level = datasource.OnEverything
		return true
	case name.kind == '*':
		g.Level = datasource.OnSchema
	case routine:
		g.Level, g.Name = datasource.OnRoutine, name.text
	default:
		g.Level, g.Name = datasource.OnTable, name.text
	}
	g.Schema = schema.text
	return true
}

func (p *parser) grantee() (grantee, bool) {
	name, ok := p.take("wq")
	if !ok {
		return grantee{}, false
	}
	if _, at := p.take("@"); !at {
		return grantee{name: name.text}, true
	}
	host, ok := p.host()
	return grantee{name.text, host}, ok
}

// host reads a quoted host, or one without quotes, as in 10.0.0.%.
func (p *parser) host() (string, bool) {
	if t, ok := p.take("q"); ok {
		return t.text, true
	}
	var b strings.Builder
	for {
		t, ok := p.take("w")
		if !ok {
			return "", false
		}
		b.WriteString(t.text)
		if _, dot := p.take("."); !dot {
			return b.String(), true
		}
		b.WriteByte('.')
	}
}

// options parses the clauses after the grantee: authentication, connection requirements and GRANT OPTION.
func (p *parser) options(g *datasource.Grant) bool {
	if _, end := p.take(";"); len(p.rest) == 0 {
		return true
	} else if end || !(p.rest[0].is("IDENTIFIED") || p.rest[0].is("REQUIRE") || p.rest[0].is("WITH")) {
		return false
	}
	with := false
	for i, t := range p.rest {
		with = with || t.is("WITH")
		if with && t.is("GRANT") && i+1 < len(p.rest) && p.rest[i+1].is("OPTION") {
			g.Grantable = true
		}
	}
	return true
}

// roleGrant reads GRANT role, … TO grantee.
func (p *parser) roleGrant() (statement, bool) {
	roles, ok := p.names()
	if !ok || !p.words("TO") {
		return statement{}, false
	}
	to, ok := p.grantee()
	if !ok || len(p.rest) > 0 && !p.words("WITH", "ADMIN", "OPTION") || len(p.rest) > 0 {
		return statement{}, false
	}
	return statement{roles: roles, grantee: to}, true
}

// names reads a list of roles.
func (p *parser) names() ([]string, bool) {
	var roles []string
	for {
		role, ok := p.grantee()
		if !ok {
			return nil, false
		}
		roles = append(roles, role.String())
		if _, more := p.take(","); !more {
			return roles, true
		}
	}
}

// synonyms are names of the same privilege in different products and versions (MariaDB, "GRANT": BINLOG
// MONITOR is REPLICATION CLIENT renamed in 10.5.2; known up to 11.8).
var synonyms = map[string]string{
	"BINLOG MONITOR":            "REPLICATION CLIENT",
	"REPLICATION REPLICA":       "REPLICATION SLAVE",
	"REPLICATION REPLICA ADMIN": "REPLICATION SLAVE ADMIN",
	"SLAVE MONITOR":             "REPLICA MONITOR",
	"DELETE VERSIONING ROWS":    "DELETE HISTORY",
	"SHOW DB":                   "SHOW DATABASES",
}

// dynamicForm matches the names of MySQL's dynamic privileges, to which plugins can add. A new one is not a
// new name of a known privilege.
var dynamicForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// staticPrivileges are the privileges with a known meaning: MySQL 8.4 Reference Manual, "Static Privilege
// Descriptions"; MariaDB, "GRANT", known up to 11.8; Aurora's and TiDB's own; OceanBase, "Privilege types in
// MySQL mode", known up to V4.3.
var staticPrivileges = func() map[string]bool {
	known := map[string]bool{}
	for _, name := range strings.Split(`SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,RELOAD,SHUTDOWN,PROCESS,FILE,REFERENCES,
INDEX,ALTER,
SHOW DATABASES,SUPER,CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,REPLICATION SLAVE,REPLICATION CLIENT,CREATE VIEW,
SHOW VIEW,
CREATE ROUTINE,ALTER ROUTINE,CREATE USER,EVENT,TRIGGER,CREATE TABLESPACE,CREATE ROLE,DROP ROLE,PROXY,
DELETE HISTORY,SET USER,FEDERATED ADMIN,CONNECTION ADMIN,READ_ONLY ADMIN,REPLICATION SLAVE ADMIN,
REPLICATION MASTER ADMIN,
BINLOG ADMIN,BINLOG REPLAY,REPLICA MONITOR,SHOW CREATE ROUTINE,
LOAD FROM S3,SELECT INTO S3,INVOKE LAMBDA,INVOKE SAGEMAKER,INVOKE COMPREHEND,
CONFIG,
ALTER TENANT,ALTER SYSTEM,CREATE RESOURCE POOL,CREATE RESOURCE UNIT,CREATE SYNONYM,CREATE DATABASE LINK,
DROP DATABASE LINK,ENCRYPT,DECRYPT`, ",") {
		known[strings.TrimSpace(name)] = true
	}
	return known
}()

package datasource

import (
	"slices"
	"strings"
)

// Answer is the answer to a yes-or-no question.
type Answer int

// The answers. What cannot be determined is Unknown, never No.
const (
	Unknown Answer = iota
	No
	Yes
)

// String returns unknown, no or yes.
func (a Answer) String() string { return [...]string{"unknown", "no", "yes"}[a] }

// Privilege is the name of a privilege in upper case, as in the server's GRANT statement. If servers or
// versions have different names for the same privilege, it has one name here: REPLICATION CLIENT includes
// MariaDB's BINLOG MONITOR.
type Privilege string

// Account is a user and the hosts from which the user may log on.
type Account struct{ User, Host string }

// ParseAccount parses what CURRENT_USER() returns: user@host, where the user may contain an @.
func ParseAccount(text string) Account {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return Account{User: text}
	}
	return Account{User: text[:at], Host: text[at+1:]}
}

// String returns the account as user@host, without quotes.
func (a Account) String() string {
	if a.Host == "" {
		return a.User
	}
	return a.User + "@" + a.Host
}

// Quoted returns the account as statements of MySQL write it: 'user'@'host'.
func (a Account) Quoted() string {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(s) + "'"
	}
	if a.Host == "" {
		return quote(a.User)
	}
	return quote(a.User) + "@" + quote(a.Host)
}

// GrantLevel is the scope of a grant.
type GrantLevel int

// The levels.
const (
	OnEverything GrantLevel = iota // ON *.*
	OnSchema                       // ON schema.*
	OnTable                        // ON schema.table, columns included
	OnRoutine                      // ON PROCEDURE, FUNCTION, … schema.name
)

// Grant is one statement that grants privileges to an account or a role.
type Grant struct {
	Level      GrantLevel
	Schema     string // OnSchema: a pattern, see Rights.Wildcards
	Name       string // of the table or routine
	Privileges []Privilege
	Columns    map[Privilege][]string // privileges on these columns of a table only
	// All is ALL PRIVILEGES: every privilege that the level has.
	All bool
	// UnknownPrivileges are words that are not known names of privileges: each may be a new name of any
	// privilege.
	UnknownPrivileges []string
	// Revoke revokes privileges that are granted ON *.* for this schema (MySQL's partial_revokes).
	Revoke bool
	// Role is the role that holds the grant; empty is the account itself. Where several patterns
	// of one holder match a schema, the server applies only one of them.
	Role string
	// Grantable is WITH GRANT OPTION.
	Grantable bool
}

// Rights are the privileges of all grants together. An answer is Unknown if a statement that was not
// understood could make it Yes.
type Rights struct {
	Grants []Grant
	// NotUnderstood are the statements that could not be read. Any of them may grant or revoke
	// any privilege.
	NotUnderstood []string
	// Wildcards reports that % and _ in the schema of a grant are wildcards, which \ escapes. It is false
	// under MySQL's partial_revokes.
	Wildcards bool
	// EscapedIsPattern reports that a schema name with an escape does not take precedence over patterns, as
	// on MySQL with active roles.
	EscapedIsPattern bool
	NameCase         NameCase
}

// Grants are the privileges of the account that is logged on.
type Grants struct {
	Account Account
	Rights           // in a session that has just logged on
	Active  []string // roles that are active in it, in the notation of GRANT
	// Inactive are roles that are granted but not active: their privileges do not count.
	Inactive []string
	// Alternatives are the privileges of the account with some of them active, those with the fewest roles
	// first.
	Alternatives []Alternative
}

// Alternative is the privileges of an account if other roles were active at logon.
type Alternative struct {
	Roles    []string // those that are not active now
	Activate string   // the statement that makes them active, for an administrator
	Rights
}

// FactGrants are the privileges of the account that is logged on.
var FactGrants = NewFact[Grants]("grants", "grants of the account")

// GrantOption is the privilege to grant one's own privileges to others.
const GrantOption Privilege = "GRANT OPTION"

// tablePrivileges are the privileges on tables, schemaPrivileges those on schemas, and therefore the meaning
// of ALL PRIVILEGES there (MySQL 8.4 Reference Manual, "GRANT Statement", Table "Permissible Privileges";
// MariaDB, "GRANT", Table and Database Privileges, known up to 11.8).
var (
	tablePrivileges = []Privilege{"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX",
		"ALTER",
		"CREATE VIEW", "SHOW VIEW", "TRIGGER", "DELETE HISTORY"}
	schemaPrivileges = append([]Privilege{"CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "CREATE ROUTINE",
		"ALTER ROUTINE", "EVENT", "SHOW CREATE ROUTINE"}, tablePrivileges...)
	routinePrivileges = []Privilege{"EXECUTE", "ALTER ROUTINE", "SHOW CREATE ROUTINE"}
)

// holds reports whether the grant includes p for its whole scope.
func (g Grant) holds(p Privilege) Answer {
	if p == GrantOption {
		return answer(g.Grantable)
	}
	if slices.Contains(g.Privileges, p) {
		return Yes
	}
	if g.All {
		switch g.Level {
		case OnEverything:
			return Yes
		case OnSchema:
			return answer(slices.Contains(schemaPrivileges, p))
		case OnTable:
			return answer(slices.Contains(tablePrivileges, p))
		case OnRoutine:
			return answer(slices.Contains(routinePrivileges, p))
		}
	}
	if len(g.UnknownPrivileges) > 0 {
		return Unknown
	}
	return No
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// anyOf is Yes if one is, else Unknown if one is.
func anyOf(answers ...Answer) Answer {
	switch {
	case slices.Contains(answers, Yes):
		return Yes
	case slices.Contains(answers, Unknown):
		return Unknown
	}
	return No
}

// Globally reports whether the privilege is held ON *.*, regardless of partial revokes.
func (r Rights) Globally(p Privilege) Answer {
	found := r.none()
	for _, g := range r.Grants {
		if g.Level == OnEverything && !g.Revoke {
			found = anyOf(found, g.holds(p))
		}
	}
	return found
}

// none is the answer if no grant includes a privilege: Unknown if a statement was not understood.
func (r Rights) none() Answer {
	if len(r.NotUnderstood) > 0 {
		return Unknown
	}
	return No
}

// OnSchema reports whether the privilege is held on a whole schema, future tables included.
func (r Rights) OnSchema(schema string, p Privilege) Answer {
	found := r.Globally(p)
	if found == Yes {
		found = r.notRevoked(schema, p)
	}
	return anyOf(found, r.schemaLevel(schema, p))
}

// notRevoked reports whether a global privilege is not revoked on a schema.
func (r Rights) notRevoked(schema string, p Privilege) Answer {
	for _, g := range r.Grants {
		if g.Revoke && r.same(g.Schema, schema) {
			switch g.holds(p) {
			case Yes:
				return No
			case Unknown:
				return Unknown
			}
		}
	}
	for _, text := range r.NotUnderstood {
		if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), "REVOKE") {
			return Unknown
		}
	}
	return Yes
}

// schemaLevel evaluates the grants on schemas. Of one holder's grants, only the one that names the schema
// counts. Without one, one of the matching patterns counts. Which one depends on the server, its version and
// the order in which they were granted (MySQL 8.4 Reference Manual, "GRANT Statement": "MySQL takes only the
// first matching grant").
func (r Rights) schemaLevel(schema string, p Privilege) Answer {
	found := No
	for _, applied := range r.applied(schema) {
		answers := make([]Answer, len(applied))
		for i, g := range applied {
			answers[i] = g.holds(p)
		}
		if slices.ContainsFunc(answers, func(a Answer) bool { return a != answers[0] }) {
			found = anyOf(found, Unknown)
		} else {
			found = anyOf(found, answers[0])
		}
	}
	return found
}

// applied returns, for each holder, the grants on schemas from which the server applies one to schema.
func (r Rights) applied(schema string) map[string][]Grant {
	exact, matching := map[string][]Grant{}, map[string][]Grant{}
	for _, g := range r.Grants {
		switch {
		case g.Level != OnSchema || g.Revoke:
		case r.names(g.Schema, schema):
			exact[g.Role] = append(exact[g.Role], g)
		case r.Wildcards && like(r.NameCase.Fold(g.Schema), r.NameCase.Fold(schema)):
			matching[g.Role] = append(matching[g.Role], g)
		}
	}
	for role, g := range exact {
		matching[role] = []Grant{union(g)}
	}
	return matching
}

// names reports whether the schema of a grant is exactly schema.
func (r Rights) names(pattern, schema string) bool {
	if !r.Wildcards {
		return r.same(pattern, schema)
	}
	plain, wild := unescape(pattern)
	return !wild && r.same(plain, schema) && !(r.EscapedIsPattern && plain != pattern)
}

func (r Rights) same(a, b string) bool { return r.NameCase.Fold(a) == r.NameCase.Fold(b) }

// union joins grants on the same object, such as those of a role and of a role granted to it.
func union(grants []Grant) Grant {
	all := grants[0]
	for _, g := range grants[1:] {
		all.Privileges = slices.Concat(all.Privileges, g.Privileges)
		all.UnknownPrivileges = slices.Concat(all.UnknownPrivileges, g.UnknownPrivileges)
		all.All = all.All || g.All
		all.Grantable = all.Grantable || g.Grantable
	}
	return all
}

// ByTable returns a function that returns the privileges that count for a table, without the grants on other
// tables: an account may have thousands.
func (r Rights) ByTable() func(TableName) Rights {
	fold := func(t TableName) TableName { return TableName{r.NameCase.Fold(t.Schema), r.NameCase.Fold(t.Name)} }
	var wider []Grant
	own := map[TableName][]Grant{}
	for _, g := range r.Grants {
		if g.Level != OnTable || g.Revoke {
			wider = append(wider, g)
			continue
		}
		t := fold(TableName{g.Schema, g.Name})
		own[t] = append(own[t], g)
	}
	wider = slices.Clip(wider)
	return func(t TableName) Rights {
		of := r
		of.Grants = append(wider, own[fold(t)]...)
		return of
	}
}

// OnTable reports whether the privilege is held on a table or view, all of its columns included.
func (r Rights) OnTable(t TableName, p Privilege) Answer {
	found := r.OnSchema(t.Schema, p)
	for _, g := range r.onTable(t) {
		found = anyOf(found, g.holds(p))
	}
	return found
}

// Sees reports whether the catalog shows the account a table if it exists, or without a name every
// table of the schema, for which any table privilege suffices (MySQL 8.4 Reference Manual,
// "INFORMATION_SCHEMA Tables": Privileges).
func (r Rights) Sees(t TableName) Answer {
	answers := make([]Answer, len(tablePrivileges))
	for i, p := range tablePrivileges {
		answers[i] = r.OnTable(t, p)
	}
	return anyOf(answers...)
}

func (r Rights) onTable(t TableName) []Grant {
	var found []Grant
	for _, g := range r.Grants {
		if g.Level == OnTable && r.same(g.Schema, t.Schema) && r.same(g.Name, t.Name) {
			found = append(found, g)
		}
	}
	return found
}

// OnColumns reports whether the privilege is held on each of these columns of a table.
func (r Rights) OnColumns(t TableName, columns []string, p Privilege) Answer {
	found := r.OnTable(t, p)
	if found == Yes || len(columns) == 0 {
		return found
	}
	held := map[string]bool{}
	for _, g := range r.onTable(t) {
		for _, c := range g.Columns[p] {
			held[strings.ToLower(c)] = true
		}
	}
	if !slices.ContainsFunc(columns, func(c string) bool { return !held[strings.ToLower(c)] }) {
		return Yes
	}
	return found
}

// OnSomeColumns reports whether the privilege is granted on columns of a table.
func (r Rights) OnSomeColumns(t TableName, p Privilege) bool {
	return slices.ContainsFunc(r.onTable(t), func(g Grant) bool { return len(g.Columns[p]) > 0 })
}

// ByPattern returns the privileges that the account holds on a schema only through a pattern. A grant on
// the schema itself replaces them. It returns nil where no pattern matches or a grant names the schema.
func (r Rights) ByPattern(schema string) []Privilege {
	var held []Privilege
	for _, g := range r.applied(schema)[""] {
		if r.names(g.Schema, schema) {
			return nil
		}
		if g.All {
			held = append(held, schemaPrivileges...)
		}
		held = append(held, g.Privileges...)
	}
	slices.Sort(held)
	return slices.Compact(held)
}

// unescape removes the backslashes from a pattern, and reports whether it has wildcards.
func unescape(pattern string) (plain string, wild bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case c == '%' || c == '_':
			return "", true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

// like matches text against a pattern of SQL's LIKE.
func like(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	at, in := 0, 0
	star, from := -1, 0
	for in < len(t) {
		switch {
		case at < len(p) && p[at] == '%':
			star, from = at, in
			at++
			continue
		case at < len(p) && p[at] == '_':
			at++
			in++
			continue
		case at+1 < len(p) && p[at] == '\\' && p[at+1] == t[in]:
			at += 2
			in++
			continue
		case at < len(p) && p[at] != '\\' && p[at] == t[in], at == len(p)-1 && p[at] == t[in]:
			at++
			in++
			continue
		}
		if star < 0 {
			return false
		}
		from++
		at, in = star+1, from
	}
	for at < len(p) && p[at] == '%' {
		at++
	}
	return at == len(p)
}

package access

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Need is a set of privileges that an account must have on an object.
type Need struct {
	// On is a table. Without a Name it is the whole schema, without a Schema all objects.
	On     datasource.TableName
	Rights []datasource.Privilege
	// Instead are privileges, any one of which replaces all of Rights.
	Instead []datasource.Privilege
	// Or is an alternative, on another object.
	Or *Need
	// Rule and Level are those of the finding if the need is not met.
	Rule  string
	Level checks.Level
}

// Holder is an account of a server with its privileges.
type Holder struct {
	Server datasource.Server
	datasource.Grants
	// Lang is the language of the findings about it; empty is English.
	Lang string
}

// Of returns the account that reads the facts of a database, for findings in the language of p.
func Of(ctx context.Context, p *checks.Pass, facts *datasource.Facts) (Holder, error) {
	server, err := datasource.FactServer.Of(ctx, facts)
	if err != nil {
		return Holder{}, err
	}
	grants, err := datasource.FactGrants.Of(ctx, facts)
	return Holder{Server: server, Grants: grants, Lang: p.Lang}, err
}

// None returns what a finding in a language says of an account that has none of the needed privileges.
func None(lang string) string { return message.New("checks.grants.none").In(lang) }

// Lacks returns a finding for each need that the account does not meet, with the statement that grants
// exactly the missing privileges. Privileges of an inactive role do not count. If activating roles would meet
// every need of a level, the statement activates them, and the argument roles of the findings names them.
// Lacks fails if it is unknown whether a need above level Info is met.
func (h Holder) Lacks(needs ...Need) ([]checks.Finding, error) {
	var findings []checks.Finding
	var doubts []message.Text
	held := h.Rights.ByTable()
	activations := map[checks.Level]*datasource.Alternative{}
	for _, n := range needs {
		if n.Or != nil && n.Or.met(held(n.Or.On)) {
			continue
		}
		missing, unclear := n.lacks(held(n.On))
		switch {
		case len(missing) > 0:
			activate, known := activations[n.Level]
			if !known {
				activate = h.activation(needs, n.Level)
				activations[n.Level] = activate
			}
			findings = append(findings, h.finding(n, missing, activate))
		case len(unclear) > 0 && n.Level > checks.Info:
			doubts = append(doubts, message.New("checks.grants.privilege_on", "privileges", h.spell(unclear), "object",
				describe(n.On)))
		}
	}
	if len(doubts) == 0 {
		return findings, nil
	}
	return findings, &datasource.Error{Class: datasource.ErrOther,
		Cause: message.New("checks.grants.unknown", "account", h.Account.Quoted(), "privileges", doubts, "reason",
			h.doubt()),
		Remedy: message.New("checks.grants.unknown_remedy")}
}

// Report reports what Lacks returns. A finding that an active role would fix has the rule inactive_role.
func Report(p *checks.Pass, findings []checks.Finding) {
	for _, f := range findings {
		if f.Args["roles"] != nil {
			f.Rule = "inactive_role"
		}
		p.Report(f)
	}
}

// Meets reports whether the account certainly has what is needed.
func (h Holder) Meets(n Need) bool { return n.met(h.Rights) }

func (n Need) met(r datasource.Rights) bool {
	if n.Or != nil && n.Or.met(r) {
		return true
	}
	missing, unclear := n.lacks(r)
	return len(missing)+len(unclear) == 0
}

// lacks returns the missing privileges, and those for which this is unknown.
func (n Need) lacks(r datasource.Rights) (missing, unclear []datasource.Privilege) {
	for _, right := range n.Instead {
		switch n.held(r, right) {
		case datasource.Yes:
			return nil, nil
		case datasource.Unknown:
			unclear = append(unclear, right)
		}
	}
	if unclear != nil && slices.ContainsFunc(n.Rights,
		func(p datasource.Privilege) bool { return n.held(r, p) != datasource.Yes }) {
		return nil, unclear
	}
	unclear = nil
	for _, right := range n.Rights {
		switch n.held(r, right) {
		case datasource.No:
			missing = append(missing, right)
		case datasource.Unknown:
			unclear = append(unclear, right)
		}
	}
	return missing, unclear
}

func (n Need) held(r datasource.Rights, right datasource.Privilege) datasource.Answer {
	switch {
	case n.On.Schema == "":
		return r.Globally(right)
	case n.On.Name == "":
		return r.OnSchema(n.On.Schema, right)
	}
	return r.OnTable(n.On, right)
}

// activation returns the roles that would meet every need of a level if they were active, without losing a
// privilege: on MariaDB a default role replaces another. It is nil if there are none.
func (h Holder) activation(needs []Need, level checks.Level) *datasource.Alternative {
	now := h.Rights.ByTable()
	at := slices.IndexFunc(h.Alternatives, func(a datasource.Alternative) bool {
		then := a.Rights.ByTable()
		return !slices.ContainsFunc(needs, func(n Need) bool {
			return !n.met(then(n.On)) && (n.Level == level || n.met(now(n.On)))
		})
	})
	if at < 0 {
		return nil
	}
	return &h.Alternatives[at]
}

func (h Holder) finding(n Need, missing []datasource.Privilege, activate *datasource.Alternative) checks.Finding {
	held := slices.DeleteFunc(slices.Clone(n.Rights),
		func(r datasource.Privilege) bool { return slices.Contains(missing, r) })
	f := checks.Finding{Rule: n.Rule, Level: n.Level, Object: h.object(n.On), Actual: h.spell(held),
		Expected:   h.spell(n.Rights),
		Args:       checks.Args{"account": h.Account.Quoted(), "privileges": h.spell(missing), "on": describe(n.On)},
		Privileges: missing, SQL: []string{h.Grant(n.On, missing...)}}
	if len(held) == 0 {
		f.Actual = None(h.Lang)
	}
	for _, r := range n.Instead {
		f.Expected = message.New("checks.grants.either", "privileges", f.Expected, "other", string(r)).In(h.Lang)
	}
	if activate != nil {
		f.Args["roles"] = strings.Join(activate.Roles, ", ")
		f.SQL = []string{activate.Activate}
	}
	return f
}

func (h Holder) object(on datasource.TableName) checks.Object {
	switch {
	case on.Schema == "":
		return checks.Object{Kind: "ACCOUNT", Name: h.Account.String()}
	case on.Name == "":
		return checks.SchemaObject(on.Schema)
	}
	return checks.TableObject(on)
}

// doubt returns the reason why an answer is unknown.
func (h Holder) doubt() message.Text {
	if len(h.NotUnderstood) > 0 {
		return message.New("checks.grants.not_understood", "grant", strconv.Quote(h.NotUnderstood[0]))
	}
	for _, g := range h.Rights.Grants {
		if len(g.UnknownPrivileges) > 0 {
			return message.New("checks.grants.unknown_privilege", "privilege",
				strconv.Quote(string(g.UnknownPrivileges[0])))
		}
	}
	return message.New("checks.grants.patterns")
}

// Grant returns the statement that grants privileges to the account. A grant on a schema overrides one on a
// pattern that matches the schema, so the statement includes the privileges that the account has through the
// pattern.
func (h Holder) Grant(on datasource.TableName, rights ...datasource.Privilege) string {
	target := "*.*"
	switch {
	case on.Name != "":
		target = checks.QuoteTable(datasource.MySQL, on)
	case on.Schema != "":
		rights = slices.Clone(rights)
		for _, held := range h.ByPattern(on.Schema) {
			if !slices.Contains(rights, held) {
				rights = append(rights, held)
			}
		}
		target = checks.SchemaPattern(h.Server, h.Wildcards, on.Schema)
	}
	return "GRANT " + h.spell(rights) + " ON " + target + " TO " + h.Account.Quoted()
}

// spell lists privileges by their names in the server's GRANT.
func (h Holder) spell(rights []datasource.Privilege) string {
	names := make([]string, len(rights))
	for i, r := range rights {
		names[i] = string(r)
		if r == "REPLICATION CLIENT" && h.Server.IsMariaDB() && h.Server.Version.AtLeast(10, 5, 2) {
			names[i] = "BINLOG MONITOR"
		}
	}
	return strings.Join(names, ", ")
}

func describe(on datasource.TableName) string {
	switch {
	case on.Schema == "":
		return "*.*"
	case on.Name == "":
		return on.Schema + ".*"
	}
	return on.String()
}

// Routines returns the need to see the bodies of a schema's stored procedures and functions (MySQL 8.4
// Reference Manual, SHOW_ROUTINE, which came with 8.0.20; MariaDB, "SHOW CREATE PROCEDURE": SHOW CREATE
// ROUTINE since 11.3). Only the latter can be granted on the schema.
func Routines(s datasource.Server, schema, rule string, level checks.Level) Need {
	n := Need{Rule: rule, Level: level, Rights: []datasource.Privilege{"SELECT"}}
	switch {
	case s.IsMySQL() && s.Version.AtLeast(8, 0, 20):
		n.Rights, n.Instead = []datasource.Privilege{"SHOW_ROUTINE"}, n.Rights
	case s.IsMariaDB() && s.Version.AtLeast(11, 3):
		older := n
		older.On = datasource.TableName{Schema: "mysql", Name: "proc"}
		n.On, n.Rights, n.Or = datasource.TableName{Schema: schema}, []datasource.Privilege{"SHOW CREATE ROUTINE"},
			&older
	case !s.IsMySQL() || s.Version.Before(8):
		n.On = datasource.TableName{Schema: "mysql", Name: "proc"}
	}
	return n
}

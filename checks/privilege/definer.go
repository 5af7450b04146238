package privilege

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// Definer is MYSQL_DEFINER.
var Definer = &checks.Check{
	Type:     "MYSQL_DEFINER",
	Page:     checks.ReadPage(pages, "definer.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source, checks.Dest},
	Phases:   checks.Schema,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runDefiner,
}

func runDefiner(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	objects, err := storedObjects(ctx, p.Source(), mapping)
	if err != nil || len(objects) == 0 {
		return err
	}
	if p.Side == checks.Source {
		return unreadable(ctx, p, objects)
	}
	holder, err := access.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	foreign := slices.DeleteFunc(slices.Clone(objects), func(o stored) bool {
		return o.definer == "" || sameAccount(datasource.ParseAccount(o.definer), holder.Account)
	})
	if len(foreign) == 0 {
		return undefined(objects)
	}
	accounts, err := p.Facts().Accounts(ctx)
	if err != nil {
		return err
	}
	byDefiner := map[string][]stored{}
	for _, o := range foreign {
		byDefiner[o.definer] = append(byDefiner[o.definer], o)
	}
	for definer, own := range byDefiner {
		account := datasource.ParseAccount(definer)
		if slices.ContainsFunc(accounts, func(a datasource.Account) bool { return sameAccount(a, account) }) {
			continue
		}
		p.Report(checks.Finding{Rule: "no_definer", Level: checks.Warn, Object: checks.Object{Kind: "ACCOUNT", Name: definer},
			Actual: "no such account", Expected: "an account with the rights that they use",
			Args: checks.Args{"objects": name(own)}, SQL: createLocked(holder.Server, account)})
	}
	need := definerNeed(holder.Server)
	if need.Rights == nil {
		return undefined(objects)
	}
	findings, err := holder.Lacks(need)
	access.Report(p, findings)
	return errors.Join(err, undefined(objects))
}

// undefined fails where the source hides the definer of an object.
func undefined(objects []stored) error {
	hidden := slices.DeleteFunc(slices.Clone(objects), func(o stored) bool { return o.definer != "" })
	if len(hidden) == 0 {
		return nil
	}
	return &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the source hides from the account who defined " + name(hidden),
		Remedy: "Grant the account of the source TRIGGER on the tables."}
}

// unreadable reports what the account of the source can see to be there, but not what it does.
func unreadable(ctx context.Context, p *checks.Pass, objects []stored) error {
	hidden := slices.DeleteFunc(slices.Clone(objects), func(o stored) bool { return o.readable })
	if len(hidden) == 0 {
		return nil
	}
	holder, err := access.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, o := range hidden {
		f := checks.Finding{Rule: "unreadable", Level: checks.Warn, Object: checks.Object{Kind: o.kind, Schema: o.Schema, Name: o.Name},
			Args: checks.Args{"account": holder.Account.Quoted(), "kind": strings.ToLower(o.kind)}}
		if o.definer != "" {
			f.Actual = "defined by " + o.definer
		}
		switch o.kind {
		case "VIEW":
			f.Object = checks.Object{Kind: o.kind, Schema: o.Schema, Table: o.Name}
			f.SQL = []string{holder.Grant(o.TableName, "SHOW VIEW")}
		case "TRIGGER":
			f.Object.Table = o.table.Name
			f.SQL = []string{holder.Grant(o.table, "TRIGGER")}
		default:
			need := access.Routines(holder.Server, o.Schema, f.Rule, f.Level)
			f.SQL = []string{holder.Grant(need.On, need.Rights...)}
		}
		p.Report(f)
	}
	return nil
}

// named bounds how many objects of a definer are named.
const named = 5

func name(objects []stored) string {
	var names []string
	for _, o := range objects {
		names = append(names, strings.ToLower(o.kind)+" "+o.String())
	}
	slices.Sort(names)
	if more := len(names) - named; more > 0 {
		names = append(names[:named], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// sameAccount compares users as they are and hosts in any case, as the server does.
func sameAccount(a, b datasource.Account) bool {
	return a.User == b.User && strings.EqualFold(a.Host, b.Host)
}

// createLocked gives the statement that makes an account which nobody can log on to: definers need
// no more. ACCOUNT LOCK came with MySQL 5.7.6 and MariaDB 10.4.2.
func createLocked(s datasource.Server, a datasource.Account) []string {
	if s.IsMySQL() && s.Version.AtLeast(5, 7, 6) || s.IsMariaDB() && s.Version.AtLeast(10, 4, 2) {
		if a.Host == "" {
			return []string{"CREATE ROLE " + checks.Quote(datasource.MySQL, a.User)}
		}
		return []string{"CREATE USER " + a.Quoted() + " ACCOUNT LOCK"}
	}
	return nil
}

// definerNeed gives what making an object for another definer takes, no rights where that is not
// known (MySQL 8.4 Reference Manual, "Stored Object Access Control": SET_ANY_DEFINER since 8.2, SET_USER_ID
// before, SUPER in 5.x; MariaDB, "GRANT": SET USER since 10.5.2, without SUPER since 11.0.1).
func definerNeed(s datasource.Server) access.Need {
	n := access.Need{Rights: []datasource.Privilege{"SUPER"}, Rule: "missing_right", Level: checks.Warn}
	switch {
	case s.IsMySQL() && s.Version.AtLeast(8, 2):
		n.Rights, n.Instead = []datasource.Privilege{"SET_ANY_DEFINER"}, n.Rights
	case s.IsMySQL() && s.Version.AtLeast(8):
		n.Rights, n.Instead = []datasource.Privilege{"SET_USER_ID"}, n.Rights
	case s.IsMariaDB() && s.Version.AtLeast(11, 0, 1):
		n.Rights = []datasource.Privilege{"SET USER"}
	case s.IsMariaDB() && s.Version.AtLeast(10, 5, 2):
		n.Rights, n.Instead = []datasource.Privilege{"SET USER"}, n.Rights
	case s.IsOceanBase():
		n.Rights = nil
	}
	return n
}

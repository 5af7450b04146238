package privilege

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// Definer is MYSQL_DEFINER.
var Definer = &checks.Check{
	Type:     "MYSQL_DEFINER",
	Page:     checks.ReadPage(pages, "definer.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source, checks.Dest},
	Phases:   checks.Schema,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactGrants, datasource.FactServer},
		Source: checks.Facts{datasource.FactEvents, datasource.FactRoutines, datasource.FactTriggers,
			datasource.FactViews},
		// Only the item of the destination reads them.
		DestOptional: checks.Facts{datasource.FactAccounts, datasource.FactSystemAccounts},
		Mapping:      true,
	},
	Run: runDefiner,
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
		return reportUnreadable(ctx, p, objects)
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	ofOthers := slices.DeleteFunc(slices.Clone(objects), func(o storedObject) bool {
		return o.definer == "" || sameAccount(datasource.ParseAccount(o.definer), holder.Account)
	})
	if len(ofOthers) == 0 {
		return checkDefinersVisible(p, objects)
	}
	accounts, err := datasource.FactAccounts.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	d := definerRun{Pass: p, holder: holder}
	byDefiner := map[string][]storedObject{}
	for _, o := range ofOthers {
		byDefiner[o.definer] = append(byDefiner[o.definer], o)
	}
	there := map[string][]storedObject{} // by definers that exist
	for definer, own := range byDefiner {
		account := datasource.ParseAccount(definer)
		if slices.ContainsFunc(accounts, func(a datasource.Account) bool { return sameAccount(a, account) }) {
			there[definer] = own
			continue
		}
		d.missing(definer, own)
	}
	return errors.Join(d.rights(ctx, ofOthers, there), checkDefinersVisible(p, objects))
}

type definerRun struct {
	*checks.Pass
	holder access.Holder // the account that creates the objects
}

// refused returns the level of objects that the destination refuses to create: a warning if the task creates none of
// them, because only views are migrated by default.
func (d *definerRun) refused(objects []storedObject) checks.Level {
	created := func(o storedObject) bool { return o.kind == "VIEW" || d.Settings.Routines }
	if slices.ContainsFunc(objects, created) {
		return d.OfOriginalDDL()
	}
	return checks.Warn
}

// missing reports a definer that does not exist.
func (d *definerRun) missing(definer string, own []storedObject) {
	account := datasource.ParseAccount(definer)
	server := d.holder.Server
	f := checks.Finding{Rule: "no_definer", Level: checks.Warn,
		Object: checks.Object{Kind: "ACCOUNT", Name: definer}, Args: checks.Args{"objects": listNames(d.Lang, own)}}
	if limit, ok := limits.UserNameOf(server); ok && limit.Length(account.User) > limit.Most {
		f.Rule, f.Level = "long_definer", d.refused(own)
		f.Actual = d.Term("characters", "count", limit.Length(account.User))
		f.Expected = d.Term("at_most", "count", limit.Most)
		d.Report(f)
		return
	}
	// MySQL 8.4 Reference Manual, "Privileges Provided by MySQL": ALLOW_NONEXISTENT_DEFINER came with 8.2
	orphans := access.Need{Rights: []datasource.Privilege{"ALLOW_NONEXISTENT_DEFINER"},
		Instead: []datasource.Privilege{"SUPER"}}
	if server.IsMySQL() && server.Version.AtLeast(8, 2) && !d.holder.Meets(orphans) {
		f.Rule, f.Level = "definer_refused", d.refused(own)
	}
	f.SQL = createLocked(server, account)
	d.Report(f)
}

// rights reports the privileges that the account needs to create objects for other definers, of which there are those
// that exist.
func (d *definerRun) rights(ctx context.Context, ofOthers []storedObject, there map[string][]storedObject) error {
	need := definerNeed(d.holder.Server)
	if need.Rights == nil {
		return nil
	}
	need.Level = d.refused(ofOthers)
	needs := []access.Need{need}
	system, unknown, err := d.systemDefiners(ctx, there)
	if err != nil {
		return err
	}
	if len(system) > 0 {
		needs = append(needs, access.Need{Rights: []datasource.Privilege{systemUser}, Rule: "missing_system_user",
			Level: d.refused(system)})
	}
	findings, err := d.holder.Lacks(needs...)
	for i := range findings {
		findings[i].Args["objects"] = listNames(d.Lang, system)
	}
	access.Report(d.Pass, findings)
	if err == nil && len(system) == 0 && len(unknown) > 0 {
		err = d.NotChecked("system_user_unknown", "accounts", report.FirstNames(d.Lang, unknown, maxNames))
	}
	return err
}

const systemUser datasource.Privilege = "SYSTEM_USER"

// systemDefiners returns the objects whose definer has SYSTEM_USER, which MySQL 8.0.16 and later lets only an account
// with SYSTEM_USER create (MySQL 8.0 and 9.4 Reference Manual, "Stored Object Access Control"). unknown are the
// definers of created objects of which that is not visible.
func (d *definerRun) systemDefiners(
	ctx context.Context, there map[string][]storedObject,
) (system []storedObject, unknown []string, err error) {
	server := d.holder.Server
	if !server.IsMySQL() || server.Version.Before(8, 0, 16) || len(there) == 0 ||
		d.holder.Meets(access.Need{Rights: []datasource.Privilege{systemUser}}) {
		return nil, nil, nil
	}
	holders, err := datasource.FactSystemAccounts.Of(ctx, d.Facts())
	if err != nil {
		return nil, nil, err
	}
	for definer, own := range there {
		account := datasource.ParseAccount(definer)
		switch {
		case slices.ContainsFunc(holders.Accounts,
			func(a datasource.Account) bool { return sameAccount(a, account) }):
			system = append(system, own...)
		case !holders.Exact && d.refused(own) == checks.Fail:
			unknown = append(unknown, definer)
		}
	}
	slices.Sort(unknown)
	return system, unknown, nil
}

// checkDefinersVisible fails if the source hides the definer of an object.
func checkDefinersVisible(p *checks.Pass, objects []storedObject) error {
	hidden := slices.DeleteFunc(slices.Clone(objects), func(o storedObject) bool { return o.definer != "" })
	if len(hidden) == 0 {
		return nil
	}
	return p.NotChecked("hidden_definer", "objects", listNames(p.Lang, hidden))
}

// reportUnreadable reports the objects whose definition the account of the source cannot read.
func reportUnreadable(ctx context.Context, p *checks.Pass, objects []storedObject) error {
	hidden := slices.DeleteFunc(slices.Clone(objects), func(o storedObject) bool { return o.readable })
	if len(hidden) == 0 {
		return nil
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	for _, o := range hidden {
		f := checks.Finding{Rule: "unreadable", Level: checks.Warn,
			Object: checks.Object{Kind: o.kind, Schema: o.Schema, Name: o.Name},
			Args:   checks.Args{"account": holder.Account.Quoted(), "kind": o.kind}}
		if o.definer != "" {
			f.Actual = p.Term("defined_by", "definer", o.definer)
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

// maxNames is the number of objects that a text names.
const maxNames = 5

// listNames lists the kinds and names of the first objects.
func listNames(lang string, objects []storedObject) string {
	var names []string
	for _, o := range objects {
		names = append(names, o.kind+" "+o.String())
	}
	slices.Sort(names)
	return report.FirstNames(lang, names, maxNames)
}

// sameAccount reports whether two accounts are the same. As on the server, the host is not case-sensitive.
func sameAccount(a, b datasource.Account) bool {
	return a.User == b.User && strings.EqualFold(a.Host, b.Host)
}

// createLocked returns the statement that creates a locked account, which is sufficient for a definer. ACCOUNT LOCK
// exists in MySQL 5.7.6 and MariaDB 10.4.2 and later.
func createLocked(s datasource.Server, a datasource.Account) []string {
	if s.IsMySQL() && s.Version.AtLeast(5, 7, 6) || s.IsMariaDB() && s.Version.AtLeast(10, 4, 2) {
		if a.Host == "" {
			return []string{"CREATE ROLE " + checks.Quote(datasource.MySQL, a.User)}
		}
		return []string{"CREATE USER " + a.Quoted() + " ACCOUNT LOCK"}
	}
	return nil
}

// definerNeed returns the privileges that are needed to create an object for another definer, none if that is not
// known (MySQL 8.4 Reference Manual, "Stored Object Access Control": SET_ANY_DEFINER since 8.2, SET_USER_ID before,
// SUPER in 5.x; MariaDB, "GRANT": SET USER since 10.5.2, without SUPER since 11.0.1).
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

package access

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// HiddenOnDest fails if tables that the destination's catalog does not list may exist nevertheless. A server
// of the MySQL protocol lists only tables on which the account has a privilege, and so do Oracle's ALL_
// views.
func HiddenOnDest(ctx context.Context, p *checks.Pass, absent []datasource.TableName) error {
	if len(absent) == 0 {
		return nil
	}
	account, remedy, sees, err := sight(ctx, p)
	if err != nil {
		return err
	}
	var hidden []string
	for _, t := range absent {
		if on := t.Schema + ".*"; !slices.Contains(hidden, on) && !sees(t) {
			hidden = append(hidden, on)
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	return &datasource.Error{Class: datasource.ErrPrivilege,
		Cause:  message.New("checks.hidden_tables", "account", account, "schemas", hidden),
		Remedy: remedy}
}

// sight reports whether the destination would show a table to the account, if it exists.
func sight(ctx context.Context,
	p *checks.Pass) (account string, remedy message.Text, sees func(datasource.TableName) bool, err error) {
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		held, err := datasource.FactOraclePrivileges.Of(ctx, p.Dest())
		return held.Account, message.New("checks.hidden_tables.remedy_oracle"), func(t datasource.TableName) bool {
			return held.SeesAll || t.Schema == held.Account ||
				held.HasOver(t.Schema, "SELECT ANY TABLE", "READ ANY TABLE", "INSERT ANY TABLE", "UPDATE ANY TABLE",
					"DELETE ANY TABLE", "LOCK ANY TABLE")
		}, err
	}
	holder, err := Of(ctx, p, p.Dest())
	held := holder.Rights.ByTable()
	shown := map[string]bool{} // schemas whose tables are all shown
	return holder.Account.Quoted(), message.New("checks.hidden_tables.remedy"), func(t datasource.TableName) bool {
		if _, asked := shown[t.Schema]; !asked {
			shown[t.Schema] = holder.Sees(datasource.TableName{Schema: t.Schema}) == datasource.Yes
		}
		return shown[t.Schema] || held(t).Sees(t) == datasource.Yes
	}, err
}

// ReadsAll reports whether the account of an Oracle database may read a DBA_ view, which hides nothing from
// it.
func ReadsAll(ctx context.Context, f *datasource.Facts, view string) (bool, error) {
	views, err := datasource.FactDictionaryViews.Of(ctx, f)
	return slices.ContainsFunc(views, func(v datasource.DictionaryView) bool { return v.Name == view && v.Readable }),
		err
}

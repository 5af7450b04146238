package common

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
)

// hiddenOnDest fails where tables that the destination's catalog does not list may be there all the
// same: a server of the MySQL protocol lists only those on which the account has some right.
func hiddenOnDest(ctx context.Context, p *checks.Pass, absent []datasource.TableName) error {
	if len(absent) == 0 {
		return nil
	}
	account, remedy, sees, err := sight(ctx, p)
	if err != nil {
		return err
	}
	var hidden []string
	for _, t := range absent {
		if on := t.Schema + ".*"; !slices.Contains(hidden, on) && !sees(t.Schema) {
			hidden = append(hidden, on)
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	return &datasource.Error{Class: datasource.ErrPrivilege,
		Cause: fmt.Sprintf("which tables are on the destination cannot be told: the account %s is shown a table of %s only where it has a right on that table",
			account, strings.Join(hidden, ", ")),
		Remedy: remedy}
}

// sight tells whether the destination shows its account every table of a schema.
func sight(ctx context.Context, p *checks.Pass) (account, remedy string, sees func(schema string) bool, err error) {
	if !p.Route.Dest.OracleLike() {
		holder, err := privilege.Of(ctx, p.Dest())
		return holder.Account.Quoted(), "Grant the account SELECT on the schema.",
			func(schema string) bool { return holder.SeesTables(schema) == datasource.Yes }, err
	}
	held, err := p.Dest().OraclePrivileges(ctx)
	return held.Account, "Grant the account SELECT ANY DICTIONARY, or SELECT_CATALOG_ROLE.", func(schema string) bool {
		return held.SeesAll || schema == held.Account || held.HasOver(schema, "SELECT ANY TABLE", "INSERT ANY TABLE", "UPDATE ANY TABLE", "DELETE ANY TABLE", "ALTER ANY TABLE", "DROP ANY TABLE")
	}, err
}

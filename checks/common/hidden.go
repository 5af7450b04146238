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
	if len(absent) == 0 || p.Route.Dest.OracleLike() {
		return nil
	}
	holder, err := privilege.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	var hidden []string
	shown := map[string]bool{} // schemas of which every table is
	for _, t := range absent {
		if _, asked := shown[t.Schema]; !asked {
			shown[t.Schema] = holder.Sees(datasource.TableName{Schema: t.Schema}) == datasource.Yes
		}
		if on := t.Schema + ".*"; !shown[t.Schema] && !slices.Contains(hidden, on) && holder.Sees(t) != datasource.Yes {
			hidden = append(hidden, on)
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	return &datasource.Error{Class: datasource.ErrPrivilege,
		Cause: fmt.Sprintf("which tables are on the destination cannot be told: the account %s is shown a table of %s only where it has a right on that table",
			holder.Account.Quoted(), strings.Join(hidden, ", ")),
		Remedy: "Grant the account SELECT on the schema."}
}

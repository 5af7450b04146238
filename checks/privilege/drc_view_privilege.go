package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// DRCViewPrivilege is OB_DRC_VIEW_PRIVILEGE.
var DRCViewPrivilege = &checks.Check{
	Type:     "OB_DRC_VIEW_PRIVILEGE",
	Page:     checks.ReadPage(pages, "drc_view_privilege.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.OceanBase,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactDRC}},
	OMS:      []checks.OMSItem{{Name: "DB_STRUCT_OB_SYSTEM_VIEW_READ_PRIVILEGE"}},
	Run:      runDRCViewPrivilege,
}

func runDRCViewPrivilege(ctx context.Context, p *checks.Pass) error {
	account, err := readerAccount(ctx, p, datasource.FactDRC, "drc")
	switch {
	case err != nil || len(p.Findings()) > 0:
		return err
	case account == nil:
		return p.NotChecked("not_given")
	case !isOfSys(account, p):
		return nil
	}
	return checkReader(account, p, datasource.TableName{Schema: "oceanbase"})
}

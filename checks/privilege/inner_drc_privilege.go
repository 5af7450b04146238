package privilege

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// InnerDRCPrivilege is OB_INNER_DRC_PRIVILEGE.
var InnerDRCPrivilege = &checks.Check{
	Type:     "OB_INNER_DRC_PRIVILEGE",
	Page:     checks.ReadPage(pages, "inner_drc_privilege.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.OBMySQLOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:     checks.Facts{datasource.FactInnerDRC},
		Source:  checks.Facts{datasource.FactIndexes},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_INNER_ACCOUNT_FULL_READ_PRIVILEGE"}},
	Run: runInnerDRCPrivilege,
}

func runInnerDRCPrivilege(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	keyless := slices.DeleteFunc(slices.Clone(mapping.BaseTables()), func(t checks.TablePair) bool {
		return slices.ContainsFunc(indexes.Of(t.Source), datasource.Index.Key)
	})
	if len(keyless) == 0 {
		p.Note("not_needed", "account", datasource.InnerDRCUser)
		return nil
	}
	account, err := readerAccount(ctx, p, datasource.FactInnerDRC, "innerDrc")
	switch {
	case err != nil || len(p.Findings()) > 0:
		return err
	case account == nil:
		return p.NotChecked("not_given", "account", datasource.InnerDRCUser, "count", len(keyless), "table",
			keyless[0].Source)
	}
	if name, _, _ := strings.Cut(account.User, "@"); name != datasource.InnerDRCUser {
		p.Report(checks.Finding{Rule: "other_name", Level: checks.Fail, Actual: name, Expected: datasource.InnerDRCUser,
			Object: checks.Object{Kind: "ACCOUNT", Name: account.User}})
		return nil
	}
	return checkReader(account, p, datasource.TableName{})
}

package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// DictionaryPrivilege is ORACLE_DICTIONARY_PRIVILEGE.
var DictionaryPrivilege = &checks.Check{
	Type:      "ORACLE_DICTIONARY_PRIVILEGE",
	Page:      checks.ReadPage(pages, "dictionary_privilege.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OracleOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactDictionaryViews}},
	OMS: []checks.OMSItem{
		{Name: "DB_ORACLE_MIN_PRIVILEGE"},
		{Name: "DB_ACCOUNT_FULL_READ_PRIVILEGE"},
		{Name: "STRUCT_SYS_VIEW_READ_PRIV", Phases: checks.Schema},
	},
	Run: runDictionaryPrivilege,
}

func runDictionaryPrivilege(ctx context.Context, p *checks.Pass) error {
	views, err := datasource.FactDictionaryViews.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	var replaced []string
	for _, v := range views {
		switch {
		case v.Readable:
		case v.Instead != "":
			replaced = append(replaced, v.Instead+" ("+v.Name+")")
		default:
			p.Report(checks.Finding{Rule: "unreadable", Level: checks.Warn,
				Object: checks.Object{Kind: "VIEW", Name: "SYS." + v.Name}, Expected: "SELECT", SQL: []string{v.Grant}})
		}
	}
	if replaced != nil {
		p.Note("replaced", "views", replaced)
	}
	return nil
}

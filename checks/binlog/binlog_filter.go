package binlog

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogFilter is MYSQL_BINLOG_FILTER.
var BinlogFilter = logCheck(checks.Check{
	Type:  "MYSQL_BINLOG_FILTER",
	Page:  checks.ReadPage(pages, "binlog_filter.md"),
	Level: checks.Fail,
	Reads: checks.Reads{
		Own:     checks.Facts{datasource.FactBinaryLogStatus, datasource.FactServer},
		Mapping: true,
	},
	Run: runBinlogFilter,
})

func runBinlogFilter(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	status, err := datasource.FactBinaryLogStatus.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(status.DoDatabases)+len(status.IgnoreDatabases) == 0 {
		return nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	for _, pair := range mapping.Schemas {
		name := pair.Source
		if p.Side == checks.Dest {
			name = pair.Dest
		}
		f := checks.Finding{Level: checks.Fail, Object: checks.SchemaObject(name)}
		switch {
		case !pair.Exists:
			continue
		case len(status.DoDatabases) > 0 && !containsName(status.DoDatabases, name, server.NameCase):
			f.Rule, f.Actual = "not_logged", "binlog_do_db="+strings.Join(status.DoDatabases, ",")
		case len(status.DoDatabases) == 0 && containsName(status.IgnoreDatabases, name, server.NameCase):
			f.Rule, f.Actual = "ignored", "binlog_ignore_db="+strings.Join(status.IgnoreDatabases, ",")
		default:
			continue
		}
		p.Report(f)
	}
	return nil
}

// containsName reports whether names hold a name, compared as the server compares names.
func containsName(names []string, name string, fold datasource.NameCase) bool {
	return slices.ContainsFunc(names, func(n string) bool { return fold.Fold(n) == fold.Fold(name) })
}

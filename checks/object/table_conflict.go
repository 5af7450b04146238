package object

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// TableConflict is RDB_TABLE_CONFLICT.
var TableConflict = &checks.Check{
	Type:     "RDB_TABLE_CONFLICT",
	Page:     checks.ReadPage(pages, "table_conflict.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema | checks.Full,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Dest: checks.Facts{
			datasource.FactFilledTables, datasource.FactGrants, datasource.FactOraclePrivileges,
			datasource.FactServer, datasource.FactTables,
		},
		Mapping: true,
	},
	Run: runTableConflict,
}

func runTableConflict(ctx context.Context, p *checks.Pass) error {
	p.Dest().Ahead(ctx, datasource.FactTables) // while the source lists its own
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	existing, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	find := finder(existing, server.NameCase)
	creates := p.Route.Phases&checks.Schema != 0
	var written []datasource.TableName // tables that rows are loaded into
	var absent []datasource.TableName
	seen := map[datasource.TableName]bool{}
	for _, pair := range mapping.Tables {
		found := find(pair.Dest)
		switch {
		case !creates && !pair.Table.HoldsRows():
			continue
		case found == nil:
			absent = append(absent, pair.Dest)
			continue
		}
		f := checks.Finding{Object: checks.TableObject(found.TableName), Actual: kindOf(*found),
			Args: checks.Args{"source": pair.Source}}
		switch {
		case found.HoldsRows() && pair.Table.HoldsRows():
			if !seen[found.TableName] {
				seen[found.TableName] = true
				written = append(written, found.TableName)
			}
			continue
		case found.Kind != pair.Table.Kind:
			f.Rule, f.Level, f.Expected = "other_kind", checks.Fail, kindOf(*pair.Table)
		default:
			f.Rule, f.Level, f.Object.Kind = "object_exists", checks.Warn, string(found.Kind)
		}
		p.Report(f)
	}
	hidden := access.HiddenOnDest(ctx, p, absent)
	if len(written) == 0 {
		return hidden
	}
	filled, err := datasource.FactFilledTables.Of(ctx, p.Dest(), written)
	if err != nil {
		return err
	}
	hasRows := report.SetOf(filled.Filled)
	for _, t := range written[:len(written)-len(filled.NotProbed)] {
		f := checks.Finding{Object: checks.TableObject(t)}
		switch {
		case hasRows[t] && !p.Settings.AllowNonEmpty:
			f.Rule, f.Level = "not_empty", checks.Fail
		case hasRows[t]:
			f.Rule, f.Level = "not_empty_allowed", checks.Info
		case creates:
			f.Rule, f.Level = "table_exists", checks.Warn
		default:
			continue
		}
		p.Report(f)
	}
	if n := len(filled.NotProbed); n > 0 {
		return p.NotChecked("too_many", "count", n, "total", len(written), "table", filled.NotProbed[0])
	}
	return hidden
}

// kindOf returns the type of a table or view, which is the same for all tables that hold rows.
func kindOf(t datasource.Table) string {
	if t.HoldsRows() {
		return string(datasource.BaseTable)
	}
	return string(t.Kind)
}

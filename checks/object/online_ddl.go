package object

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// OnlineDDL is MYSQL_ONLINE_DDL.
var OnlineDDL = &checks.Check{
	Type:     "MYSQL_ONLINE_DDL",
	Page:     checks.ReadPage(pages, "online_ddl.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactTables, datasource.FactTriggers}, Mapping: true},
	Run:      runOnlineDDL,
}

// shadow is how a tool names the tables that it makes of table x, as _x_gho: a leading underline
// and a suffix. pt-online-schema-change adds further underlines where a name is taken.
type shadow struct {
	suffix, tool string
	done         bool // what is left of a change that has ended
}

// Sources: gh-ost, doc/cheatsheet and go/base/context.go (GetGhostTableName and the like);
// Percona Toolkit, pt-online-schema-change, --new-table-name and "_%T_old".
var shadows = []shadow{
	{"_gho", "gh-ost", false}, {"_ghc", "gh-ost", false}, {"_del", "gh-ost", true},
	{"_new", pt, false}, {"_old", pt, true},
}

const pt = "pt-online-schema-change"

func runOnlineDDL(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	tables, err := p.Source().Tables(ctx)
	if err != nil {
		return err
	}
	triggers, err := p.Source().Triggers(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		base, kind, ok := shadowed(tables, t)
		if !ok || len(mapping.FromSource(base)) == 0 && len(mapping.FromSource(t.TableName)) == 0 {
			continue
		}
		f := checks.Finding{Rule: "shadow_table", Level: checks.Warn, Object: checks.TableObject(t.TableName),
			Args: checks.Args{"base": base.String(), "tool": kind.tool}}
		switch {
		case kind.done:
			f.Rule, f.Level = "left_over", checks.Info
		case kind.tool == pt && slices.ContainsFunc(triggers, func(g datasource.Trigger) bool { return g.Table == base && strings.HasPrefix(g.Name, "pt_osc_") }):
			f.Rule, f.Level, f.Object = "change_runs", checks.Fail, checks.TableObject(base)
			f.Args["shadow"] = t.String()
		}
		p.Report(f)
	}
	return nil
}

// shadowed gives the table of which t is a shadow, where that is there.
func shadowed(tables datasource.Tables, t datasource.Table) (datasource.TableName, shadow, bool) {
	name := strings.TrimLeft(t.Name, "_")
	if name == t.Name || !t.HoldsRows() {
		return datasource.TableName{}, shadow{}, false
	}
	for _, s := range shadows {
		if base, ok := strings.CutSuffix(name, s.suffix); ok {
			found := datasource.TableName{Schema: t.Schema, Name: base}
			if tables.Find(found) != nil {
				return found, s, true
			}
		}
	}
	return datasource.TableName{}, shadow{}, false
}

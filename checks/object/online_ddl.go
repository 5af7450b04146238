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

// shadow describes how a tool names the tables that it creates for table x, as in _x_gho: an underscore before the
// name and a suffix. pt-online-schema-change adds more underscores if a name is taken.
type shadow struct {
	suffix, tool string
	done         bool // the table remains after a completed change
}

// Sources: gh-ost, doc/cheatsheet and go/base/context.go (GetGhostTableName and similar functions);
// Percona Toolkit, pt-online-schema-change, --new-table-name and "_%T_old".
var shadows = []shadow{
	{"_gho", "gh-ost", false}, {"_ghc", "gh-ost", false}, {"_del", "gh-ost", true},
	{"_new", ptOSC, false}, {"_old", ptOSC, true},
}

const ptOSC = "pt-online-schema-change"

func runOnlineDDL(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	triggers, err := datasource.FactTriggers.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	copied := func(table datasource.TableName) bool { // by the triggers of a running change
		return slices.ContainsFunc(triggers, func(g datasource.Trigger) bool {
			return g.Table == table && strings.HasPrefix(g.Name, "pt_osc_")
		})
	}
	for _, t := range tables {
		base, kind, ok := originalOf(tables, t)
		if !ok || len(mapping.FromSource(base)) == 0 && len(mapping.FromSource(t.TableName)) == 0 {
			continue
		}
		f := checks.Finding{Rule: "shadow_table", Level: checks.Warn, Object: checks.TableObject(t.TableName),
			Args: checks.Args{"base": base, "tool": kind.tool}}
		switch {
		case kind.done:
			f.Rule, f.Level = "left_over", checks.Info
		case kind.tool == ptOSC && copied(base):
			f.Rule, f.Level, f.Object = "change_runs", checks.Fail, checks.TableObject(base)
			f.Args["shadow"] = t.TableName
		}
		p.Report(f)
	}
	return nil
}

// originalOf returns the table of which t is a shadow; ok reports whether it exists.
func originalOf(tables datasource.Tables, t datasource.Table) (base datasource.TableName, kind shadow, ok bool) {
	name := strings.TrimLeft(t.Name, "_")
	if name == t.Name || !t.HoldsRows() {
		return datasource.TableName{}, shadow{}, false
	}
	for _, s := range shadows {
		if original, cut := strings.CutSuffix(name, s.suffix); cut {
			found := datasource.TableName{Schema: t.Schema, Name: original}
			if tables.Find(found) != nil {
				return found, s, true
			}
		}
	}
	return datasource.TableName{}, shadow{}, false
}

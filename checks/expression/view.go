package expression

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// View is RDB_VIEW for sources and destinations with the MySQL protocol.
var View = &checks.Check{
	Type:     "RDB_VIEW",
	Page:     checks.ReadPage(pages, "view.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactInvalidViews, datasource.FactViews},
		Dest:    checks.Facts{datasource.FactCharsets, datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "RDB_OBJECT_DEPENDENCY_INTEGRITY", Rules: []string{"outside_the_task", "renamed"}}},
	Run: runView,
}

func runView(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mapping.Tables, checks.TablePair.IsView) {
		return nil
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	charsets, err := datasource.FactCharsets.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	views, err := datasource.FactViews.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	invalid, err := datasource.FactInvalidViews.Of(ctx, p.Source())
	if datasource.ClassOf(err) == datasource.ErrUnsupported {
		p.Note("validity_not_checked", "cause", err)
	} else if err != nil {
		return err
	}
	isInvalid := report.SetOf(invalid)
	hidden := 0
	for _, v := range views {
		own := mapping.FromSource(v.TableName)
		if len(own) == 0 {
			continue
		}
		object := checks.Object{Kind: "VIEW", Schema: v.Schema, Table: v.Name}
		if isInvalid[v.TableName] {
			p.Report(checks.Finding{Rule: "invalid_view", Level: checks.Warn, Object: object})
		}
		if v.Definition == "" {
			hidden++
			continue
		}
		d := mysqlexpr.Read(v.Definition)
		missing, sure := mysqlexpr.Missing(dest, d)
		for _, name := range missing {
			f := checks.Finding{Rule: "function_missing", Level: checks.Fail, Object: object, Actual: name}
			if !sure {
				f.Level = checks.Warn
			}
			p.Report(f)
		}
		for _, name := range d.Collations {
			if !charsets.HasCollation(name) {
				p.Report(checks.Finding{Rule: "collation_missing", Level: checks.Fail, Object: object, Actual: name})
			}
		}
		for _, t := range d.Tables {
			into := mapping.FromSource(t)
			if len(into) == 0 {
				p.Report(checks.Finding{Rule: "outside_the_task", Level: checks.Warn, Object: object,
					Actual: t.String()})
				continue
			}
			for _, pair := range own {
				written := report.AsWritten(pair, t)
				isTable := func(other checks.TablePair) bool { return other.Source == t }
				if !slices.ContainsFunc(mapping.FromDest(written), isTable) {
					p.Report(checks.Finding{Rule: "renamed", Level: checks.Warn, Object: object,
						Actual: written.String(), Expected: into[0].Dest.String()})
				}
			}
		}
	}
	if hidden > 0 {
		return p.NotChecked("definitions_hidden", "count", hidden,
			"class", &datasource.Error{Class: datasource.ErrPrivilege})
	}
	return nil
}

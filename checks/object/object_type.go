package object

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// ObjectType is RDB_OBJECT_TYPE.
var ObjectType = &checks.Check{
	Type:     "RDB_OBJECT_TYPE",
	Page:     checks.ReadPage(pages, "object_type.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactDictionaryViews, datasource.FactEvents, datasource.FactOracleObjects, datasource.FactRoutines, datasource.FactTables, datasource.FactTriggers},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_TABLE_TYPE"}},
	Run: runObjectType,
}

func runObjectType(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source.OracleLike() {
		return runOracleObjects(ctx, p, mapping)
	}
	triggers, err := p.Source().Triggers(ctx)
	if err := tolerate(p, "triggers", err); err != nil {
		return err
	}
	routines, err := p.Source().Routines(ctx)
	if err := tolerate(p, "routines", err); err != nil {
		return err
	}
	events, err := p.Source().Events(ctx)
	if err := tolerate(p, "events", err); err != nil {
		return err
	}
	there, err := p.Source().Tables(ctx)
	if err != nil {
		return err
	}
	left := leftBehind{}
	for _, t := range triggers {
		if len(mapping.FromSource(t.Table)) > 0 {
			left.add("trigger", t.TableName)
		}
	}
	for _, r := range routines {
		left.add(strings.ToLower(r.Kind), r.TableName)
	}
	for _, e := range events {
		left.add("event", e.TableName)
	}
	for _, t := range there {
		if t.IsView() && len(mapping.FromSource(t.TableName)) == 0 {
			left.add("view", t.TableName)
		}
	}
	for _, pair := range mapping.Tables {
		switch {
		case pair.Table.Kind == datasource.Sequence && p.Route.Dest != datasource.MariaDB:
			p.Report(checks.Finding{Rule: "sequence", Level: checks.Warn, Object: checks.Object{Kind: "SEQUENCE", Schema: pair.Source.Schema, Table: pair.Source.Name}})
		case pair.Table.Kind == datasource.SystemVersioned && p.Route.Dest != datasource.MariaDB:
			p.Report(checks.Finding{Rule: "system_versioned", Level: checks.Warn, Object: checks.TableObject(pair.Source)})
		}
	}
	left.report(p)
	if p.Route.Source == datasource.MariaDB && p.Route.Dest == datasource.MariaDB {
		return typedSequences(ctx, p, mapping)
	}
	return nil
}

// typedSequences reports sequences of another type than BIGINT to a MariaDB that has no CREATE SEQUENCE … AS,
// which came with 11.5 (MariaDB documentation, "CREATE SEQUENCE"). Its columns have the type.
func typedSequences(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	dest, err := p.Dest().Server(ctx)
	if err != nil || dest.Version.AtLeast(11, 5) {
		return err
	}
	for _, pair := range mapping.Tables {
		if pair.Table.Kind != datasource.Sequence {
			continue
		}
		columns, err := p.Source().Columns(ctx)
		if err != nil {
			return err
		}
		for _, c := range columns.Of(pair.Source) {
			if c.Name == "next_not_cached_value" && (c.DataType != "bigint" || c.Unsigned()) {
				p.Report(checks.Finding{Rule: "sequence_type", Level: checks.Warn, Object: checks.Object{Kind: "SEQUENCE", Schema: pair.Source.Schema, Table: pair.Source.Name},
					Actual: c.ColumnType.ColumnType, Expected: "BIGINT", Args: checks.Args{"dest": dest.String()},
					SQL: []string{"ALTER SEQUENCE " + checks.QuoteTable(p.Route.Source, pair.Source) + " AS BIGINT"}})
			}
		}
	}
	return nil
}

// runOracleObjects reports what the schemas of an Oracle source hold beside its tables and the
// views that are migrated.
func runOracleObjects(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	objects, err := p.Source().OracleObjects(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source == datasource.Oracle {
		all, err := access.ReadsAll(ctx, p.Source(), "DBA_OBJECTS")
		if err != nil {
			return err
		}
		if !all {
			p.Inform("The account may not read DBA_OBJECTS: objects on which it has no right are not listed")
		}
	}
	left := leftBehind{}
	for _, o := range objects {
		tableLike := slices.Contains([]string{"TABLE", "VIEW", "MATERIALIZED VIEW"}, o.Type)
		if o.Type == "DATABASE" { // the schema itself, as a tenant of OceanBase lists it
			continue
		}
		part := strings.HasPrefix(o.Type, "INDEX") || strings.HasPrefix(o.Type, "LOB") || strings.HasPrefix(o.Type, "TABLE ") || strings.HasSuffix(o.Type, " BODY")
		if !part && o.Type != "TABLE" && !(tableLike && len(mapping.FromSource(o.TableName)) > 0) {
			left.add(strings.ToLower(o.Type), o.TableName)
		}
	}
	left.report(p)
	return nil
}

// tolerate remarks that the server has no catalog of these objects, and so no such objects.
func tolerate(p *checks.Pass, what string, err error) error {
	switch datasource.ClassOf(err) {
	case datasource.ErrUnsupported, datasource.ErrNoSuchObject:
		p.Inform("the source does not list %s: %v", what, err)
		return nil
	}
	return err
}

// leftBehind are the names of objects that the task does not carry.
type leftBehind map[struct{ schema, kind string }][]string

func (l leftBehind) add(kind string, name datasource.TableName) {
	key := struct{ schema, kind string }{name.Schema, kind}
	l[key] = append(l[key], name.Name)
}

// report reports them, one remark for each schema and kind.
func (l leftBehind) report(p *checks.Pass) {
	for kind, names := range l {
		slices.Sort(names)
		p.Report(checks.Finding{Rule: "not_carried", Level: checks.Info, Object: checks.SchemaObject(kind.schema),
			Args: checks.Args{"kind": kind.kind, "count": fmt.Sprint(len(names)), "names": report.FirstNames(names, 20)}})
	}
}

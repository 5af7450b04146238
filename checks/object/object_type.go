package object

import (
	"context"
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
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{
			datasource.FactColumns, datasource.FactDictionaryViews, datasource.FactEvents,
			datasource.FactOracleObjects, datasource.FactRoutines, datasource.FactTables, datasource.FactTriggers,
		},
		Dest:    checks.Facts{datasource.FactCharsets, datasource.FactServer, datasource.FactSQLModes},
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
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return runOracleObjects(ctx, p, mapping)
	}
	triggers, err := datasource.FactTriggers.Of(ctx, p.Source())
	if err := withoutCatalog(p, "TRIGGER", err); err != nil {
		return err
	}
	routines, err := datasource.FactRoutines.Of(ctx, p.Source())
	if err := withoutCatalog(p, "ROUTINE", err); err != nil {
		return err
	}
	events, err := datasource.FactEvents.Of(ctx, p.Source())
	if err := withoutCatalog(p, "EVENT", err); err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	rest := notMigrated{}
	var all []program
	add := func(kind, table string, name datasource.TableName, body, mode, collation string) {
		object := checks.Object{Kind: kind, Schema: name.Schema, Table: table, Name: name.Name}
		all = append(all, program{kind, object, body, mode, collation})
		if !p.Settings.Routines {
			rest.add(kind, name)
		}
	}
	for _, t := range triggers {
		if len(mapping.FromSource(t.Table)) > 0 {
			add("TRIGGER", t.Table.Name, t.TableName, t.Statement, t.SQLMode, t.Collation)
		}
	}
	for _, r := range routines {
		add(r.Kind, "", r.TableName, r.Definition, r.SQLMode, r.Collation)
	}
	for _, e := range events {
		add("EVENT", "", e.TableName, e.Definition, e.SQLMode, e.Collation)
	}
	if err := programs(ctx, p, all); err != nil {
		return err
	}
	for _, t := range tables {
		if t.IsView() && len(mapping.FromSource(t.TableName)) == 0 {
			rest.add("VIEW", t.TableName)
		}
	}
	for _, pair := range mapping.Tables {
		switch {
		case pair.Table.Kind == datasource.Sequence && p.Route.Dest != datasource.MariaDB:
			p.Report(checks.Finding{Rule: "sequence", Level: mariadbOnly(p), Object: sequenceObject(pair.Source)})
		case pair.Table.Kind == datasource.SystemVersioned && p.Route.Dest != datasource.MariaDB:
			object := checks.TableObject(pair.Source)
			p.Report(checks.Finding{Rule: "system_versioned", Level: mariadbOnly(p), Object: object})
		}
	}
	rest.report(p)
	if p.Route.Source == datasource.MariaDB && p.Route.Dest == datasource.MariaDB {
		return typedSequences(ctx, p, mapping)
	}
	return nil
}

// mariadbOnly returns the level of a definition that only MariaDB accepts. What OceanBase does is not known.
func mariadbOnly(p *checks.Pass) checks.Level {
	if p.Route.Dest == datasource.MySQL {
		return p.OfOriginalDDL()
	}
	return checks.Warn
}

// sequenceObject names a sequence.
func sequenceObject(t datasource.TableName) checks.Object {
	return checks.Object{Kind: "SEQUENCE", Schema: t.Schema, Table: t.Name}
}

// typedSequences reports sequences of a type other than BIGINT if the destination does not support CREATE SEQUENCE …
// AS. MariaDB supports it since 11.5 (MariaDB documentation, "CREATE SEQUENCE"). The columns of a sequence have its
// type.
func typedSequences(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil || dest.Version.AtLeast(11, 5) {
		return err
	}
	for _, pair := range mapping.Tables {
		if pair.Table.Kind != datasource.Sequence {
			continue
		}
		columns, err := datasource.FactColumns.Of(ctx, p.Source())
		if err != nil {
			return err
		}
		for _, c := range columns.Of(pair.Source) {
			if c.Name == "next_not_cached_value" && (c.DataType != "bigint" || c.Unsigned()) {
				p.Report(checks.Finding{Rule: "sequence_type", Level: p.OfOriginalDDL(),
					Object: sequenceObject(pair.Source),
					Actual: c.ColumnType.ColumnType, Expected: "BIGINT", Args: checks.Args{"dest": dest},
					SQL: []string{"ALTER SEQUENCE " + checks.QuoteTable(p.Route.Source, pair.Source) + " AS BIGINT"}})
			}
		}
	}
	return nil
}

// runOracleObjects reports the objects of an Oracle-like source that are neither tables nor migrated views.
func runOracleObjects(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	objects, err := datasource.FactOracleObjects.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if p.Route.Source == datasource.Oracle {
		all, err := access.ReadsAll(ctx, p.Source(), "DBA_OBJECTS")
		if err != nil {
			return err
		}
		if !all {
			p.Note("hidden_objects")
		}
	}
	rest := notMigrated{}
	for _, o := range objects {
		if o.Type == "DATABASE" { // the schema itself, which OceanBase lists as an object
			continue
		}
		part := strings.HasPrefix(o.Type, "INDEX") || strings.HasPrefix(o.Type, "LOB") ||
			strings.HasPrefix(o.Type, "TABLE ") || strings.HasSuffix(o.Type, " BODY")
		tableLike := slices.Contains([]string{"TABLE", "VIEW", "MATERIALIZED VIEW"}, o.Type)
		if !part && o.Type != "TABLE" && !(tableLike && len(mapping.FromSource(o.TableName)) > 0) {
			rest.add(o.Type, o.TableName)
		}
	}
	rest.report(p)
	return nil
}

// withoutCatalog returns err unless the server does not have the catalog of this type of object, and so has no such
// objects. A note says so.
func withoutCatalog(p *checks.Pass, kind string, err error) error {
	switch datasource.ClassOf(err) {
	case datasource.ErrUnsupported, datasource.ErrNoSuchObject:
		p.Note("not_listed", "kind", kind, "error", err)
		return nil
	}
	return err
}

// notMigrated holds the names of objects that the task does not migrate.
type notMigrated map[struct{ schema, kind string }][]string

func (n notMigrated) add(kind string, name datasource.TableName) {
	key := struct{ schema, kind string }{name.Schema, kind}
	n[key] = append(n[key], name.Name)
}

// report reports the objects, one finding for each schema and type.
func (n notMigrated) report(p *checks.Pass) {
	for group, names := range n {
		slices.Sort(names)
		p.Report(checks.Finding{Rule: "not_carried", Level: checks.Info, Object: checks.SchemaObject(group.schema),
			Args: checks.Args{"kind": group.kind, "count": len(names), "names": report.FirstNames(p.Lang, names, 20)}})
	}
}

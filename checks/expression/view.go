package expression

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
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
	Follows: []string{"MYSQL_ENUM_SET", "MYSQL_ROW_FORMAT", "MYSQL_STORAGE_ENGINE", "RDB_CHARSET",
		"RDB_CHECK_CONSTRAINT", "RDB_COLUMN_DEFAULT", "RDB_COLUMN_TYPE", "RDB_FOREIGN_KEY", "RDB_GENERATED_COLUMN",
		"RDB_INDEX_TYPE", "RDB_NAME_CHARACTERS", "RDB_NAME_LENGTH", "RDB_OBJECT_TYPE", "RDB_PARTITION",
		"RDB_TABLE_LIMIT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactInvalidViews,
			datasource.FactServer, datasource.FactVariables, datasource.FactViews},
		Dest: checks.Facts{datasource.FactCharsets, datasource.FactGrants, datasource.FactRoutines,
			datasource.FactSchemas, datasource.FactServer, datasource.FactStorageEngines, datasource.FactSystemColumns,
			datasource.FactTables, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{
		Name: "RDB_OBJECT_DEPENDENCY_INTEGRITY", Rules: []string{"outside_the_task", "renamed", "table_missing"},
	}},
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
	v := viewRun{Pass: p, mapping: mapping}
	if v.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if v.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if v.charsets, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
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
	if err := v.readGrouping(ctx); err != nil {
		return err
	}
	isInvalid := report.SetOf(invalid)
	v.refused, v.bases = map[datasource.TableName]bool{}, map[datasource.TableName][]datasource.TableName{}
	hidden := 0
	for _, view := range views {
		own := mapping.FromSource(view.TableName)
		if len(own) == 0 {
			continue
		}
		if isInvalid[view.TableName] {
			v.flag(view, "invalid_view", checks.Warn, "")
		}
		if view.Definition == "" {
			hidden++
			continue
		}
		if err := v.view(ctx, view, own); err != nil {
			return err
		}
	}
	v.overRefused(views)
	if hidden > 0 {
		return p.NotChecked("definitions_hidden", "count", hidden,
			"class", &datasource.Error{Class: datasource.ErrPrivilege})
	}
	return nil
}

type viewRun struct {
	*checks.Pass
	mapping  *checks.Mapping
	source   datasource.Server
	dest     datasource.Server
	charsets datasource.Charsets                             // of the destination
	unique   mysqlexpr.Unique                                // nil if GROUP BY need not be complete
	refused  map[datasource.TableName]bool                   // views with a failure
	bases    map[datasource.TableName][]datasource.TableName // what each view selects from
}

// overRefused reports the views that select from a table or view that the destination refuses, also through other
// views.
func (v *viewRun) overRefused(views []datasource.ViewDefinition) {
	isRefused := func(t datasource.TableName) bool {
		return v.refused[t] || slices.ContainsFunc(v.mapping.FromSource(t), v.Refused)
	}
	for found := true; found; {
		found = false
		for _, view := range views {
			at := slices.IndexFunc(v.bases[view.TableName], isRefused)
			if at < 0 || v.refused[view.TableName] {
				continue
			}
			found = true
			v.flag(view, "base_refused", checks.Fail, v.bases[view.TableName][at].String())
		}
	}
}

// readGrouping reads the keys of the source if only the destination has ONLY_FULL_GROUP_BY.
func (v *viewRun) readGrouping(ctx context.Context) error {
	full := func(f *datasource.Facts) (bool, error) {
		variables, err := datasource.FactVariables.Of(ctx, f)
		mode, _ := variables.Lookup("sql_mode")
		return slices.Contains(sysvar.SQLModes(mode), "ONLY_FULL_GROUP_BY"), err
	}
	onSource, err := full(v.Source())
	if err != nil {
		return err
	}
	onDest, err := full(v.Dest())
	if err != nil || onSource || !onDest {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, v.Source())
	if err != nil {
		return err
	}
	isBase := map[datasource.TableName]bool{}
	for _, pair := range v.mapping.BaseTables() {
		isBase[pair.Source] = true
	}
	v.unique = func(table datasource.TableName) (keys [][]string, known bool) {
		for _, i := range indexes.Of(table) {
			if !i.Key() || v.dest.IsMariaDB() { // which knows no functional dependence
				continue
			}
			var names []string
			for _, c := range i.Columns {
				names = append(names, c.Name)
			}
			keys = append(keys, names)
		}
		return keys, isBase[table]
	}
	return nil
}

// flag adds a finding about a view.
func (v *viewRun) flag(view datasource.ViewDefinition, rule string, level checks.Level, actual string) {
	v.refused[view.TableName] = v.refused[view.TableName] || level == checks.Fail
	v.Report(checks.Finding{Rule: rule, Level: level, Actual: actual, Args: checks.Args{"dest": v.dest},
		Object: checks.Object{Kind: "VIEW", Schema: view.Schema, Table: view.Name}})
}

// view checks a view that is migrated as own.
func (v *viewRun) view(ctx context.Context, view datasource.ViewDefinition, own []checks.TablePair) error {
	d := mysqlexpr.Read(view.Definition)
	v.bases[view.TableName] = d.Tables
	missing, sure := mysqlexpr.Missing(v.dest, d)
	for _, name := range missing {
		level := checks.Fail
		if !sure {
			level = checks.Warn
		}
		v.flag(view, "function_missing", level, name)
	}
	if v.dest.IsMySQL() && slices.Contains(d.Functions, "default") { // error 1143, tried on 9.7
		v.flag(view, "function_missing", checks.Fail, "DEFAULT()")
	}
	for _, name := range d.Collations {
		if !v.charsets.HasCollation(name) {
			v.flag(view, "collation_missing", checks.Fail, name)
		}
	}
	if v.unique != nil {
		if column := mysqlexpr.NotGrouped(view.Definition, v.unique); column != "" {
			v.flag(view, "not_grouped", checks.Warn, column)
		}
	}
	for _, routine := range d.Routines {
		routine.Schema = cmp.Or(routine.Schema, view.Schema)
		if err := v.routine(ctx, view, routine, own); err != nil {
			return err
		}
	}
	for _, t := range d.Tables {
		if err := v.table(ctx, view, d, t, own); err != nil {
			return err
		}
	}
	v.ownSchema(view, d, own)
	return v.comparisons(ctx, view, d)
}

// table checks a table that a view selects from.
func (v *viewRun) table(
	ctx context.Context, view datasource.ViewDefinition, d mysqlexpr.Expression, t datasource.TableName,
	own []checks.TablePair,
) error {
	if v.dest.OwnsSchema(t.Schema) {
		return v.systemTable(ctx, view, d, t)
	}
	into := v.mapping.FromSource(t)
	for _, pair := range own {
		written := report.AsWritten(pair, t)
		if len(into) == 0 {
			if err := v.outside(ctx, view, t, written); err != nil {
				return err
			}
			continue
		}
		isTable := func(other checks.TablePair) bool { return other.Source == t }
		if !slices.ContainsFunc(v.mapping.FromDest(written), isTable) {
			v.Report(checks.Finding{Rule: "renamed", Level: checks.Warn,
				Object: checks.Object{Kind: "VIEW", Schema: view.Schema, Table: view.Name},
				Actual: written.String(), Expected: into[0].Dest.String()})
		}
	}
	return nil
}

// systemTable checks a table of the server itself, and the columns that a view names of it.
func (v *viewRun) systemTable(
	ctx context.Context, view datasource.ViewDefinition, d mysqlexpr.Expression, t datasource.TableName,
) error {
	columns, err := datasource.FactSystemColumns.Of(ctx, v.Dest())
	if err != nil {
		return err
	}
	there := columns.Of(datasource.TableName{Schema: strings.ToLower(t.Schema), Name: strings.ToLower(t.Name)})
	switch {
	case len(there) > 0:
		for _, name := range d.Columns(t) {
			if !slices.Contains(there, strings.ToLower(name)) {
				v.flag(view, "system_column_missing", checks.Fail, t.String()+"."+name)
			}
		}
		return nil
	case !strings.EqualFold(t.Schema, "information_schema"):
		grants, err := datasource.FactGrants.Of(ctx, v.Dest())
		if err != nil {
			return err
		}
		if grants.OnSchema(strings.ToLower(t.Schema), "SELECT") != datasource.Yes {
			v.flag(view, "system_table_hidden", checks.Warn, t.String())
			return nil
		}
	}
	v.flag(view, "system_table_missing", checks.Fail, t.String())
	return nil
}

// sequenceTable matches a table of MariaDB's engine SEQUENCE, which exists as soon as it is named.
var sequenceTable = regexp.MustCompile(`(?i)^seq_\d+_to_\d+(_step_\d+)?$`)

// outside checks a table that the task does not migrate, under the name that the view has on the destination.
func (v *viewRun) outside(
	ctx context.Context, view datasource.ViewDefinition, t, written datasource.TableName,
) error {
	if sequenceTable.MatchString(t.Name) {
		engines, err := datasource.FactStorageEngines.Of(ctx, v.Dest())
		if err != nil {
			return err
		}
		if engines.Usable("SEQUENCE") {
			return nil
		}
	}
	isTarget := func(s checks.SchemaPair) bool { return v.same(s.Dest, written.Schema) }
	if slices.ContainsFunc(v.mapping.Schemas, isTarget) {
		tables, err := datasource.FactTables.Of(ctx, v.Dest())
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(tables, func(other datasource.Table) bool {
			return v.same(other.Schema, written.Schema) && v.same(other.Name, written.Name)
		}) {
			v.flag(view, "table_missing", checks.Fail, written.String())
		}
		return nil
	}
	gone, err := v.lacksSchema(ctx, written.Schema)
	if err != nil {
		return err
	}
	if gone {
		v.flag(view, "table_missing", checks.Fail, written.String())
	} else {
		v.flag(view, "outside_the_task", checks.Warn, t.String())
	}
	return nil
}

// lacksSchema reports whether the destination certainly does not have a schema.
func (v *viewRun) lacksSchema(ctx context.Context, name string) (bool, error) {
	schemas, err := datasource.FactSchemas.Of(ctx, v.Dest())
	if err != nil || slices.ContainsFunc(schemas, func(s datasource.Schema) bool { return v.same(s.Name, name) }) {
		return false, err
	}
	grants, err := datasource.FactGrants.Of(ctx, v.Dest())
	return grants.Rights.Globally("SHOW DATABASES") == datasource.Yes ||
		grants.Rights.Globally("SELECT") == datasource.Yes, err
}

// same reports whether the destination takes two names for the same.
func (v *viewRun) same(a, b string) bool { return v.dest.NameCase.Fold(a) == v.dest.NameCase.Fold(b) }

// routine checks a stored function that a view calls.
func (v *viewRun) routine(
	ctx context.Context, view datasource.ViewDefinition, name datasource.TableName, own []checks.TablePair,
) error {
	if v.Settings.Routines && v.mapping.WholeSchemas()[name.Schema] {
		return nil
	}
	routines, err := datasource.FactRoutines.Of(ctx, v.Dest())
	if err != nil {
		return err
	}
	for _, pair := range own {
		written := report.AsWritten(pair, name)
		if slices.ContainsFunc(routines, func(r datasource.Routine) bool {
			return r.Kind == "FUNCTION" && v.same(r.Schema, written.Schema) && strings.EqualFold(r.Name, written.Name)
		}) {
			continue
		}
		isTarget := func(s checks.SchemaPair) bool { return v.same(s.Dest, written.Schema) }
		level := checks.Warn // other schemas of the destination are not read
		if slices.ContainsFunc(v.mapping.Schemas, isTarget) {
			level = checks.Fail
		}
		v.flag(view, "routine_missing", level, written.String()+"()")
	}
	return nil
}

// ownSchema reports a view whose definition in the catalog names its schema, if the task renames that. SHOW CREATE
// VIEW omits the name if the schema is the default of the session, VIEW_DEFINITION does not.
func (v *viewRun) ownSchema(view datasource.ViewDefinition, d mysqlexpr.Expression, own []checks.TablePair) {
	named := slices.ContainsFunc(d.Tables, func(t datasource.TableName) bool { return t.Schema == view.Schema })
	if !named || v.Settings.DDL == checks.DDLRewritten {
		return
	}
	for _, pair := range own {
		if !v.same(pair.Source.Schema, pair.Dest.Schema) {
			v.Report(checks.Finding{Rule: "schema_renamed", Level: checks.Warn,
				Object: checks.Object{Kind: "VIEW", Schema: view.Schema, Table: view.Name},
				Actual: pair.Source.Schema, Expected: pair.Dest.Schema})
		}
	}
}

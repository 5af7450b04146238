package key

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ForeignKey is RDB_FOREIGN_KEY.
var ForeignKey = &checks.Check{
	Type:     "RDB_FOREIGN_KEY",
	Page:     checks.ReadPage(pages, "foreign_key.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactPartitions},
		Dest:    checks.Facts{datasource.FactForeignKeys, datasource.FactServer, datasource.FactTables, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_CONSTRAINT"},
		{Name: "DB_FOREIGN_REFERENCE", Rules: []string{"parent_outside", "parent_renamed"}},
		{Name: "DB_NO_FOREIGN_KEY"},
		{Name: "DB_ORACLE_FK_SUPPORT_CHECK", Rules: []string{"deferrable", "disabled", "not_validated"}, Types: checks.OracleFamily},
		{Name: "RDB_OBJECT_DEPENDENCY_INTEGRITY", Rules: []string{"parent_outside", "parent_renamed"}},
		{Name: "DB_REVERSE_LIMIT", Phases: checks.Reverse},
		{Name: "DB_ORACLE_REVERSE_LIMIT", Phases: checks.Reverse, Types: checks.OracleOnly},
	},
	Run: runForeignKey,
}

func runForeignKey(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	keys, err := datasource.FactForeignKeys.Of(ctx, p.Source())
	if err != nil || keys.Len() == 0 {
		return err
	}
	f := foreignKeyRun{Pass: p, mapping: mapping, names: map[datasource.TableName]string{}}
	if f.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return err
	}
	if f.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if f.destTables, err = datasource.FactTables.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if err := f.uniqueParents(ctx); err != nil {
		return err
	}
	f.schema = p.Route.Phases&checks.Schema != 0
	if p.Route.Source.Dialect() == datasource.OracleDialect && f.schema {
		if err := f.readOracle(ctx, keys); err != nil {
			return err
		}
	}
	if err := f.namesThere(ctx); err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.MySQLDialect && f.schema && f.dest.IsMySQL() {
		if f.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	f.changes = p.Route.Phases&(checks.Incremental|checks.Reverse) != 0
	for _, pair := range mapping.BaseTables() {
		for _, key := range keys.Of(pair.Source) {
			switch {
			case key.Disabled:
				f.disabled(pair, key)
			case key.Parent.Name == "":
				f.orphans = append(f.orphans, report.ConstraintObject(pair.Source, key.Name).String())
			default:
				f.key(pair, key)
			}
		}
	}
	if len(f.orphans) > 0 {
		return &datasource.Error{Class: datasource.ErrPrivilege,
			Cause:  message.Verbatim(fmt.Sprintf("the parent of %s (%d foreign keys) is not shown to the account", f.orphans[0], len(f.orphans))),
			Remedy: message.Verbatim("Grant the account SELECT on the parents, or on DBA_CONSTRAINTS and DBA_CONS_COLUMNS.")}
	}
	if len(f.hidden) > 0 {
		return &datasource.Error{Class: datasource.ErrPrivilege,
			Cause:  message.Verbatim(fmt.Sprintf("what happens to the children of %s (%d foreign keys) is not shown to an account with SELECT alone", f.hidden[0], len(f.hidden))),
			Remedy: message.Verbatim("Grant the account PROCESS, or a right on the tables beyond SELECT, such as SHOW VIEW.")}
	}
	return nil
}

type foreignKeyRun struct {
	*checks.Pass
	mapping    *checks.Mapping
	indexes    datasource.ByTable[datasource.Index]
	dest       datasource.Server
	destTables datasource.Tables

	schema, changes bool // the task has these phases
	unique          bool // the destination wants unique parents
	uniqueLevel     checks.Level

	names   map[datasource.TableName]string // of a destination's schema and constraint: the foreign key that has it
	hidden  []string                        // foreign keys whose rules the account may not see
	orphans []string                        // foreign keys whose parents the account may not see

	columns    datasource.ByTable[datasource.Column]       // of an Oracle-like source, where they are needed, and to MySQL
	partitions datasource.ByTable[datasource.Partitioning] // of an Oracle-like source, where they are needed
}

// uniqueParents tells whether the destination refuses, or will refuse, a foreign key whose parent
// columns are not exactly a unique key: MySQL 8.4 and later unless restrict_fk_on_non_standard_key
// is off (MySQL 8.4 Reference Manual, "FOREIGN KEY Constraints"), and OceanBase ("Incompatibilities
// of CREATE TABLE": the columns must have a PRIMARY KEY or UNIQUE constraint).
func (f *foreignKeyRun) uniqueParents(ctx context.Context) error {
	if f.dest.IsOceanBase() {
		f.unique, f.uniqueLevel = true, checks.Fail
	}
	if !f.dest.IsMySQL() {
		return nil
	}
	settings, err := datasource.FactVariables.Of(ctx, f.Dest())
	if err != nil {
		return err
	}
	restricted, known := settings.On("restrict_fk_on_non_standard_key")
	switch {
	case restricted:
		f.unique, f.uniqueLevel = true, checks.Fail
	case known:
		f.unique, f.uniqueLevel = true, checks.Warn
	}
	return nil
}

func (f *foreignKeyRun) key(pair checks.TablePair, key datasource.ForeignKey) {
	if f.schema {
		written := report.AsWritten(pair, key.Parent)
		parents := f.mapping.FromSource(key.Parent)
		switch {
		case len(parents) == 0 && !f.onDest(written):
			level := checks.Fail
			if !slices.ContainsFunc(f.mapping.Schemas, func(s checks.SchemaPair) bool { return f.same(s.Dest, written.Schema) }) {
				level = checks.Warn // the destination's other schemas are not read
			}
			f.report(pair, key, "parent_outside", level, "the parent "+key.Parent.String()+" is not migrated, and "+written.String()+" is not on the destination", "the parent in the task, or on the destination")
		case len(parents) > 0 && !slices.ContainsFunc(parents, func(p checks.TablePair) bool {
			return f.same(p.Dest.Schema, written.Schema) && f.same(p.Dest.Name, written.Name)
		}):
			f.report(pair, key, "parent_renamed", checks.Warn, "REFERENCES "+written.String(), "REFERENCES "+parents[0].Dest.String())
		}
		if f.unique && f.indexes.Of(key.Parent) != nil && !f.standard(key) {
			f.report(pair, key, "parent_not_unique", f.uniqueLevel, "no unique key over exactly ("+strings.Join(key.ParentColumns, ", ")+")", "a unique key over these columns of "+key.Parent.String(),
				"ALTER TABLE "+checks.QuoteTable(f.Route.Source, key.Parent)+" ADD UNIQUE ("+quoteAll(f.Route.Source, key.ParentColumns)+")")
		}
		f.name(pair, key)
		if name := cmp.Or(f.virtual(pair.Source, key.Columns), f.virtual(key.Parent, key.ParentColumns)); name != "" && f.dest.IsMySQL() {
			f.report(pair, key, "virtual", checks.Fail, "the virtual column "+name, "columns that are stored")
		}
		if f.Route.Source.Dialect() == datasource.OracleDialect {
			f.ofOracle(pair, key)
		}
	}
	if f.changes {
		switch {
		case key.OnDelete == "" || key.OnUpdate == "":
			f.hidden = append(f.hidden, report.ConstraintObject(pair.Source, key.Name).String())
		case cascades(key.OnDelete) || cascades(key.OnUpdate):
			want := "no action of its own, or foreign_key_checks = 0 in the sessions that write"
			if f.Route.Dest.Dialect() == datasource.OracleDialect {
				want = "no action of its own, or the foreign key disabled on the destination"
			}
			f.report(pair, key, "cascade", checks.Warn, "ON DELETE "+key.OnDelete+" ON UPDATE "+key.OnUpdate, want)
		}
	}
}

// virtual gives the first of some columns of a table that is generated and not stored: MySQL has no foreign key over
// such a one, nor to it (error 3733; MySQL 9 Reference Manual, "FOREIGN KEY Constraints"), MariaDB has.
func (f *foreignKeyRun) virtual(table datasource.TableName, names []string) string {
	for _, c := range f.columns.Of(table) {
		if c.Generated() && !c.Stored && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, c.Name) }) {
			return table.String() + "." + c.Name
		}
	}
	return ""
}

func (f *foreignKeyRun) report(pair checks.TablePair, key datasource.ForeignKey, rule string, level checks.Level, actual, want string, sql ...string) {
	f.Report(checks.Finding{Rule: rule, Level: level, Object: report.ConstraintObject(pair.Source, key.Name), Actual: actual, Expected: want, SQL: sql,
		Args: checks.Args{"parent": key.Parent.String(), "dest": f.dest.String()}})
}

func cascades(rule string) bool { return rule == "CASCADE" || strings.HasPrefix(rule, "SET ") }

// same tells whether the destination takes two names for one.
func (f *foreignKeyRun) same(a, b string) bool {
	return f.dest.NameCase.Fold(a) == f.dest.NameCase.Fold(b)
}

func (f *foreignKeyRun) onDest(table datasource.TableName) bool {
	if f.dest.NameCase == datasource.CaseSensitive {
		return f.destTables.Find(table) != nil
	}
	return slices.ContainsFunc(f.destTables, func(t datasource.Table) bool { return f.same(t.Schema, table.Schema) && f.same(t.Name, table.Name) })
}

// standard tells whether the parent's columns are exactly those of a unique key, in its order.
func (f *foreignKeyRun) standard(key datasource.ForeignKey) bool {
	return slices.ContainsFunc(f.indexes.Of(key.Parent), func(i datasource.Index) bool {
		return i.Unique && slices.EqualFunc(i.Columns, key.ParentColumns, func(c datasource.IndexColumn, name string) bool {
			return strings.EqualFold(c.Name, name) && c.Prefix == 0
		})
	})
}

// namesThere takes the names of the foreign keys of the destination's other tables: those that the task makes keep their own.
func (f *foreignKeyRun) namesThere(ctx context.Context) error {
	if !f.schema || f.Route.Dest.Dialect() == datasource.OracleDialect {
		return nil
	}
	there, err := datasource.FactForeignKeys.Of(ctx, f.Dest())
	if err != nil {
		return err
	}
	for table, own := range there.All() {
		if len(f.mapping.FromDest(table)) > 0 {
			continue
		}
		for _, key := range own {
			f.names[f.nameOnDest(table.Schema, key.Name)] = table.String() + "." + key.Name + " of the destination"
		}
	}
	return nil
}

func (f *foreignKeyRun) nameOnDest(schema, name string) datasource.TableName {
	if f.Route.Dest.Dialect() == datasource.OracleDialect {
		return datasource.TableName{Schema: schema, Name: name}
	}
	return datasource.TableName{Schema: f.dest.NameCase.Fold(schema), Name: strings.ToLower(name)}
}

// name reports a foreign key whose name another one gets in the same schema of the destination,
// where names are unique in a schema: everywhere but on MariaDB 12.1 and later.
func (f *foreignKeyRun) name(pair checks.TablePair, key datasource.ForeignKey) {
	if f.dest.IsMariaDB() && f.dest.Version.AtLeast(12, 1) {
		return
	}
	name := f.nameOnDest(pair.Dest.Schema, key.Name)
	if other, taken := f.names[name]; taken {
		f.report(pair, key, "name_taken", checks.Fail, "the name "+key.Name+", which "+other+" has too", "a name of its own in schema "+pair.Dest.Schema)
		return
	}
	f.names[name] = pair.Source.String() + "." + key.Name
}

func quoteAll(t datasource.Type, names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = checks.Quote(t, name)
	}
	return strings.Join(quoted, ", ")
}

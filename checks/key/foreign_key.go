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
)

// ForeignKey is RDB_FOREIGN_KEY.
var ForeignKey = &checks.Check{
	Type:     "RDB_FOREIGN_KEY",
	Page:     checks.ReadPage(pages, "foreign_key.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Follows: []string{"MYSQL_ENUM_SET", "MYSQL_ROW_FORMAT", "MYSQL_STORAGE_ENGINE", "RDB_CHARSET",
		"RDB_CHECK_CONSTRAINT", "RDB_COLUMN_DEFAULT", "RDB_COLUMN_TYPE", "RDB_GENERATED_COLUMN", "RDB_INDEX_TYPE",
		"RDB_NAME_CHARACTERS", "RDB_NAME_LENGTH", "RDB_OBJECT_TYPE", "RDB_PARTITION", "RDB_TABLE_LIMIT"},
	Reads: checks.Reads{
		Source: checks.Facts{
			datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactPartitions,
			datasource.FactServer,
		},
		Dest: checks.Facts{
			datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactServer,
			datasource.FactStorageEngines, datasource.FactTables, datasource.FactVariables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_CONSTRAINT"},
		{Name: "DB_FOREIGN_REFERENCE", Rules: []string{"parent_outside", "parent_renamed"}},
		{Name: "DB_NO_FOREIGN_KEY"},
		{
			Name: "DB_ORACLE_FK_SUPPORT_CHECK", Rules: []string{"deferrable", "disabled", "not_validated"},
			Types: checks.OracleFamily,
		},
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
	f := foreignKeyRun{Pass: p, mapping: mapping, names: map[datasource.TableName]takenName{},
		refused: map[datasource.TableName]bool{}}
	if f.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return err
	}
	if f.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if f.destTables, err = datasource.FactTables.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if err := f.readUniqueParents(ctx); err != nil {
		return err
	}
	f.schema = p.Route.Phases&checks.Schema != 0
	if p.Route.Source.Dialect() == datasource.OracleDialect && f.schema {
		if err := f.readOracle(ctx); err != nil {
			return err
		}
	}
	if err := f.readDestNames(ctx); err != nil {
		return err
	}
	if err := f.readParents(ctx, keys); err != nil {
		return err
	}
	f.changes = p.Route.Phases&(checks.Incremental|checks.Reverse) != 0
	var unnamed []string // foreign keys whose parents the dictionary does not show to anyone
	for _, pair := range mapping.BaseTables() {
		for _, key := range keys.Of(pair.Source) {
			switch {
			case key.Disabled:
				f.checkDisabled(pair, key)
			case key.Parent.Name == "" && key.ParentUnnamed:
				unnamed = append(unnamed, report.ConstraintObject(pair.Source, key.Name).String())
			case key.Parent.Name == "":
				f.hiddenParents = append(f.hiddenParents, report.ConstraintObject(pair.Source, key.Name).String())
			default:
				f.checkKey(pair, key)
			}
		}
	}
	f.checkRefusedParents(keys)
	if len(unnamed) > 0 {
		return p.NotChecked("unnamed_parents", "count", len(unnamed), "key", unnamed[0])
	}
	if len(f.hiddenParents) > 0 {
		return p.NotChecked("hidden_parents", "count", len(f.hiddenParents), "key", f.hiddenParents[0])
	}
	if len(f.hiddenActions) > 0 {
		return p.NotChecked("hidden_actions", "count", len(f.hiddenActions), "key", f.hiddenActions[0])
	}
	return nil
}

// foreignKeyRun is a run of the check on one task.
type foreignKeyRun struct {
	*checks.Pass
	mapping      *checks.Mapping
	indexes      datasource.TableRows[datasource.Index]
	source, dest datasource.Server
	destTables   datasource.Tables
	engines      datasource.StorageEngines // of the destination

	schema, changes bool // the task has these phases
	judgesParents   bool // the destination's rules for parents are known
	unique          bool // the destination requires unique parents
	uniqueLevel     checks.Level

	refused       map[datasource.TableName]bool      // tables of the source with a failure of this check
	names         map[datasource.TableName]takenName // by schema and constraint of the destination
	hiddenActions []string                           // foreign keys whose actions are hidden from the account
	hiddenParents []string                           // foreign keys whose parents are hidden from the account

	// Facts of the source, empty if the rules do not need them.
	columns    datasource.TableRows[datasource.Column]
	partitions datasource.TableRows[datasource.Partitioning]
	// Facts of the destination, empty if no parent is there alone.
	destColumns datasource.TableRows[datasource.Column]
	destIndexes datasource.TableRows[datasource.Index]
}

// takenName is a foreign key that has a name on the destination.
type takenName struct {
	term string // key_of_source or key_of_destination
	key  string
}

// readUniqueParents reads whether the destination refuses, or will refuse, a foreign key whose parent columns are not
// exactly a unique key. MySQL 8.4 and later do unless restrict_fk_on_non_standard_key is OFF (MySQL 8.4 Reference
// Manual, "FOREIGN KEY Constraints"). OceanBase does ("Incompatibilities of CREATE TABLE": the columns must have a
// PRIMARY KEY or UNIQUE constraint).
func (f *foreignKeyRun) readUniqueParents(ctx context.Context) error {
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
	required, known := settings.On("restrict_fk_on_non_standard_key")
	switch {
	case required:
		f.unique, f.uniqueLevel = true, checks.Fail
	case known:
		f.unique, f.uniqueLevel = true, checks.Warn
	}
	return nil
}

// checkKey checks a foreign key that is enabled on the source.
func (f *foreignKeyRun) checkKey(pair checks.TablePair, key datasource.ForeignKey) {
	if f.schema {
		f.checkParent(pair, key)
		f.checkName(pair, key)
		name := cmp.Or(f.virtualColumn(pair.Source, key.Columns), f.virtualColumn(key.Parent, key.ParentColumns))
		if name != "" && f.dest.IsMySQL() {
			f.report(pair, key, checks.Finding{Rule: "virtual", Level: checks.Fail, Actual: name})
		}
		if f.judgesParents {
			f.checkPartitioned(pair, key)
			f.checkStored(pair, key)
		}
		if f.Route.Source.Dialect() == datasource.OracleDialect {
			f.checkOracle(pair, key)
		}
	}
	if !f.changes {
		return
	}
	switch {
	case key.OnDelete == "" || key.OnUpdate == "":
		f.hideActions(pair, key)
	case changesRows(key.OnDelete) || changesRows(key.OnUpdate):
		alternative := "checks_off"
		if f.Route.Dest.Dialect() == datasource.OracleDialect {
			alternative = "key_disabled"
		}
		f.report(pair, key, checks.Finding{Rule: "cascade", Level: checks.Warn,
			Actual: actions(key),
			Args:   checks.Args{"alternative": f.Term(alternative)}})
	}
}

// checkParent checks that the parent of a foreign key will exist under its name, with a unique key if that is required.
func (f *foreignKeyRun) checkParent(pair checks.TablePair, key datasource.ForeignKey) {
	written := written(pair, key)
	parents := f.mapping.FromSource(key.Parent)
	switch {
	case len(parents) == 0 && f.findOnDest(written) == nil:
		level := checks.Fail
		if !slices.ContainsFunc(f.mapping.Schemas, func(s checks.SchemaPair) bool {
			return f.sameName(s.Dest, written.Schema)
		}) {
			level = checks.Warn // other schemas of the destination are not read
		}
		f.report(pair, key, checks.Finding{Rule: "parent_outside", Level: level, Args: checks.Args{"table": written}})
	case len(parents) > 0 && !slices.ContainsFunc(parents, func(p checks.TablePair) bool {
		return f.sameName(p.Dest.Schema, written.Schema) && f.sameName(p.Dest.Name, written.Name)
	}):
		f.report(pair, key, checks.Finding{Rule: "parent_renamed", Level: checks.Warn,
			Actual: written.String(), Expected: parents[0].Dest.String()})
	}
	if f.judgesParents && !f.checkReplaced(pair, key) {
		return
	}
	inTask := len(parents) > 0 && parents[0].Table.HoldsRows()
	if f.unique && (inTask || f.indexes.Of(key.Parent) != nil) && !f.hasUniqueParent(key) {
		f.report(pair, key, checks.Finding{Rule: "parent_not_unique", Level: f.uniqueLevel,
			Args: checks.Args{"columns": strings.Join(key.ParentColumns, ", ")},
			SQL: []string{"ALTER TABLE " + checks.QuoteTable(f.Route.Source, key.Parent) +
				" ADD UNIQUE (" + quoteAll(f.Route.Source, key.ParentColumns) + ")"}})
	}
}

// virtualColumn returns the first of these columns that is generated and not stored, as schema.table.column, or an
// empty string. MySQL has no foreign keys from or to such a column (error 3733; MySQL 9 Reference Manual, "FOREIGN KEY
// Constraints"); MariaDB has.
func (f *foreignKeyRun) virtualColumn(table datasource.TableName, names []string) string {
	for _, c := range f.columns.Of(table) {
		if c.Generated() && !c.Stored && slices.ContainsFunc(names, func(name string) bool {
			return strings.EqualFold(name, c.Name)
		}) {
			return table.String() + "." + c.Name
		}
	}
	return ""
}

// report reports a finding about a foreign key.
func (f *foreignKeyRun) report(pair checks.TablePair, key datasource.ForeignKey, finding checks.Finding) {
	finding.Object = report.ConstraintObject(pair.Source, key.Name)
	if finding.Args == nil {
		finding.Args = checks.Args{}
	}
	finding.Args["parent"], finding.Args["dest"] = key.Parent, f.dest
	f.refused[pair.Source] = f.refused[pair.Source] || finding.Level == checks.Fail
	f.Report(finding)
}

// hideActions notes that the actions of a foreign key are hidden from the account.
func (f *foreignKeyRun) hideActions(pair checks.TablePair, key datasource.ForeignKey) {
	f.hiddenActions = append(f.hiddenActions, report.ConstraintObject(pair.Source, key.Name).String())
}

// written returns the name that the definition of a foreign key gives its parent on the destination.
func written(pair checks.TablePair, key datasource.ForeignKey) datasource.TableName {
	return report.AsWritten(pair, key.Parent)
}

// actions returns the actions of a foreign key in SQL.
func actions(key datasource.ForeignKey) string {
	return "ON DELETE " + key.OnDelete + " ON UPDATE " + key.OnUpdate
}

// changesRows reports whether an action of a foreign key changes other rows.
func changesRows(action string) bool { return action == "CASCADE" || strings.HasPrefix(action, "SET ") }

// sameName reports whether the destination treats two names as the same.
func (f *foreignKeyRun) sameName(a, b string) bool {
	return f.dest.NameCase.Fold(a) == f.dest.NameCase.Fold(b)
}

// findOnDest returns a table of the destination, nil if it does not exist.
func (f *foreignKeyRun) findOnDest(table datasource.TableName) *datasource.Table {
	if f.dest.NameCase == datasource.CaseSensitive {
		return f.destTables.Find(table)
	}
	at := slices.IndexFunc(f.destTables, func(t datasource.Table) bool {
		return f.sameName(t.Schema, table.Schema) && f.sameName(t.Name, table.Name)
	})
	if at < 0 {
		return nil
	}
	return &f.destTables[at]
}

// hasUniqueParent reports whether the parent's columns are exactly those of a unique key, in its order.
func (f *foreignKeyRun) hasUniqueParent(key datasource.ForeignKey) bool {
	return slices.ContainsFunc(f.indexes.Of(key.Parent), func(i datasource.Index) bool {
		same := func(c datasource.IndexColumn, name string) bool {
			return strings.EqualFold(c.Name, name) && c.Prefix == 0
		}
		return i.Unique && slices.EqualFunc(i.Columns, key.ParentColumns, same)
	})
}

// readDestNames reads the names of the foreign keys of destination tables that are not in the task.
func (f *foreignKeyRun) readDestNames(ctx context.Context) error {
	if !f.schema || f.Route.Dest.Dialect() == datasource.OracleDialect {
		return nil
	}
	keys, err := datasource.FactForeignKeys.Of(ctx, f.Dest())
	if err != nil {
		return err
	}
	for table, own := range keys.All() {
		if len(f.mapping.FromDest(table)) > 0 {
			continue
		}
		for _, key := range own {
			name := report.ConstraintName(f.Route.Dest, f.dest, table.Schema, key.Name)
			f.names[name] = takenName{"key_of_destination", table.String() + "." + key.Name}
		}
	}
	return nil
}

// checkName reports a foreign key whose name is taken in its schema of the destination. Names are unique in a schema
// except on MariaDB 12.1 and later.
func (f *foreignKeyRun) checkName(pair checks.TablePair, key datasource.ForeignKey) {
	if f.dest.IsMariaDB() && f.dest.Version.AtLeast(12, 1) {
		return
	}
	name := report.ConstraintName(f.Route.Dest, f.dest, pair.Dest.Schema, key.Name)
	if other, taken := f.names[name]; taken {
		f.report(pair, key, checks.Finding{Rule: "name_taken", Level: checks.Fail, Actual: key.Name,
			Args: checks.Args{"schema": pair.Dest.Schema, "other": f.Term(other.term, "key", other.key)},
			SQL:  f.rename(pair, key)})
		return
	}
	f.names[name] = takenName{"key_of_source", pair.Source.String() + "." + key.Name}
}

// rename returns the statement that gives a foreign key a name that none has on the destination.
func (f *foreignKeyRun) rename(pair checks.TablePair, key datasource.ForeignKey) []string {
	t := f.Route.Source
	if t.Dialect() != datasource.MySQLDialect || key.OnDelete == "" {
		return nil
	}
	const most = 60 // characters before the number; a name has up to 64
	stem := []rune(key.Name)
	stem = stem[:min(len(stem), most)]
	var free string
	for n, taken := 2, true; taken; n++ {
		free = fmt.Sprintf("%s_%d", string(stem), n)
		name := report.ConstraintName(f.Route.Dest, f.dest, pair.Dest.Schema, free)
		if _, taken = f.names[name]; !taken {
			f.names[name] = takenName{"key_of_source", pair.Source.String() + "." + free}
		}
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Source) + " DROP FOREIGN KEY " +
		checks.Quote(t, key.Name) + ", ADD " + constraint(t, free, key)}
}

// constraint returns the definition of a foreign key with that name.
func constraint(t datasource.Type, name string, key datasource.ForeignKey) string {
	return "CONSTRAINT " + checks.Quote(t, name) + " FOREIGN KEY (" + quoteAll(t, key.Columns) + ") REFERENCES " +
		checks.QuoteTable(t, key.Parent) + " (" + quoteAll(t, key.ParentColumns) + ") " + actions(key)
}

// quoteAll returns a list of quoted names.
func quoteAll(t datasource.Type, names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = checks.Quote(t, name)
	}
	return strings.Join(quoted, ", ")
}

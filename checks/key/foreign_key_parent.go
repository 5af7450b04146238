package key

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

// With foreign_key_checks=0 the parent of a foreign key can be replaced by a table to which InnoDB does not accept the
// foreign key. The source keeps both; a destination that creates them from the source's definitions refuses one. All
// rules were tested on MariaDB 10.11 and 11.8 and on MySQL 9.7.

// parentTable is the parent of a foreign key as it will be on the destination.
type parentTable struct {
	*datasource.Table
	columns []datasource.Column
	indexes []datasource.Index
	onDest  bool // the task does not migrate it
}

// readParents reads what the rules for replaced parents need: of the destination only if a parent is there alone.
func (f *foreignKeyRun) readParents(ctx context.Context, keys datasource.TableRows[datasource.ForeignKey]) (err error) {
	f.judgesParents = f.schema && f.Route.Source.Dialect() == datasource.MySQLDialect &&
		(f.dest.IsMySQL() || f.dest.IsMariaDB())
	if !f.judgesParents {
		return nil
	}
	if f.source, err = datasource.FactServer.Of(ctx, f.Source()); err != nil {
		return err
	}
	if f.columns, err = datasource.FactColumns.Of(ctx, f.Source()); err != nil {
		return err
	}
	if f.partitions, err = datasource.FactPartitions.Of(ctx, f.Source()); err != nil {
		return err
	}
	if f.engines, err = datasource.FactStorageEngines.Of(ctx, f.Dest()); err != nil {
		return err
	}
	for _, pair := range f.mapping.BaseTables() {
		for _, key := range keys.Of(pair.Source) {
			if len(f.mapping.FromSource(key.Parent)) > 0 || f.findOnDest(written(pair, key)) == nil {
				continue
			}
			if f.destColumns, err = datasource.FactColumns.Of(ctx, f.Dest()); err != nil {
				return err
			}
			f.destIndexes, err = datasource.FactIndexes.Of(ctx, f.Dest())
			return err
		}
	}
	return nil
}

// checkRefusedParents reports the tables whose parent the destination refuses to create, also because of its own parent
// (MySQL 1824, MariaDB 1005). Tables with another failure are not reported.
func (f *foreignKeyRun) checkRefusedParents(keys datasource.TableRows[datasource.ForeignKey]) {
	if !f.judgesParents {
		return
	}
	isRefused := func(t checks.TablePair) bool { return f.refused[t.Source] || f.Refused(t) }
	for found := true; found; {
		found = false
		for _, pair := range f.mapping.BaseTables() {
			if isRefused(pair) {
				continue
			}
			for _, key := range keys.Of(pair.Source) {
				if slices.ContainsFunc(f.mapping.FromSource(key.Parent), isRefused) {
					found = true
					f.report(pair, key, checks.Finding{Rule: "parent_refused", Level: checks.Fail,
						Actual: key.Parent.String()})
					break
				}
			}
		}
	}
}

// parentOf returns the parent of a foreign key, nil if there will be none.
func (f *foreignKeyRun) parentOf(pair checks.TablePair, key datasource.ForeignKey) *parentTable {
	if parents := f.mapping.FromSource(key.Parent); len(parents) > 0 {
		return &parentTable{Table: parents[0].Table, columns: f.columns.Of(key.Parent),
			indexes: f.indexes.Of(key.Parent)}
	}
	if t := f.findOnDest(written(pair, key)); t != nil {
		return &parentTable{Table: t, columns: f.destColumns.Of(t.TableName), indexes: f.destIndexes.Of(t.TableName),
			onDest: true}
	}
	return nil
}

// checkReplaced checks a foreign key against the table that its parent is now, and reports whether that can have the
// key that the foreign key needs.
func (f *foreignKeyRun) checkReplaced(pair checks.TablePair, key datasource.ForeignKey) (canHaveKey bool) {
	parent := f.parentOf(pair, key)
	switch {
	case parent == nil: // reported as a missing parent
		return true
	case !parent.HoldsRows():
		f.report(pair, key, checks.Finding{Rule: "parent_view", Level: checks.Fail, Actual: string(parent.Kind),
			SQL: f.drop(pair, key)})
		return false
	case parent.Engine != "" && !limits.BecomesInnoDB(parent.Engine, f.engines):
		side, on := f.Route.Source, checks.Source
		if parent.onDest {
			side, on = f.Route.Dest, checks.Dest
		}
		f.report(pair, key, checks.Finding{Rule: "parent_engine", Level: checks.Fail, Actual: "ENGINE=" + parent.Engine,
			On: checks.Place{Side: on},
			SQL: []string{"ALTER TABLE " + checks.QuoteTable(side, parent.TableName) +
				" ENGINE = InnoDB, ROW_FORMAT = DEFAULT"}})
	}
	for i, name := range key.ParentColumns {
		c, own := columnNamed(parent.columns, name), columnNamed(f.columns.Of(pair.Source), key.Columns[i])
		switch {
		case len(parent.columns) == 0 || own == nil:
			return true // hidden from the account
		case c == nil:
			f.report(pair, key, checks.Finding{Rule: "parent_column", Level: checks.Fail,
				Args: checks.Args{"column": name}, SQL: f.drop(pair, key)})
			return false
		case !coltype.CanReference(own.ColumnType, c.ColumnType):
			f.report(pair, key, checks.Finding{Rule: "parent_type", Level: checks.Fail,
				Actual: own.Name + " " + fullType(own) + ", " + key.Parent.Name + "." + c.Name + " " + fullType(c),
				SQL:    f.retype(pair, key, own, c)})
			return true
		}
	}
	if (!f.unique || f.uniqueLevel != checks.Fail) && !hasKey(parent.indexes, key.ParentColumns) {
		f.report(pair, key, checks.Finding{Rule: "parent_key", Level: checks.Fail,
			Args: checks.Args{"columns": strings.Join(key.ParentColumns, ", ")},
			SQL: []string{"ALTER TABLE " + checks.QuoteTable(f.Route.Source, key.Parent) +
				" ADD KEY (" + quoteAll(f.Route.Source, key.ParentColumns) + ")"}})
	}
	return true
}

// checkStored reports a foreign key whose action changes a column from which a stored column is computed. MySQL refuses
// every action (error 1215; MySQL 9 Reference Manual, "FOREIGN KEY Constraints"). MariaDB accepts ON DELETE CASCADE,
// which removes the whole row.
func (f *foreignKeyRun) checkStored(pair checks.TablePair, key datasource.ForeignKey) {
	stored := f.storedFrom(f.columns.Of(pair.Source), key.Columns)
	switch {
	case stored == "":
	case key.OnDelete == "" || key.OnUpdate == "":
		if !f.changes { // otherwise it is counted there
			f.hideActions(pair, key)
		}
	case changesRows(key.OnUpdate), changesRows(key.OnDelete) && (f.dest.IsMySQL() || key.OnDelete != "CASCADE"):
		f.report(pair, key, checks.Finding{Rule: "stored_base", Level: checks.Fail, Actual: actions(key),
			Args: checks.Args{"column": stored}})
	}
}

// storedFrom returns the first stored column that is computed from one of these, also through virtual columns.
func (f *foreignKeyRun) storedFrom(columns []datasource.Column, names []string) string {
	reached := slices.Clone(names)
	for i := 0; i < len(reached); i++ {
		for _, c := range columns {
			if !c.Generated() || slices.Contains(reached, c.Name) {
				continue
			}
			used := mysqlexpr.Read(mysqlexpr.PlainText(f.source, c.Generation)).Names
			if !slices.ContainsFunc(used, func(n string) bool { return strings.EqualFold(n, reached[i]) }) {
				continue
			}
			if c.Stored {
				return c.Name
			}
			reached = append(reached, c.Name)
		}
	}
	return ""
}

// drop returns the statement that drops a foreign key of the source.
func (f *foreignKeyRun) drop(pair checks.TablePair, key datasource.ForeignKey) []string {
	t := f.Route.Source
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Source) + " DROP FOREIGN KEY " +
		checks.Quote(t, key.Name)}
}

// retype returns the statements that give a column of the child the type of its parent column. They are none if more
// belongs to the column than they would write.
func (f *foreignKeyRun) retype(
	pair checks.TablePair, key datasource.ForeignKey, own, parent *datasource.Column,
) []string {
	preset := own.Default != nil && !strings.EqualFold(*own.Default, "NULL")
	if preset || own.Comment != nil || own.Generated() || own.Extra != "" || len(key.Columns) > 1 ||
		key.OnDelete == "" || coltype.KindOf(parent.ColumnType) == "" {
		return nil
	}
	t := f.Route.Source
	table := "ALTER TABLE " + checks.QuoteTable(t, pair.Source)
	column := " MODIFY " + checks.Quote(t, own.Name) + " " + fullType(parent)
	if !own.Nullable {
		column += " NOT NULL"
	}
	return append(f.drop(pair, key), table+column, table+" ADD "+constraint(t, key.Name, key))
}

// fullType returns the type of a column as CREATE TABLE writes it.
func fullType(c *datasource.Column) string {
	if c.Collation == "" {
		return c.ColumnType.ColumnType
	}
	return c.ColumnType.ColumnType + " CHARACTER SET " + c.Charset + " COLLATE " + c.Collation
}

// columnNamed returns the column of that name, nil if there is none.
func columnNamed(columns []datasource.Column, name string) *datasource.Column {
	at := slices.IndexFunc(columns, func(c datasource.Column) bool { return strings.EqualFold(c.Name, name) })
	if at < 0 {
		return nil
	}
	return &columns[at]
}

// hasKey reports whether an index begins with these columns, in this order. InnoDB adds the columns of the primary key
// to every other index.
func hasKey(indexes []datasource.Index, columns []string) bool {
	var primary []datasource.IndexColumn
	if at := slices.IndexFunc(indexes, func(i datasource.Index) bool { return i.Primary }); at >= 0 {
		primary = indexes[at].Columns
	}
	return slices.ContainsFunc(indexes, func(i datasource.Index) bool {
		parts := i.Columns
		if !i.Primary {
			parts = slices.Concat(parts, primary)
		}
		if i.Unordered || i.Type == "FULLTEXT" || i.Type == "SPATIAL" || len(parts) < len(columns) {
			return false
		}
		same := func(c datasource.IndexColumn, name string) bool {
			return strings.EqualFold(c.Name, name) && c.Prefix == 0
		}
		return slices.EqualFunc(parts[:len(columns)], columns, same)
	})
}

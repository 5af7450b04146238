package mysql

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// On servers without a dictionary KEY_COLUMN_USAGE and REFERENTIAL_CONSTRAINTS open every table (100,000
// tables on MariaDB 10.11: 20 s each), and the latter does not show tables on which the account has only
// SELECT. InnoDB, the only engine with foreign keys, lists them all in milliseconds to an account with
// PROCESS, in two lists that the server would join row by row. Other accounts read the slow views, the second one only
// for tables that have a foreign key.
var innodbForeignQuery = fmt.Sprintf(`SELECT id, SUBSTRING(id, LOCATE('/', id) + 1), %s, %s, %s, %s, type
FROM information_schema.INNODB_SYS_FOREIGN`,
	fileSchema("for_name"), fileTable("for_name"), fileSchema("ref_name"), fileTable("ref_name"))

const innodbForeignColumnsQuery = `SELECT id, for_col_name, ref_col_name FROM information_schema.INNODB_SYS_FOREIGN_COLS
ORDER BY id, pos`

const (
	foreignColumnsQuery = `SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema,
referenced_table_name, referenced_column_name
FROM information_schema.KEY_COLUMN_USAGE WHERE table_schema IN %s AND referenced_table_name IS NOT NULL
ORDER BY table_schema, table_name, constraint_name, ordinal_position`

	foreignRulesQuery = `SELECT constraint_schema, table_name, constraint_name, update_rule, delete_rule
FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE %s`
)

func (r *Reader) foreignKeys(ctx context.Context) (datasource.TableRows[datasource.ForeignKey], error) {
	var none datasource.TableRows[datasource.ForeignKey]
	server, err := r.identify(ctx)
	if err != nil {
		return none, err
	}
	if !hasDictionary(server) {
		keys, err := shared(ctx, r, innodbForeignQuery, r.innodbForeignKeys)
		if err == nil {
			scope, err := r.inScopeSet(ctx)
			return keys.build(scope), err
		}
		if !denied(err) && !absent(err) {
			return none, err
		}
	}
	keys := foreignKeyCollector{}
	err = r.inScope(ctx, foreignColumnsQuery, func(scan row) error {
		var child, parent datasource.TableName
		var name, column, parentColumn string
		if err := scan(&child.Schema, &child.Name, &name, &column, &parent.Schema, &parent.Name,
			&parentColumn); err != nil {
			return err
		}
		addColumn(keys.add(child, name, parent), column, parentColumn)
		return nil
	})
	if err != nil {
		return none, err
	}
	key := keyOf{"constraint_schema", "table_name"}
	err = r.ofTables(ctx, foreignRulesQuery, key, keys.children(), func(scan row) error {
		var child datasource.TableName
		var name, update, remove string
		if err := scan(&child.Schema, &child.Name, &name, &update, &remove); err != nil {
			return err
		}
		if key := keys[child][name]; key != nil {
			key.OnUpdate, key.OnDelete = update, remove
		}
		return nil
	})
	return keys.build(nil), err
}

// innodbForeignKeys returns the foreign keys of the whole server.
func (r *Reader) innodbForeignKeys(ctx context.Context) (foreignKeyCollector, error) {
	keys, byID := foreignKeyCollector{}, map[string]*datasource.ForeignKey{}
	err := r.query(ctx, innodbForeignQuery, nil, func(scan row) error {
		var child, parent datasource.TableName
		var id, name string
		var flags int
		if err := scan(&id, &name, &child.Schema, &child.Name, &parent.Schema, &parent.Name, &flags); err != nil {
			return err
		}
		key := keys.add(child, name, parent)
		key.OnDelete, key.OnUpdate = foreignRule(flags, 1, 2, 16), foreignRule(flags, 4, 8, 32)
		byID[id] = key
		return nil
	})
	if err != nil || len(byID) == 0 {
		return keys, err
	}
	err = r.query(ctx, innodbForeignColumnsQuery, nil, func(scan row) error {
		var id, column, parentColumn string
		err := scan(&id, &column, &parentColumn)
		if key := byID[id]; key != nil {
			addColumn(key, column, parentColumn)
		}
		return err
	})
	return keys, err
}

// foreignRule reads INNODB_SYS_FOREIGN.type (InnoDB's dict0mem.h: 1 delete cascade, 2 delete set
// null, 4 update cascade, 8 update set null, 16 delete no action, 32 update no action).
func foreignRule(flags, cascade, setNull, noAction int) string {
	switch {
	case flags&cascade != 0:
		return "CASCADE"
	case flags&setNull != 0:
		return "SET NULL"
	case flags&noAction != 0:
		return "NO ACTION"
	}
	return "RESTRICT"
}

// foreignKeyCollector puts foreign keys together from rows.
type foreignKeyCollector map[datasource.TableName]map[string]*datasource.ForeignKey

func (c foreignKeyCollector) add(child datasource.TableName, name string,
	parent datasource.TableName) *datasource.ForeignKey {
	if c[child] == nil {
		c[child] = map[string]*datasource.ForeignKey{}
	}
	key := c[child][name]
	if key == nil {
		key = &datasource.ForeignKey{Name: name, Parent: parent}
		c[child][name] = key
	}
	return key
}

func addColumn(key *datasource.ForeignKey, column, parentColumn string) {
	key.Columns = append(key.Columns, column)
	key.ParentColumns = append(key.ParentColumns, parentColumn)
}

func (c foreignKeyCollector) children() []datasource.TableName {
	return slices.SortedFunc(maps.Keys(c), datasource.TableName.Compare)
}

// build returns the foreign keys of the tables in these schemas, of all tables without any.
func (c foreignKeyCollector) build(schemas map[string]bool) datasource.TableRows[datasource.ForeignKey] {
	var b datasource.TableRowsBuilder[datasource.ForeignKey]
	for _, child := range c.children() {
		if schemas != nil && !schemas[child.Schema] {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(c[child])) {
			if key := c[child][name]; len(key.Columns) > 0 { // else dropped while it was read
				b.Add(child, *key)
			}
		}
	}
	return b.Build(nil)
}

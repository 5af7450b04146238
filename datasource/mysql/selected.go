package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Select sets which tables are needed of facts about tables.
func (r *Reader) Select(selected datasource.Selected) { r.selected = selected }

// ofSelection are the facts of which tables can be selected. The others are lists of the whole server or schema.
var ofSelection = map[datasource.AnyFact]bool{
	datasource.FactAutoIncrements: true, datasource.FactCheckConstraints: true, datasource.FactColumns: true,
	datasource.FactCreateOptions: true, datasource.FactDescendingIndexes: true, datasource.FactIndexes: true,
	datasource.FactPartitions: true, datasource.FactTableSizes: true, datasource.FactTriggers: true,
}

// selection returns the tables that are selected of a fact; ok is false where all tables in scope are read.
func (r *Reader) selection(ctx context.Context, fact datasource.AnyFact) (tables []datasource.TableName, ok bool) {
	if r.selected == nil || !ofSelection[fact] {
		return nil, false
	}
	if tables, ok = r.selected(ctx, fact); len(tables) > mostNamed {
		return nil, false
	}
	return tables, ok
}

// keyOf are the columns of a view of the catalog with the schema and the name of a table.
type keyOf struct{ schema, table string }

var byTable = keyOf{"table_schema", "table_name"}

// ofFact runs a query in which %s is replaced by a condition on the tables of a fact: those that are selected, or all
// in scope.
func (r *Reader) ofFact(ctx context.Context, fact datasource.AnyFact, query string, key keyOf,
	each func(row) error) error {
	q, err := r.queryOfFact(ctx, fact, query, key)
	if err != nil {
		return err
	}
	return r.run(ctx, q, each)
}

// queryOfFact returns what ofFact runs.
func (r *Reader) queryOfFact(ctx context.Context, fact datasource.AnyFact, query string, key keyOf) (bound, error) {
	if tables, ok := r.selection(ctx, fact); ok {
		return r.queryOfTables(ctx, query, key, tables)
	}
	return r.queryOfScope(ctx, ofEveryTable(query, key))
}

// mostNamed is how many tables a statement names before it reads whole schemas instead.
const mostNamed = 1000

// mostLookedUp is how many tables a statement looks up one by one on a server without a dictionary. For a list, it
// goes through the names of all tables of the schema: on MariaDB 10.11 with 100,000 tables, CHECK_CONSTRAINTS of 10 of
// them takes 0.9 s, and 0.02 s one by one. Each look-up costs a temporary table, in COLUMNS 2 ms.
const mostLookedUp = 50

// ofTables runs a query in which %s is replaced by a condition on these tables, which are in scope: servers
// without a dictionary then open no other table. Without tables it runs no statement. If there are many
// tables, the query reads all tables in scope instead.
func (r *Reader) ofTables(ctx context.Context, query string, key keyOf, tables []datasource.TableName,
	each func(row) error) error {
	q, err := r.queryOfTables(ctx, query, key, tables)
	if err != nil {
		return err
	}
	return r.run(ctx, q, each)
}

// queryOfTables returns what ofTables runs.
func (r *Reader) queryOfTables(ctx context.Context, query string, key keyOf,
	tables []datasource.TableName) (q bound, err error) {
	switch {
	case len(tables) > mostNamed:
		return r.queryOfScope(ctx, ofEveryTable(query, key))
	case len(tables) == 0:
		return q, nil
	}
	name, err := r.nameLiteral(ctx)
	if err != nil {
		return q, err
	}
	server, err := r.identify(ctx)
	if err != nil {
		return q, err
	}
	repeated := func(text, separator string) string {
		return text + strings.Repeat(separator+text, len(tables)-1)
	}
	condition := "(" + key.schema + ", " + key.table + ") IN "
	switch {
	case !hasDictionary(server) && len(tables) <= mostLookedUp:
		one := key.schema + " = " + name + " AND " + key.table + " = " + name
		query = repeated(strings.Replace(query, "%s", one, 1), " UNION ALL ")
	case server.IsMySQL() && hasDictionary(server):
		// MySQL 9.7 looks up each name of a subquery, but for a list it reads the names of the whole schema
		condition += "(SELECT s, t FROM (SELECT NULL AS s, NULL AS t" +
			strings.Repeat(" UNION ALL SELECT "+name+", "+name, len(tables)) + ") AS named)"
	default:
		condition += "(" + repeated("("+name+", "+name+")", ", ") + ")"
	}
	for range max(strings.Count(query, "%s"), 1) {
		for _, t := range tables {
			q.args = append(q.args, t.Schema, t.Name)
		}
	}
	q.text = strings.ReplaceAll(query, "%s", condition)
	return q, nil
}

// ofEveryTable returns such a query for all tables in scope.
func ofEveryTable(query string, key keyOf) string {
	return strings.ReplaceAll(query, "%s", key.schema+" IN %s")
}

package rehearsal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/conversion"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// sourceSession sets up a session that reads definitions.
var sourceSession = []string{"SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = ''",
	"SET SESSION sql_quote_show_create = 1", "SET SESSION show_gipk_in_create_table_and_information_schema = ON"}

// definition is what a source shows of an object.
type definition struct {
	kind         string // TABLE, VIEW, SEQUENCE, TRIGGER, PROCEDURE, FUNCTION, PACKAGE, PACKAGE BODY or EVENT
	source, dest datasource.TableName
	sql          string       // empty if it is not shown to the account
	err          *ServerError // why it is not shown
	sqlMode      string       // of its creation, as the following ones; tables and views have none
	collation    string
	timeZone     string           // of an event
	missing      bool             // the source does not have it
	unconverted  bool             // there is no conversion of it
	table        conversion.Table // of a table that is converted
}

// order is the order in which the kinds of objects are created: a function before the views that call it.
var order = []string{"SEQUENCE", "TABLE", "FUNCTION", "PROCEDURE", "PACKAGE", "PACKAGE BODY", "VIEW", "TRIGGER",
	"EVENT"}

// list returns the objects of a task without their definitions, in the order in which they are created.
func (r *rehearsal) list(ctx context.Context) ([]*definition, error) {
	var all []*definition
	m := r.mapping
	kinds := map[datasource.TableKind]string{datasource.View: "VIEW", datasource.Sequence: "SEQUENCE"}
	for _, pair := range m.Tables {
		all = append(all, &definition{kind: cmp.Or(kinds[pair.Table.Kind], "TABLE"), source: pair.Source,
			dest: pair.Dest})
	}
	for _, pair := range m.Missing {
		all = append(all, &definition{kind: cmp.Or(kinds[pair.Table.Kind], "TABLE"), source: pair.Source,
			dest: pair.Dest, missing: true})
	}
	for _, schema := range m.Schemas {
		if !schema.Exists {
			all = append(all, &definition{kind: "SCHEMA", source: datasource.TableName{Schema: schema.Source},
				dest: datasource.TableName{Schema: schema.Dest}, missing: true})
		}
	}
	if r.task.Settings.Routines {
		listStored := listStored
		if r.fromOracle() {
			listStored = listOracleStored
		}
		stored, err := listStored(ctx, r.source, m)
		if err != nil {
			return nil, err
		}
		all = append(all, stored...)
	}
	slices.SortStableFunc(all, func(a, b *definition) int {
		return cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind))
	})
	return all, nil
}

// listStored returns the triggers of the tables of a task, and the routines and events of its whole schemas.
func listStored(ctx context.Context, facts *datasource.Facts, m *checks.Mapping) ([]*definition, error) {
	triggers, err := datasource.FactTriggers.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	routines, err := datasource.FactRoutines.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	events, err := datasource.FactEvents.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	var all []*definition
	for _, t := range triggers {
		for _, pair := range m.FromSource(t.Table) {
			all = append(all, &definition{kind: "TRIGGER", source: t.TableName,
				dest: datasource.TableName{Schema: pair.Dest.Schema, Name: t.Name}})
		}
	}
	whole := m.WholeSchemas()
	add := func(kind string, name datasource.TableName) {
		for _, schema := range m.Schemas {
			if schema.Source == name.Schema && whole[name.Schema] {
				all = append(all, &definition{kind: kind, source: name,
					dest: datasource.TableName{Schema: schema.Dest, Name: name.Name}})
			}
		}
	}
	for _, r := range routines {
		add(r.Kind, r.TableName)
	}
	for _, e := range events {
		add("EVENT", e.TableName)
	}
	return all, nil
}

// read reads the definitions from the source, with one statement for each object.
func read(ctx context.Context, e datasource.Endpoint, all []*definition) error {
	conn, err := openSession(ctx, e, sourceSession...)
	if err != nil {
		return err
	}
	defer func() { _ = conn.end() }()
	current := ""
	for _, d := range all {
		if d.missing {
			continue
		}
		if d.source.Schema != current { // what is in the current schema is not qualified with it
			if _, err := conn.ExecContext(ctx, "USE "+quote(d.source.Schema)); err != nil {
				return err
			}
			current = d.source.Schema
		}
		shown, err := show(ctx, conn.Conn, d.kind, d.source.Name)
		if number, text, refused := mysql.ServerError(err); refused {
			d.err = &ServerError{number, text}
		} else if err != nil {
			return err
		}
		d.sql = cmp.Or(shown["sql original statement"], shown["create "+strings.ToLower(d.kind)])
		if d.kind == "SEQUENCE" {
			d.sql = shown["create table"]
		}
		d.sqlMode, d.timeZone = shown["sql_mode"], shown["time_zone"]
		if d.kind != "VIEW" {
			d.collation = shown["collation_connection"]
		}
	}
	return nil
}

// show returns the row of SHOW CREATE, by column in lower case.
func show(ctx context.Context, conn *sql.Conn, kind, name string) (map[string]string, error) {
	rows, err := conn.QueryContext(ctx, "SHOW CREATE "+kind+" "+quote(name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	if !rows.Next() {
		return nil, cmp.Or(rows.Err(), fmt.Errorf("SHOW CREATE %s returned no row", kind))
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	shown := map[string]string{}
	for i, column := range columns {
		shown[strings.ToLower(column)] = cells[i].String
	}
	return shown, rows.Err()
}

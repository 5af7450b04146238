package datasource

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// ByName holds a value for each of some tables or objects.
type ByName[V any] map[TableName]V

// named is one entry of a ByName as JSON: schema, name and value.
type named[V any] struct {
	TableName
	value V
}

// MarshalJSON writes the entries as [schema, name, value], in order of their names.
func (m ByName[V]) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("null"), nil
	}
	entries := make([]named[V], 0, len(m))
	for _, name := range slices.SortedFunc(maps.Keys(m), TableName.Compare) {
		entries = append(entries, named[V]{name, m[name]})
	}
	return json.Marshal(entries)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *ByName[V]) UnmarshalJSON(data []byte) error {
	var entries []named[V]
	if err := json.Unmarshal(data, &entries); err != nil || entries == nil {
		return err
	}
	*m = make(ByName[V], len(entries))
	for _, e := range entries {
		(*m)[e.TableName] = e.value
	}
	return nil
}

// MarshalJSON writes the entry as [schema, name, value].
func (n named[V]) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{n.Schema, n.Name, n.value})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *named[V]) UnmarshalJSON(data []byte) error {
	return unmarshalTuple(data, &n.Schema, &n.Name, &n.value)
}

// unmarshalTuple reads a list of values of different types.
func unmarshalTuple(data []byte, into ...any) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != len(into) {
		return fmt.Errorf("a list of %d values, must be %d", len(parts), len(into))
	}
	for i, part := range parts {
		if err := json.Unmarshal(part, into[i]); err != nil {
			return err
		}
	}
	return nil
}

// tablesJSON is a ByTable as JSON. Columns refer to their types, which many of them share, by number.
type tablesJSON[T any] struct {
	Tables []named[uint32] // each with the number of its rows
	Types  []*ColumnType   `json:",omitempty"`
	Rows   []T
}

// columnJSON is a Column whose type is one of a list.
type columnJSON struct {
	Name             string
	Type             int // from 1; 0: none
	Default, Comment *string
	Position         uint16
}

// MarshalJSON writes the tables with their numbers of rows, and the rows.
func (b TableRows[T]) MarshalJSON() ([]byte, error) {
	tables := make([]named[uint32], len(b.tables))
	for i, r := range b.tables {
		tables[i] = named[uint32]{r.name, r.end - r.start}
	}
	var rows []T
	if b.chunks != nil {
		rows = b.joined().chunks[0]
	}
	if columns, ok := any(rows).([]Column); ok {
		types, rows := packColumns(columns)
		return json.Marshal(tablesJSON[columnJSON]{tables, types, rows})
	}
	return json.Marshal(tablesJSON[T]{Tables: tables, Rows: rows})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (b *TableRows[T]) UnmarshalJSON(data []byte) error {
	var tables []named[uint32]
	var rows []T
	if columns, ok := any(&rows).(*[]Column); ok {
		var read tablesJSON[columnJSON]
		if err := json.Unmarshal(data, &read); err != nil {
			return err
		}
		var err error
		if *columns, err = unpackColumns(read.Types, read.Rows); err != nil {
			return err
		}
		tables = read.Tables
	} else {
		var read tablesJSON[T]
		if err := json.Unmarshal(data, &read); err != nil {
			return err
		}
		tables, rows = read.Tables, read.Rows
	}
	*b = TableRows[T]{}
	if rows != nil {
		b.chunks = [][]T{rows}
	}
	end, schemas := 0, intern.Strings{}
	for i, t := range tables {
		if i > 0 && tables[i-1].Compare(t.TableName) >= 0 {
			return fmt.Errorf("the table %s is not in order", t.TableName)
		}
		start := end
		end += int(t.value)
		t.Schema = schemas.String(t.Schema)
		b.tables = append(b.tables, run{t.TableName, 0, uint32(start), uint32(end)})
	}
	if end != len(rows) {
		return fmt.Errorf("the tables have %d rows, but there are %d", end, len(rows))
	}
	return nil
}

func packColumns(columns []Column) (types []*ColumnType, rows []columnJSON) {
	numbers := map[*ColumnType]int{nil: 0}
	if columns == nil {
		return nil, nil
	}
	rows = make([]columnJSON, len(columns))
	for i, c := range columns {
		if _, known := numbers[c.ColumnType]; !known {
			types = append(types, c.ColumnType)
			numbers[c.ColumnType] = len(types)
		}
		rows[i] = columnJSON{c.Name, numbers[c.ColumnType], c.Default, c.Comment, c.Position}
	}
	return types, rows
}

func unpackColumns(types []*ColumnType, rows []columnJSON) ([]Column, error) {
	if rows == nil {
		return nil, nil
	}
	columns := make([]Column, len(rows))
	names := intern.Strings{}
	for i, r := range rows {
		columns[i] = Column{Name: names.String(r.Name), Default: r.Default, Comment: r.Comment, Position: r.Position}
		switch {
		case r.Type < 0 || r.Type > len(types):
			return nil, fmt.Errorf("the type %d of a column is not one of %d", r.Type, len(types))
		case r.Type > 0:
			columns[i].ColumnType = types[r.Type-1]
		}
	}
	return columns, nil
}

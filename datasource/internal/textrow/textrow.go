// Package textrow reads rows as text.
package textrow

import "database/sql"

// Row is where the rows of one statement are read into, as text.
type Row struct {
	values   []sql.NullString
	pointers []any
	cells    []string
}

// New returns a Row for the columns of rows.
func New(rows *sql.Rows) (*Row, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	r := &Row{make([]sql.NullString, len(names)), make([]any, len(names)), make([]string, len(names))}
	for i := range r.values {
		r.pointers[i] = &r.values[i]
	}
	return r, nil
}

// Scan returns the row at which rows stand. It is valid until the next Scan. NULL is empty.
func (r *Row) Scan(rows *sql.Rows) ([]string, error) {
	if err := rows.Scan(r.pointers...); err != nil {
		return nil, err
	}
	for i, v := range r.values {
		r.cells[i] = v.String
	}
	return r.cells, nil
}

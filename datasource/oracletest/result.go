package oracletest

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// buffered is the number of rows that are read ahead. Most results have fewer, so that no open statement of
// SQLite blocks new fixture rows.
const buffered = 1024

// rows is the result of a statement.
type rows struct {
	columns []column
	from    *sql.Rows // nil once it has ended
	cancel  context.CancelFunc
	ahead   [][]any
}

// query runs a translated statement. The result is valid until the session ends or close is called.
func (d *database) query(call, session context.Context, stmt *statement, args []any) (*rows, error) {
	ctx, cancel := context.WithCancel(session)
	defer context.AfterFunc(call, cancel)()
	from, err := d.db.QueryContext(ctx, stmt.sqlite, args...)
	if err != nil {
		cancel()
		return nil, stmt.sqliteError(err)
	}
	r := &rows{from: from, cancel: cancel}
	types, err := typesOf(from)
	if err != nil {
		r.close()
		return nil, err
	}
	if err := r.fill(); err != nil {
		r.close()
		return nil, stmt.sqliteError(err)
	}
	for i, t := range types {
		col, err := stmt.column(i, t, r.ahead)
		if err != nil {
			r.close()
			return nil, err
		}
		r.columns = append(r.columns, col)
	}
	if r.from != nil && len(r.ahead) < buffered {
		r.end()
	}
	return r, nil
}

// named is the name and the declared type of a result column, the latter empty for an expression.
type named struct{ name, decl string }

func typesOf(from *sql.Rows) ([]named, error) {
	types, err := from.ColumnTypes()
	if err != nil {
		return nil, err
	}
	out := make([]named, len(types))
	for i, t := range types {
		out[i] = named{t.Name(), t.DatabaseTypeName()}
	}
	return out, nil
}

// fill reads ahead until the buffer is full or the result ends.
func (r *rows) fill() error {
	names, err := r.from.Columns()
	if err != nil {
		return err
	}
	for len(r.ahead) < buffered && r.from.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := r.from.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if t, ok := v.(time.Time); ok {
				values[i] = daysOf(t)
			}
			if v == "" {
				values[i] = nil
			}
		}
		r.ahead = append(r.ahead, values)
	}
	return r.from.Err()
}

// next returns the values of the next row, nil after the last.
func (r *rows) next() ([]any, error) {
	if len(r.ahead) == 0 && r.from != nil {
		if err := r.fill(); err != nil {
			return nil, err
		}
		if len(r.ahead) < buffered {
			r.end()
		}
	}
	if len(r.ahead) == 0 {
		return nil, nil
	}
	values := r.ahead[0]
	r.ahead = r.ahead[1:]
	return values, nil
}

// end closes the statement of SQLite; rows that were read ahead remain.
func (r *rows) end() {
	if r.from != nil {
		_ = r.from.Close()
		r.from = nil
		r.cancel()
	}
}

func (r *rows) close() {
	r.end()
	r.ahead = nil
}

// sqliteError puts an error of SQLite as Oracle would report it.
func (st *statement) sqliteError(err error) error {
	if errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "interrupted") {
		return errBreak
	}
	return st.oracleError(err.Error())
}

package oracletest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // holds the rows
)

// database holds the rows of the dictionary.
type database struct {
	db   *sql.DB
	dict *dictionary
	keep *sql.Conn // the rows live as long as one connection does

	mu    sync.Mutex
	seeds map[string][]Row // by the first view of a family
	made  map[*family]bool // whose tables exist
}

var databases atomic.Int64

// openDatabase makes a dictionary of the release in memory, with the rows of seeds.
func openDatabase(r Release, seeds map[string][]Row) (*database, error) {
	dict, err := dictionaryOf(r)
	if err != nil {
		return nil, err
	}
	registerFunctions()
	name := fmt.Sprintf(
		"file:/oracletest%d?vfs=memdb&_dqs=0&_pragma=case_sensitive_like(1)&_pragma=busy_timeout(10000)",
		databases.Add(1))
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	d := &database{db: db, dict: dict, seeds: seeds, made: make(map[*family]bool)}
	if d.keep, err = db.Conn(context.Background()); err != nil {
		_ = db.Close()
		return nil, err
	}
	return d, nil
}

// need creates the table of a family unless it exists. Most tests read a few views, and every connection of
// SQLite parses the whole schema.
func (d *database) need(f *family) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.make(f)
}

// make is need with the lock held.
func (d *database) make(f *family) error {
	if d.made[f] {
		return nil
	}
	var ddl strings.Builder
	for i, c := range f.columns {
		if i > 0 {
			ddl.WriteByte(',')
		}
		fmt.Fprintf(&ddl, "[%s] %s", c.name, stored(c.decl))
	}
	if _, err := d.keep.ExecContext(context.Background(),
		fmt.Sprintf("CREATE TABLE [%s] (%s)", f.name, &ddl)); err != nil {
		return err
	}
	d.made[f] = true // also if a row fails, which the first test of the dictionary shows
	for _, row := range d.seeds[f.name] {
		var into []dictColumn
		var values []any
		for _, c := range f.columns {
			if v, ok := row[c.name]; ok {
				into, values = append(into, c), append(values, v)
			}
		}
		if len(into) != len(row) {
			return fmt.Errorf("a row of every database has columns that %s has not: %v", f.name, row)
		}
		if err := d.fill(f, into, 1, func(int) []any { return values }); err != nil {
			return err
		}
	}
	return nil
}

func (d *database) close() {
	_ = d.keep.Close()
	_ = d.db.Close()
}

// zones are the types whose names SQLite cannot parse, and the names they are stored under.
var zones = strings.NewReplacer(" WITH LOCAL TIME ZONE", "", " WITH TIME ZONE", "")

// stored is the type in SQLite. It contains Oracle's type, which the result returns; LONG gets TEXT affinity,
// so that a default of 007 stays unchanged.
func stored(decl string) string {
	switch {
	case decl == "LONG":
		return "LONG TEXT"
	case strings.Contains(decl, "TIME ZONE"):
		short := zones.Replace(decl)
		zone := "TIMESTAMPTZ"
		if strings.Contains(decl, "LOCAL") {
			zone = "TIMESTAMPLTZ"
		}
		return strings.Replace(short, "TIMESTAMP", zone, 1)
	}
	return decl
}

// original undoes stored.
func original(decl string) string {
	switch {
	case decl == "LONG TEXT":
		return "LONG"
	case strings.HasPrefix(decl, "TIMESTAMPTZ"):
		return strings.Replace(decl, "TIMESTAMPTZ", "TIMESTAMP", 1) + " WITH TIME ZONE"
	case strings.HasPrefix(decl, "TIMESTAMPLTZ"):
		return strings.Replace(decl, "TIMESTAMPLTZ", "TIMESTAMP", 1) + " WITH LOCAL TIME ZONE"
	}
	return decl
}

// Row holds values by column name, in any case. A time is a time.Time or a string such
// as 2006-01-02 or 2006-01-02 15:04:05; the empty string is NULL, as in Oracle.
type Row map[string]any

// Insert adds rows to a view of the dictionary. Omitted columns are NULL; a view or column that the release
// does not have is an error (Err). Rows are visible in every view of the family: rows inserted into
// ALL_TABLES are visible in DBA_TABLES, and to the owner in USER_TABLES.
func (srv *Server) Insert(view string, rows ...Row) {
	srv.helper()()
	for _, row := range rows {
		columns, values := row.split()
		srv.Fill(view, columns, 1, func(int) []any { return values })
	}
}

// split parts the columns from their values.
func (r Row) split() (columns []string, values []any) {
	for c, v := range r {
		columns, values = append(columns, c), append(values, v)
	}
	return columns, values
}

// Table adds a user's table, without columns and without rows in the dictionary. A query can only test
// whether it contains a row.
func (srv *Server) Table(owner, name string, filled bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.tables[owner+"."+name] = filled
}

// userTable returns the rows of a user's table in the syntax of SQLite.
func (srv *Server) userTable(owner, name string) (rows string, ok bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	filled, ok := srv.tables[owner+"."+name]
	return fmt.Sprintf("(SELECT 1 WHERE %t)", filled), ok
}

// Set changes columns in every row of the view's family: as of V$DATABASE, which has one.
func (srv *Server) Set(view string, row Row) {
	srv.helper()()
	columns, values := row.split()
	srv.check(srv.db.set(view, columns, values))
}

// Clear removes every row of the view's family, including those that every database has.
func (srv *Server) Clear(view string) {
	srv.helper()()
	srv.check(srv.db.clear(view))
}

// Fill adds n rows to a view in one transaction; row returns the column values of row i. It is Insert for
// dictionaries of tens of thousands of rows.
func (srv *Server) Fill(view string, columns []string, n int, row func(i int) []any) {
	srv.helper()()
	srv.check(srv.db.insert(view, columns, n, row))
}

// writing runs f on the view of the name and the columns, with the view's table made and
// nobody else writing.
func (d *database) writing(name string, columns []string, f func(*view, []dictColumn) error) error {
	v := d.dict.views[strings.ToUpper(name)]
	if v == nil {
		return fmt.Errorf("there is no view %s", name)
	}
	found := make([]dictColumn, len(columns))
	for i, c := range columns {
		at := slices.IndexFunc(v.columns, func(known dictColumn) bool { return strings.EqualFold(known.name, c) })
		if at < 0 {
			return fmt.Errorf("view %s has no column %s", name, c)
		}
		found[i] = v.columns[at]
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.make(v.rows); err != nil {
		return err
	}
	return f(v, found)
}

func (d *database) insert(name string, columns []string, n int, row func(i int) []any) error {
	return d.writing(name, columns, func(v *view, into []dictColumn) error {
		return d.fill(v.rows, into, n, row)
	})
}

// fill adds rows in one transaction. The lock is held.
func (d *database) fill(f *family, into []dictColumn, n int, row func(i int) []any) error {
	names := make([]string, len(into))
	for i, c := range into {
		names[i] = "[" + c.name + "]"
	}
	tx, err := d.keep.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	insert, err := tx.Prepare(fmt.Sprintf("INSERT INTO [%s] (%s) VALUES (?%s)", f.name,
		strings.Join(names, ","), strings.Repeat(",?", len(names)-1)))
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for i := range n {
		values, err := storables(into, row(i))
		if err != nil {
			return err
		}
		if _, err := insert.Exec(values...); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return tx.Commit()
}

func (d *database) set(name string, columns []string, values []any) error {
	return d.writing(name, columns, func(v *view, into []dictColumn) error {
		stored, err := storables(into, values)
		if err != nil {
			return err
		}
		changes := make([]string, len(into))
		for i, c := range into {
			changes[i] = "[" + c.name + "]=?"
		}
		_, err = d.keep.ExecContext(context.Background(),
			fmt.Sprintf("UPDATE [%s] SET %s", v.rows.name, strings.Join(changes, ",")), stored...)
		return err
	})
}

func (d *database) clear(name string) error {
	return d.writing(name, nil, func(v *view, _ []dictColumn) error {
		_, err := d.keep.ExecContext(context.Background(), fmt.Sprintf("DELETE FROM [%s]", v.rows.name))
		return err
	})
}

// storables returns the values as SQLite stores them in the columns.
func storables(into []dictColumn, values []any) ([]any, error) {
	if len(values) != len(into) {
		return nil, fmt.Errorf("%d values for %d columns", len(values), len(into))
	}
	out := make([]any, len(values))
	for i, v := range values {
		var err error
		if out[i], err = storable(into[i], v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// storable returns the value as SQLite stores it in the column.
func storable(c dictColumn, v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		return daysOf(v), nil
	case string:
		if v == "" {
			return nil, nil
		}
		if c.decl == "DATE" || strings.HasPrefix(c.decl, "TIMESTAMP") {
			for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339Nano} {
				if t, err := time.Parse(layout, v); err == nil {
					return daysOf(t), nil
				}
			}
			return nil, fmt.Errorf("column %s: %q is not a time", c.name, v)
		}
	}
	return v, nil
}

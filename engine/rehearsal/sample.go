package rehearsal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// RefusedRow is a row that the server refuses.
type RefusedRow struct {
	Key string       // the columns of the key with their values; empty for a table without a key
	Err *ServerError // without values
}

// sampleRanges is the number of places of a key from which rows are read.
const sampleRanges = 10

// sampleSource sets up the session that reads rows.
var sampleSource = []string{"SET SESSION TRANSACTION READ ONLY", "SET NAMES utf8mb4",
	"SET SESSION sql_mode = '', SESSION time_zone = '+00:00'"}

// sample copies rows of each table that was created, with the sql_mode of the migration's loader and without foreign
// keys: rows of a sample do not have their parents. Triggers are created later.
func (r *rehearsal) sample(ctx context.Context, c *creator) error {
	if r.options.Sample == 0 {
		return nil
	}
	catalog, err := readCatalog(ctx, r.source)
	if err != nil {
		return err
	}
	db, err := mysql.Connect(r.endpoint(r.task.Source.Endpoint), sampleSource...)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	mode := "CONCAT(@@GLOBAL.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
	if stated := r.task.Settings.Loader.SQLMode; stated != nil {
		mode = checks.QuoteString(*stated)
	}
	if _, err := c.conn.ExecContext(ctx, "SET SESSION foreign_key_checks = 0, SESSION time_zone = '+00:00', "+
		"SESSION sql_mode = "+mode); err != nil {
		return err
	}
	if r.options.On == Container { // a binary log takes as much space as the rows, and its writer waits for space
		if _, err := c.conn.ExecContext(ctx, "SET SESSION sql_log_bin = 0"); err != nil {
			return err
		}
		defer func() { _, _ = c.conn.ExecContext(ctx, "SET SESSION sql_log_bin = 1") }()
	}
	for _, o := range r.result.Objects {
		if o.Kind != "TABLE" {
			continue
		}
		if table := catalog.tables.Find(o.Source); o.Outcome == Created && table != nil && table.HoldsRows() {
			t := newSampled(o, c, catalog)
			if err := t.copy(ctx, db, c.conn, r.options.Sample); err != nil {
				return err
			}
		}
		c.done()
	}
	_, err = c.conn.ExecContext(ctx, c.reset+", SESSION foreign_key_checks = 1")
	return err
}

// sampled is a table of which rows are copied.
type sampled struct {
	object  *Object
	columns []datasource.Column // without generated ones
	key     []string
	integer bool // the first column of the key is an integer
	insert  string
	names   map[string]bool // of the table and its parts, in lower case
	*creator
}

func newSampled(o *Object, at *creator, c *catalog) *sampled {
	target := at.target(o)
	t := &sampled{object: o, creator: at, names: map[string]bool{strings.ToLower(o.Source.Schema): true,
		strings.ToLower(o.Source.Name): true, strings.ToLower(o.Dest.Schema): true, strings.ToLower(o.Dest.Name): true}}
	var names, marks []string
	for _, column := range c.columns.Of(o.Source) {
		t.names[strings.ToLower(column.Name)] = true
		if column.Generated() {
			continue
		}
		t.columns = append(t.columns, column)
		names, marks = append(names, quote(column.Name)), append(marks, "?")
	}
	for _, index := range c.indexes.Of(o.Source) {
		t.names[strings.ToLower(index.Name)] = true
		if t.key == nil && index.Key() {
			for _, part := range index.Columns {
				t.key = append(t.key, part.Name)
			}
		}
	}
	if t.key != nil {
		first := slices.IndexFunc(t.columns, func(c datasource.Column) bool { return c.Name == t.key[0] })
		t.integer = first >= 0 && strings.HasSuffix(t.columns[first].DataType, "int")
	}
	t.insert = "INSERT INTO " + quote(target.Schema, target.Name) + " (" + strings.Join(names, ", ") + ") VALUES (" +
		strings.Join(marks, ", ") + ")"
	return t
}

// queries returns the statements that read that many rows, spread over the key: some from each range of an integer,
// from both sides of another key. Some rows may be in several of them.
func (t *sampled) queries(ctx context.Context, db *sql.DB, rows int) ([]string, error) {
	var names []string
	for _, c := range t.columns {
		names = append(names, quote(c.Name))
	}
	from := "SELECT " + strings.Join(names, ", ") + " FROM " + quote(t.object.Source.Schema, t.object.Source.Name)
	if t.key == nil {
		return []string{fmt.Sprintf("%s LIMIT %d", from, rows)}, nil
	}
	up, down := make([]string, len(t.key)), make([]string, len(t.key))
	for i, name := range t.key {
		up[i], down[i] = quote(name), quote(name)+" DESC"
	}
	order := " ORDER BY " + strings.Join(up, ", ")
	if !t.integer {
		return []string{fmt.Sprintf("%s%s LIMIT %d", from, order, (rows+1)/2),
			fmt.Sprintf("%s ORDER BY %s LIMIT %d", from, strings.Join(down, ", "), rows/2)}, nil
	}
	first := quote(t.key[0])
	var least, most sql.NullFloat64
	if err := db.QueryRowContext(ctx, "SELECT MIN("+first+"), MAX("+first+") FROM "+
		quote(t.object.Source.Schema, t.object.Source.Name)).Scan(&least, &most); err != nil {
		return nil, err
	}
	ranges := min(rows, sampleRanges)
	var all []string
	for i := range ranges {
		begin := strconv.FormatFloat(least.Float64+(most.Float64-least.Float64)*float64(i)/float64(ranges), 'f', 0, 64)
		all = append(all, fmt.Sprintf("%s WHERE %s >= %s%s LIMIT %d", from, first, begin, order,
			rows*(i+1)/ranges-rows*i/ranges))
	}
	return append(all, fmt.Sprintf("%s%s LIMIT %d", from, order, rows)), nil // for ranges that have fewer rows
}

// copy copies rows. A row that two queries return is copied once.
func (t *sampled) copy(ctx context.Context, db *sql.DB, to *sql.Conn, rows int) error {
	queries, err := t.queries(ctx, db, rows)
	if err != nil {
		return err
	}
	if _, err := to.ExecContext(ctx, "START TRANSACTION"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, query := range queries {
		if err := t.copyQuery(ctx, db, to, query, rows, seen); err != nil {
			return err
		}
	}
	_, err = to.ExecContext(ctx, "COMMIT")
	return err
}

func (t *sampled) copyQuery(ctx context.Context, db *sql.DB, to *sql.Conn, query string, most int,
	seen map[string]bool) error {
	found, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }()
	cells, into := make([]sql.RawBytes, len(t.columns)), make([]any, len(t.columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for t.object.Rows < most && found.Next() {
		if err := found.Scan(into...); err != nil {
			return err
		}
		key := t.keyOf(cells)
		if key != "" && seen[key] {
			continue
		}
		seen[key] = true
		t.object.Rows++
		if err := t.pace(ctx); err != nil {
			return err
		}
		_, err := to.ExecContext(ctx, t.insert, t.values(cells)...)
		number, text, refused := mysql.ServerError(err)
		if slices.Contains(fullDisk, number) {
			return message.Err("engine.rehearsal.disk", "error", message.Verbatim(t.withoutValues(text)))
		}
		if refused {
			t.object.RefusedRows = append(t.object.RefusedRows, RefusedRow{key,
				&ServerError{number, t.withoutValues(t.inTask(oneLine(text)))}})
		} else if err != nil {
			return err
		}
	}
	return found.Err()
}

// values returns the cells of a row as the arguments of INSERT: bytes are sent as bytes, anything else as text.
func (t *sampled) values(cells []sql.RawBytes) []any {
	values := make([]any, len(cells))
	for i, cell := range cells {
		switch c := t.columns[i]; {
		case cell == nil:
		case c.Charset == "" && c.DataType != "json" && (c.LOB() || strings.HasSuffix(c.DataType, "binary") ||
			c.DataType == "bit"):
			values[i] = []byte(cell)
		default:
			values[i] = string(cell)
		}
	}
	return values
}

// keyOf returns the columns of the key with their values.
func (t *sampled) keyOf(cells []sql.RawBytes) string {
	var parts []string
	for _, name := range t.key {
		i := slices.IndexFunc(t.columns, func(c datasource.Column) bool { return c.Name == name })
		if i < 0 {
			return "" // a generated column
		}
		parts = append(parts, name+" = "+checks.QuoteString(string(cells[i])))
	}
	return strings.Join(parts, ", ")
}

// quotedName matches what an error of a server quotes, if it has no quotes of its own.
var quotedName = regexp.MustCompile("['`\"]([^'`\"]*)['`\"]")

// withoutValues returns the error of a server without what it quotes of a row: "Duplicate entry 'O'Brien' for key
// 'name'" without the entry. What follows the last "for" are names, unless the server does not have them.
func (t *sampled) withoutValues(text string) string {
	head, tail := text, ""
	if i := strings.LastIndex(text, " for "); i >= 0 {
		head, tail = text[:i], text[i:]
	}
	return t.cut(head) + t.cut(tail)
}

// cut returns a part of an error up to the first quote, unless it quotes only names of the table.
func (t *sampled) cut(text string) string {
	for _, m := range quotedName.FindAllStringSubmatch(text, -1) {
		for _, part := range strings.Split(strings.ToLower(m[1]), ".") {
			if !t.names[part] {
				return text[:strings.IndexAny(text, "'`\"")] + "'…'"
			}
		}
	}
	return text
}

// rowErrors returns the errors of the refused rows, each with their keys, in order of the first row.
func (o *Object) rowErrors() (errs []string, keys map[string][]string) {
	keys = map[string][]string{}
	for _, row := range o.RefusedRows {
		text := row.Err.Error()
		if _, known := keys[text]; !known {
			errs = append(errs, text)
		}
		keys[text] = append(keys[text], cmp.Or(row.Key, "?"))
	}
	return errs, keys
}

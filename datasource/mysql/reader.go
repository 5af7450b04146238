package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/usage"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Reader reads facts over a small pool of connections to one server.
type Reader struct {
	endpoint datasource.Endpoint
	scope    datasource.Scope
	variant  Variant
	link     *link
	sharing  bool // other readers may use the link
	selected datasource.Selected
	opened   time.Time
	close    func() error

	statements usage.Statements

	identifying sync.Mutex
	identity    *datasource.Server

	listing sync.Mutex
	listed  *datasource.Tables
	count   atomic.Int64 // of listed
}

// Open returns a Reader of the endpoint's server. It connects when the first fact is read.
// Facts about objects cover the schemas that scope returns.
func Open(endpoint datasource.Endpoint, scope datasource.Scope) (*Reader, error) {
	return OpenVariant(endpoint, scope, Variant{})
}

// Close closes the connections, if no other Reader uses them.
func (r *Reader) Close() error { return r.close() }

// Usage returns the use of the server so far.
func (r *Reader) Usage() datasource.Usage {
	return datasource.Usage{Statements: r.statements.Counts(), Connections: r.link.connector.peak(),
		Admitted: r.link.pool.Admitted()}
}

// Read reads one fact.
func (r *Reader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	value, err := r.read(ctx, fact)
	if err != nil {
		return nil, r.classify(ctx, err)
	}
	return value, nil
}

func (r *Reader) read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	load := func(ctx context.Context) (any, error) { return loaders.Read(ctx, r, r.endpoint.Type, fact) }
	if !r.sharing || sharedWithin[fact] {
		return load(ctx)
	}
	asked, err := r.questionOf(ctx, fact)
	if err != nil {
		return load(ctx)
	}
	return shared(ctx, r, asked, load)
}

// identify returns the server, for queries whose text depends on the product or its version. It is read once;
// a failure is not cached.
func (r *Reader) identify(ctx context.Context) (datasource.Server, error) {
	r.identifying.Lock()
	defer r.identifying.Unlock()
	if r.identity == nil {
		server, err := shared(ctx, r, datasource.FactServer, r.readServer)
		if err != nil {
			return server, err
		}
		r.identity = &server
	}
	return *r.identity, nil
}

// row holds the cells of one row.
type row func(cells ...any) error

// query runs one statement and hands each of its rows to each.
func (r *Reader) query(ctx context.Context, query string, args []any, each func(row) error) error {
	return r.rows(ctx, query, args, func(rows *sql.Rows) error { return each(rows.Scan) })
}

// records runs a statement whose columns differ between versions, and returns its rows by lower-case column
// name. NULL is empty.
func (r *Reader) records(ctx context.Context, query string) ([]map[string]string, error) {
	var records []map[string]string
	err := r.rows(ctx, query, nil, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		record := make(map[string]string, len(names))
		for i, name := range names {
			record[strings.ToLower(name)] = cells[i].String
		}
		records = append(records, record)
		return nil
	})
	return records, err
}

// limit bounds a statement: a catalog takes as long as there are tables.
func (r *Reader) limit() time.Duration {
	return r.endpoint.StatementTimeout * time.Duration(1+r.count.Load()/datasource.TablesWithinTimeout)
}

// rows runs one statement and stops at each of its rows.
func (r *Reader) rows(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	return r.inSession(ctx, func(s session) error { return s.rows(ctx, query, args, each) })
}

// session is one connection at work.
type session struct {
	reader *Reader
	conn   *sql.Conn
	id     uint64
}

func (r *Reader) inSession(ctx context.Context, work func(session) error) error {
	return r.link.pool.Use(ctx, func(conn *sql.Conn) error {
		id, err := r.link.connector.session(ctx, conn, r.limit())
		if err != nil {
			return err
		}
		return work(session{r, conn, id})
	})
}

// rows runs one statement and yields each of its rows. The statement contains the type of the calling check
// as a comment. It is killed on the server if ctx or the endpoint's limit cancels it.
func (s session) rows(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	return s.run(ctx, query, args, func(rows *sql.Rows) (count int, err error) {
		for err == nil && rows.Next() {
			count++
			err = each(rows)
		}
		return count, errors.Join(err, rows.Err())
	})
}

// run runs one statement as rows does, and lets read read its rows and count them.
func (s session) run(ctx context.Context, query string, args []any, read func(*sql.Rows) (int, error)) error {
	r := s.reader
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit(), errStatementTimeout)
	defer cancel()

	r.statements.Count(ctx)
	ended := datasource.Statement(ctx, query)
	rows, err := s.conn.QueryContext(ctx, comment(ctx)+query, args...)
	count := 0
	if err == nil {
		count, err = read(rows)
		_ = rows.Close()
	}
	ended(count, err)
	if err != nil && ctx.Err() != nil {
		r.link.connector.kill(ctx, s.id)
		return context.Cause(ctx)
	}
	return err
}

// drop closes the session's socket, so that the rest of an answer is not read.
func (s session) drop() {
	_ = s.conn.Raw(func(conn any) error {
		conn.(*connection).sock.Kill()
		return nil
	})
}

// discard prevents reuse of the connection, because its session has changed.
func (s session) discard() { _ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) }

// one runs a statement that returns one row. It fails with sql.ErrNoRows if there is none.
func (r *Reader) one(ctx context.Context, query string, cells ...any) error {
	found := false
	err := r.query(ctx, query, nil, func(scan row) error {
		found = true
		return scan(cells...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// bound is a query with its arguments; without text it is none.
type bound struct {
	text string
	args []any
}

// run runs a query, if there is one, and hands each of its rows to each.
func (r *Reader) run(ctx context.Context, q bound, each func(row) error) error {
	if q.text == "" {
		return nil
	}
	return r.query(ctx, q.text, q.args, each)
}

// inScope runs a query in which %s is replaced by the list of the schemas in scope. Without schemas it runs
// no statement.
func (r *Reader) inScope(ctx context.Context, query string, each func(row) error) error {
	q, err := r.queryOfScope(ctx, query)
	if err != nil {
		return err
	}
	return r.run(ctx, q, each)
}

// queryOfScope returns what inScope runs.
func (r *Reader) queryOfScope(ctx context.Context, query string) (q bound, err error) {
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return q, err
	}
	name, err := r.nameLiteral(ctx)
	if err != nil {
		return q, err
	}
	for range strings.Count(query, "%s") {
		for _, s := range schemas {
			q.args = append(q.args, s)
		}
	}
	list := "(" + strings.TrimSuffix(strings.Repeat(name+",", len(schemas)), ",") + ")"
	q.text = strings.ReplaceAll(query, "%s", list)
	return q, nil
}

// whole runs a query of a fact that reads every row of a view of the catalog about its tables. It fails if the server
// finds more rows than it returns: a proxy, or a setting of the session, may cut results.
func (r *Reader) whole(ctx context.Context, fact datasource.AnyFact, view, query string, each func(row) error) error {
	server, err := r.identify(ctx)
	if err != nil {
		return err
	}
	q, err := r.queryOfFact(ctx, fact, query, byTable)
	if err != nil || q.text == "" {
		return err
	}
	read, all := 0, -1
	counted := func(scan row) error {
		read++
		return each(scan)
	}
	if countsRows(server) {
		q.text = strings.Replace(q.text, "SELECT", "SELECT SQL_CALC_FOUND_ROWS", 1)
		err = r.inSession(ctx, func(s session) error {
			err := s.rows(ctx, q.text, q.args, func(rows *sql.Rows) error { return counted(rows.Scan) })
			if err != nil {
				return err
			}
			found := "SELECT FOUND_ROWS() AS " + quote(view)
			return s.rows(ctx, found, nil, func(rows *sql.Rows) error { return rows.Scan(&all) })
		})
	} else {
		err = r.run(ctx, q, counted)
	}
	if err != nil || read == all {
		return err
	}
	// a proxy may have sent the second statement to another session, and a table may have been dropped
	all = 0
	count := "SELECT COUNT(*) FROM information_schema." + view + " WHERE %s"
	err = r.ofFact(ctx, fact, count, byTable, func(scan row) error {
		n := 0
		err := scan(&n)
		all += n
		return err
	})
	if err != nil || read >= all {
		return err
	}
	return &datasource.Error{Class: datasource.ErrSession,
		Cause:  message.New("datasource.mysql.cut", "view", view, "read", read, "count", all),
		Remedy: message.New("datasource.mysql.session_setting.remedy")}
}

// countsRows reports whether FOUND_ROWS() returns how many rows the statement before it found, whatever cuts them: it
// costs nothing, while COUNT(*) takes half as long as the columns of MySQL 9.7 (100,000 columns: 0.5 s). It is
// deprecated, but known to every version up to 9.7 (MySQL 9.7 Reference Manual, "Information Functions").
func countsRows(s datasource.Server) bool {
	return s.IsMariaDB() || s.IsMySQL() && s.Version.Before(10)
}

// nameLiteral returns the name of a schema or table as a literal for queries of a catalog. Servers without a
// dictionary ignore the case of such names, even if the names of two tables or schemas differ only in case:
// MariaDB 10.11 treats IN ('shop', 'Shop') as one schema (MySQL 5.7 Reference Manual, "Using Collation in
// INFORMATION_SCHEMA Searches"). With the catalog's own character set, the server still looks up only the
// named objects.
func (r *Reader) nameLiteral(ctx context.Context) (string, error) {
	server, err := r.identify(ctx)
	if err == nil && server.NameCase == datasource.CaseSensitive && !hasDictionary(server) {
		return "CONVERT(? USING utf8) COLLATE utf8_bin", nil
	}
	return "?", err
}

func comment(ctx context.Context) string {
	return "/* precheck:" + datasource.Caller(ctx) + " */ "
}

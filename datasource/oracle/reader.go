package oracle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/connpool"
)

// Source runs the statements of a Reader.
type Source interface {
	// Query runs one statement and hands each of its rows to each, as text: NULL is empty. The
	// cells are only good until each returns. Errors of the server are *datasource.Error, with
	// Oracle's number as Code, as in ORA-00942.
	Query(ctx context.Context, query string, each func(cells []string) error) error
	// Answer runs one query in a read-only transaction and reads at most that many rows; its errors are as Query's.
	Answer(ctx context.Context, query string, most int) (datasource.QueryResult, error)
	// Identify reads which server it is; its errors are as Query's.
	Identify(context.Context) (datasource.Server, error)
	// Usage returns the use so far.
	Usage() datasource.Usage
	// Close closes the connections.
	Close() error
}

// Reader reads facts of one database from its dictionary.
type Reader struct {
	endpoint datasource.Endpoint
	scope    datasource.Scope
	source   Source

	identity datasource.Once[datasource.Server]
	prefix   datasource.Once[string]
	shapes   datasource.Once[datasource.TableRows[datasource.Column]]
}

// Open returns a Reader of the endpoint's database. It connects when the first fact is read.
// Facts about objects cover the schemas that scope returns.
func Open(endpoint datasource.Endpoint, scope datasource.Scope) (*Reader, error) {
	endpoint = endpoint.WithDefaults()
	connector, err := newConnector(endpoint)
	if err != nil {
		return nil, err
	}
	source := &connections{pool: connpool.New(connector, endpoint.Connections,
		func(ctx context.Context, err error) error { return classify(ctx, err, endpoint) }),
		recorder: connector.recorder}
	return NewReader(endpoint, scope, source), nil
}

// NewReader returns a Reader over source, such as a tenant of OceanBase in Oracle mode, whose dictionary is
// similar to Oracle's. The Reader closes it.
func NewReader(endpoint datasource.Endpoint, scope datasource.Scope, source Source) *Reader {
	return &Reader{endpoint: endpoint, scope: scope, source: source}
}

// Close closes the connections.
func (r *Reader) Close() error { return r.source.Close() }

// Usage returns the use of the database so far.
func (r *Reader) Usage() datasource.Usage { return r.source.Usage() }

// Read reads one fact.
func (r *Reader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	value, err := loaders.Read(ctx, r, r.endpoint.Type, fact)
	if err != nil {
		return nil, classify(ctx, err, r.endpoint)
	}
	return value, nil
}

// cells are the values of one row as text; NULL is empty, as in Oracle.
type cells = []string

// query runs one statement and hands each of its rows to each. The cells are only good until
// each returns.
func (r *Reader) query(ctx context.Context, query string, each func(cells) error) error {
	return r.source.Query(ctx, query, each)
}

// one runs a statement that returns one row. It fails with sql.ErrNoRows if there is none.
func (r *Reader) one(ctx context.Context, query string) (cells, error) {
	return one(ctx, r.source, query)
}

func one(ctx context.Context, source Source, query string) (row cells, err error) {
	err = source.Query(ctx, query, func(c cells) error {
		row = slices.Clone(c)
		return nil
	})
	if err == nil && row == nil {
		return nil, sql.ErrNoRows
	}
	return row, err
}

// inScope runs a query over the dictionary, in which {p} is replaced by DBA or ALL and {scope:COLUMN} by the
// condition that a column names a schema in scope. Without schemas it runs no statement.
func (r *Reader) inScope(ctx context.Context, query string, each func(cells) error) error {
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return err
	}
	query, err = r.dictionary(ctx, query)
	if err != nil {
		return err
	}
	query, ok := scoped(query, schemas)
	if !ok {
		return fmt.Errorf("a query over all schemas: %s", query)
	}
	return r.query(ctx, query, each)
}

// scoped puts the condition that a column names one of the schemas for {scope:COLUMN}.
func scoped(query string, schemas []string) (_ string, found bool) {
	before, rest, found := strings.Cut(query, "{scope:")
	if !found {
		return query, false
	}
	column, after, _ := strings.Cut(rest, "}")
	return before + within(column, schemas) + after, true
}

// visible runs a query like inScope, but over the ALL_ view if the account may not read the DBA_ one. It is
// for views that accounts with minimal privileges rarely can read.
func (r *Reader) visible(ctx context.Context, query string, each func(cells) error) error {
	err := r.inScope(ctx, query, each)
	if unreadable(err) {
		return r.inScope(ctx, strings.ReplaceAll(query, "{p}", "ALL"), each)
	}
	return err
}

// unreadable reports whether an error means that the account may not read a view or that the view does not
// exist.
func unreadable(err error) bool {
	class := datasource.ClassOf(err)
	return class == datasource.ErrNoSuchObject || class == datasource.ErrPrivilege
}

// within returns the condition that a column is one of some names. A list may not be longer than
// 1,000 (ORA-01795).
func within(column string, names []string) string {
	var lists []string
	for chunk := range slices.Chunk(names, 1000) {
		quoted := make([]string, len(chunk))
		for i, n := range chunk {
			quoted[i] = literal(n)
		}
		lists = append(lists, column+" IN ("+strings.Join(quoted, ", ")+")")
	}
	return "(" + strings.Join(lists, " OR ") + ")"
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// dictionary replaces {p} by DBA if the account may read the DBA_ views, otherwise by ALL.
func (r *Reader) dictionary(ctx context.Context, query string) (string, error) {
	prefix, err := r.prefix.Get(ctx, ctx, func(ctx context.Context) (string, error) {
		_, err := r.one(ctx, "SELECT 1 FROM DBA_TAB_COLS WHERE ROWNUM = 1")
		switch {
		case err == nil, errors.Is(err, sql.ErrNoRows):
			return "DBA", nil
		case unreadable(err):
			return "ALL", nil
		}
		return "", err
	})
	return strings.ReplaceAll(query, "{p}", prefix), err
}

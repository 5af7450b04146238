package oracle

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

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

	identity    datasource.Once[datasource.Server]
	shapes      datasource.Once[datasource.TableRows[datasource.Column]]
	constraints datasource.Once[datasource.TableRows[keyColumn]]

	viewsMu sync.Mutex
	views   map[string]*datasource.Once[bool] // whether the account may read a view, by its name
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
// condition that a column names a schema in scope. Without schemas it runs no statement. If the account may not
// read a view of the query, the error names the missing grant.
func (r *Reader) inScope(ctx context.Context, query string, each func(cells) error) error {
	schemas, err := r.scope(ctx)
	if err != nil {
		return err
	}
	return r.inSchemas(ctx, schemas, query, each)
}

// inSchemas runs a query like inScope, over the schemas.
func (r *Reader) inSchemas(ctx context.Context, schemas []string, query string, each func(cells) error) error {
	if len(schemas) == 0 {
		return nil
	}
	query, err := r.dictionary(ctx, query)
	if err != nil {
		return err
	}
	query, ok := scoped(query, schemas)
	if !ok {
		return fmt.Errorf("a query over all schemas: %s", query)
	}
	return r.named(ctx, query, r.query(ctx, query, each))
}

// dictionaryName matches the views of the dictionary in a query.
var dictionaryName = regexp.MustCompile(`(?i)\b(?:DBA|ALL)_[A-Z_]+`)

// named returns the error of a query; if the account may not read a view, with the name of the view and its grant.
func (r *Reader) named(ctx context.Context, query string, err error) error {
	if !unreadable(err) {
		return err
	}
	for _, view := range dictionaryName.FindAllString(query, -1) {
		view = strings.ToUpper(view)
		if ok, probe := r.readable(ctx, view); probe != nil {
			return probe
		} else if !ok {
			return r.refused(ctx, "DBA_"+view[len("DBA_"):], err)
		}
	}
	return err
}

// scopePlaceholder matches a placeholder of the condition that a column names one of some schemas.
var scopePlaceholder = regexp.MustCompile(`\{scope:([a-z_.]+)\}`)

// scoped puts the condition that a column names one of the schemas for each {scope:COLUMN}.
func scoped(query string, schemas []string) (_ string, found bool) {
	found = scopePlaceholder.MatchString(query)
	return scopePlaceholder.ReplaceAllStringFunc(query, func(placeholder string) string {
		return within(scopePlaceholder.FindStringSubmatch(placeholder)[1], schemas)
	}), found
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

// placeholder matches the views of a query that are read as DBA_ or as ALL_ views.
var placeholder = regexp.MustCompile(`\{p\}(_[A-Z_]+)`)

// dictionary replaces {p} before the name of each view by DBA if the account may read the DBA_ view, otherwise by
// ALL. Each view has its own privilege, so that one query may read views of both kinds.
func (r *Reader) dictionary(ctx context.Context, query string) (string, error) {
	var failed error
	query = placeholder.ReplaceAllStringFunc(query, func(view string) string {
		name := strings.TrimPrefix(view, "{p}")
		ok, err := r.readable(ctx, "DBA"+name)
		switch {
		case err != nil:
			failed = err
		case ok:
			return "DBA" + name
		}
		return "ALL" + name
	})
	return query, failed
}

// readable reports whether the account may read a view, which the server decides before it reads a row. It is
// determined once for all facts.
func (r *Reader) readable(ctx context.Context, view string) (bool, error) {
	r.viewsMu.Lock()
	if r.views == nil {
		r.views = map[string]*datasource.Once[bool]{}
	}
	known := r.views[view]
	if known == nil {
		known = &datasource.Once[bool]{}
		r.views[view] = known
	}
	r.viewsMu.Unlock()
	return known.Get(ctx, ctx, func(ctx context.Context) (bool, error) {
		err := r.query(ctx, "SELECT 1 FROM "+view+" WHERE 1 = 0", func(cells) error { return nil })
		if unreadable(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// firstReadable returns the first of some views that the account may read, the last of which every account may read.
func (r *Reader) firstReadable(ctx context.Context, views ...string) (string, error) {
	for _, view := range views[:len(views)-1] {
		if ok, err := r.readable(ctx, view); ok || err != nil {
			return view, err
		}
	}
	return views[len(views)-1], nil
}

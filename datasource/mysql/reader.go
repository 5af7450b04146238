// Package mysql reads facts from servers that speak the MySQL protocol: MySQL and its
// relations, MariaDB, and OceanBase in MySQL mode; and OceanBase in Oracle mode, whose
// dictionary datasource/oracle reads.
//
// Every fact costs a fixed number of statements, however many tables there are. Sessions are
// read-only, each statement has a deadline on the client and where possible on the server,
// and a statement that is given up is killed, so that none is left running.
package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
)

// Reader reads facts over a small pool of connections to one server.
type Reader struct {
	endpoint  datasource.Endpoint
	scope     datasource.Scope
	connector *connector
	db        *sql.DB

	mu         sync.Mutex
	statements map[string]int

	identifying sync.Mutex
	identity    *datasource.Server
}

// Open gives a Reader of the endpoint's server. It connects when the first fact is read.
// Facts about objects cover the schemas that scope gives.
func Open(endpoint datasource.Endpoint, scope datasource.Scope) (*Reader, error) {
	endpoint = endpoint.WithDefaults()
	connector, err := newConnector(endpoint)
	if err != nil {
		return nil, err
	}
	r := &Reader{endpoint: endpoint, scope: scope, connector: connector,
		db: sql.OpenDB(connector), statements: map[string]int{}}
	r.db.SetMaxOpenConns(endpoint.Connections)
	r.db.SetMaxIdleConns(endpoint.Connections)
	return r, nil
}

// Close closes the connections.
func (r *Reader) Close() error { return r.db.Close() }

// Usage tells what has been asked of the server so far.
func (r *Reader) Usage() datasource.Usage {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := datasource.Usage{Statements: make(map[string]int, len(r.statements)), Connections: r.connector.peak()}
	for check, n := range r.statements {
		u.Statements[check] = n
	}
	return u
}

// loaders holds how each fact is read. A fact that is not in it cannot be had over the MySQL protocol.
var loaders = map[datasource.Fact]loader{
	// Who answers
	datasource.FactServer:    load((*Reader).identify),
	datasource.FactLatency:   load((*Reader).latency),
	datasource.FactVariables: load((*Reader).variables),
	datasource.FactTimeZone:  load((*Reader).timeZone),

	// Accounts and privileges
	datasource.FactGrants:   load((*Reader).grants),
	datasource.FactAccounts: load((*Reader).accounts),

	// Logs and replication
	datasource.FactBinaryLogStatus: load((*Reader).binaryLogStatus),
	datasource.FactReplicaChannels: load((*Reader).replicaChannels),
	datasource.FactReplicas:        load((*Reader).replicas),
	datasource.FactBinaryLogs:      load((*Reader).binaryLogs),
	datasource.FactGTIDs:           load((*Reader).gtids),
	datasource.FactLogSessions:     load((*Reader).logSessions),

	// Capacity and activity
	datasource.FactConnections:  load((*Reader).connections),
	datasource.FactTransactions: load((*Reader).transactions),
	datasource.FactTableSizes:   load((*Reader).tableSizes),
	datasource.FactFreeSpace:    load((*Reader).freeSpace),

	// Schemas and objects
	datasource.FactSchemas:      load((*Reader).schemas),
	datasource.FactTables:       load((*Reader).tables),
	datasource.FactFilledTables: load((*Reader).filledTables),
	datasource.FactRoutines:     load((*Reader).routines),
	datasource.FactTriggers:     load((*Reader).triggers),
	datasource.FactEvents:       load((*Reader).events),

	// Tables: keys, constraints, partitions
	datasource.FactIndexes:          load((*Reader).indexes),
	datasource.FactForeignKeys:      load((*Reader).foreignKeys),
	datasource.FactCheckConstraints: load((*Reader).checkConstraints),
	datasource.FactPartitions:       load((*Reader).partitions),
	datasource.FactRowFormats:       load((*Reader).rowFormats),
	datasource.FactCreateOptions:    load((*Reader).createOptions),
	datasource.FactAutoIncrements:   load((*Reader).autoIncrements),

	// Columns and views
	datasource.FactColumns:      load((*Reader).columns),
	datasource.FactZeroDates:    load((*Reader).zeroDates),
	datasource.FactViews:        load((*Reader).views),
	datasource.FactInvalidViews: load((*Reader).invalidViews),

	// What the server supports: character sets, engines, words
	datasource.FactCharsets:       load((*Reader).charsets),
	datasource.FactStorageEngines: load((*Reader).storageEngines),
	datasource.FactSQLModes:       load((*Reader).sqlModes),
	datasource.FactKeywords:       load((*Reader).keywords),

	// OceanBase
	datasource.FactTenant:       load((*Reader).tenant),
	datasource.FactUnits:        load((*Reader).units),
	datasource.FactMemstores:    load((*Reader).memstores),
	datasource.FactOBParameters: load((*Reader).obParameters),
}

type loader func(*Reader, context.Context) (any, error)

func load[T any](read func(*Reader, context.Context) (T, error)) loader {
	return func(r *Reader, ctx context.Context) (any, error) { return read(r, ctx) }
}

// Read reads one fact.
func (r *Reader) Read(ctx context.Context, fact datasource.Fact) (any, error) {
	read, ok := loaders[fact]
	if !ok {
		return nil, fmt.Errorf("%s of a %s endpoint cannot be read over the MySQL protocol", fact, r.endpoint.Type)
	}
	value, err := read(r, ctx)
	if err != nil {
		return nil, r.classify(ctx, err)
	}
	return value, nil
}

// identify gives who answers, for queries whose text depends on the product or its version.
// It is read once; a failure is not kept.
func (r *Reader) identify(ctx context.Context) (datasource.Server, error) {
	r.identifying.Lock()
	defer r.identifying.Unlock()
	if r.identity == nil {
		server, err := r.readServer(ctx)
		if err != nil {
			return server, err
		}
		r.identity = &server
	}
	return *r.identity, nil
}

// row is where the cells of one row are read into.
type row func(cells ...any) error

// query runs one statement and hands each of its rows to each.
func (r *Reader) query(ctx context.Context, query string, args []any, each func(row) error) error {
	return r.rows(ctx, query, args, func(rows *sql.Rows) error { return each(rows.Scan) })
}

// records runs a statement whose columns differ between versions, and gives its rows by
// lower-case column name. NULL is empty.
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
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	id, err := r.connector.sessionID(conn)
	if err != nil {
		return err
	}
	return work(session{r, conn, id})
}

// rows runs one statement and stops at each of its rows. The statement carries the check that
// asked as a comment; it is killed on the server where ctx or the endpoint's limit ends it.
func (s session) rows(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	r := s.reader
	ctx, cancel := context.WithTimeoutCause(ctx, r.endpoint.StatementTimeout, errStatementTimeout)
	defer cancel()

	r.mu.Lock()
	r.statements[datasource.Asker(ctx)]++
	r.mu.Unlock()

	rows, err := s.conn.QueryContext(ctx, comment(ctx)+query, args...)
	if err == nil {
		for err == nil && rows.Next() {
			err = each(rows)
		}
		err = errors.Join(err, rows.Err())
		_ = rows.Close()
	}
	if err != nil && ctx.Err() != nil {
		r.connector.killQuery(ctx, s.id)
		return context.Cause(ctx)
	}
	return err
}

// spoil keeps the connection from being used again, for its session is not as it was.
func (s session) spoil() { _ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) }

// one runs a statement that gives one row; it fails with sql.ErrNoRows where it gives none.
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

// inScope runs a query whose %s stands for the list of the schemas in scope. Without any
// schema it runs nothing.
func (r *Reader) inScope(ctx context.Context, query string, each func(row) error) error {
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return err
	}
	name, err := r.nameLiteral(ctx)
	if err != nil {
		return err
	}
	args := make([]any, len(schemas))
	for i, s := range schemas {
		args[i] = s
	}
	list := "(" + strings.TrimSuffix(strings.Repeat(name+",", len(args)), ",") + ")"
	return r.query(ctx, strings.ReplaceAll(query, "%s", list), args, each)
}

// nameLiteral gives how the name of a schema or table is written where a catalog is asked for it.
// Servers without a dictionary compare such names without regard to case, even where two tables or
// schemas differ in nothing else: MariaDB 10.11 takes IN ('shop', 'Shop') for one schema
// (MySQL 5.7 Reference Manual, "Using Collation in INFORMATION_SCHEMA Searches"). In the catalog's
// own character set the server still looks up what is named, and nothing else.
func (r *Reader) nameLiteral(ctx context.Context) (string, error) {
	server, err := r.identify(ctx)
	if err == nil && server.NameCase == datasource.CaseSensitive && !hasDictionary(server) {
		return "CONVERT(? USING utf8) COLLATE utf8_bin", nil
	}
	return "?", err
}

func comment(ctx context.Context) string {
	return "/* precheck:" + datasource.Asker(ctx) + " */ "
}

// interner keeps one copy of strings that come again and again. It is for one goroutine.
type interner map[string]string

func (in interner) string(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

// pointer interns b, nil where it is NULL.
func (in interner) pointer(b []byte) *string {
	if b == nil {
		return nil
	}
	s := in.string(b)
	return &s
}

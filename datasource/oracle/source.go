package oracle

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
)

// connections is a Source over a small pool of connections to one database.
type connections struct {
	db *sql.DB

	mu         sync.Mutex
	statements map[string]int
	most       int
}

// Close closes the connections.
func (p *connections) Close() error { return p.db.Close() }

// Usage tells what has been asked of the database so far.
func (p *connections) Usage() datasource.Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := datasource.Usage{Statements: make(map[string]int, len(p.statements)), Connections: p.most}
	for check, n := range p.statements {
		u.Statements[check] = n
	}
	return u
}

// Query runs one statement.
func (p *connections) Query(ctx context.Context, query string, each func([]string) error) error {
	p.mu.Lock()
	p.statements[datasource.Asker(ctx)]++
	p.mu.Unlock()
	rows, err := p.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	p.mu.Lock()
	p.most = max(p.most, p.db.Stats().OpenConnections)
	p.mu.Unlock()

	row, err := NewRow(rows)
	if err != nil {
		return err
	}
	for rows.Next() {
		cells, err := row.Scan(rows)
		if err != nil {
			return err
		}
		if err := each(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Identify asks who answers.
func (p *connections) Identify(ctx context.Context) (datasource.Server, error) {
	s := datasource.Server{Flavor: datasource.FlavorOracle}
	known := false
	// The rows of other products, PL/SQL among them, do not begin with Oracle.
	err := p.Query(ctx, "SELECT product, version FROM product_component_version", func(c []string) error {
		if strings.HasPrefix(c[0], "Oracle") && !known {
			s.Comment, s.VersionText = strings.TrimSpace(c[0]), c[1]
			s.Version, known = datasource.ParseVersion(c[1])
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if !known {
		return s, errors.New("PRODUCT_COMPONENT_VERSION names no version of Oracle Database")
	}
	session, err := one(ctx, p, "SELECT SYS_CONTEXT('USERENV', 'SESSION_USER'), SYS_CONTEXT('USERENV', 'NETWORK_PROTOCOL') FROM dual")
	if err != nil {
		return s, err
	}
	s.Account = session[0]
	if session[1] == "tcps" {
		s.TLSCipher = "TLS"
	}
	return s, nil
}

// Row is where the rows of one statement are read into, as text.
type Row struct {
	values   []sql.NullString
	pointers []any
	cells    []string
}

// NewRow gives a Row for the columns of rows.
func NewRow(rows *sql.Rows) (*Row, error) {
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

// Scan gives the row at which rows stand, good until the next Scan. NULL is empty.
func (r *Row) Scan(rows *sql.Rows) ([]string, error) {
	if err := rows.Scan(r.pointers...); err != nil {
		return nil, err
	}
	for i, v := range r.values {
		r.cells[i] = v.String
	}
	return r.cells, nil
}

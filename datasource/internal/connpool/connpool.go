// Package connpool uses as many connections to a server as the server admits.
package connpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dbprecheck/precheck/datasource"
)

// Pool is a pool of connections that becomes smaller when the server refuses another one as too many.
type Pool struct {
	db       *sql.DB
	classify func(context.Context, error) error
	slots    *semaphore.Weighted // one is kept for each connection that the server refused

	mu       sync.Mutex
	admitted int
	refused  bool
	pause    time.Duration
}

// New returns a pool of at most limit connections, all of which stay open. classify returns an error of the
// connector as a *datasource.Error.
func New(connector driver.Connector, limit int, classify func(context.Context, error) error) *Pool {
	p := &Pool{db: sql.OpenDB(connector), classify: classify, slots: semaphore.NewWeighted(int64(limit)),
		admitted: limit, pause: firstPause}
	p.db.SetMaxOpenConns(limit)
	p.db.SetMaxIdleConns(limit)
	return p
}

// Close closes the connections.
func (p *Pool) Close() error { return p.db.Close() }

// Open returns the number of connections that are open.
func (p *Pool) Open() int { return p.db.Stats().OpenConnections }

// Admitted returns the number of connections that the server admitted, or 0 if it has refused none.
func (p *Pool) Admitted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused {
		return p.admitted
	}
	return 0
}

// The pauses between attempts to open the only connection: a server frees a closed one with a delay.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 800 * time.Millisecond
)

// Use calls work with a connection. If the server refuses another one as too many, it waits for one of those
// that are open.
func (p *Pool) Use(ctx context.Context, work func(*sql.Conn) error) error {
	for {
		if err := p.slots.Acquire(ctx, 1); err != nil {
			return context.Cause(ctx)
		}
		conn, err := p.db.Conn(ctx)
		if err == nil {
			defer p.slots.Release(1)
			defer func() { _ = conn.Close() }()
			p.accept()
			return work(conn)
		}
		if datasource.ClassOf(p.classify(ctx, err)) != datasource.ErrTooManyConnections {
			p.slots.Release(1)
			return err
		}
		if p.shrink() {
			continue
		}
		again := p.wait(ctx)
		p.slots.Release(1)
		if !again {
			return err
		}
	}
}

func (p *Pool) accept() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = firstPause
}

// shrink gives up a slot, unless it is the last one.
func (p *Pool) shrink() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = true
	if p.admitted == 1 {
		return false
	}
	p.admitted--
	return true
}

// wait pauses, twice as long each time. It reports whether another attempt makes sense.
func (p *Pool) wait(ctx context.Context) bool {
	p.mu.Lock()
	pause := p.pause
	p.pause *= 2
	p.mu.Unlock()
	if pause > lastPause {
		return false
	}
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}

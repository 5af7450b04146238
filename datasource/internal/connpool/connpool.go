// Package connpool uses as many connections to a server as the server admits.
package connpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dbprecheck/precheck/datasource"
)

// Pool is a pool of connections that becomes smaller when another one cannot be opened.
type Pool struct {
	db       *sql.DB
	classify func(context.Context, error) error
	slots    *semaphore.Weighted // one is kept for each connection that could not be opened

	mu       sync.Mutex
	admitted int
	refused  bool
	used     bool // a connection has been opened
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

// CloseIdle closes connections that are not used for so long.
func (p *Pool) CloseIdle(after time.Duration) { p.db.SetConnMaxIdleTime(after) }

// Open returns the number of connections that are open.
func (p *Pool) Open() int { return p.db.Stats().OpenConnections }

// Admitted returns the number of connections that could be opened, or 0 if none of them failed.
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

// further are the classes of errors for which a pool that has connections goes on without another one. A timeout
// is not one of them: each attempt takes as long as the limit.
var further = []datasource.ErrorClass{datasource.ErrTooManyConnections, datasource.ErrRefused, datasource.ErrLost,
	datasource.ErrLocal}

// Use calls work with a connection. If another one cannot be opened, it waits for one of those that are open.
// Only for one that is refused as too many it waits although none is open.
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
		class := datasource.ClassOf(p.classify(ctx, err))
		if slices.Contains(further, class) && p.shrink(class) {
			continue
		}
		again := class == datasource.ErrTooManyConnections && p.wait(ctx)
		p.slots.Release(1)
		if !again {
			return err
		}
	}
}

func (p *Pool) accept() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used, p.pause = true, firstPause
}

// shrink gives up a slot, unless it is the last one, or none has been used and more than their number is wrong.
func (p *Pool) shrink(class datasource.ErrorClass) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	tooMany := class == datasource.ErrTooManyConnections
	if !tooMany && !p.used {
		return false
	}
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

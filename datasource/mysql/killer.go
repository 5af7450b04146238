package mysql

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// killTimeout limits an attempt to kill cancelled statements.
const killTimeout = 1500 * time.Millisecond

// killer ends sessions on the server, all that are due over one connection.
type killer struct {
	mu      sync.Mutex
	due     []victim
	running bool
}

type victim struct {
	id   uint64
	done chan struct{}
}

// kill ends the session with the id over a separate connection, and returns when it has tried: the socket of
// a cancelled statement is closed, but a server notices that only when it writes. KILL ends the session and
// not only its statement, because the server may not have begun with that. If the id is not known, the
// server's own limit on statements applies.
func (c *connector) kill(ctx context.Context, id uint64) {
	if id == 0 {
		return
	}
	k, v := &c.killer, victim{id, make(chan struct{})}
	k.mu.Lock()
	k.due = append(k.due, v)
	first := !k.running
	k.running = true
	k.mu.Unlock()
	if first {
		c.killDue(context.WithoutCancel(ctx))
	}
	<-v.done
}

// sameServer fails unless a session leads to the server of the others, where their ids belong to them. On
// another server behind the same address, the ids belong to strangers.
func (c *connector) sameServer(ctx context.Context, conn *connection) error {
	c.mu.Lock()
	known := c.server != ""
	c.mu.Unlock()
	if !known {
		return nil
	}
	cells, err := c.row(ctx, conn, "SELECT "+whichServer, 3)
	if err != nil {
		return err
	}
	return c.ledTo(cells)
}

// killDue ends sessions until none is due.
func (c *connector) killDue(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	conn, err := c.logon(ctx)
	if err == nil {
		defer func() { _ = conn.Close() }()
		err = c.sameServer(ctx, conn)
	}
	for {
		c.killer.mu.Lock()
		due := c.killer.due
		c.killer.due = nil
		c.killer.running = len(due) > 0
		c.killer.mu.Unlock()
		if len(due) == 0 {
			return
		}
		for _, v := range due {
			if err == nil {
				_, _ = conn.ExecContext(ctx, fmt.Sprintf("KILL %d", v.id), nil)
			}
			close(v.done)
		}
	}
}

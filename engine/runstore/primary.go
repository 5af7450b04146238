package runstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/dbprecheck/precheck/datasource/message"
)

// primary is a connector to the server, of several, that takes writes.
type primary struct {
	members []member
	setUp   []string // statements that prepare a session
	last    atomic.Int64
}

// member is one of the servers.
type member struct {
	address string
	driver.Connector
}

// Connect opens a session on the primary. It begins with the server that was the primary last.
func (p *primary) Connect(ctx context.Context) (driver.Conn, error) {
	last := int(p.last.Load())
	var refused refusals
	for i := range p.members {
		at := (last + i) % len(p.members)
		conn, err := p.open(ctx, p.members[at])
		if err == nil {
			p.last.Store(int64(at))
			return conn, nil
		}
		refused = append(refused, message.Wrap(err, "runstore.server", "address", p.members[at].address))
	}
	return nil, refused
}

// refusals are why none of the servers can be used.
type refusals []error

// Error returns all reasons in English.
func (r refusals) Error() string { return r.Message().String() }

// Message returns all reasons.
func (r refusals) Message() message.Text {
	text := message.Of(r[0])
	for _, err := range r[1:] {
		text = message.New("runstore.server.and", "first", text, "second", message.Of(err))
	}
	return text
}

// Unwrap returns the reasons.
func (r refusals) Unwrap() []error { return r }

// Driver returns the driver of the first server.
func (p *primary) Driver() driver.Driver { return p.members[0].Driver() }

func (p *primary) open(ctx context.Context, m member) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	conn, err := m.Connect(ctx)
	if err != nil {
		return nil, err
	}
	err = takesWrites(ctx, conn)
	for _, statement := range p.setUp {
		if err == nil {
			err = command(ctx, conn, statement)
		}
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// command runs a statement. A variable that the server does not have is not set.
func command(ctx context.Context, conn driver.Conn, statement string) error {
	_, err := conn.(driver.ExecerContext).ExecContext(ctx, statement, nil)
	if numberOf(err) == unknownVariable {
		return nil
	}
	return err
}

// takesWrites fails if the server is read-only, or is not the primary of a group that has a majority.
//
// A member of a group that has lost the others still answers, with what it knows, until it is told otherwise (MySQL
// Reference Manual, "Handling a Network Partition and Loss of Quorum").
func takesWrites(ctx context.Context, conn driver.Conn) error {
	rows, err := table(ctx, conn, "SHOW GLOBAL VARIABLES WHERE Variable_name IN "+
		"('read_only', 'super_read_only', 'offline_mode', 'server_uuid')")
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, r := range rows {
		settings[strings.ToLower(r[0])] = r[1]
	}
	if id, ok := settings["server_uuid"]; ok {
		if err := leads(ctx, conn, id); err != nil {
			return err
		}
	}
	for _, name := range []string{"offline_mode", "super_read_only", "read_only"} {
		if value, ok := settings[name]; ok && !strings.EqualFold(value, "OFF") && value != "0" {
			return message.Err("runstore.server.read_only", "variable", name, "value", value)
		}
	}
	return nil
}

// leads fails if a member of a group is not its primary, or sees no majority of it.
func leads(ctx context.Context, conn driver.Conn, id string) error {
	members, err := table(ctx, conn, "SELECT MEMBER_ID, MEMBER_ROLE, MEMBER_STATE "+
		"FROM performance_schema.replication_group_members WHERE MEMBER_ID <> ''")
	if slices.Contains([]uint16{noSuchTable, tableDenied}, numberOf(err)) {
		return nil // it is no group, or its account may not know
	} else if err != nil {
		return err
	}
	online := 0
	for _, m := range members {
		if m[2] == "ONLINE" || m[2] == "RECOVERING" {
			online++
		}
	}
	for _, m := range members {
		switch {
		case !strings.EqualFold(m[0], id):
		case m[2] == "OFFLINE": // its group has not been started
			return nil
		case m[2] != "ONLINE" || m[1] != "PRIMARY":
			return message.Err("runstore.server.role", "role", m[1], "state", m[2])
		case 2*online <= len(members):
			return message.Err("runstore.server.minority", "online", online, "members", len(members))
		}
	}
	return nil
}

// table returns the rows of a query as texts.
func table(ctx context.Context, conn driver.Conn, query string) ([][]string, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found [][]string
	cells := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(cells); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		var texts []string
		for _, c := range cells {
			if b, ok := c.([]byte); ok {
				texts = append(texts, string(b))
			} else {
				texts = append(texts, fmt.Sprint(c))
			}
		}
		found = append(found, texts)
	}
}

package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

// Statement is one entry of a server's general log.
type Statement struct {
	User     string // account name, without host
	ThreadID int64  // connection id
	Command  string // "Connect", "Query", "Prepare", "Execute", "Init DB", "Quit", …
	Argument string // statement text for Query, Prepare and Execute
}

// Statements are entries of a server's general log, in the order of the log.
type Statements []Statement

// By returns the entries of the account named user.
func (all Statements) By(user string) Statements {
	var own Statements
	for _, s := range all {
		if s.User == user {
			own = append(own, s)
		}
	}
	return own
}

// Texts returns the texts of the executed statements: of Query and Execute entries.
func (all Statements) Texts() []string {
	var texts []string
	for _, s := range all {
		if s.Command == "Query" || s.Command == "Execute" {
			texts = append(texts, s.Argument)
		}
	}
	return texts
}

// Statements returns the statements of all sessions while f ran, read from the server's general log. Other
// tests may use the server, and this method, at the same time: select the relevant ones with [Statements.By].
// The general log is off afterwards. For MariaDB and MySQL only.
func (s *Server) Statements(t testing.TB, f func()) Statements {
	t.Helper()
	db := s.DB(t)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	defer conn.Close()
	statements, err := s.capture(t.Context(), conn, f)
	if err != nil {
		t.Fatalf("dbtest: general log of %s: %v", s.Product, err)
	}
	return statements
}

// capture returns the statements logged while f ran, on the administrator's connection conn.
func (s *Server) capture(ctx context.Context, conn *sql.Conn, f func()) (_ Statements, err error) {
	slot, err := enterLog(ctx, conn)
	if err != nil {
		return nil, err
	}
	defer func() {
		// f may have ended the test, and ctx with it.
		if left := s.leaveLog(context.WithoutCancel(ctx), conn, slot); err == nil {
			err = left
		}
	}()
	begin, end := "DO 'begin "+disposable.RandomHex(8)+"'", "DO 'end "+disposable.RandomHex(8)+"'"
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return nil, err
	}
	f()
	if _, err := conn.ExecContext(ctx, end); err != nil {
		return nil, err
	}
	return readLog(ctx, conn, begin, end)
}

// readLog returns the log's entries between the statements begin and end, without those of the connection.
func readLog(ctx context.Context, conn *sql.Conn, begin, end string) (Statements, error) {
	rows, err := conn.QueryContext(ctx,
		"SELECT user_host, thread_id, command_type, argument, thread_id = CONNECTION_ID() FROM mysql.general_log")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var statements Statements
	began, ended := false, false
	for rows.Next() {
		var s Statement
		var account string
		var own bool
		if err := rows.Scan(&account, &s.ThreadID, &s.Command, &s.Argument, &own); err != nil {
			return nil, err
		}
		switch {
		case s.Argument == begin:
			began = true
		case s.Argument == end:
			ended = true
		case began && !ended && !own:
			// "user[user] @ host [address]", on connecting "[user] @ host [address]"
			_, account, _ = strings.Cut(account, "[")
			s.User, _, _ = strings.Cut(account, "]")
			statements = append(statements, s)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if !began || !ended {
		return nil, errors.New("was switched off meanwhile")
	}
	return statements, nil
}

// Captures, including those of other test binaries on the same server, are coordinated by user-level locks:
// each holds one of the slots, and the last one disables the log. The gate is held while a capture starts or
// ends.
const (
	captureGate  = "precheck_dbtest_gate"
	captureSlot  = "precheck_dbtest_%d"
	captureSlots = 64
)

// enterLog enables the general log and returns the lock that keeps it enabled.
func enterLog(ctx context.Context, conn *sql.Conn) (slot string, err error) {
	if err := lock(ctx, conn, captureGate, 30); err != nil {
		return "", err
	}
	defer unlock(ctx, conn, captureGate)
	for i := range captureSlots {
		slot = fmt.Sprintf(captureSlot, i)
		if err = lock(ctx, conn, slot, 0); err == nil {
			break
		}
	}
	if err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON")
	return slot, err
}

// leaveLog returns slot back, and switches the general log off if nobody holds another.
func (s *Server) leaveLog(ctx context.Context, conn *sql.Conn, slot string) error {
	if err := lock(ctx, conn, captureGate, 30); err != nil {
		return err
	}
	defer unlock(ctx, conn, captureGate)
	unlock(ctx, conn, slot)
	var free strings.Builder
	for i := range captureSlots {
		fmt.Fprintf(&free, " AND IS_FREE_LOCK('"+captureSlot+"')", i)
	}
	var last bool
	if err := conn.QueryRowContext(ctx, "SELECT 1"+free.String()).Scan(&last); err != nil || !last {
		return err
	}
	if _, err := conn.ExecContext(ctx, "SET GLOBAL general_log = OFF"); err != nil || s.foreign {
		return err
	}
	_, err := conn.ExecContext(ctx, "TRUNCATE TABLE mysql.general_log")
	return err
}

// lock acquires the user-level lock name, waiting up to some seconds.
func lock(ctx context.Context, conn *sql.Conn, name string, seconds int) error {
	var got sql.NullBool
	err := conn.QueryRowContext(ctx, fmt.Sprintf("SELECT GET_LOCK('%s', %d)", name, seconds)).Scan(&got)
	if err == nil && !got.Bool {
		err = fmt.Errorf("lock %s is taken", name)
	}
	return err
}

// unlock releases the lock, at the latest by the connection's end.
func unlock(ctx context.Context, conn *sql.Conn, name string) {
	_, _ = conn.ExecContext(ctx, "DO RELEASE_LOCK('"+name+"')")
}

package rehearsal

import (
	"context"
	"database/sql"
	"errors"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// session is one session of a server.
type session struct {
	*sql.Conn
	db *sql.DB
}

// openSession opens a session that begins with statements.
func openSession(ctx context.Context, e datasource.Endpoint, statements ...string) (*session, error) {
	db, err := mysql.Connect(e, statements...)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &session{conn, db}, nil
}

// end ends the session.
func (s *session) end() error { return errors.Join(s.Close(), s.db.Close()) }

package mysql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/dbprecheck/precheck/datasource"
)

// connectionLimitsQuery: of a session, max_user_connections is the limit of its account, whether
// it is the account's own or the server's (MySQL 8.4 Reference Manual, "Server System Variables").
const (
	connectionLimitsQuery = "SELECT @@global.max_connections, @@session.max_user_connections"
	connectedQuery        = "SHOW GLOBAL STATUS LIKE 'Threads_connected'"
	ownSessionsQuery      = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE user = " +
		"SUBSTRING_INDEX(USER(), " +
		"'@', 1)"
)

func (r *Reader) connections(ctx context.Context) (datasource.Connections, error) {
	var c datasource.Connections
	if err := r.one(ctx, connectionLimitsQuery, &c.Max, &c.AccountMax); err != nil {
		return c, err
	}
	var name string
	if err := r.one(ctx, connectedQuery, &name, &c.Used); errors.Is(err, sql.ErrNoRows) || denied(err) {
		c.Used = -1
	} else if err != nil {
		return c, err
	}
	if c.AccountMax == 0 {
		return c, nil
	}
	return c, r.one(ctx, ownSessionsQuery, &c.AccountUsed)
}

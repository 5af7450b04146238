package mysql

import (
	"database/sql"
	"errors"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
)

// Connect returns sessions of the endpoint's server that are not read-only, protected as those of a Reader. Each
// begins with the statements of session; what the server refuses of them has no effect. Statements have no time limit
// but their context.
func Connect(e datasource.Endpoint, session ...string) (*sql.DB, error) {
	settings := func(time.Duration) []string { return session }
	c, err := newConnector(e.WithDefaults(), Variant{Settings: settings})
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// Lost reports whether an error is the loss of a connection.
func Lost(err error) bool { return closed(err) || datasource.NetworkError(err, "") != nil }

// ServerError returns the number and the text of the error of a server; ok is false for any other error.
func ServerError(err error) (number uint16, text string, ok bool) {
	var server *mysql.MySQLError
	if errors.As(err, &server) {
		return server.Number, server.Message, true
	}
	return 0, "", false
}

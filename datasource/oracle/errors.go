package oracle

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sijms/go-ora/v2/network"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/message"
)

// errStatementTimeout is the cause of a statement's context that ended with the statement's own limit.
var errStatementTimeout = errors.New("the statement's time limit was reached")

// serverError is the error of the server: its code and its text in one line, without the driver's additions.
type serverError struct {
	*network.OracleError
}

// Error returns the text as the server wrote it.
func (e serverError) Error() string {
	text, _, _ := strings.Cut(strings.TrimSpace(e.ErrMsg), "\n")
	if code := fmt.Sprintf("ORA-%05d", e.ErrCode); !strings.HasPrefix(text, code) {
		return code
	}
	return text
}

// Unwrap returns the driver's error.
func (e serverError) Unwrap() error { return e.OracleError }

// unsupported matches the driver's errors for servers that it does not support.
var unsupported = regexp.MustCompile(`not supported by the driver|unsupported (server version|verifier type)`)

// classify returns an error of the driver, or of the connection to the server, as a *datasource.Error. The
// end of ctx takes precedence: the driver reports it as ORA-01013 or as a closed connection.
func classify(ctx context.Context, err error, e datasource.Endpoint) error {
	var (
		known  *datasource.Error
		server *network.OracleError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return ended(ctx, e)
	case errors.As(err, &server):
		return fromServer(server)
	case errors.Is(err, errNotOracle):
		return &datasource.Error{
			Class:  datasource.ErrProtocol,
			Cause:  message.New("datasource.oracle.not_listener", "address", e.Address()),
			Remedy: message.New("datasource.oracle.not_listener.remedy"),
			Err:    err,
		}
	case errors.Is(err, errDowngrade):
		return &datasource.Error{Class: datasource.ErrTLS, Cause: message.New("datasource.oracle.downgrade"),
			Remedy: message.New("datasource.oracle.downgrade.remedy"), Err: err}
	case errors.Is(err, guard.ErrUnreadable):
		return &datasource.Error{
			Class:  datasource.ErrUnreadable,
			Cause:  message.New("datasource.unreadable", "address", e.Address()),
			Remedy: message.New("datasource.unreadable.remedy"),
			Err:    err,
		}
	case errors.Is(err, driver.ErrBadConn), strings.Contains(err.Error(), "EOF"):
		return &datasource.Error{
			Class:  datasource.ErrLost,
			Cause:  message.New("datasource.oracle.lost", "address", e.Address()),
			Remedy: message.New("datasource.oracle.lost.remedy"),
			Err:    err,
		}
	case unsupported.MatchString(err.Error()):
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.New("datasource.oracle.driver"),
			Err: err}
	}
	if n := datasource.NetworkError(err, e.Address()); n != nil {
		return n
	}
	return &datasource.Error{
		Class: datasource.ErrOther,
		Cause: message.New("datasource.oracle.unreadable", "address", e.Address()),
		Err:   err,
	}
}

// ended is the error after the end of a context. It is context.DeadlineExceeded or
// context.Canceled to errors.Is.
func ended(ctx context.Context, e datasource.Endpoint) error {
	var known *datasource.Error
	if errors.As(context.Cause(ctx), &known) {
		return known
	}
	if errors.Is(context.Cause(ctx), errStatementTimeout) {
		return &datasource.Error{Class: datasource.ErrTimeout,
			Cause:  message.New("datasource.statement.timeout", "limit", e.StatementTimeout),
			Remedy: message.New("datasource.statement.timeout.remedy"), Err: ctx.Err()}
	}
	return datasource.NetworkError(ctx.Err(), e.Address())
}

// fromServer returns an error of the server with its cause and remedy.
func fromServer(err *network.OracleError) *datasource.Error {
	server := serverError{err}
	return Refusal(err.ErrCode, server.Error(), server)
}

// Refusal returns an error of the server with this ORA- code and text, with its cause and remedy.
func Refusal(code int, text string, err error) *datasource.Error {
	out := &datasource.Error{
		Class: datasource.ErrOther,
		Code:  fmt.Sprintf("ORA-%05d", code),
		Cause: message.Verbatim(text),
		Err:   err,
	}
	if a, ok := serverErrors[code]; ok {
		out.Class, out.Cause, out.Remedy = a.class, a.cause, a.remedy
	}
	return out
}

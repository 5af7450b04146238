package oracle

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/sijms/go-ora/v2/network"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/message"
)

// errStatementTimeout is the cause of a statement's context that ended with the statement's own limit.
var errStatementTimeout = errors.New("the statement's time limit was reached")

// serverErrors holds the causes and remedies of errors that a connection or a read may return (Oracle
// Database Error Messages).
var serverErrors = map[int]struct {
	class         datasource.ErrorClass
	cause, remedy message.Text
}{
	18: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.sessions"), message.New("datasource.oracle.sessions.remedy")},
	20: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.processes"), message.New("datasource.oracle.processes.remedy")},
	2391: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.sessions_per_user"), message.New("datasource.oracle.sessions_per_user.remedy")},
	12516: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler_blocked"),
		message.New("datasource.oracle.no_handler_blocked.remedy")},
	12519: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler_full"), message.New("datasource.oracle.no_handler_full.remedy")},
	12520: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler"), message.New("datasource.oracle.no_handler.remedy")},

	1005: {datasource.ErrCredentials,
		message.New("datasource.oracle.no_password"), message.New("datasource.oracle.no_password.remedy")},
	1017: {datasource.ErrCredentials,
		message.New("datasource.oracle.credentials"), message.New("datasource.oracle.credentials.remedy")},
	28000: {datasource.ErrAccount,
		message.New("datasource.oracle.locked"), message.New("datasource.oracle.locked.remedy")},
	28001: {datasource.ErrAccount,
		message.New("datasource.oracle.expired"), message.New("datasource.oracle.expired.remedy")},
	28002: {datasource.ErrAccount,
		message.New("datasource.oracle.expires"), message.New("datasource.oracle.expires.remedy")},
	1045: {datasource.ErrPrivilege,
		message.New("datasource.oracle.no_create_session"), message.New("datasource.oracle.no_create_session.remedy")},
	28040: {datasource.ErrUnsupported,
		message.New("datasource.oracle.no_common_verifier"),
		message.New("datasource.oracle.no_common_verifier.remedy")},
	28041: {datasource.ErrUnsupported,
		message.New("datasource.oracle.verifier"), message.New("datasource.oracle.verifier.remedy")},
	1031: {datasource.ErrPrivilege,
		message.New("datasource.oracle.denied"), message.New("datasource.oracle.denied.remedy")},
	12506: {datasource.ErrHostNotAllowed,
		message.New("datasource.oracle.listener_denied"), message.New("datasource.oracle.listener_denied.remedy")},

	12154: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.name"), message.New("datasource.oracle.name.remedy")},
	12505: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.sid"), message.New("datasource.oracle.sid.remedy")},
	12514: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.service"), message.New("datasource.oracle.service.remedy")},
	12521: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.instance"), message.New("datasource.oracle.instance.remedy")},
	942: {datasource.ErrNoSuchObject,
		message.New("datasource.oracle.no_table"), message.New("datasource.oracle.no_table.remedy")},
	904: {datasource.ErrNoSuchObject, message.New("datasource.oracle.no_column"), message.Text{}},

	12170: {datasource.ErrTimeout,
		message.New("datasource.oracle.timeout"), message.New("datasource.oracle.timeout.remedy")},
	12541: {datasource.ErrRefused,
		message.New("datasource.oracle.no_listener"), message.New("datasource.oracle.no_listener.remedy")},
	1033: {datasource.ErrUnavailable,
		message.New("datasource.oracle.starting"), message.New("datasource.oracle.starting.remedy")},
	1034: {datasource.ErrUnavailable,
		message.New("datasource.oracle.down"), message.New("datasource.oracle.down.remedy")},
	1089: {datasource.ErrUnavailable,
		message.New("datasource.oracle.shutdown"), message.New("datasource.oracle.shutdown.remedy")},
	1109: {datasource.ErrUnavailable,
		message.New("datasource.oracle.closed"), message.New("datasource.oracle.closed.remedy")},
	12526: {datasource.ErrUnavailable,
		message.New("datasource.oracle.restricted"), message.New("datasource.oracle.restricted.remedy")},
	12528: {datasource.ErrUnavailable,
		message.New("datasource.oracle.no_new_sessions"), message.New("datasource.oracle.no_new_sessions.remedy")},
	12537: {datasource.ErrLost,
		message.New("datasource.oracle.connection_closed"), message.New("datasource.oracle.connection_closed.remedy")},
	12547: {datasource.ErrLost,
		message.New("datasource.oracle.connection_cut"), message.New("datasource.oracle.connection_cut.remedy")},
	12564: {datasource.ErrUnavailable,
		message.New("datasource.oracle.listener_refused"), message.New("datasource.oracle.listener_refused.remedy")},
	3113: {datasource.ErrLost,
		message.New("datasource.oracle.session_ended"), message.New("datasource.oracle.session_ended.remedy")},
	3114: {datasource.ErrLost,
		message.New("datasource.oracle.not_connected"), message.New("datasource.oracle.not_connected.remedy")},
	3135: {datasource.ErrLost,
		message.New("datasource.oracle.connection_lost"), message.New("datasource.oracle.connection_lost.remedy")},
	28: {datasource.ErrLost,
		message.New("datasource.oracle.killed"), message.New("datasource.oracle.killed.remedy")},
	1012: {datasource.ErrLost,
		message.New("datasource.oracle.logged_off"), message.New("datasource.oracle.logged_off.remedy")},
	1013: {datasource.ErrCancelled, message.New("datasource.oracle.interrupted"), message.Text{}},
	1555: {datasource.ErrUnavailable,
		message.New("datasource.oracle.undo"), message.New("datasource.oracle.undo.remedy")},
}

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
		remote *net.OpError
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
	case errors.As(err, &remote) && remote.Op == "remote error": // a TLS alert
		return &datasource.Error{Class: datasource.ErrTLS, Cause: message.New("datasource.oracle.tls_alert"),
			Remedy: message.New("datasource.oracle.tls_alert.remedy"), Err: err}
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
	if known, ok := serverErrors[code]; ok {
		out.Class, out.Cause, out.Remedy = known.class, known.cause, known.remedy
	}
	return out
}

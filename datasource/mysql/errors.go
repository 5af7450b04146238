package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/message"
)

var errStatementTimeout = errors.New("the statement's time limit was reached")

// protocolError is the error of a peer that does not speak the MySQL protocol.
type protocolError struct{ error }

func (e protocolError) Unwrap() error { return e.error }

// logonError is an error before the session began.
type logonError struct{ error }

func (e logonError) Unwrap() error { return e.error }

// unsupported returns the error of a fact that the server does not have.
func unsupported(why message.Text) error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: why}
}

// absent reports whether the server does not have what a statement names: 1049 unknown database, 1054 unknown column,
// 1064 syntax error, 1109 unknown table of information_schema, 1146 no such table, 1193 unknown variable, 1235 not
// supported, 1305 no such function. Any other error says nothing about that.
func absent(err error) bool {
	return hasNumber(err, 1049, 1054, 1064, 1109, 1146, 1193, 1235, 1305)
}

// denied reports whether the account does not have a privilege that a statement requires: 1044 on a database, 1142 on a
// table, 1143 on a column, 1227 a global one.
func denied(err error) bool { return hasNumber(err, 1044, 1142, 1143, 1227) }

// hasNumber reports whether the server returned one of these errors.
func hasNumber(err error, numbers ...uint16) bool {
	var server *mysql.MySQLError
	return errors.As(err, &server) && slices.Contains(numbers, server.Number)
}

// classify returns err as an *datasource.Error.
func (r *Reader) classify(ctx context.Context, err error) error {
	var (
		known    *datasource.Error
		server   *mysql.MySQLError
		protocol protocolError
		logon    logonError
	)
	address := r.endpoint.Address()
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &server):
		return r.fromServer(server)
	case errors.Is(err, errStatementTimeout):
		return &datasource.Error{Class: datasource.ErrTimeout,
			Cause:  message.New("datasource.statement.timeout", "limit", r.limit()),
			Remedy: message.New("datasource.statement.timeout.remedy"), Err: err}
	case errors.Is(err, mysql.ErrNoTLS):
		return &datasource.Error{Class: datasource.ErrTLS, Cause: message.New("datasource.mysql.no_tls"),
			Remedy: message.New("datasource.mysql.no_tls.remedy"), Err: err}
	case errors.As(err, &protocol), errors.Is(err, mysql.ErrOldProtocol):
		return &datasource.Error{
			Class:  datasource.ErrProtocol,
			Cause:  message.New("datasource.mysql.protocol", "address", address),
			Remedy: message.New("datasource.mysql.protocol.remedy"),
			Err:    err,
		}
	case errors.Is(err, guard.ErrUnreadable),
		errors.Is(err, mysql.ErrPktSync),
		errors.Is(err, mysql.ErrPktSyncMul),
		errors.Is(err, mysql.ErrMalformPkt):
		return &datasource.Error{Class: datasource.ErrUnreadable,
			Cause:  message.New("datasource.unreadable", "address", address),
			Remedy: message.New("datasource.unreadable.remedy"), Err: err}
	case closed(err):
		if errors.As(err, &logon) {
			return &datasource.Error{Class: datasource.ErrLost,
				Cause:  message.New("datasource.mysql.lost", "address", address),
				Remedy: message.New("datasource.mysql.lost.remedy"), Err: err}
		}
		return &datasource.Error{Class: datasource.ErrLost,
			Cause:  message.New("datasource.mysql.session_lost", "address", address),
			Remedy: message.New("datasource.mysql.session_lost.remedy"), Err: err}
	case errors.Is(err, mysql.ErrUnknownPlugin),
		errors.Is(err, mysql.ErrCleartextPassword),
		errors.Is(err, mysql.ErrNativePassword),
		errors.Is(err, mysql.ErrOldPassword):
		return &datasource.Error{Class: unsupportedPlugin.class, Cause: unsupportedPlugin.cause,
			Remedy: unsupportedPlugin.remedy, Err: err}
	}
	if e := datasource.NetworkError(err, address); e != nil {
		return e
	}
	return &datasource.Error{Class: datasource.ErrOther, Cause: message.Verbatim(err.Error()), Err: err}
}

// closed reports whether the server has closed the connection.
func closed(err error) bool {
	return errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}

// namedRights matches the privileges that error 1227 names.
var namedRights = regexp.MustCompile(`\(at least one of\) the (.+?) privilege`)

func (r *Reader) fromServer(err *mysql.MySQLError) *datasource.Error {
	if r.variant.Classify != nil {
		if e := r.variant.Classify(err); e != nil {
			return e
		}
	}
	e := &datasource.Error{
		Class: datasource.ErrOther,
		Code:  strconv.Itoa(int(err.Number)),
		Cause: message.New("datasource.mysql.refused"),
		Err:   err,
	}
	if a := adviceFor(err.Number, r.endpoint.Type); a != nil {
		e.Class, e.Cause, e.Remedy = a.class, a.cause, a.remedy
	}
	plain := r.endpoint.TLS.Mode == datasource.TLSDisabled
	switch {
	case err.Number == 1227:
		if m := namedRights.FindStringSubmatch(err.Message); m != nil {
			count := 1 + strings.Count(m[1], ",") + strings.Count(strings.ToLower(m[1]), " or ")
			e.Remedy = message.New("datasource.mysql.denied.remedy_one_of", "count", count, "privileges", m[1])
		}
	case err.Number == 1045 && r.endpoint.Password.Empty():
		e.Remedy = message.New("datasource.mysql.credentials.remedy_no_password")
	case err.Number == 1045 && r.endpoint.ServerPublicKey != "":
		e.Remedy = message.New("datasource.mysql.credentials.remedy_key")
	case err.Number == 1045 && plain:
		e.Remedy = message.New("datasource.mysql.credentials.remedy_tls")
	case err.Number == 1045 && r.endpoint.TLS.Cert == "":
		e.Remedy = message.New("datasource.mysql.credentials.remedy_certificate")
	case err.Number == 1105 && strings.HasPrefix(err.Message, "command denied"): // Dolt has no number for it
		denied := serverErrors[1227]
		e.Class, e.Cause, e.Remedy = denied.class, denied.cause, denied.remedy
	case err.Number == 1235 && strings.Contains(err.Message, "Oracle tenant"):
		mode := inOracleMode()
		e.Cause, e.Remedy = mode.Cause, mode.Remedy
	}
	return e
}

// inOracleMode is the error of a tenant whose mode differs from the endpoint's type.
func inOracleMode() *datasource.Error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.New("datasource.mysql.oracle_mode"),
		Remedy: message.New("datasource.mysql.oracle_mode.remedy", "type", string(datasource.OceanBaseOracle))}
}

package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"regexp"
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

// unsupported returns the error of a fact that the server does not have.
func unsupported(why message.Text) error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: why}
}

// serverErrors holds the causes and remedies of errors that a connection or a read may return (MySQL 8.4
// Error Reference, MariaDB Error Codes, OceanBase error codes).
var serverErrors = map[uint16]struct {
	class         datasource.ErrorClass
	cause, remedy message.Text
}{
	1040: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.connections"), message.New("datasource.mysql.connections.remedy")},
	1203: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.account_connections"),
		message.New("datasource.mysql.account_connections.remedy")},
	1226: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.account_limit"), message.New("datasource.mysql.account_limit.remedy")},
	1044: {datasource.ErrPrivilege,
		message.New("datasource.mysql.database_denied"), message.New("datasource.mysql.database_denied.remedy")},
	1142: {datasource.ErrPrivilege,
		message.New("datasource.mysql.table_denied"), message.New("datasource.mysql.table_denied.remedy")},
	1143: {datasource.ErrPrivilege,
		message.New("datasource.mysql.column_denied"), message.New("datasource.mysql.column_denied.remedy")},
	1227: {datasource.ErrPrivilege,
		message.New("datasource.mysql.denied"), message.New("datasource.mysql.denied.remedy")},
	1045: {datasource.ErrCredentials,
		message.New("datasource.mysql.credentials"), message.New("datasource.mysql.credentials.remedy")},
	1698: {datasource.ErrCredentials,
		message.New("datasource.mysql.no_password_logon"), message.New("datasource.mysql.no_password_logon.remedy")},
	1524: {datasource.ErrCredentials,
		message.New("datasource.mysql.plugin_not_loaded"), message.New("datasource.mysql.plugin_not_loaded.remedy")},
	1130: {datasource.ErrHostNotAllowed,
		message.New("datasource.mysql.host_denied"), message.New("datasource.mysql.host_denied.remedy")},
	1129: {datasource.ErrHostNotAllowed,
		message.New("datasource.mysql.host_blocked"), message.New("datasource.mysql.host_blocked.remedy")},
	3118: {datasource.ErrAccount,
		message.New("datasource.mysql.locked"), message.New("datasource.mysql.locked.remedy")},
	4151: {datasource.ErrAccount,
		message.New("datasource.mysql.locked"), message.New("datasource.mysql.locked.remedy")},
	1820: {datasource.ErrAccount,
		message.New("datasource.mysql.expired"), message.New("datasource.mysql.expired.remedy")},
	1862: {datasource.ErrAccount,
		message.New("datasource.mysql.expired"), message.New("datasource.mysql.expired.remedy")},
	1049: {datasource.ErrUnknownDatabase,
		message.New("datasource.mysql.unknown_database"), message.New("datasource.mysql.unknown_database.remedy")},
	1109: {datasource.ErrUnsupported, message.New("datasource.mysql.no_catalog_table"), message.Text{}},
	1146: {datasource.ErrNoSuchObject, message.New("datasource.mysql.no_table"), message.Text{}},
	3159: {datasource.ErrTLS,
		message.New("datasource.mysql.tls_required"), message.New("datasource.mysql.tls_required.remedy")},
	1053: {datasource.ErrUnavailable,
		message.New("datasource.mysql.shutdown"), message.New("datasource.mysql.shutdown.remedy")},
	1317: {datasource.ErrCancelled, message.New("datasource.mysql.interrupted"), message.Text{}},
	3024: {datasource.ErrTimeout,
		message.New("datasource.mysql.statement_timeout"), message.New("datasource.mysql.statement_timeout.remedy")},
	1969: {datasource.ErrTimeout,
		message.New("datasource.mysql.statement_timeout"), message.New("datasource.mysql.statement_timeout.remedy")},
	4012: {datasource.ErrTimeout,
		message.New("datasource.mysql.statement_timeout"), message.New("datasource.mysql.statement_timeout.remedy")},
	1235: {datasource.ErrUnsupported, message.New("datasource.mysql.not_supported"), message.Text{}},
}

// classify returns err as an *datasource.Error.
func (r *Reader) classify(ctx context.Context, err error) error {
	var (
		known    *datasource.Error
		server   *mysql.MySQLError
		protocol protocolError
	)
	address := r.endpoint.Address()
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &server):
		return r.fromServer(server)
	case errors.Is(err, errStatementTimeout):
		return &datasource.Error{Class: datasource.ErrTimeout,
			Cause:  message.New("datasource.statement.timeout", "limit", r.endpoint.StatementTimeout),
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
	case errors.Is(err, mysql.ErrInvalidConn),
		errors.Is(err, driver.ErrBadConn),
		errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF):
		return &datasource.Error{Class: datasource.ErrLost,
			Cause:  message.New("datasource.mysql.lost", "address", address),
			Remedy: message.New("datasource.mysql.lost.remedy"), Err: err}
	case errors.Is(err, mysql.ErrUnknownPlugin),
		errors.Is(err, mysql.ErrCleartextPassword),
		errors.Is(err, mysql.ErrNativePassword),
		errors.Is(err, mysql.ErrOldPassword):
		return &datasource.Error{Class: datasource.ErrCredentials, Cause: message.New("datasource.mysql.plugin"),
			Remedy: message.New("datasource.mysql.plugin.remedy"), Err: err}
	}
	if e := datasource.NetworkError(err, address); e != nil {
		return e
	}
	return &datasource.Error{Class: datasource.ErrOther, Cause: message.Verbatim(err.Error()), Err: err}
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
	if known, ok := serverErrors[err.Number]; ok {
		e.Class, e.Cause, e.Remedy = known.class, known.cause, known.remedy
	}
	plain := r.endpoint.TLS.Mode == "" || r.endpoint.TLS.Mode == datasource.TLSDisabled
	switch {
	case err.Number == 1227:
		if m := namedRights.FindStringSubmatch(err.Message); m != nil {
			count := 1 + strings.Count(m[1], ",") + strings.Count(strings.ToLower(m[1]), " or ")
			e.Remedy = message.New("datasource.mysql.denied.remedy_one_of", "count", count, "privileges", m[1])
		}
	case err.Number == 1045 && r.endpoint.Password.Empty():
		e.Remedy = message.New("datasource.mysql.credentials.remedy_no_password")
	case err.Number == 1045 && plain:
		e.Remedy = message.New("datasource.mysql.credentials.remedy_tls")
	case err.Number == 1045 && r.endpoint.TLS.Cert == "":
		e.Remedy = message.New("datasource.mysql.credentials.remedy_certificate")
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

package mysql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
)

var errStatementTimeout = errors.New("the statement's time limit was reached")

// dialError is an error of the way to the server, before anything was read from it.
type dialError struct{ error }

func (e dialError) Unwrap() error { return e.error }

// protocolError says that what answers does not speak the MySQL protocol.
type protocolError struct{ error }

func (e protocolError) Unwrap() error { return e.error }

// unsupported says that the server has nothing of the kind.
func unsupported(format string, args ...any) error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: fmt.Sprintf(format, args...)}
}

// serverErrors holds what a person needs to know of the errors that a connection or a read may
// meet (MySQL 8.4 Error Reference, MariaDB Error Codes, OceanBase error codes).
var serverErrors = map[uint16]struct {
	class         datasource.ErrorClass
	cause, remedy string
}{
	1040: {datasource.ErrTooManyConnections, "the server has no connection left", "Close idle clients or raise max_connections."},
	1203: {datasource.ErrTooManyConnections, "the account has as many connections as it may have", "Raise the account's max_user_connections, or lower limits.connections."},
	1226: {datasource.ErrTooManyConnections, "the account has used up one of its limits", "Raise the account's limits with ALTER USER … WITH, lower limits.connections, or wait."},
	1044: {datasource.ErrPrivilege, "the account may not use the database", "Grant the account a right on it."},
	1142: {datasource.ErrPrivilege, "the account lacks a right on a table", "Grant it."},
	1143: {datasource.ErrPrivilege, "the account lacks a right on a column", "Grant it."},
	1227: {datasource.ErrPrivilege, "the account lacks a right", "Grant the right that the server names."},
	1045: {datasource.ErrCredentials, "the server refused the user or the password", "Check user and password. An account is user@host: one for this machine's address must exist."},
	1698: {datasource.ErrCredentials, "the account does not log on with a password", "Give the account a password, or use another account."},
	1524: {datasource.ErrCredentials, "the account's authentication plugin is not loaded on the server", "Load the plugin, or change the account's with ALTER USER … IDENTIFIED WITH."},
	1130: {datasource.ErrHostNotAllowed, "the server accepts no connection from this machine's address", "Create the account for this address, as in 'user'@'%'."},
	1129: {datasource.ErrHostNotAllowed, "the server blocks this machine after too many failed connections", "Run FLUSH HOSTS (MySQL 8.0.23 and later: TRUNCATE performance_schema.host_cache)."},
	3118: {datasource.ErrAccount, "the account is locked", "Run ALTER USER … ACCOUNT UNLOCK."},
	4151: {datasource.ErrAccount, "the account is locked", "Run ALTER USER … ACCOUNT UNLOCK."},
	1820: {datasource.ErrAccount, "the account's password has expired", "Set a new password with ALTER USER."},
	1862: {datasource.ErrAccount, "the account's password has expired", "Set a new password with ALTER USER."},
	1049: {datasource.ErrUnknownDatabase, "the database does not exist", "Check its name."},
	1109: {datasource.ErrUnsupported, "the server has no such catalog table", ""},
	1146: {datasource.ErrNoSuchObject, "a table does not exist", ""},
	3159: {datasource.ErrTLS, "the server accepts encrypted connections only", "Set tls.mode to required or stronger."},
	1053: {datasource.ErrUnavailable, "the server is shutting down", "Wait until it is up again."},
	1317: {datasource.ErrCancelled, "the statement was interrupted", ""},
	3024: {datasource.ErrTimeout, "the statement reached its time limit on the server", "Raise limits.checkTimeout."},
	1969: {datasource.ErrTimeout, "the statement reached its time limit on the server", "Raise limits.checkTimeout."},
	4012: {datasource.ErrTimeout, "the statement reached its time limit on the server", "Raise limits.checkTimeout."},
	1235: {datasource.ErrUnsupported, "the server does not support this", ""},
}

// classify returns err as an *datasource.Error.
func (r *Reader) classify(ctx context.Context, err error) error {
	var (
		known    *datasource.Error
		server   *mysql.MySQLError
		protocol protocolError
		dial     dialError
	)
	address := r.endpoint.Address()
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &server):
		return r.fromServer(server)
	case errors.Is(err, errStatementTimeout):
		return &datasource.Error{Class: datasource.ErrTimeout,
			Cause:  fmt.Sprintf("a statement took longer than %s", r.endpoint.StatementTimeout),
			Remedy: "Raise limits.checkTimeout.", Err: err}
	case errors.Is(err, mysql.ErrNoTLS):
		return &datasource.Error{Class: datasource.ErrTLS, Cause: "the server does not offer TLS",
			Remedy: "Set up a certificate on the server, or set tls.mode to disabled.", Err: err}
	case errors.As(err, &protocol), errors.Is(err, mysql.ErrPktSync), errors.Is(err, mysql.ErrPktSyncMul), errors.Is(err, mysql.ErrMalformPkt),
		errors.Is(err, mysql.ErrOldProtocol):
		return &datasource.Error{Class: datasource.ErrProtocol, Cause: "what answers at " + address + " does not speak the MySQL protocol",
			Remedy: "Check host and port: it may be the port of another service.", Err: err}
	case errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &datasource.Error{Class: datasource.ErrLost, Cause: "the connection to " + address + " was cut",
			Remedy: "Check that it is a MySQL-protocol port, and the server's own log.", Err: err}
	case errors.Is(err, mysql.ErrUnknownPlugin), errors.Is(err, mysql.ErrCleartextPassword), errors.Is(err, mysql.ErrNativePassword), errors.Is(err, mysql.ErrOldPassword):
		return &datasource.Error{Class: datasource.ErrCredentials, Cause: "the account's authentication plugin is not supported",
			Remedy: "Use an account with caching_sha2_password, mysql_native_password or ed25519.", Err: err}
	}
	e := datasource.NetworkError(err, address)
	if e == nil {
		return &datasource.Error{Class: datasource.ErrOther, Cause: err.Error(), Err: err}
	}
	if e.Class == datasource.ErrTimeout && !errors.As(err, &dial) {
		e.Cause = address + " accepts connections, but what listens there did not answer in time"
		e.Remedy = "Check that it is the port of a database that speaks the MySQL protocol, and the server's load, or raise the time limit."
	}
	return e
}

// namedRights finds the rights that error 1227 names.
var namedRights = regexp.MustCompile(`\(at least one of\) the (.+?) privilege`)

func (r *Reader) fromServer(err *mysql.MySQLError) *datasource.Error {
	if r.variant.Classify != nil {
		if e := r.variant.Classify(err); e != nil {
			return e
		}
	}
	e := &datasource.Error{Class: datasource.ErrOther, Code: strconv.Itoa(int(err.Number)), Cause: "the server refused a statement", Err: err}
	if known, ok := serverErrors[err.Number]; ok {
		e.Class, e.Cause, e.Remedy = known.class, known.cause, known.remedy
	}
	plain := r.endpoint.TLS.Mode == "" || r.endpoint.TLS.Mode == datasource.TLSDisabled
	switch {
	case err.Number == 1227:
		if m := namedRights.FindStringSubmatch(err.Message); m != nil {
			e.Remedy = "Grant the account one of these rights: " + m[1] + "."
		}
	case err.Number == 1045 && r.endpoint.Password.Empty():
		e.Remedy = "No password is given. " + e.Remedy
	case err.Number == 1045 && plain:
		e.Remedy += " An account that was made with REQUIRE SSL is refused in the same words: then set tls.mode to required."
	case err.Number == 1045 && r.endpoint.TLS.Cert == "":
		e.Remedy += " An account that was made with REQUIRE X509, or with more of a certificate, is refused in the same words: then give tls.cert and tls.key."
	case err.Number == 1235 && strings.Contains(err.Message, "Oracle tenant"):
		mode := inOracleMode()
		e.Cause, e.Remedy = mode.Cause, mode.Remedy
	}
	return e
}

// inOracleMode says that a tenant is not of the mode that the endpoint's type names.
func inOracleMode() *datasource.Error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "the tenant of OceanBase is in Oracle mode",
		Remedy: fmt.Sprintf("Give the endpoint the type %s, or the user of a tenant in MySQL mode.", datasource.OceanBaseOracle)}
}

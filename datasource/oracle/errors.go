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
)

// errStatementTimeout is why the context of a statement ended, where that was its own limit.
var errStatementTimeout = errors.New("the statement's time limit was reached")

// serverErrors holds what a person needs to know of the errors that a connection or a
// read may meet (Oracle Database Error Messages).
var serverErrors = map[int]struct {
	class         datasource.ErrorClass
	cause, remedy string
}{
	18:    {datasource.ErrTooManyConnections, "the instance has no session left", "Close idle sessions or raise SESSIONS; lower limits.connections."},
	20:    {datasource.ErrTooManyConnections, "the instance has no process left", "Close idle sessions or raise PROCESSES; lower limits.connections."},
	2391:  {datasource.ErrTooManyConnections, "the account has as many sessions as its profile allows", "Raise SESSIONS_PER_USER of the account's profile, or lower limits.connections."},
	12516: {datasource.ErrTooManyConnections, "the listener has no free handler: the instance is full or the service is blocked", "Look at V$RESOURCE_LIMIT for sessions and processes, then try again."},
	12519: {datasource.ErrTooManyConnections, "the listener has no free handler: the instance is full", "Look at V$RESOURCE_LIMIT for sessions and processes, then try again."},
	12520: {datasource.ErrTooManyConnections, "the listener has no free handler of the kind asked for", "Look at V$RESOURCE_LIMIT for sessions and processes, then try again."},

	1005:  {datasource.ErrCredentials, "no password was given", "Give the account's password."},
	1017:  {datasource.ErrCredentials, "the server refused the user or the password", "Check user and password: passwords are case-sensitive, and a PDB has users of its own."},
	28000: {datasource.ErrAccount, "the account is locked", "Run ALTER USER … ACCOUNT UNLOCK."},
	28001: {datasource.ErrAccount, "the account's password has expired", "Set a new password with ALTER USER … IDENTIFIED BY."},
	28002: {datasource.ErrAccount, "the account's password will expire soon", "Set a new password with ALTER USER … IDENTIFIED BY."},
	1045:  {datasource.ErrPrivilege, "the account may not log on", "Run GRANT CREATE SESSION TO the account."},
	28040: {datasource.ErrUnsupported, "server and client have no common way to log on", "Set SQLNET.ALLOWED_LOGON_VERSION_SERVER on the server to 12 or lower, or set the account's password anew."},
	28041: {datasource.ErrUnsupported, "server and client do not agree on how to log on", "Set the account's password anew, so that it is kept with a current verifier."},
	1031:  {datasource.ErrPrivilege, "the account lacks a privilege", "Grant the account SELECT_CATALOG_ROLE, or SELECT on the view."},
	12506: {datasource.ErrHostNotAllowed, "the listener's rules refuse this machine", "Add this machine to the service's access list on the listener."},

	12154: {datasource.ErrUnknownDatabase, "the name of the database could not be resolved", "Give host, port and service name; tnsnames.ora is not read."},
	12505: {datasource.ErrUnknownDatabase, "the listener does not know the SID", "Check the SID (lsnrctl status), or give the service name instead: a PDB has no SID."},
	12514: {datasource.ErrUnknownDatabase, "the listener does not know the service", "Check the service name (lsnrctl services), and that the database is open and registered."},
	12521: {datasource.ErrUnknownDatabase, "the listener does not know the instance", "Check the instance's name (lsnrctl services)."},
	942:   {datasource.ErrNoSuchObject, "a table or view does not exist, or the account may not see it", "Grant the account SELECT_CATALOG_ROLE, or SELECT on the view."},
	904:   {datasource.ErrNoSuchObject, "a column does not exist in this release", ""},

	12170: {datasource.ErrTimeout, "the server did not answer in time", "Check firewalls on the way and the server's load, or raise the time limit."},
	12541: {datasource.ErrRefused, "no listener answers there", "Check host and port, and that the listener runs (lsnrctl status)."},
	1033:  {datasource.ErrUnavailable, "the database is starting up or shutting down", "Wait until it is open."},
	1034:  {datasource.ErrUnavailable, "the database is not running", "Start it."},
	1089:  {datasource.ErrUnavailable, "the database is shutting down", "Wait until it is open again."},
	1109:  {datasource.ErrUnavailable, "the database is not open", "Open it: ALTER DATABASE OPEN, or ALTER PLUGGABLE DATABASE … OPEN."},
	12526: {datasource.ErrUnavailable, "the database is in restricted mode", "Leave it with ALTER SYSTEM DISABLE RESTRICTED SESSION."},
	12528: {datasource.ErrUnavailable, "the listener does not let new sessions in: the instance is starting or mounted only", "Wait until the database is open."},
	12537: {datasource.ErrLost, "the connection was closed", "Check the listener's log, its access rules (sqlnet.ora, TCP.VALIDNODE_CHECKING) and firewalls."},
	12547: {datasource.ErrLost, "the connection was cut", "Check the listener's log and firewalls."},
	12564: {datasource.ErrUnavailable, "the listener refused the connection", "Check the listener's log."},
	3113:  {datasource.ErrLost, "the session ended on the server", "Look at the server's alert log."},
	3114:  {datasource.ErrLost, "the session is not connected any more", "Look at the server's alert log, and at firewalls that cut idle connections."},
	3135:  {datasource.ErrLost, "the connection was lost", "Look at firewalls that cut idle connections."},
	28:    {datasource.ErrLost, "the session was killed", "Ask who killed it; then run the check again."},
	1012:  {datasource.ErrLost, "the session is not logged on any more", "Run the check again."},
	1013:  {datasource.ErrCancelled, "the statement was interrupted", ""},
	1555:  {datasource.ErrUnavailable, "the dictionary changed for longer than the server keeps undo", "Run the check again, or raise UNDO_RETENTION."},
}

// serverError is what the server said: its code and its text in one line, without the
// driver's additions.
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

// unsupported matches what the driver says of a server that it cannot talk to.
var unsupported = regexp.MustCompile(`not supported by the driver|unsupported (server version|verifier type)`)

// classify returns an error of the driver, or of the way to the server, as a
// *datasource.Error. The end of ctx comes first: the driver reports it as ORA-01013 or as
// a closed connection.
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
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "what answers at " + e.Address() + " is no Oracle listener",
			Remedy: "Check the port. If it is a TLS port, set tls.mode to required.", Err: err}
	case errors.Is(err, errDowngrade):
		return &datasource.Error{Class: datasource.ErrTLS, Cause: err.Error(),
			Remedy: "Let the listener redirect to an address with PROTOCOL=TCPS.", Err: err}
	case errors.As(err, &remote) && remote.Op == "remote error": // a TLS alert
		return &datasource.Error{Class: datasource.ErrTLS, Cause: "the server refused the TLS connection",
			Remedy: "Check whether it asks for a client certificate (tls.cert, tls.key), and which versions of TLS it speaks.", Err: err}
	case errors.Is(err, errPanic):
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "what " + e.Address() + " answers cannot be read",
			Remedy: "Check that the port is a listener's; look at the server's alert log.", Err: err}
	case errors.Is(err, driver.ErrBadConn), strings.Contains(err.Error(), "EOF"):
		return &datasource.Error{Class: datasource.ErrLost, Cause: "the connection to " + e.Address() + " was lost",
			Remedy: "Look at the server's alert log, the listener's log, and firewalls on the way.", Err: err}
	case unsupported.MatchString(err.Error()):
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "the driver cannot talk to this server", Err: err}
	}
	if n := datasource.NetworkError(err, e.Address()); n != nil {
		return n
	}
	return &datasource.Error{Class: datasource.ErrOther, Cause: "the answer of " + e.Address() + " could not be read", Err: err}
}

// ended is the error after the end of a context. It is context.DeadlineExceeded or
// context.Canceled to errors.Is.
func ended(ctx context.Context, e datasource.Endpoint) error {
	if errors.Is(context.Cause(ctx), errStatementTimeout) {
		return &datasource.Error{Class: datasource.ErrTimeout,
			Cause:  fmt.Sprintf("a statement took longer than %s", e.StatementTimeout),
			Remedy: "Raise limits.checkTimeout.", Err: ctx.Err()}
	}
	return datasource.NetworkError(ctx.Err(), e.Address())
}

// fromServer returns an error of the server with its cause and remedy.
func fromServer(err *network.OracleError) *datasource.Error {
	server := serverError{err}
	return Refusal(err.ErrCode, server.Error(), server)
}

// Refusal returns an error of the server, whose ORA- number is code and whose words are text, with
// its cause and remedy.
func Refusal(code int, text string, err error) *datasource.Error {
	out := &datasource.Error{Class: datasource.ErrOther, Code: fmt.Sprintf("ORA-%05d", code), Cause: text, Err: err}
	if known, ok := serverErrors[code]; ok {
		out.Class, out.Cause, out.Remedy = known.class, known.cause, known.remedy
	}
	return out
}

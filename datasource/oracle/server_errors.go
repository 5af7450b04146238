package oracle

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// advice is what an error of a server means and what to do.
type advice struct {
	class         datasource.ErrorClass
	cause, remedy message.Text
}

// Advice for several errors.
var (
	expires = advice{datasource.ErrAccount,
		message.New("datasource.oracle.expires"), message.New("datasource.oracle.expires.remedy")}
	encryption = advice{datasource.ErrTLS,
		message.New("datasource.oracle.encryption"), message.New("datasource.oracle.encryption.remedy")}
	listenerDenied = advice{datasource.ErrHostNotAllowed,
		message.New("datasource.oracle.listener_denied"), message.New("datasource.oracle.listener_denied.remedy")}
	noHandler = advice{datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler"), message.New("datasource.oracle.no_handler.remedy")}
	noProcess = advice{datasource.ErrUnavailable,
		message.New("datasource.oracle.no_process"), message.New("datasource.oracle.no_process.remedy")}
	descriptor = advice{datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.descriptor"), message.New("datasource.oracle.descriptor.remedy")}
	noInstance = advice{datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.instance"), message.New("datasource.oracle.instance.remedy")}

	shuttingDown = advice{datasource.ErrUnavailable,
		message.New("datasource.oracle.shutdown"), message.New("datasource.oracle.shutdown.remedy")}
	restricted = advice{datasource.ErrUnavailable,
		message.New("datasource.oracle.restricted"), message.New("datasource.oracle.restricted.remedy")}
	internal = advice{datasource.ErrUnavailable,
		message.New("datasource.oracle.internal"), message.New("datasource.oracle.internal.remedy")}
	memory = advice{datasource.ErrUnavailable,
		message.New("datasource.oracle.memory"), message.New("datasource.oracle.memory.remedy")}
	profileLimit = advice{datasource.ErrLost,
		message.New("datasource.oracle.profile_limit"), message.New("datasource.oracle.profile_limit.remedy")}

	timeout = advice{datasource.ErrTimeout,
		message.New("datasource.oracle.timeout"), message.New("datasource.oracle.timeout.remedy")}
	locked = advice{datasource.ErrLocked,
		message.New("datasource.oracle.lock"), message.New("datasource.oracle.lock.remedy")}
	packets = advice{datasource.ErrLost,
		message.New("datasource.oracle.packets"), message.New("datasource.oracle.packets.remedy")}
	closed = advice{datasource.ErrLost,
		message.New("datasource.oracle.connection_closed"), message.New("datasource.oracle.connection_closed.remedy")}
	cut = advice{datasource.ErrLost,
		message.New("datasource.oracle.connection_cut"), message.New("datasource.oracle.connection_cut.remedy")}
	killed = advice{datasource.ErrLost,
		message.New("datasource.oracle.killed"), message.New("datasource.oracle.killed.remedy")}
	loggedOff = advice{datasource.ErrLost,
		message.New("datasource.oracle.logged_off"), message.New("datasource.oracle.logged_off.remedy")}
)

// serverErrors holds the advice for errors that a logon or a read may return (Oracle Database Error Messages;
// Net Services Administrator's Guide, Troubleshooting).
var serverErrors = map[int]advice{
	// Limits
	18: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.sessions"), message.New("datasource.oracle.sessions.remedy")},
	19: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.licenses"), message.New("datasource.oracle.licenses.remedy")},
	20: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.processes"), message.New("datasource.oracle.processes.remedy")},
	2391: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.sessions_per_user"), message.New("datasource.oracle.sessions_per_user.remedy")},
	12516: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler_blocked"),
		message.New("datasource.oracle.no_handler_blocked.remedy")},
	12519: {datasource.ErrTooManyConnections,
		message.New("datasource.oracle.no_handler_full"), message.New("datasource.oracle.no_handler_full.remedy")},
	12510: noHandler, 12511: noHandler, 12515: noHandler, 12520: noHandler, 12540: noHandler,
	2390: profileLimit, 2392: profileLimit, 2393: profileLimit, 2394: profileLimit, 2395: profileLimit,
	2396: profileLimit, 2397: profileLimit, 2399: profileLimit,

	// Logon
	1005: {datasource.ErrCredentials,
		message.New("datasource.oracle.no_password"), message.New("datasource.oracle.no_password.remedy")},
	1017: {datasource.ErrCredentials,
		message.New("datasource.oracle.credentials"), message.New("datasource.oracle.credentials.remedy")},
	28000: {datasource.ErrAccount,
		message.New("datasource.oracle.locked"), message.New("datasource.oracle.locked.remedy")},
	28001: {datasource.ErrAccount,
		message.New("datasource.oracle.expired"), message.New("datasource.oracle.expired.remedy")},
	28002: expires, 28011: expires,
	1045: {datasource.ErrPrivilege,
		message.New("datasource.oracle.no_create_session"), message.New("datasource.oracle.no_create_session.remedy")},
	28040: {datasource.ErrUnsupported,
		message.New("datasource.oracle.no_common_verifier"),
		message.New("datasource.oracle.no_common_verifier.remedy")},
	28041: {datasource.ErrUnsupported,
		message.New("datasource.oracle.verifier"), message.New("datasource.oracle.verifier.remedy")},
	12650: encryption, 12660: encryption,

	// Privileges, and what does not exist
	1031: {datasource.ErrPrivilege,
		message.New("datasource.oracle.denied"), message.New("datasource.oracle.denied.remedy")},
	942: {datasource.ErrNoSuchObject,
		message.New("datasource.oracle.no_table"), message.New("datasource.oracle.no_table.remedy")},
	904: {datasource.ErrNoSuchObject, message.New("datasource.oracle.no_column"), message.Text{}},

	// The listener
	12154: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.name"), message.New("datasource.oracle.name.remedy")},
	12505: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.sid"), message.New("datasource.oracle.sid.remedy")},
	12514: {datasource.ErrUnknownDatabase,
		message.New("datasource.oracle.service"), message.New("datasource.oracle.service.remedy")},
	12502: descriptor, 12504: descriptor, 12508: descriptor, 12524: descriptor, 12533: descriptor,
	12521: noInstance, 12522: noInstance, 12523: noInstance,
	12506: listenerDenied, 12529: listenerDenied, 12546: listenerDenied, 12555: listenerDenied,
	12574: listenerDenied,
	12500: noProcess, 12509: noProcess, 12513: noProcess, 12518: noProcess, 12549: noProcess,
	12526: restricted, 12527: restricted,
	12528: {datasource.ErrUnavailable,
		message.New("datasource.oracle.no_new_sessions"), message.New("datasource.oracle.no_new_sessions.remedy")},
	12564: {datasource.ErrUnavailable,
		message.New("datasource.oracle.listener_refused"), message.New("datasource.oracle.listener_refused.remedy")},
	12541: {datasource.ErrRefused,
		message.New("datasource.oracle.no_listener"), message.New("datasource.oracle.no_listener.remedy")},
	12543: {datasource.ErrUnavailable,
		message.New("datasource.oracle.unreachable"), message.New("datasource.oracle.unreachable.remedy")},
	12545: {datasource.ErrUnavailable,
		message.New("datasource.oracle.unreachable"), message.New("datasource.oracle.unreachable.remedy")},
	3136: timeout, 12170: timeout, 12525: timeout, 12535: timeout,
	12537: closed,
	12547: cut, 12560: cut,

	// The state of the database
	1033: {datasource.ErrUnavailable,
		message.New("datasource.oracle.starting"), message.New("datasource.oracle.starting.remedy")},
	1034: {datasource.ErrUnavailable,
		message.New("datasource.oracle.down"), message.New("datasource.oracle.down.remedy")},
	1035: restricted,
	1014: shuttingDown, 1089: shuttingDown, 1090: shuttingDown, 1092: shuttingDown, 1094: shuttingDown,
	1109: {datasource.ErrUnavailable,
		message.New("datasource.oracle.closed"), message.New("datasource.oracle.closed.remedy")},
	600: internal, 7445: internal,
	604: {datasource.ErrUnavailable,
		message.New("datasource.oracle.recursive"), message.New("datasource.oracle.recursive.remedy")},
	4030: memory, 4031: memory, 4036: memory,
	1466: {datasource.ErrUnavailable, // the session's transactions are read-only
		message.New("datasource.oracle.altered"), message.New("datasource.oracle.altered.remedy")},
	1555: {datasource.ErrUnavailable,
		message.New("datasource.oracle.undo"), message.New("datasource.oracle.undo.remedy")},

	// The end of a statement or a session
	54: locked, 60: locked, 4020: locked, 4021: locked,
	1013: {datasource.ErrCancelled,
		message.New("datasource.oracle.interrupted"), message.New("datasource.oracle.interrupted.remedy")},
	3113: {datasource.ErrLost,
		message.New("datasource.oracle.session_ended"), message.New("datasource.oracle.session_ended.remedy")},
	3114: {datasource.ErrLost,
		message.New("datasource.oracle.not_connected"), message.New("datasource.oracle.not_connected.remedy")},
	3135: {datasource.ErrLost,
		message.New("datasource.oracle.connection_lost"), message.New("datasource.oracle.connection_lost.remedy")},
	28: killed, 1012: loggedOff,
	3106: packets, 3137: packets, 12151: packets, 12157: packets, 12566: packets, 12569: packets, 12570: packets,
	12571: packets, 12592: packets, 12599: packets,
}

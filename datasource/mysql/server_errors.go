package mysql

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// advice is what an error of a server means and what to do.
type advice struct {
	class         datasource.ErrorClass
	cause, remedy message.Text
}

// adviceFor returns the advice for an error number of a server of the type, nil if there is none. From 4000
// on, the numbers of OceanBase are its own.
func adviceFor(number uint16, t datasource.Type) *advice {
	const firstOfOceanBase = 4000
	from := serverErrors
	if number >= firstOfOceanBase && (t == datasource.OceanBaseMySQL || t == datasource.OceanBaseOracle) {
		from = oceanBaseErrors
	}
	if a, ok := from[number]; ok {
		return &a
	}
	return nil
}

// Advice for several errors.
var (
	unnamed = advice{datasource.ErrHostNotAllowed,
		message.New("datasource.mysql.host_unresolved"), message.New("datasource.mysql.host_unresolved.remedy")}
	locked = advice{datasource.ErrAccount,
		message.New("datasource.mysql.locked"), message.New("datasource.mysql.locked.remedy")}
	tooManyFailures = advice{datasource.ErrAccount,
		message.New("datasource.mysql.blocked"), message.New("datasource.mysql.blocked.remedy")}
	expired = advice{datasource.ErrAccount,
		message.New("datasource.mysql.expired"), message.New("datasource.mysql.expired.remedy")}
	databaseDenied = advice{datasource.ErrPrivilege,
		message.New("datasource.mysql.database_denied"), message.New("datasource.mysql.database_denied.remedy")}
	unsupportedPlugin = advice{datasource.ErrCredentials,
		message.New("datasource.mysql.plugin"), message.New("datasource.mysql.plugin.remedy")}

	outOfResources = advice{datasource.ErrUnavailable,
		message.New("datasource.mysql.resources"), message.New("datasource.mysql.resources.remedy")}
	memoryLimit = advice{datasource.ErrUnavailable,
		message.New("datasource.mysql.memory_limit"), message.New("datasource.mysql.memory_limit.remedy")}
	shuttingDown = advice{datasource.ErrUnavailable,
		message.New("datasource.mysql.shutdown"), message.New("datasource.mysql.shutdown.remedy")}
	readOnly = advice{datasource.ErrUnavailable,
		message.New("datasource.mysql.option"), message.New("datasource.mysql.option.remedy")}
	proxyFailed = advice{datasource.ErrUnavailable,
		message.New("datasource.mysql.behind_proxy"), message.New("datasource.mysql.behind_proxy.remedy")}

	statementTimeout = advice{datasource.ErrTimeout,
		message.New("datasource.mysql.statement_timeout"), message.New("datasource.mysql.statement_timeout.remedy")}
	lockTimeout = advice{datasource.ErrLocked,
		message.New("datasource.mysql.lock"), message.New("datasource.mysql.lock.remedy")}
	communication = advice{datasource.ErrLost,
		message.New("datasource.mysql.communication"), message.New("datasource.mysql.communication.remedy")}
	slow = advice{datasource.ErrLost,
		message.New("datasource.mysql.net_timeout"), message.New("datasource.mysql.net_timeout.remedy")}
	killed = advice{datasource.ErrLost,
		message.New("datasource.mysql.killed"), message.New("datasource.mysql.killed.remedy")}
)

// serverErrors holds the advice for errors that a logon or a read may return (MySQL Error Message Reference,
// Server and Client; MariaDB Error Code Reference, 4150 and 4151; numbers from 2000 to 2999 are those of a
// client, such as a proxy before the server).
var serverErrors = map[uint16]advice{
	// Limits
	1040: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.connections"), message.New("datasource.mysql.connections.remedy")},
	1203: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.account_connections"),
		message.New("datasource.mysql.account_connections.remedy")},
	1226: {datasource.ErrTooManyConnections,
		message.New("datasource.mysql.account_limit"), message.New("datasource.mysql.account_limit.remedy")},
	1037: outOfResources, 1038: outOfResources, 1041: outOfResources, 1081: outOfResources, 1135: outOfResources,
	3170: memoryLimit,

	// Logon
	1042: unnamed,
	1043: {datasource.ErrProtocol,
		message.New("datasource.mysql.handshake"), message.New("datasource.mysql.handshake.remedy")},
	1045: {datasource.ErrCredentials,
		message.New("datasource.mysql.credentials"), message.New("datasource.mysql.credentials.remedy")},
	1873: {datasource.ErrCredentials,
		message.New("datasource.mysql.credentials"), message.New("datasource.mysql.credentials.remedy")},
	1698: {datasource.ErrCredentials,
		message.New("datasource.mysql.no_password_logon"), message.New("datasource.mysql.no_password_logon.remedy")},
	1524: {datasource.ErrCredentials,
		message.New("datasource.mysql.plugin_not_loaded"), message.New("datasource.mysql.plugin_not_loaded.remedy")},
	1251: unsupportedPlugin, 1275: unsupportedPlugin, 4055: unsupportedPlugin, 4058: unsupportedPlugin,
	1130: {datasource.ErrHostNotAllowed,
		message.New("datasource.mysql.host_denied"), message.New("datasource.mysql.host_denied.remedy")},
	1129: {datasource.ErrHostNotAllowed,
		message.New("datasource.mysql.host_blocked"), message.New("datasource.mysql.host_blocked.remedy")},
	3118: locked, 4151: locked,
	3955: tooManyFailures, 4150: tooManyFailures,
	1820: expired, 1862: expired,
	1049: {datasource.ErrUnknownDatabase,
		message.New("datasource.mysql.unknown_database"), message.New("datasource.mysql.unknown_database.remedy")},
	3159: {datasource.ErrTLS,
		message.New("datasource.mysql.tls_required"), message.New("datasource.mysql.tls_required.remedy")},

	// Privileges
	1044: databaseDenied, 3879: databaseDenied,
	1095: {datasource.ErrPrivilege,
		message.New("datasource.mysql.kill_denied"), message.New("datasource.mysql.kill_denied.remedy")},
	1142: {datasource.ErrPrivilege,
		message.New("datasource.mysql.table_denied"), message.New("datasource.mysql.table_denied.remedy")},
	1143: {datasource.ErrPrivilege,
		message.New("datasource.mysql.column_denied"), message.New("datasource.mysql.column_denied.remedy")},
	1227: {datasource.ErrPrivilege,
		message.New("datasource.mysql.denied"), message.New("datasource.mysql.denied.remedy")},

	// What does not exist
	1094: {datasource.ErrNoSuchObject,
		message.New("datasource.mysql.no_thread"), message.New("datasource.mysql.no_thread.remedy")},
	1109: {datasource.ErrUnsupported, message.New("datasource.mysql.no_catalog_table"), message.Text{}},
	1146: {datasource.ErrNoSuchObject, message.New("datasource.mysql.no_table"), message.Text{}},
	1235: {datasource.ErrUnsupported, message.New("datasource.mysql.not_supported"), message.Text{}},

	// The state of the server
	1053: shuttingDown, 1077: shuttingDown, 1078: shuttingDown, 1079: shuttingDown, 1080: shuttingDown,
	3168: shuttingDown,
	3032: {datasource.ErrUnavailable,
		message.New("datasource.mysql.offline"), message.New("datasource.mysql.offline.remedy")},
	1047: {datasource.ErrUnavailable,
		message.New("datasource.mysql.unknown_command"), message.New("datasource.mysql.unknown_command.remedy")},
	1290: readOnly, 1836: readOnly,
	2002: proxyFailed, 2003: proxyFailed, 2005: proxyFailed, 2006: proxyFailed, 2012: proxyFailed, 2013: proxyFailed,
	2026: proxyFailed, 2055: proxyFailed,

	// The end of a statement or a session
	1205: lockTimeout, 1206: lockTimeout, 1213: lockTimeout,
	1317: {datasource.ErrCancelled,
		message.New("datasource.mysql.interrupted"), message.New("datasource.mysql.interrupted.remedy")},
	1969: statementTimeout, 3024: statementTimeout,
	1153: {datasource.ErrLost,
		message.New("datasource.mysql.packet"), message.New("datasource.mysql.packet.remedy")},
	1152: communication, 1154: communication, 1155: communication, 1156: communication, 1157: communication,
	1158: communication, 1160: communication, 1184: communication,
	1159: slow, 1161: slow,
	1189: {datasource.ErrLost,
		message.New("datasource.mysql.source"), message.New("datasource.mysql.source.remedy")},
	1190: {datasource.ErrLost,
		message.New("datasource.mysql.source"), message.New("datasource.mysql.source.remedy")},
	1927: killed, 3169: killed,
	4031: {datasource.ErrLost,
		message.New("datasource.mysql.idle"), message.New("datasource.mysql.idle.remedy")},
}

// oceanBaseErrors holds the advice for OceanBase's own errors (OceanBase, Error messages for MySQL tenants;
// src/share/ob_errno.def).
var oceanBaseErrors = map[uint16]advice{
	4012: statementTimeout,
	4013: memoryLimit, 4030: memoryLimit, 4080: memoryLimit,
	4038: {datasource.ErrUnavailable,
		message.New("datasource.oceanbase.no_leader"), message.New("datasource.oceanbase.no_leader.remedy")},
	4039: {datasource.ErrUnavailable,
		message.New("datasource.oceanbase.throttled"), message.New("datasource.oceanbase.throttled.remedy")},
	4085: {datasource.ErrUnavailable,
		message.New("datasource.oceanbase.queue"), message.New("datasource.oceanbase.queue.remedy")},
	4064: killed,
	4114: shuttingDown, 8002: shuttingDown,
	4124: proxyFailed,
	5150: {datasource.ErrUnknownDatabase,
		message.New("datasource.oceanbase.no_tenant"), message.New("datasource.oceanbase.no_tenant.remedy")},
	5157: {datasource.ErrUnknownDatabase,
		message.New("datasource.oceanbase.no_tenant"), message.New("datasource.oceanbase.no_tenant.remedy")},
	6002: {datasource.ErrLost,
		message.New("datasource.oceanbase.transaction"), message.New("datasource.oceanbase.transaction.remedy")},
	8001: {datasource.ErrUnavailable,
		message.New("datasource.oceanbase.starting"), message.New("datasource.oceanbase.starting.remedy")},
}

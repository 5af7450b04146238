package runstore

import (
	"errors"
	"slices"

	"github.com/go-sql-driver/mysql"
)

// mysqlDialect is the SQL that MySQL, MariaDB and OceanBase in MySQL mode have in common. Texts are bytes, so that
// neither the database's character set nor a collation matters.
var mysqlDialect = dialect{
	now:   "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
	begin: "START TRANSACTION",
	view:  []string{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION READ ONLY"},
	key:   "VARBINARY(512)", text: "LONGBLOB", blob: "LONGBLOB",
	onRuns:   "ON runs",
	contains: "LOWER(CONVERT(%s USING utf8mb4)) LIKE CONVERT(? USING utf8mb4) ESCAPE '!'",
	kind:     mysqlKind,
	passing:  mysqlPassing,
}

// Numbers of errors (MySQL Server Error Message Reference, MariaDB Error Code Reference).
const (
	tableExists       = 1050
	tooManySessions   = 1040
	serverShutdown    = 1053
	columnExists      = 1060
	indexExists       = 1061
	indexMissing      = 1091
	duplicateEntry    = 1062
	tableFull         = 1114
	noSuchTable       = 1146
	tableDenied       = 1142
	packetTooLarge    = 1153
	errorAtCommit     = 1180
	unknownVariable   = 1193
	tooManyOfUser     = 1203
	lockWaitTimeout   = 1205
	deadlock          = 1213
	optionPrevents    = 1290 // --read-only, --super-read-only
	queryInterrupted  = 1317
	dataTooLong       = 1406
	readOnlyMode      = 1836
	connectionKilled  = 1927 // MariaDB
	diskFull          = 1021
	recordChanged     = 1020 // MariaDB
	offlineMode       = 3032
	hookFailed        = 3100 // Group Replication, before a commit
	certification     = 3101 // Group Replication: another member had committed a change of the same row
	sessionEndsUnused = 4031
)

// numberOf returns the number of an error of a server, 0 for any other error.
func numberOf(err error) uint16 {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

func mysqlKind(err error) (kind error, lost bool) {
	switch numberOf(err) {
	case duplicateEntry:
		return ErrConflict, false
	case dataTooLong:
		return ErrInvalid, false
	case lockWaitTimeout:
		return ErrLocked, true
	case tableFull, diskFull:
		return ErrFull, true
	}
	return ErrUnavailable, true
}

// mysqlPassing reports whether an error may pass: a conflict with another transaction, the end of a connection or of a
// server, or that a server is no longer the primary.
func mysqlPassing(err error) bool {
	number := numberOf(err)
	if number == 0 {
		return true // of the connection
	}
	return slices.Contains([]uint16{lockWaitTimeout, deadlock, certification, recordChanged, errorAtCommit,
		hookFailed, optionPrevents, readOnlyMode, offlineMode, serverShutdown, queryInterrupted, connectionKilled,
		tooManySessions, tooManyOfUser, sessionEndsUnused}, number)
}

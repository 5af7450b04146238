package datasource

// BinaryLog is a file of a server's binary log.
type BinaryLog struct {
	Name string
	Size int64 // bytes
}

// FactBinaryLogs are the files of the binary log that the server still has, the oldest first.
var FactBinaryLogs = NewFact[[]BinaryLog]("binary_logs", "binary log files")

// GTIDs are the transactions that a server's binary log has contained, and those that were purged from it.
// They are not read from variables, whose values a server truncates to 1,024 characters.
type GTIDs struct {
	// Logged are all transactions: MySQL's gtid_executed, MariaDB's gtid_binlog_pos.
	Logged string
	// Purged are the purged ones: MySQL's gtid_purged, on MariaDB the position at which the oldest file
	// starts.
	Purged string
}

// FactGTIDs is which transactions the binary log holds, in the server's own notation: sets on MySQL,
// positions by domain on MariaDB.
var FactGTIDs = NewFact[GTIDs]("gtids", "GTIDs of the binary log")

// SessionSetting is a setting of one session that differs from the global one.
type SessionSetting struct {
	Session  int64  // connection id
	Account  string // user@host
	Variable string // lower case
	Value    string
}

// FactLogSessions are the sessions, except the reader's own, in which binlog_format, binlog_row_image,
// binlog_row_value_options or sql_log_bin differ from the global setting, in order of their ids. Only MySQL
// 5.7.8 and later show them.
var FactLogSessions = NewFact[[]SessionSetting]("log_sessions", "binary log settings of sessions")

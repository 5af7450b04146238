package datasource

// BinaryLogStatus is where a MySQL-protocol server writes its binary log, and what it excludes.
type BinaryLogStatus struct {
	Enabled         bool // false where the server keeps no binary log; the rest is empty then
	File            string
	Position        uint64
	DoDatabases     []string // binlog_do_db: only these are logged; empty is all
	IgnoreDatabases []string // binlog_ignore_db: these are not logged
	ExecutedGTID    string   // MySQL 5.6 and later; empty on MariaDB, which has gtid_binlog_pos
}

// FactBinaryLogStatus is where the server writes its binary log. It fails with an Error of class ErrPrivilege
// without the privilege: REPLICATION CLIENT, on MariaDB 10.5.2 and later BINLOG MONITOR, or
// SUPER.
var FactBinaryLogStatus = NewFact[BinaryLogStatus]("binary_log_status", "binary log status")

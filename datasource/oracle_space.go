package datasource

import (
	"time"
)

// Tablespace is the free space of a tablespace of an Oracle database, in bytes.
type Tablespace struct {
	Free   int64 // in its files as they are
	Growth int64 // by which its files may grow, if the disk has the space
}

// FactTablespaces is the free space of each tablespace (DBA_FREE_SPACE, DBA_DATA_FILES). It fails with an
// Error of class ErrPrivilege where the account may not read one of them.
var FactTablespaces = NewFact[map[string]Tablespace]("tablespaces", "free space of the tablespaces")

// OracleUndo is the undo tablespace of an Oracle instance and its retention of old row versions.
type OracleUndo struct {
	Tablespace string
	Guarantee  bool // RETENTION GUARANTEE: no undo is discarded before UNDO_RETENTION
	// Growing are the files that grow automatically, Fixed those that do not, by number.
	Growing, Fixed []string
	Bytes          int64
	// Intervals is the number of recorded ten-minute intervals of the last four days.
	Intervals int
	Retained  time.Duration // minimum time for which undo was retained in them
	TooOld    int64         // queries that failed in them because it had been overwritten (ORA-01555)
}

// FactOracleUndo is what DBA_TABLESPACES, DBA_DATA_FILES and V$UNDOSTAT show of the undo tablespace that
// UNDO_TABLESPACE names. It fails with an Error of class ErrPrivilege where the account may not read one of
// them.
var FactOracleUndo = NewFact[OracleUndo]("oracle_undo", "undo tablespace")

package datasource

import (
	"time"
)

// Tablespace is the free space of a tablespace of an Oracle database, in bytes.
type Tablespace struct {
	Free   int64 // in its files as they are
	Growth int64 // by which its files may grow, if the disk has the space
}

// FactTablespaces is the free space of each tablespace (DBA_FREE_SPACE, DBA_DATA_FILES). What the recycle bin holds is
// free, because Oracle purges it when it needs the space. It fails with an Error of class ErrPrivilege where the
// account may not read one of the views.
var FactTablespaces = NewFact[map[string]Tablespace]("tablespaces", "free space of the tablespaces")

// FactFreeExtents is the size in bytes of the free extents of each tablespace that is locally managed, permanent and
// not offline (DBA_LMT_FREE_SPACE, Oracle Database Reference). Unlike in FactTablespaces, what the recycle bin holds is
// not free, so that it is never more than there: DBA_FREE_SPACE looks up the extents of each dropped object, which
// takes minutes if there are many. No tablespace of a root container is listed.
var FactFreeExtents = NewFact[map[string]int64]("free_extents", "free extents of the tablespaces")

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

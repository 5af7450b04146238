package datasource

import (
	"time"
)

// SupplementalLogging is the data that an Oracle database adds to its redo log beyond the needs of recovery.
type SupplementalLogging struct {
	Minimal bool
	// The values of these columns are logged with every update of a row, in every table.
	PrimaryKey, Unique, All bool
}

// EveryKey reports whether the values of the keys of every table are logged with every update.
func (l SupplementalLogging) EveryKey() bool { return l.All || l.PrimaryKey && l.Unique }

// OracleDatabase is the state of an Oracle database.
type OracleDatabase struct {
	Name         string
	LogMode      string              // ARCHIVELOG, NOARCHIVELOG or MANUAL
	OpenMode     string              // READ WRITE, READ ONLY, READ ONLY WITH APPLY, …
	Role         string              // PRIMARY, PHYSICAL STANDBY, LOGICAL STANDBY, SNAPSHOT STANDBY, …
	ForceLogging string              // YES, NO; releases from 18c on have STANDBY NOLOGGING FOR … as well
	Supplemental SupplementalLogging // of the whole database; a pluggable database may have more
	Container    string              // that the session is in; empty where CDB is false
	CDB          bool
}

// InPDB reports whether the session is in a pluggable database.
func (d OracleDatabase) InPDB() bool { return d.CDB && d.Container != "CDB$ROOT" }

// FactOracleDatabase is what V$DATABASE shows. It fails with an Error of class ErrPrivilege where the account may not
// read it.
var FactOracleDatabase = NewFact[OracleDatabase]("oracle_database", "state and log mode of the Oracle database")

// FactContainerOpen is the open mode of the session's pluggable database, as OracleDatabase.OpenMode (V$PDBS). It is
// empty where the session is in none. It fails with an Error of class ErrPrivilege where the account may not read the
// view.
var FactContainerOpen = NewFact[string]("container_open", "open mode of the pluggable database")

// OracleContainer is the container of a multitenant database that the session is in.
type OracleContainer struct {
	CDB           bool   // false: the database is not multitenant
	Name          string // as in CDB$ROOT; empty where CDB is false
	CommonAccount bool   // the account is common, so that it exists in the root, too
}

// InPDB reports whether it is a pluggable database.
func (c OracleContainer) InPDB() bool { return c.CDB && c.Name != "CDB$ROOT" }

// FactOracleContainer is the container of the session. Every account may read it.
var FactOracleContainer = NewFact[OracleContainer]("oracle_container", "container of the session")

// PDBLogging is the supplemental logging that a pluggable database has of its own.
type PDBLogging struct {
	Supplemental SupplementalLogging
	// LocalUndo is the property LOCAL_UNDO_ENABLED of the container database, TRUE or FALSE. It is empty before 19c
	// and where the database does not show it.
	LocalUndo string
}

// FactPDBLogging is what DBA_SUPPLEMENTAL_LOGGING shows of the session's pluggable database, and from 19c
// DATABASE_PROPERTIES of its undo. It is zero before 12.1. It fails with an Error of class ErrPrivilege where the
// account may not read one of them.
var FactPDBLogging = NewFact[PDBLogging]("pdb_logging", "supplemental logging of the pluggable database")

// ContainerLogging is how a pluggable database logs NOLOGGING operations. FORCE LOGGING of the whole
// database takes precedence over it; it takes precedence over tablespaces and tables.
type ContainerLogging struct {
	ForceLogging   bool // ENABLE FORCE LOGGING: they are logged nevertheless
	ForceNoLogging bool // ENABLE FORCE NOLOGGING: other operations are not logged either
}

// FactContainerLogging is what DBA_PDBS shows of the session's pluggable database (Oracle Database
// Reference, 12.2, "DBA_PDBS"; before 12.2 it shows nothing to such a session). It is zero elsewhere.
var FactContainerLogging = NewFact[ContainerLogging]("container_logging", "force logging of the pluggable database")

// ArchivedThread is the archived redo of one thread, of the present incarnation of the database.
type ArchivedThread struct {
	Thread    string
	Logs      int // that were archived to a local destination and that the control file still lists
	Available int // that are available and not marked as deleted
	// Oldest is the start of the first log of the unbroken sequence of available ones up to the present, by the
	// server's clock. It is zero where there is none.
	Oldest time.Time
	// Missing is the number of the log before that sequence, if there are older available ones.
	Missing string
}

// ArchivedLogs are the archived redo logs of a database.
type ArchivedLogs struct {
	Threads []ArchivedThread // in order of their numbers
	Now     time.Time        // the server's clock
}

// FactArchivedLogs are the archived redo logs that the database's control file lists (V$ARCHIVED_LOG). A log of which
// the archived copy is gone is available while it is online (V$LOG). It
// fails with an Error of class ErrPrivilege where the account may not read it.
var FactArchivedLogs = NewFact[ArchivedLogs]("archived_logs", "archived redo logs")

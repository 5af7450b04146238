package datasource

import (
	"time"
)

// RedoThread is the online redo of one instance of an Oracle database.
type RedoThread struct {
	Thread   string
	Enabled  bool
	Groups   int
	Smallest int64 // bytes of its smallest log
	// Switches are the numbers of log switches in each hour of the last seven days that had any, by the hour:
	// 2006-01-02 15.
	Switches map[string]int
}

// OracleInstance is an instance that has an Oracle database open.
type OracleInstance struct {
	Name, Host string
	Thread     string
	Status     string // OPEN, MOUNTED, …
}

// OracleRedo is the instances that write the redo of a database, and its volume.
type OracleRedo struct {
	Instances []OracleInstance // more than one: Real Application Clusters
	Threads   []RedoThread     // in order of their numbers
}

// FactOracleRedo is what GV$INSTANCE, V$THREAD, V$LOG and V$LOG_HISTORY show. It fails with an Error of class
// ErrPrivilege where the account may not read one of them.
var FactOracleRedo = NewFact[OracleRedo]("oracle_redo", "online redo logs and instances")

// OracleAccount is the status and the limits of the account that is logged on.
type OracleAccount struct {
	Name             string
	Status           string    // OPEN, EXPIRED(GRACE), …
	Expires          time.Time // by the server's clock; zero if the password does not expire
	PasswordVersions string    // as in "11G 12C "; empty where there is no password
	Profile          string
	// Limits are the limits of its profile by upper-case name, as in IDLE_TIME: a number or UNLIMITED.
	Limits map[string]string
	// LimitsView is the view that the account may not read, if Limits are only what its own views show. They show
	// DEFAULT for a limit of the profile DEFAULT.
	LimitsView DictionaryView
	Now        time.Time // the server's clock
}

// FactOracleAccount is the account that is logged on (DBA_USERS, DBA_PROFILES). If it may not read these, what
// USER_USERS, USER_RESOURCE_LIMITS and USER_PASSWORD_LIMITS show: neither the profile nor the password versions.
var FactOracleAccount = NewFact[OracleAccount]("oracle_account", "status and profile of the Oracle account")

// LogMiner is the availability of the packages of LogMiner.
type LogMiner struct {
	// Packages are those that the account can see, with their status: VALID or INVALID.
	Packages map[string]string
	// All reports that the account sees every package, not only those that it may execute.
	All bool
}

// FactLogMiner is the availability of the packages of LogMiner.
var FactLogMiner = NewFact[LogMiner]("log_miner", "LogMiner packages")

// DictionaryView is a view of Oracle's dictionary that facts are read from.
type DictionaryView struct {
	Name     string
	Readable bool
	// Instead is the view that is read in its place if it cannot be read; empty if there is none. It may show only
	// objects on which the account has a privilege.
	Instead string
	Grant   string // the statement by which an administrator lets the account read it
}

// FactDictionaryViews are the views of Oracle's dictionary that facts are read from, and whether the account
// may read them.
var FactDictionaryViews = NewFact[[]DictionaryView]("dictionary_views", "readable dictionary views")

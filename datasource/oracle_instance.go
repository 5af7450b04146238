package datasource

import (
	"context"
	"time"
)

// RedoThread is the online redo of one instance of an Oracle database.
type RedoThread struct {
	Thread   string
	Enabled  bool
	Groups   int
	Smallest int64 // bytes of its smallest log
	// Switches are how many logs were begun in each hour of the last seven days that had any, by the
	// hour: 2006-01-02 15.
	Switches map[string]int
}

// OracleInstance is an instance that has an Oracle database open.
type OracleInstance struct {
	Name, Host string
	Thread     string
	Status     string // OPEN, MOUNTED, …
}

// OracleRedo is who writes the redo of a database, and how much.
type OracleRedo struct {
	Instances []OracleInstance // more than one: Real Application Clusters
	Threads   []RedoThread     // in order of their numbers
}

// FactOracleRedo is who writes the redo of a database, and how much.
const FactOracleRedo Fact = "redo"

// OracleRedo gives what GV$INSTANCE, V$THREAD, V$LOG and V$LOG_HISTORY tell. It fails with an Error
// of class ErrPrivilege where the account may not read one of them.
func (f *Facts) OracleRedo(ctx context.Context) (OracleRedo, error) {
	return get[OracleRedo](ctx, f, FactOracleRedo)
}

// OracleAccount is what an Oracle database lets the account that is logged on do as a whole.
type OracleAccount struct {
	Name             string
	Status           string    // OPEN, EXPIRED(GRACE), …
	Expires          time.Time // by the server's clock; zero where the password does not
	PasswordVersions string    // as in "11G 12C "; empty where there is no password
	Profile          string
	// Limits are the limits of its profile by upper-case name, as in IDLE_TIME: a number or UNLIMITED.
	Limits map[string]string
	Now    time.Time // the server's clock
}

// FactOracleAccount is the account that is logged on.
const FactOracleAccount Fact = "account"

// OracleAccount gives the account that is logged on (DBA_USERS, DBA_PROFILES). It fails with an
// Error of class ErrPrivilege where the account may not read these.
func (f *Facts) OracleAccount(ctx context.Context) (OracleAccount, error) {
	return get[OracleAccount](ctx, f, FactOracleAccount)
}

// LogMiner is whether the packages of LogMiner are there.
type LogMiner struct {
	// Packages are those that the account can see, with their status: VALID or INVALID.
	Packages map[string]string
	// All says that the account sees every package, not only those that it may execute.
	All bool
}

// FactLogMiner is whether the packages of LogMiner are there.
const FactLogMiner Fact = "LogMiner"

// LogMiner gives whether the packages of LogMiner are there.
func (f *Facts) LogMiner(ctx context.Context) (LogMiner, error) {
	return get[LogMiner](ctx, f, FactLogMiner)
}

// DictionaryView is a view of Oracle's dictionary that facts are read from.
type DictionaryView struct {
	Name     string
	Readable bool
	Grant    string // the statement by which an administrator lets the account read it
}

// FactDictionaryViews are the views of Oracle's dictionary that facts are read from.
const FactDictionaryViews Fact = "dictionary views"

// DictionaryViews gives the views of Oracle's dictionary that facts are read from, and whether the
// account may read them.
func (f *Facts) DictionaryViews(ctx context.Context) ([]DictionaryView, error) {
	return get[[]DictionaryView](ctx, f, FactDictionaryViews)
}

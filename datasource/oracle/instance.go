package oracle

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	instancesQuery = "SELECT instance_name, host_name, thread#, status FROM gv$instance"
	threadsQuery   = "SELECT thread#, enabled FROM v$thread"
	logsQuery      = "SELECT thread#, COUNT(*), MIN(bytes) FROM v$log GROUP BY thread#"
	// At most 168 rows for each thread.
	switchesQuery = `SELECT thread#, TO_CHAR(first_time, 'YYYY-MM-DD HH24'), COUNT(*) FROM v$log_history
WHERE first_time > SYSDATE - 7 GROUP BY thread#, TO_CHAR(first_time, 'YYYY-MM-DD HH24')`
)

func (r *Reader) redo(ctx context.Context) (datasource.OracleRedo, error) {
	var redo datasource.OracleRedo
	err := r.view(ctx, "GV$INSTANCE", instancesQuery, func(c cells) error {
		redo.Instances = append(redo.Instances,
			datasource.OracleInstance{Name: strings.Clone(c[0]), Host: strings.Clone(c[1]), Thread: strings.Clone(c[2]),
				Status: strings.Clone(c[3])})
		return nil
	})
	if err != nil {
		return redo, err
	}
	threads := map[string]*datasource.RedoThread{}
	of := func(name string) *datasource.RedoThread {
		if threads[name] == nil {
			name = strings.Clone(name)
			threads[name] = &datasource.RedoThread{Thread: name, Switches: map[string]int{}}
		}
		return threads[name]
	}
	if err := r.view(ctx, "V$THREAD", threadsQuery, func(c cells) error {
		of(c[0]).Enabled = c[1] != "DISABLED"
		return nil
	}); err != nil {
		return redo, err
	}
	if err := r.view(ctx, "V$LOG", logsQuery, func(c cells) (err error) {
		t := of(c[0])
		if t.Groups, err = strconv.Atoi(c[1]); err != nil {
			return err
		}
		t.Smallest, err = strconv.ParseInt(c[2], 10, 64)
		return err
	}); err != nil {
		return redo, err
	}
	err = r.view(ctx, "V$LOG_HISTORY", switchesQuery, func(c cells) (err error) {
		of(c[0]).Switches[strings.Clone(c[1])], err = strconv.Atoi(c[2])
		return err
	})
	for _, t := range threads {
		redo.Threads = append(redo.Threads, *t)
	}
	slices.SortFunc(redo.Threads, func(a, b datasource.RedoThread) int { return byNumber(a.Thread, b.Thread) })
	return redo, err
}

// Every account may read its own row and the limits of its profile (Oracle Database Reference, "USER_USERS", which
// does not have the columns PASSWORD_VERSIONS and PROFILE, "USER_RESOURCE_LIMITS", "USER_PASSWORD_LIMITS").
const (
	accountQuery = `SELECT username, account_status, TO_CHAR(expiry_date, 'YYYY-MM-DD HH24:MI:SS'), password_versions,
profile,
TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS')
FROM dba_users WHERE username = `
	ownAccountQuery = `SELECT username, account_status, TO_CHAR(expiry_date, 'YYYY-MM-DD HH24:MI:SS'), NULL, NULL,
TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS')
FROM user_users`
	profilesQuery = "SELECT profile, resource_name, limit FROM dba_profiles WHERE profile IN ('DEFAULT', "
)

func (r *Reader) account(ctx context.Context) (datasource.OracleAccount, error) {
	var a datasource.OracleAccount
	server, err := r.server(ctx)
	if err != nil {
		return a, err
	}
	all, err := r.readable(ctx, "DBA_USERS")
	if err != nil {
		return a, err
	}
	query := accountQuery + literal(server.Account)
	if !all && !server.IsOceanBase() {
		query = ownAccountQuery
	}
	err = r.view(ctx, "DBA_USERS", query, func(c cells) (err error) {
		a = datasource.OracleAccount{Name: strings.Clone(c[0]), Status: strings.Clone(c[1]),
			PasswordVersions: strings.Clone(c[3]), Profile: strings.Clone(c[4]), Limits: map[string]string{}}
		if c[2] != "" {
			if a.Expires, err = time.Parse(clockLayout, c[2]); err != nil {
				return err
			}
		}
		a.Now, err = time.Parse(clockLayout, c[5])
		return err
	})
	if err != nil {
		return a, err
	}
	if a.Name == "" {
		return a, &datasource.Error{Class: datasource.ErrNoSuchObject,
			Cause: message.New("datasource.oracle.account_not_listed", "account", server.Account)}
	}
	profiles, err := r.readable(ctx, "DBA_PROFILES")
	if err != nil {
		return a, err
	}
	if (a.Profile == "" || !profiles) && !server.IsOceanBase() {
		view := "DBA_PROFILES"
		if a.Profile == "" {
			view = "DBA_USERS"
		}
		a.LimitsView = datasource.DictionaryView{Name: view, Grant: grantSelect(view, server.Account)}
		return a, r.ownLimits(ctx, a.Limits)
	}
	// What a profile leaves to DEFAULT is that profile's.
	defaults := map[string]string{}
	err = r.view(ctx, "DBA_PROFILES", profilesQuery+literal(a.Profile)+")", func(c cells) error {
		if c[0] == "DEFAULT" {
			defaults[strings.Clone(c[1])] = strings.Clone(c[2])
		}
		if c[0] == a.Profile {
			a.Limits[strings.Clone(c[1])] = strings.Clone(c[2])
		}
		return nil
	})
	for name, limit := range a.Limits {
		if limit == "DEFAULT" {
			a.Limits[name] = defaults[name]
		}
	}
	return a, err
}

// ownLimits reads the limits of the account's profile that every account may read.
func (r *Reader) ownLimits(ctx context.Context, limits map[string]string) error {
	for _, view := range []string{"user_resource_limits", "user_password_limits"} {
		if err := r.query(ctx, "SELECT resource_name, limit FROM "+view, func(c cells) error {
			limits[strings.Clone(c[0])] = strings.Clone(c[1])
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) logMiner(ctx context.Context) (datasource.LogMiner, error) {
	l := datasource.LogMiner{Packages: map[string]string{}}
	query, err := r.dictionary(ctx,
		"SELECT object_name, status FROM {p}_OBJECTS WHERE owner = 'SYS' AND object_type = 'PACKAGE' AND object_name "+
			"IN "+
			"('DBMS_LOGMNR', 'DBMS_LOGMNR_D')")
	if err != nil {
		return l, err
	}
	l.All = strings.Contains(query, "DBA_OBJECTS")
	return l, r.query(ctx, query, func(c cells) error {
		l.Packages[strings.Clone(c[0])] = strings.Clone(c[1])
		return nil
	})
}

// viewsRead are the views that require a privilege. Each is read only if the account may read it.
var viewsRead = strings.Fields(`DBA_TAB_COLS DBA_ALL_TABLES DBA_TABLES DBA_VIEWS DBA_MVIEWS DBA_MVIEW_LOGS
DBA_TAB_COMMENTS DBA_COL_COMMENTS DBA_CONSTRAINTS DBA_CONS_COLUMNS
DBA_INDEXES DBA_IND_COLUMNS DBA_IND_EXPRESSIONS DBA_IND_PARTITIONS DBA_IND_SUBPARTITIONS
REDACTION_POLICIES DBA_REDEFINITION_OBJECTS DBA_LOBS DBA_PART_TABLES DBA_PART_KEY_COLUMNS DBA_SUBPART_KEY_COLUMNS
DBA_TAB_PARTITIONS DBA_TAB_SUBPARTITIONS DBA_LOB_PARTITIONS DBA_LOB_SUBPARTITIONS DBA_ENCRYPTED_COLUMNS
DBA_EXTERNAL_TABLES DBA_QUEUE_TABLES DBA_NESTED_TABLES DBA_VARRAYS DBA_REFS DBA_GOLDENGATE_SUPPORT_MODE
DBA_LOG_GROUPS DBA_LOG_GROUP_COLUMNS DBA_OBJECTS DBA_OBJECTS_AE DBA_SEQUENCES DBA_TRIGGERS DBA_UNUSED_COL_TABS
DBA_USERS DBA_PROFILES DBA_SYS_PRIVS DBA_TS_QUOTAS DBA_TABLESPACES DBA_DATA_FILES DBA_FREE_SPACE DBA_SEGMENTS
DBA_EXTENTS V$DATABASE V$PARAMETER V$ARCHIVED_LOG V$LOG V$LOG_HISTORY V$RESERVED_WORDS V$THREAD V$RESOURCE_LIMIT
V$SESSION V$UNDOSTAT V$TIMEZONE_FILE GV$INSTANCE GV$SESSION GV$TRANSACTION`)

// viewsSince12 are those of later releases, by the first release that has them.
var viewsSince12 = []struct {
	since []int
	name  string
}{
	{[]int{12, 1}, "DBA_SUPPLEMENTAL_LOGGING"}, {[]int{12, 1}, "DBA_TAB_IDENTITY_COLS"}, {[]int{12, 1}, "V$PDBS"},
	{[]int{12, 2}, "DBA_PDBS"}, {[]int{19}, "DATABASE_PROPERTIES"},
}

// DictionaryViews returns the views of a release that facts are read from, none of them readable, and the statements
// that make them readable for an account.
func DictionaryViews(release datasource.Version, account string) []datasource.DictionaryView {
	var views []datasource.DictionaryView
	add := func(name string) {
		views = append(views, datasource.DictionaryView{Name: name, Grant: grantSelect(name, account)})
	}
	for _, name := range viewsRead {
		add(name)
	}
	for _, view := range viewsSince12 {
		if release.AtLeast(view.since...) {
			add(view.name)
		}
	}
	return views
}

func (r *Reader) dictionaryViews(ctx context.Context) ([]datasource.DictionaryView, error) {
	server, err := r.server(ctx)
	if err != nil {
		return nil, err
	}
	views := DictionaryViews(server.Version, server.Account)
	var probes errgroup.Group
	probes.SetLimit(max(r.endpoint.Connections, 1))
	for _, view := range views {
		probes.Go(func() error {
			_, err := r.readable(ctx, view.Name)
			return err
		})
	}
	if err := probes.Wait(); err != nil {
		return nil, err
	}
	for i := range views {
		view := &views[i]
		if view.Readable, err = r.readable(ctx, view.Name); err != nil {
			return nil, err
		}
		if !view.Readable {
			if view.Instead, err = r.instead(ctx, view.Name); err != nil {
				return nil, err
			}
		}
	}
	return views, nil
}

// replacements are the views that are read instead of others, except for those that ALL_ views replace. None of them
// shows less than the facts need of the account's own tables.
var replacements = map[string][]string{
	"DBA_ALL_TABLES": {"DBA_TABLES", "ALL_ALL_TABLES"},
	"DBA_VIEWS":      {"DBA_OBJECTS", "ALL_VIEWS"},
	"DBA_USERS":      {"USER_USERS"},
	"DBA_PROFILES":   {"USER_RESOURCE_LIMITS"},
	"DBA_SEGMENTS":   {"DBA_EXTENTS", ""},
	"DBA_EXTENTS":    {"DBA_SEGMENTS", ""},
}

// onlyAll are DBA_ views without another view of the same objects that every account may read.
var onlyAll = strings.Fields(`DBA_SYS_PRIVS DBA_TS_QUOTAS DBA_TABLESPACES DBA_DATA_FILES DBA_FREE_SPACE
DBA_SUPPLEMENTAL_LOGGING DBA_PDBS DBA_GOLDENGATE_SUPPORT_MODE DBA_REDEFINITION_OBJECTS`)

// instead returns the view that is read instead of one that the account may not read; it is empty if there is none.
func (r *Reader) instead(ctx context.Context, view string) (string, error) {
	if others := replacements[view]; others != nil {
		return r.firstReadable(ctx, others...)
	}
	name, ok := strings.CutPrefix(view, "DBA_")
	if !ok || slices.Contains(onlyAll, view) {
		return "", nil
	}
	return "ALL_" + name, nil
}

package oracle

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// view runs a query over one view of SYS. If the account may not read it, the error names the missing grant.
func (r *Reader) view(ctx context.Context, name, query string, each func(cells) error) error {
	return r.refused(ctx, name, r.query(ctx, query, each))
}

// refused returns the error of a query over one view of SYS; if the account may not read it, with the missing grant.
func (r *Reader) refused(ctx context.Context, name string, err error) error {
	err = classify(ctx, err, r.endpoint)
	known, ok := err.(*datasource.Error)
	if !ok || known.Code != "ORA-00942" && known.Code != "ORA-01031" {
		return err
	}
	server, identity := r.server(ctx)
	if identity != nil {
		return identity
	}
	if server.IsOceanBase() { // which has few of Oracle's V$ views
		return &datasource.Error{Class: datasource.ErrUnsupported, Code: known.Code, Err: known.Err,
			Cause: message.New("datasource.unsupported.no_view", "server", server.String(), "view", name, "account",
				server.Account)}
	}
	return &datasource.Error{Class: datasource.ErrPrivilege, Code: known.Code, Err: known.Err,
		Cause: message.New("datasource.privilege.view", "account", server.Account, "view", name),
		Remedy: message.New("datasource.privilege.view.remedy", "grant", grantSelect(name, server.Account), "account",
			server.Account)}
}

// oracleOnly returns the server, and fails if it is not Oracle Database: OceanBase does not have Oracle's
// redo log and its views.
func (r *Reader) oracleOnly(ctx context.Context) (datasource.Server, error) {
	server, err := r.server(ctx)
	if err == nil && server.IsOceanBase() {
		err = &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.no_redo", "server", server.String())}
	}
	return server, err
}

// grantSelect returns the statement by which an administrator lets an account read a view of SYS.
func grantSelect(view, account string) string {
	return "GRANT SELECT ON SYS." + grantable(view) + ` TO "` + account + `"`
}

const (
	databaseQuery = `SELECT name, log_mode, open_mode, database_role, force_logging, supplemental_log_data_min,
supplemental_log_data_pk,
supplemental_log_data_ui, supplemental_log_data_all FROM v$database`
	// CDB was added in 12.1.
	containerQuery = "SELECT cdb, SYS_CONTEXT('USERENV', 'CON_NAME') FROM v$database"
	pdbsQuery      = "SELECT open_mode FROM v$pdbs WHERE name = SYS_CONTEXT('USERENV', 'CON_NAME')"
)

func (r *Reader) database(ctx context.Context) (datasource.OracleDatabase, error) {
	var d datasource.OracleDatabase
	server, err := r.oracleOnly(ctx)
	if err != nil {
		return d, err
	}
	err = r.view(ctx, "V$DATABASE", databaseQuery, func(c cells) error {
		d = datasource.OracleDatabase{Name: strings.Clone(c[0]), LogMode: strings.Clone(c[1]),
			OpenMode: strings.Clone(c[2]), Role: strings.Clone(c[3]), ForceLogging: strings.Clone(c[4]),
			// IMPLICIT: another kind of supplemental logging includes it.
			Supplemental: datasource.SupplementalLogging{Minimal: c[5] == "YES" || c[5] == "IMPLICIT",
				PrimaryKey: c[6] == "YES", Unique: c[7] == "YES", All: c[8] == "YES"}}
		return nil
	})
	if err != nil || server.Version.Before(12, 1) {
		return d, err
	}
	if err := r.view(ctx, "V$DATABASE", containerQuery, func(c cells) error {
		if d.CDB = c[0] == "YES"; d.CDB {
			d.Container = strings.Clone(c[1])
		}
		return nil
	}); err != nil {
		return d, err
	}
	return d, nil
}

func (r *Reader) containerOpen(ctx context.Context) (string, error) {
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(12, 1) {
		return "", err
	}
	mode := ""
	err = r.view(ctx, "V$PDBS", pdbsQuery, func(c cells) error {
		mode = strings.Clone(c[0])
		return nil
	})
	return mode, err
}

// CON_ID is 0 unless the database is a container database (Oracle Database SQL Language Reference, "SYS_CONTEXT").
// COMMON was added in 12.1.0.2 (Oracle Database Reference, "ALL_USERS").
const sessionContainerQuery = "SELECT SYS_CONTEXT('USERENV', 'CON_ID'), SYS_CONTEXT('USERENV', 'CON_NAME'), {common} " +
	"FROM user_users"

func (r *Reader) container(ctx context.Context) (datasource.OracleContainer, error) {
	var container datasource.OracleContainer
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(12, 1) {
		return container, err
	}
	common := "common"
	if server.Version.Before(12, 1, 0, 2) {
		common = "CASE WHEN username LIKE 'C##%' THEN 'YES' ELSE 'NO' END"
	}
	query := strings.Replace(sessionContainerQuery, "{common}", common, 1)
	err = r.query(ctx, query, func(c cells) error {
		if c[0] != "0" {
			container = datasource.OracleContainer{CDB: true, Name: strings.Clone(c[1]), CommonAccount: c[2] == "YES"}
		}
		return nil
	})
	return container, err
}

const (
	pdbLoggingQuery = "SELECT minimal, primary_key, unique_index, all_column FROM dba_supplemental_logging"
	localUndoQuery  = "SELECT property_value FROM database_properties WHERE property_name = 'LOCAL_UNDO_ENABLED'"
)

func (r *Reader) pdbLogging(ctx context.Context) (datasource.PDBLogging, error) {
	var l datasource.PDBLogging
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(12, 1) {
		return l, err
	}
	err = r.view(ctx, "DBA_SUPPLEMENTAL_LOGGING", pdbLoggingQuery, func(c cells) error {
		l.Supplemental = datasource.SupplementalLogging{Minimal: c[0] == "YES" || c[0] == "IMPLICIT",
			PrimaryKey: c[1] == "YES", Unique: c[2] == "YES", All: c[3] == "YES"}
		return nil
	})
	if err != nil || server.Version.Before(19) {
		return l, err
	}
	return l, r.view(ctx, "DATABASE_PROPERTIES", localUndoQuery, func(c cells) error {
		l.LocalUndo = strings.Clone(c[0])
		return nil
	})
}

const containerLoggingQuery = "SELECT force_logging, force_nologging FROM dba_pdbs WHERE pdb_name = "

func (r *Reader) containerLogging(ctx context.Context) (datasource.ContainerLogging, error) {
	var l datasource.ContainerLogging
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(12, 2) {
		return l, err
	}
	container, err := r.one(ctx, "SELECT SYS_CONTEXT('USERENV', 'CON_NAME') FROM dual")
	if err != nil {
		return l, err
	}
	return l, r.view(ctx, "DBA_PDBS", containerLoggingQuery+literal(container[0]), func(c cells) error {
		l = datasource.ContainerLogging{ForceLogging: c[0] == "YES", ForceNoLogging: c[1] == "YES"}
		return nil
	})
}

// Logs of earlier incarnations, and copies on a standby, are of no use to a reader of the redo.
const (
	archivedQuery = `SELECT thread#, sequence#, TO_CHAR(MIN(first_time), 'YYYY-MM-DD HH24:MI:SS'),
MAX(CASE WHEN deleted = 'NO' AND status = 'A' THEN 1 ELSE 0 END)
FROM v$archived_log WHERE archived = 'YES' AND standby_dest = 'NO' AND resetlogs_change# = (SELECT resetlogs_change#
FROM v$database) GROUP BY thread#, sequence#`
	onlineQuery = `SELECT thread#, sequence#, TO_CHAR(first_time, 'YYYY-MM-DD HH24:MI:SS') FROM v$log
WHERE status <> 'UNUSED'`
)

const clockLayout = "2006-01-02 15:04:05"

func (r *Reader) archivedLogs(ctx context.Context) (datasource.ArchivedLogs, error) {
	var logs datasource.ArchivedLogs
	if _, err := r.oracleOnly(ctx); err != nil {
		return logs, err
	}
	now, err := r.one(ctx, "SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS') FROM dual")
	if err != nil {
		return logs, err
	}
	if logs.Now, err = time.Parse(clockLayout, now[0]); err != nil {
		return logs, err
	}
	threads := map[string]map[int64]redoLog{}
	add := func(c cells, archived, available bool) error {
		sequence, err := strconv.ParseInt(c[1], 10, 64)
		if err != nil {
			return err
		}
		if threads[c[0]] == nil {
			threads[strings.Clone(c[0])] = map[int64]redoLog{}
		}
		log := threads[c[0]][sequence]
		if log.start, err = time.Parse(clockLayout, c[2]); err != nil {
			return err
		}
		log.archived, log.available = log.archived || archived, log.available || available
		threads[c[0]][sequence] = log
		return nil
	}
	if err := r.view(ctx, "V$ARCHIVED_LOG", archivedQuery, func(c cells) error {
		return add(c, true, c[3] == "1")
	}); err != nil {
		return logs, err
	}
	if anyNewestGone(threads) {
		archived := slices.Collect(maps.Keys(threads))
		if err := r.view(ctx, "V$LOG", onlineQuery, func(c cells) error {
			if !slices.Contains(archived, c[0]) { // has never been archived
				return nil
			}
			return add(c, false, true)
		}); err != nil {
			return logs, err
		}
	}
	for name, sequence := range threads {
		logs.Threads = append(logs.Threads, archivedThread(name, sequence))
	}
	slices.SortFunc(logs.Threads, func(a, b datasource.ArchivedThread) int { return byNumber(a.Thread, b.Thread) })
	return logs, nil
}

// redoLog is one log of a thread.
type redoLog struct {
	start               time.Time
	archived, available bool
}

// anyNewestGone reports whether a thread has a log as its newest that is not available as an archived one.
func anyNewestGone(threads map[string]map[int64]redoLog) bool {
	for _, logs := range threads {
		if newest := slices.Max(slices.Collect(maps.Keys(logs))); !logs[newest].available {
			return true
		}
	}
	return false
}

// archivedThread returns what the logs of a thread, by their numbers, say of its archived logs.
func archivedThread(name string, logs map[int64]redoLog) datasource.ArchivedThread {
	t := datasource.ArchivedThread{Thread: name}
	numbers := slices.Sorted(maps.Keys(logs))
	for _, log := range logs {
		if log.archived {
			t.Logs++
			if log.available {
				t.Available++
			}
		}
	}
	first := numbers[len(numbers)-1] + 1
	for ; logs[first-1].available; first-- {
		t.Oldest = logs[first-1].start
	}
	older := func(n int64) bool { return n < first && logs[n].available }
	if slices.ContainsFunc(numbers, older) {
		t.Missing = strconv.FormatInt(first-1, 10)
	}
	return t
}

// byNumber compares whole numbers that are written without leading zeros.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

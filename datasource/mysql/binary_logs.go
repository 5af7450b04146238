package mysql

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	binaryLogsQuery = "SHOW BINARY LOGS" // encrypted, a third column, was added in MySQL 8.0.14
	gtidsQuery      = "SELECT @@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged"
	mariaGTIDsQuery = "SELECT @@GLOBAL.gtid_binlog_pos, BINLOG_GTID_POS(?, 4)"

	// The server compares the settings of each thread with the global ones. Without the names of variables it
	// would return every setting of every session.
	logSessionsQuery = `SELECT t.processlist_id, CONCAT(t.processlist_user, '@', t.processlist_host), v.variable_name,
v.variable_value
FROM performance_schema.variables_by_thread v
JOIN performance_schema.threads t ON t.thread_id = v.thread_id
LEFT JOIN performance_schema.global_variables g ON g.variable_name = v.variable_name
WHERE v.variable_name IN ('binlog_format', 'binlog_row_image', 'binlog_row_value_options', 'sql_log_bin')
AND v.variable_value <> COALESCE(g.variable_value, 'ON') AND t.processlist_id <> CONNECTION_ID()
ORDER BY t.processlist_id, v.variable_name`
)

func (r *Reader) binaryLogs(ctx context.Context) ([]datasource.BinaryLog, error) {
	records, err := r.records(ctx, binaryLogsQuery)
	if err != nil {
		return nil, err
	}
	logs := make([]datasource.BinaryLog, len(records))
	for i, rec := range records {
		logs[i].Name = rec["log_name"]
		if logs[i].Size, err = strconv.ParseInt(rec["file_size"], 10, 64); err != nil {
			return nil, err
		}
	}
	return logs, err
}

// gtids reads which transactions the log contains. MariaDB has no list of purged ones: the position at the
// start of the oldest file is read from that file (MariaDB's BINLOG_GTID_POS).
func (r *Reader) gtids(ctx context.Context) (datasource.GTIDs, error) {
	var g datasource.GTIDs
	server, err := r.identify(ctx)
	if err != nil {
		return g, err
	}
	if !server.IsMariaDB() {
		err = r.one(ctx, gtidsQuery, &g.Logged, &g.Purged)
		// A set of many servers is written over several lines.
		g.Logged, g.Purged = strings.ReplaceAll(g.Logged, "\n", ""), strings.ReplaceAll(g.Purged, "\n", "")
		return g, err
	}
	logs, err := r.binaryLogs(ctx)
	if err != nil {
		return g, err
	}
	if len(logs) == 0 {
		return g, message.Err("datasource.mysql.no_binary_log")
	}
	var start sql.NullString
	err = r.query(ctx, mariaGTIDsQuery, []any{logs[0].Name}, func(scan row) error { return scan(&g.Logged, &start) })
	if err == nil && !start.Valid {
		err = message.Err("datasource.mysql.no_gtid_position", "file", logs[0].Name)
	}
	g.Purged = start.String
	return g, err
}

func (r *Reader) logSessions(ctx context.Context) ([]datasource.SessionSetting, error) {
	server, err := r.identify(ctx)
	if err != nil {
		return nil, err
	}
	if !server.IsMySQL() || server.Version.Before(5, 7, 8) {
		return nil, unsupported(message.New("datasource.unsupported.sessions", "server", server.String()))
	}
	var sessions []datasource.SessionSetting
	err = r.query(ctx, logSessionsQuery, nil, func(scan row) error {
		var s datasource.SessionSetting
		var account sql.NullString
		if err := scan(&s.Session, &account, &s.Variable, &s.Value); err != nil {
			return err
		}
		s.Account = account.String
		sessions = append(sessions, s)
		return nil
	})
	return sessions, err
}

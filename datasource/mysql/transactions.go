package mysql

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// transactionsQuery computes ages in the time zone of the server's machine, which trx_started uses regardless
// of the session's time zone.
const transactionsQuery = `SELECT t.trx_mysql_thread_id, COALESCE(CONCAT(p.user, '@', SUBSTRING_INDEX(p.host, ':', 1)),
''),
TIMESTAMPDIFF(SECOND, t.trx_started, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')) AS age, t.trx_rows_modified,
t.trx_query
FROM information_schema.INNODB_TRX t LEFT JOIN information_schema.PROCESSLIST p ON p.id = t.trx_mysql_thread_id
WHERE t.trx_mysql_thread_id <> CONNECTION_ID() ORDER BY age DESC, t.trx_mysql_thread_id`

// obTransactionsQuery reads OceanBase's transactions, which have one row for each participating log stream
// (oceanbase.GV$OB_TRANSACTION_PARTICIPANTS, 4.0 and later).
const obTransactionsQuery = `SELECT session_id, '', MAX(TIMESTAMPDIFF(SECOND, ctx_create_time, CURRENT_TIMESTAMP(6))) AS
age, -1, NULL
FROM oceanbase.GV$OB_TRANSACTION_PARTICIPANTS
WHERE tenant_id = (SELECT MIN(tenant_id) FROM oceanbase.DBA_OB_TENANTS) AND session_id <> CONNECTION_ID()
GROUP BY session_id, tx_id ORDER BY age DESC, session_id`

func (r *Reader) transactions(ctx context.Context) ([]datasource.Transaction, error) {
	server, err := r.identify(ctx)
	if err != nil {
		return nil, err
	}
	query := transactionsQuery
	if server.IsOceanBase() {
		if err := r.oceanBase4(ctx); err != nil {
			return nil, err
		}
		query = obTransactionsQuery
	}
	var list []datasource.Transaction
	detached := 0
	err = r.query(ctx, query, nil, func(scan row) error {
		var t datasource.Transaction
		var session, age int64
		var query sql.NullString
		if err := scan(&session, &t.Account, &age, &t.Modified, &query); err != nil {
			return err
		}
		if session != 0 {
			t.Session = strconv.FormatInt(session, 10)
			t.Kill = "KILL " + t.Session
		} else {
			detached++
		}
		t.Age, t.Query = time.Duration(age)*time.Second, strings.TrimSpace(query.String)
		list = append(list, t)
		return nil
	})
	if err != nil || !server.IsMariaDB() && !(server.IsMySQL() && server.Version.Before(8)) {
		return list, err
	}
	prepared := 0
	err = r.rows(ctx, "XA RECOVER", nil, func(*sql.Rows) error { prepared++; return nil })
	for range prepared - detached {
		list = append(list, datasource.Transaction{Age: -1, Modified: -1})
	}
	return list, err
}

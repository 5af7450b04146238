package oracle

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	// Every instance of a cluster has transactions of its own. A transaction without a session is a branch of
	// a distributed one.
	transactionsQuery = `SELECT t.inst_id, s.sid, s.serial#, s.username, s.status, ROUND((SYSDATE - t.start_date) *
86400), t.used_urec
FROM gv$transaction t LEFT JOIN gv$session s ON s.inst_id = t.inst_id AND s.saddr = t.ses_addr
ORDER BY t.start_date, t.inst_id, s.sid`

	// A transaction of OceanBase has one row for each participating log stream (OceanBase manual, V4.3,
	// "GV$OB_TRANSACTION_PARTICIPANTS" of Oracle mode); the system tenant, whose id is 1, sees all.
	obTransactionsQuery = `SELECT session_id, ROUND((CURRENT_DATE - CAST(MIN(ctx_create_time) AS DATE)) * 86400)
FROM SYS.GV$OB_TRANSACTION_PARTICIPANTS
WHERE tenant_id = (SELECT MIN(tenant_id) FROM SYS.DBA_OB_TENANTS) GROUP BY session_id, tx_id
ORDER BY MIN(ctx_create_time), session_id`
)

func (r *Reader) transactions(ctx context.Context) ([]datasource.Transaction, error) {
	server, err := r.server(ctx)
	switch {
	case err != nil:
		return nil, err
	case server.IsOceanBase():
		return r.obTransactions(ctx, server)
	}
	// One view at a time, so that the error names the one that may not be read.
	if err := r.view(ctx, "GV$SESSION", "SELECT 1 FROM gv$session WHERE 1 = 0",
		func(cells) error { return nil }); err != nil {
		return nil, err
	}
	var list []datasource.Transaction
	err = r.view(ctx, "GV$TRANSACTION", transactionsQuery, func(c cells) (err error) {
		t := datasource.Transaction{Account: strings.Clone(c[3])}
		if c[1] != "" {
			t.Session = c[1] + "," + c[2] + ",@" + c[0]
			t.Kill = "ALTER SYSTEM KILL SESSION '" + t.Session + "'"
		}
		if c[4] == "ACTIVE" {
			t.Query = "a statement"
		}
		if t.Age, err = seconds(c[5]); err != nil {
			return err
		}
		t.Modified, err = strconv.ParseInt(c[6], 10, 64)
		list = append(list, t)
		return err
	})
	return list, err
}

func (r *Reader) obTransactions(ctx context.Context, server datasource.Server) ([]datasource.Transaction, error) {
	if server.Version.Before(4) {
		return nil, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.ob_views", "server", server.String())}
	}
	var list []datasource.Transaction
	err := r.view(ctx, "GV$OB_TRANSACTION_PARTICIPANTS", obTransactionsQuery, func(c cells) (err error) {
		t := datasource.Transaction{Modified: -1}
		if c[0] != "0" {
			t.Session, t.Kill = strings.Clone(c[0]), "KILL "+c[0]
		}
		t.Age, err = seconds(c[1])
		list = append(list, t)
		return err
	})
	return list, err
}

// seconds reads a number of seconds.
func seconds(text string) (time.Duration, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no number of seconds", text)
	}
	return time.Duration(n) * time.Second, nil
}

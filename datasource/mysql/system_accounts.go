package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	// systemAccountsQuery returns the accounts and roles with SYSTEM_USER, and those to which such a role is granted
	// (MySQL 9.7 Reference Manual, "Grant Tables"; a role counts even if it is not active, tried on MySQL 9.7).
	systemAccountsQuery = `WITH RECURSIVE holders (user, host) AS (
SELECT user, host FROM mysql.global_grants WHERE priv = 'SYSTEM_USER'
UNION SELECT e.to_user, e.to_host FROM mysql.role_edges e JOIN holders h ON h.user = e.from_user AND h.host = e.from_host)
SELECT user, host FROM holders`

	// likelySystemAccountsQuery returns the accounts with all the privileges that administer a server.
	likelySystemAccountsQuery = `SELECT user, host FROM mysql.user WHERE super_priv = 'Y' AND shutdown_priv = 'Y' AND
reload_priv = 'Y' AND process_priv = 'Y' AND file_priv = 'Y' AND create_user_priv = 'Y' AND create_role_priv = 'Y' AND
drop_role_priv = 'Y' AND create_tablespace_priv = 'Y' AND event_priv = 'Y' AND repl_slave_priv = 'Y'`
)

func (r *Reader) systemAccounts(ctx context.Context) (datasource.SystemAccounts, error) {
	found := datasource.SystemAccounts{Exact: true}
	server, err := r.identify(ctx)
	if err != nil {
		return found, err
	}
	if !server.IsMySQL() || server.Version.Before(8, 0, 16) {
		return found, unsupported(message.New("datasource.unsupported.system_accounts", "server", server.String()))
	}
	read := func(query string) error {
		found.Accounts = nil
		return r.query(ctx, query, nil, func(scan row) error {
			var a datasource.Account
			err := scan(&a.User, &a.Host)
			found.Accounts = append(found.Accounts, a)
			return err
		})
	}
	err = read(systemAccountsQuery)
	if denied(err) {
		found.Exact = false
		err = read(likelySystemAccountsQuery)
	}
	if err != nil {
		return datasource.SystemAccounts{}, r.classify(ctx, err)
	}
	return found, nil
}

package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	// systemAccountsQuery returns the accounts and roles with SYSTEM_USER, and rolesQuery what is granted to what. A
	// role counts even if it is not active (MySQL 9.7 Reference Manual, "Grant Tables"; tried on MySQL 9.7). A
	// recursive query fails where tmp_table_size is small (error 1146, seen on 9.7).
	systemAccountsQuery = "SELECT user, host FROM mysql.global_grants WHERE priv = 'SYSTEM_USER'"
	rolesQuery          = "SELECT from_user, from_host, to_user, to_host FROM mysql.role_edges"

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
	granted := map[datasource.Account][]datasource.Account{}
	err = read(systemAccountsQuery)
	if err == nil {
		err = r.query(ctx, rolesQuery, nil, func(scan row) error {
			var role, to datasource.Account
			err := scan(&role.User, &role.Host, &to.User, &to.Host)
			granted[role] = append(granted[role], to)
			return err
		})
	}
	if denied(err) {
		found.Exact = false
		err = read(likelySystemAccountsQuery)
	}
	if err != nil {
		return datasource.SystemAccounts{}, r.classify(ctx, err)
	}
	if found.Exact {
		found.Accounts = withGrantees(found.Accounts, granted)
	}
	return found, nil
}

// withGrantees returns accounts and those to which they are granted as roles, directly or not.
func withGrantees(
	accounts []datasource.Account, granted map[datasource.Account][]datasource.Account) []datasource.Account {
	known := map[datasource.Account]bool{}
	for i := 0; i < len(accounts); i++ {
		known[accounts[i]] = true
		for _, to := range granted[accounts[i]] {
			if !known[to] {
				known[to] = true
				accounts = append(accounts, to)
			}
		}
	}
	return accounts
}

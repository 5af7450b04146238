package datasource

import "context"

// FactAccounts are the accounts and roles of the server.
const FactAccounts Fact = "accounts"

// Accounts gives the accounts and roles of the server; roles of MariaDB have no host. It fails with
// an Error of class ErrPrivilege where the account may not read mysql.user.
func (f *Facts) Accounts(ctx context.Context) ([]Account, error) {
	return get[[]Account](ctx, f, FactAccounts)
}

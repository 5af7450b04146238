package datasource

// FactAccounts are the accounts and roles of the server; roles of MariaDB have no host. It fails with an
// Error of class ErrPrivilege where the account may not read mysql.user.
var FactAccounts = NewFact[[]Account]("accounts", "accounts and roles")

// SystemAccounts are accounts that have the privilege SYSTEM_USER.
type SystemAccounts struct {
	Accounts []Account
	// Exact reports that Accounts are all of them. Otherwise the reader may read only mysql.user, and they are the
	// accounts with every privilege there, which GRANT ALL grants together with SYSTEM_USER.
	Exact bool
}

// FactSystemAccounts are the accounts and roles with SYSTEM_USER, which MySQL has since 8.0.16.
var FactSystemAccounts = NewFact[SystemAccounts]("system_accounts", "accounts with SYSTEM_USER")

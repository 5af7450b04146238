package datasource

// FactAccounts are the accounts and roles of the server; roles of MariaDB have no host. It fails with an
// Error of class ErrPrivilege where the account may not read mysql.user.
var FactAccounts = NewFact[[]Account]("accounts", "accounts and roles")

package datasource

import (
	"context"
	"slices"
)

// OraclePrivileges are the rights of an Oracle session.
type OraclePrivileges struct {
	Account string
	System  []string // its own and those of its enabled roles, as in SELECT ANY TABLE
	// Readable are the objects in scope on which it was granted SELECT or READ.
	Readable map[TableName]bool
	// LogMiner says that it may execute SYS.DBMS_LOGMNR.
	LogMiner bool
}

// Has tells whether the session has one of some system privileges.
func (p OraclePrivileges) Has(privileges ...string) bool {
	return p.Account == "SYS" || slices.ContainsFunc(privileges, func(name string) bool { return slices.Contains(p.System, name) })
}

// MayRead tells whether the session may read a table or view by what it owns and was granted.
// Privileges on whole schemas, which 23ai has, are not looked at.
func (p OraclePrivileges) MayRead(t TableName) bool {
	return t.Schema == p.Account || p.Has("SELECT ANY TABLE", "READ ANY TABLE") || p.Readable[t]
}

// FactOraclePrivileges are the rights of an Oracle session.
const FactOraclePrivileges Fact = "Oracle privileges"

// OraclePrivileges gives the rights of the session (SESSION_PRIVS, SESSION_ROLES, ALL_TAB_PRIVS).
func (f *Facts) OraclePrivileges(ctx context.Context) (OraclePrivileges, error) {
	return get[OraclePrivileges](ctx, f, FactOraclePrivileges)
}

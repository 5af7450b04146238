package datasource

import (
	"slices"
)

// OraclePrivileges are the privileges of a session of Oracle, or of a tenant of OceanBase in Oracle mode.
type OraclePrivileges struct {
	Account string
	System  []string // its own and those of its enabled roles, as in SELECT ANY TABLE
	// Schemas are its privileges on whole schemas, named as those of the system (from 23ai).
	Schemas map[string][]string
	// Objects are the privileges that it was granted on objects in scope, as in SELECT.
	Objects ByName[[]string]
	// LogMiner reports that it may execute SYS.DBMS_LOGMNR.
	LogMiner bool
	// LogViews are those of LogMinerViews that it may read by grants on them.
	LogViews []string
	// SeesAll reports that it may read the DBA_ views, which show all objects.
	SeesAll bool
	// UnreadableRoles are enabled roles whose privileges the account cannot see (OceanBase).
	UnreadableRoles []string
}

// LogMinerViews are the views of SYS that a reader of the redo needs beside the package: the logs to read, and what
// LogMiner returns of them.
func LogMinerViews() []string {
	return []string{"V_$LOGMNR_CONTENTS", "V_$LOGMNR_LOGS", "V_$LOG", "V_$LOGFILE", "V_$ARCHIVED_LOG",
		"V_$ARCHIVE_DEST_STATUS"}
}

// Has reports whether the session has one of some system privileges.
func (p OraclePrivileges) Has(privileges ...string) bool {
	return p.Account == "SYS" || intersect(privileges, p.System)
}

// HasOver reports whether the session has one of some privileges, such as CREATE ANY TABLE, over a schema.
func (p OraclePrivileges) HasOver(schema string, privileges ...string) bool {
	return p.Has(privileges...) || intersect(privileges, p.Schemas[schema])
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// May reports whether the session may SELECT, INSERT, UPDATE or DELETE rows of a table or view by ownership
// or by grant. Column privileges are ignored.
func (p OraclePrivileges) May(right string, t TableName) bool {
	return t.Schema == p.Account || p.HasOver(t.Schema, right+" ANY TABLE") || slices.Contains(p.Objects[t], right)
}

// MayRead reports whether the session may read a table or view: READ or SELECT suffices.
func (p OraclePrivileges) MayRead(t TableName) bool { return p.May("SELECT", t) || p.May("READ", t) }

// FactOraclePrivileges are the privileges of the session: SESSION_PRIVS, SESSION_ROLES, ALL_TAB_PRIVS, and
// SESSION_SCHEMA_PRIVS from 23ai. OceanBase has no views of the session: there they are those of the account
// and of its default roles (USER_SYS_PRIVS, USER_ROLE_PRIVS, ALL_TAB_PRIVS, and ROLE_ROLE_PRIVS,
// ROLE_SYS_PRIVS, ROLE_TAB_PRIVS).
var FactOraclePrivileges = NewFact[OraclePrivileges]("oracle_privileges", "Oracle privileges of the account")

// RowPolicy is an active policy of Oracle that changes what queries return of a table.
type RowPolicy struct {
	Name       string
	Expression string // of a redaction policy: when it applies
}

// FactRowPolicies are the policies of Virtual Private Database that hide rows or values of tables in scope from
// queries (ALL_POLICIES).
var FactRowPolicies = NewFact[TableRows[RowPolicy]]("row_policies", "row security policies")

// FactRedactionPolicies are the policies of Data Redaction that change the values that queries return of tables in
// scope. It fails with an Error of class ErrPrivilege where the account may not read REDACTION_POLICIES.
var FactRedactionPolicies = NewFact[TableRows[RowPolicy]]("redaction_policies", "data redaction policies")

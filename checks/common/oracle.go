package common

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleRole looks at the role and the open mode of an Oracle database.
func oracleRole(ctx context.Context, p *checks.Pass) error {
	database, err := p.Here().OracleDatabase(ctx)
	if err != nil {
		return err
	}
	f := checks.Finding{Object: checks.Object{Kind: "DATABASE", Name: database.Name}, Actual: database.Role, Want: "PRIMARY"}
	switch primary := database.Role == "PRIMARY"; {
	case p.Role == checks.Slave && primary:
		f.Rule, f.Level, f.Want = "standby_apart", checks.Warn, "a standby"
		p.Report(f)
	case p.Role == checks.Slave:
	case !primary && p.Side == checks.Source:
		f.Rule, f.Level = "database_is_standby", checks.Warn
		p.Report(f)
	}
	mode := database.OpenMode
	if database.InPDB() && database.ContainerOpen != "" {
		mode = database.ContainerOpen
	}
	if p.Side == checks.Dest && p.Role == checks.Master && mode != "READ WRITE" {
		f.Rule, f.Level, f.Actual, f.Want = "database_read_only", checks.Fail, mode, "READ WRITE"
		p.Report(f)
	}
	return nil
}

// oracleLog reports what the account of an Oracle database lacks to run LogMiner.
func oracleLog(ctx context.Context, p *checks.Pass, server datasource.Server) error {
	database, err := p.Here().OracleDatabase(ctx)
	if err != nil {
		return err
	}
	if database.InPDB() && server.Version.Before(21) {
		return &datasource.Error{Class: datasource.ErrPrivilege,
			Cause:  "before 21c LogMiner runs in the root alone: the rights there of the common account that reads the redo cannot be seen from the pluggable database " + database.Container,
			Remedy: "In the root see as that account that SESSION_PRIVS shows LOGMINING, and that it may execute SYS.DBMS_LOGMNR."}
	}
	privileges, err := p.Here().OraclePrivileges(ctx)
	if err != nil {
		return err
	}
	missing := func(right, on, statement string) {
		p.Report(checks.Finding{Rule: "missing_right", Level: checks.Fail, Object: checks.Object{Kind: "ACCOUNT", Name: privileges.Account}, Actual: "none", Want: right,
			Args: map[string]string{"account": privileges.Account, "rights": right, "on": on}, SQL: []string{statement + " TO " + checks.Quote(datasource.Oracle, privileges.Account)}})
	}
	mining := "LOGMINING"
	if server.Version.Before(12, 1) {
		mining = "SELECT ANY TRANSACTION"
	}
	if !privileges.Has(mining) {
		missing(mining, "the database", "GRANT "+mining)
	}
	if !privileges.Has() && !privileges.LogMiner {
		missing("EXECUTE", "SYS.DBMS_LOGMNR", "GRANT EXECUTE ON SYS.DBMS_LOGMNR")
	}
	return nil
}

// validate gives the statement that makes the source hold a constraint, for the rows that are there, too.
func validate(source datasource.Type, table datasource.TableName, constraint string) []string {
	if source != datasource.Oracle { // what a tenant of OceanBase takes is not known
		return nil
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(source, table) + " ENABLE VALIDATE CONSTRAINT " + checks.Quote(source, constraint)}
}

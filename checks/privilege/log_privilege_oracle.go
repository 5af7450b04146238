package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleLog reports what the account of an Oracle database lacks to run LogMiner.
func oracleLog(ctx context.Context, p *checks.Pass, server datasource.Server) error {
	database, err := p.Facts().OracleDatabase(ctx)
	if err != nil {
		return err
	}
	if database.InPDB() && server.Version.Before(21) {
		return &datasource.Error{Class: datasource.ErrPrivilege,
			Cause:  "before 21c LogMiner runs in the root alone: the rights there of the common account that reads the redo cannot be seen from the pluggable database " + database.Container,
			Remedy: "In the root see as that account that SESSION_PRIVS shows LOGMINING, and that it may execute SYS.DBMS_LOGMNR."}
	}
	privileges, err := p.Facts().OraclePrivileges(ctx)
	if err != nil {
		return err
	}
	missing := func(right, on, statement string) {
		p.Report(checks.Finding{Rule: "missing_right", Level: checks.Fail, Object: checks.Object{Kind: "ACCOUNT", Name: privileges.Account}, Actual: "none", Expected: right,
			Args: checks.Args{"account": privileges.Account, "rights": right, "on": on}, SQL: []string{statement + " TO " + checks.Quote(datasource.Oracle, privileges.Account)}})
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

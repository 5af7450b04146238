package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// checkOracleLog reports the missing privileges of the account of an Oracle database to run LogMiner.
func checkOracleLog(ctx context.Context, p *checks.Pass, server datasource.Server) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if database.InPDB() && server.Version.Before(19) {
		return p.NotChecked("pluggable_database", "container", database.Container)
	}
	privileges, err := datasource.FactOraclePrivileges.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	reportMissing := func(privilege, on, grant string) {
		p.Report(checks.Finding{Rule: "missing_right", Level: checks.Fail,
			Object: checks.Object{Kind: "ACCOUNT", Name: privileges.Account}, Actual: "none", Expected: privilege,
			Args: checks.Args{"account": privileges.Account, "privileges": privilege, "on": on},
			SQL:  []string{grant + " TO " + checks.Quote(datasource.Oracle, privileges.Account)}})
	}
	mining := "LOGMINING"
	if server.Version.Before(12, 1) {
		mining = "SELECT ANY TRANSACTION"
	}
	if !privileges.Has(mining) {
		reportMissing(mining, p.Term("database"), "GRANT "+mining)
	}
	if !privileges.Has() && !privileges.LogMiner {
		reportMissing("EXECUTE", "SYS.DBMS_LOGMNR", "GRANT EXECUTE ON SYS.DBMS_LOGMNR")
	}
	return nil
}

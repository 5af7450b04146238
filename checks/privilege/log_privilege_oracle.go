package privilege

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
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
			Object: checks.Object{Kind: "ACCOUNT", Name: privileges.Account}, Actual: access.None(p.Lang),
			Expected: privilege,
			Args:     checks.Args{"account": privileges.Account, "privileges": privilege, "on": on},
			SQL:      []string{grant + " TO " + checks.Quote(datasource.Oracle, privileges.Account)}})
	}
	mining := []string{"LOGMINING", "SELECT ANY TRANSACTION"}
	if server.Version.Before(12, 1) {
		mining = mining[1:]
	}
	for _, privilege := range mining {
		if !privileges.Has(privilege) {
			reportMissing(privilege, p.Term("database"), "GRANT "+privilege)
		}
	}
	if !privileges.Has() && !privileges.LogMiner {
		reportMissing("EXECUTE", "SYS.DBMS_LOGMNR", "GRANT EXECUTE ON SYS.DBMS_LOGMNR")
	}
	reportLogViews(p, privileges)
	return nil
}

// reportLogViews reports the views of the logs that the account may not read (Debezium documentation, "Oracle
// connector", "Creating users for the connector"; MongoDB Relational Migrator documentation, "Configure migration
// prerequisites for Oracle").
func reportLogViews(p *checks.Pass, privileges datasource.OraclePrivileges) {
	if privileges.Has("SELECT ANY DICTIONARY") {
		return
	}
	var missing, grants []string
	for _, view := range datasource.LogMinerViews() {
		if !slices.Contains(privileges.LogViews, view) {
			missing = append(missing, "SYS."+view)
			grants = append(grants, "GRANT SELECT ON SYS."+view+" TO "+
				checks.Quote(datasource.Oracle, privileges.Account))
		}
	}
	if missing != nil {
		p.Report(checks.Finding{Rule: "missing_views", Level: checks.Fail,
			Object: checks.Object{Kind: "ACCOUNT", Name: privileges.Account}, Expected: "SELECT",
			Args: checks.Args{"account": privileges.Account, "count": len(missing), "views": missing}, SQL: grants})
	}
}

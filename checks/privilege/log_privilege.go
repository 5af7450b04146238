package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// LogPrivilege is RDB_LOG_PRIVILEGE.
var LogPrivilege = &checks.Check{
	Type:     "RDB_LOG_PRIVILEGE",
	Page:     checks.ReadPage(pages, "log_privilege.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactBinaryLogStatus, datasource.FactDRC, datasource.FactGrants,
			datasource.FactOracleDatabase, datasource.FactOraclePrivileges, datasource.FactServer},
	},
	OMS: []checks.OMSItem{
		{Name: "DB_ACCOUNT_INCR_READ_PRIVILEGE"},
		{Name: "DB_ORACLE_MIN_PRIVILEGE", Types: checks.OracleOnly},
	},
	Run: runLogPrivilege,
}

func runLogPrivilege(ctx context.Context, p *checks.Pass) error {
	phase := checks.Incremental
	if p.Side == checks.Dest {
		phase = checks.Reverse
	}
	if p.Route.Phases&phase == 0 {
		p.Note("log_not_read")
		return nil
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	switch {
	case server.IsOceanBase():
		return checkOceanBaseLog(ctx, p)
	case server.Flavor == datasource.FlavorOracle:
		return checkOracleLog(ctx, p, server)
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	_, probe := datasource.FactBinaryLogStatus.Of(ctx, p.Facts())
	refused := datasource.ClassOf(probe) == datasource.ErrPrivilege
	if probe != nil && !refused {
		return probe
	}
	need := access.Need{Rights: []datasource.Privilege{"REPLICATION SLAVE"}, Rule: "missing_right", Level: checks.Fail}
	if refused {
		if holder.Globally("REPLICATION CLIENT") == datasource.No {
			need.Rights = append(need.Rights, "REPLICATION CLIENT")
		} else {
			p.Report(checks.Finding{Rule: "status_refused", Level: checks.Fail, Err: probe,
				Object: checks.Object{Kind: "ACCOUNT", Name: holder.Account.String()},
				Args:   checks.Args{"account": holder.Account.Quoted()},
				SQL:    []string{holder.Grant(datasource.TableName{}, "REPLICATION CLIENT")}})
		}
	}
	findings, err := holder.Lacks(need)
	for i := range findings {
		findings[i].Err = probe
	}
	access.Report(p, findings)
	return err
}

package server

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Role is RDB_ROLE.
var Role = &checks.Check{
	Type:     "RDB_ROLE",
	Page:     checks.ReadPage(pages, "role.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactContainerOpen, datasource.FactGrants, datasource.FactOracleDatabase,
			datasource.FactReplicaChannels, datasource.FactServer, datasource.FactTenant, datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_MASTER_SLAVE"}},
	Run: runRole,
}

// maxReplicaLag is the delay of a replica that does not cause a warning.
const maxReplicaLag = time.Minute

func runRole(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	switch {
	case server.IsOceanBase():
		return reportTenantRole(ctx, p)
	case server.Flavor == datasource.FlavorOracle:
		return reportOracleRole(ctx, p)
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if on, _ := variables.On("offline_mode"); on {
		p.Report(checks.Finding{Rule: "offline", Level: checks.Warn, Object: checks.VariableObject("offline_mode"),
			Actual: "ON", Expected: "OFF", SQL: checks.SetGlobal(server, "offline_mode", "OFF")})
	}
	if p.Side == checks.Dest && p.Role == checks.Master {
		if err := reportReadOnly(ctx, p, server, variables); err != nil {
			return err
		}
	}
	return reportReplication(ctx, p, server)
}

// reportReadOnly reports the settings that keep the account from writing to the destination.
func reportReadOnly(
	ctx context.Context, p *checks.Pass, server datasource.Server, variables datasource.Variables,
) error {
	if on, _ := variables.On("innodb_read_only"); on {
		p.Report(checks.Finding{Rule: "read_only", Level: checks.Fail,
			Object: checks.VariableObject("innodb_read_only"),
			Actual: "ON", Expected: "OFF"})
	}
	for _, name := range []string{"transaction_read_only", "tx_read_only"} { // the second is the name in older versions
		if on, ok := variables.On(name); ok {
			if on {
				p.Report(checks.Finding{Rule: "sessions_read_only", Level: checks.Warn,
					Object: checks.VariableObject(name),
					Actual: "ON", Expected: "OFF", SQL: checks.SetGlobal(server, name, "OFF")})
			}
			break
		}
	}
	if on, _ := variables.On("super_read_only"); on {
		p.Report(checks.Finding{Rule: "read_only", Level: checks.Fail, Object: checks.VariableObject("super_read_only"),
			Actual: "ON", Expected: "OFF",
			SQL: append(checks.SetGlobal(server, "super_read_only", "OFF"),
				checks.SetGlobal(server, "read_only", "OFF")...)})
		return nil
	}
	if value, ok := variables.Lookup("read_only"); ok && value != "OFF" && value != "0" {
		f := checks.Finding{Rule: "read_only", Level: checks.Fail, Object: checks.VariableObject("read_only"),
			Actual: value, Expected: "OFF", SQL: checks.SetGlobal(server, "read_only", "OFF")}
		grants, err := datasource.FactGrants.Of(ctx, p.Facts())
		if err != nil {
			return p.NotChecked("grants_unreadable", "value", value, "cause", err)
		}
		switch exemptFromReadOnly(server, grants) {
		case datasource.Yes:
			f.Rule, f.Level = "read_only_but", checks.Warn
		case datasource.Unknown:
			return p.NotChecked("exemption_unclear", "value", value)
		}
		p.Report(f)
	}
	return nil
}

// exemptFromReadOnly reports whether the account may write while read_only is set: with SUPER, on MySQL 8.0 and
// later also with CONNECTION_ADMIN, on MariaDB 10.5.2 and later with READ_ONLY ADMIN, and on MariaDB 10.11.0 and
// later not with SUPER.
func exemptFromReadOnly(server datasource.Server, grants datasource.Grants) datasource.Answer {
	privileges := []datasource.Privilege{"SUPER"}
	switch {
	case server.IsMariaDB() && server.Version.AtLeast(10, 11):
		privileges = []datasource.Privilege{"READ_ONLY ADMIN"}
	case server.IsMariaDB() && server.Version.AtLeast(10, 5, 2):
		privileges = append(privileges, "READ_ONLY ADMIN")
	case server.IsMySQL() && server.Version.AtLeast(8):
		privileges = append(privileges, "CONNECTION_ADMIN")
	}
	answer := datasource.No
	for _, privilege := range privileges {
		switch grants.Globally(privilege) {
		case datasource.Yes:
			return datasource.Yes
		case datasource.Unknown:
			answer = datasource.Unknown
		}
	}
	return answer
}

// reportReplication reports how the server replicates from another one.
func reportReplication(ctx context.Context, p *checks.Pass, server datasource.Server) error {
	if server.Flavor == datasource.FlavorTiDB {
		return nil
	}
	channels, err := datasource.FactReplicaChannels.Of(ctx, p.Facts())
	if datasource.ClassOf(err) == datasource.ErrPrivilege {
		return p.NotChecked("replication_hidden", "cause", err)
	}
	if err != nil {
		return err
	}
	if len(channels) == 0 {
		if p.Role == checks.Slave {
			p.Report(checks.Finding{Rule: "standby_apart", Level: checks.Warn, Object: checks.ServerObject})
		}
		return nil
	}
	for _, c := range channels {
		f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "CHANNEL", Name: c.Name},
			Args: checks.Args{"source": c.Source}}
		switch {
		case p.Role == checks.Slave:
		case p.Side == checks.Dest:
			f.Rule = "destination_is_replica"
			p.Report(f)
		default:
			f.Rule = "source_is_replica"
			p.Report(f)
		}
		switch {
		case !c.Applying:
			f.Rule, f.Actual = "stopped", c.Error
			p.Report(f)
		case c.Lag != nil && *c.Lag > maxReplicaLag:
			f.Rule, f.Actual, f.Expected = "behind", message.Duration(*c.Lag), "≤ "+message.Duration(maxReplicaLag)
			p.Report(f)
		}
	}
	return nil
}

// reportTenantRole reports the role of an OceanBase tenant. Tenants have one in 4.1 and later.
func reportTenantRole(ctx context.Context, p *checks.Pass) error {
	tenant, err := datasource.FactTenant.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	f := checks.Finding{Object: checks.Object{Kind: "TENANT", Name: tenant.Name}}
	if tenant.Switched != "" && tenant.Switched != "NORMAL" {
		f.Rule, f.Level, f.Actual, f.Expected = "switching", checks.Warn, tenant.Switched, "NORMAL"
		p.Report(f)
	}
	switch {
	case tenant.Role == "" || tenant.Role == "PRIMARY":
		if p.Role == checks.Slave && tenant.Role != "" {
			p.Report(checks.Finding{Rule: "standby_apart", Level: checks.Warn, Object: f.Object,
				Actual: tenant.Role, Expected: "STANDBY"})
		}
	case p.Role == checks.Slave:
	case p.Side == checks.Dest:
		f.Rule, f.Level, f.Actual, f.Expected = "tenant_read_only", checks.Fail, tenant.Role, "PRIMARY"
		p.Report(f)
	default:
		f.Rule, f.Level, f.Actual, f.Expected = "tenant_is_standby", checks.Warn, tenant.Role, "PRIMARY"
		p.Report(f)
	}
	return nil
}

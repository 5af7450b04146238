package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// HeartbeatPrivilege is MYSQL_HEARTBEAT_PRIVILEGE.
var HeartbeatPrivilege = &checks.Check{
	Type:     "MYSQL_HEARTBEAT_PRIVILEGE",
	Page:     checks.ReadPage(pages, "heartbeat_privilege.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Incremental,
	Sources:  checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactGrants, datasource.FactSchemas, datasource.FactServer},
	},
	OMS: []checks.OMSItem{{Name: "DB_MYSQL_UPDATE_HEARTBEAT_PRIVILEGE"}},
	Run: runHeartbeatPrivilege,
}

// heartbeat is the table that OceanBase Migration Service updates on the source (manual of OMS Community Edition
// V4.2.2, "Create a database user").
var heartbeat = datasource.TableName{Schema: "drc", Name: "heartbeat"}

func runHeartbeatPrivilege(ctx context.Context, p *checks.Pass) error {
	if !p.Settings.Heartbeat {
		p.Note("not_asked")
		return nil
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	schemas, err := datasource.FactSchemas.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	needs := []access.Need{{On: heartbeat, Rule: "missing_right", Level: checks.Fail,
		Rights: []datasource.Privilege{"CREATE", "INSERT", "UPDATE", "DELETE"}}}
	exists := false
	for _, s := range schemas {
		exists = exists || holder.Server.NameCase.Fold(s.Name) == heartbeat.Schema
	}
	if !exists {
		needs = append(needs, access.Need{On: datasource.TableName{Schema: heartbeat.Schema}, Rule: "missing_right",
			Level: checks.Fail, Rights: []datasource.Privilege{"CREATE"}})
	}
	findings, err := holder.Lacks(needs...)
	access.Report(p, findings)
	return err
}

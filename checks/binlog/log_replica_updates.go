package binlog

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// LogReplicaUpdates is MYSQL_LOG_REPLICA_UPDATES.
var LogReplicaUpdates = logCheck(checks.Check{
	Type:    "MYSQL_LOG_REPLICA_UPDATES",
	Page:    checks.ReadPage(pages, "log_replica_updates.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactReplicaChannels, datasource.FactServer, datasource.FactVariables},
	},
	Run: runLogReplicaUpdates,
})

func runLogReplicaUpdates(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	on, ok := variables.On("log_replica_updates", "log_slave_updates")
	if !ok {
		return sysvar.Missing(server, "log_slave_updates")
	}
	if on {
		return nil
	}
	channels, err := datasource.FactReplicaChannels.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	name := "log_slave_updates"
	if _, renamed := variables["log_replica_updates"]; renamed {
		name = "log_replica_updates"
	}
	for _, c := range channels {
		p.Report(checks.Finding{Rule: "not_logged", Level: checks.Fail, Object: checks.VariableObject(name),
			Actual: "OFF", Expected: "ON", Args: checks.Args{"source": c.Source}})
	}
	return nil
}

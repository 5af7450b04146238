package oracle

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ForceLogging is ORACLE_FORCE_LOGGING.
var ForceLogging = &checks.Check{
	Type:     "ORACLE_FORCE_LOGGING",
	Page:     checks.ReadPage(pages, "force_logging.md"),
	Level:    checks.Warn,
	On:       bothSides,
	Phases:   checks.Incremental | checks.Reverse,
	ReadsLog: checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Run:      runForceLogging,
}

func runForceLogging(ctx context.Context, p *checks.Pass) error {
	database, err := p.Here().OracleDatabase(ctx)
	if err != nil || database.ForceLogging == "YES" {
		return err
	}
	finding := checks.Finding{Rule: "off", Level: checks.Warn, Object: checks.Object{Kind: "DATABASE", Name: database.Name},
		Actual: database.ForceLogging, Want: "YES", SQL: []string{"ALTER DATABASE FORCE LOGGING"}}
	if database.InPDB() {
		switch container := containerLogging(ctx, p, p.Here()); {
		case container.ForceLogging:
			return nil
		case container.ForceNoLogging:
			finding.Rule, finding.Object.Name, finding.Actual, finding.Want = "never", database.Container, "FORCE NOLOGGING", "FORCE LOGGING"
		}
	}
	p.Report(finding)
	return nil
}

// containerLogging is how the pluggable database logs. That it could not be read is remarked.
func containerLogging(ctx context.Context, p *checks.Pass, facts *datasource.Facts) datasource.ContainerLogging {
	container, err := facts.ContainerLogging(ctx)
	if err != nil {
		p.Inform("Whether the pluggable database forces logging could not be read: %v", err)
	}
	return container
}

package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// GTIDMode is MYSQL_GTID_MODE.
var GTIDMode = logCheck(checks.Check{
	Type:    "MYSQL_GTID_MODE",
	Page:    checks.ReadPage(pages, "gtid_mode.md"),
	Level:   checks.Warn,
	Standby: true,
	Reads:   checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:     runGTIDMode,
})

func runGTIDMode(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	if server.IsMariaDB() {
		domain, _ := variables.Lookup("gtid_domain_id")
		p.Note("mariadb", "domain", domain)
		return nil
	}
	mode, ok := variables.Lookup("gtid_mode")
	if !ok {
		return sysvar.Missing(server, "gtid_mode")
	}
	consistency, _ := variables.Lookup("enforce_gtid_consistency")
	consistent, _ := variables.On("enforce_gtid_consistency")
	f := checks.Finding{Rule: "off", Level: checks.Warn, Object: checks.VariableObject("gtid_mode"),
		Actual:   "gtid_mode=" + mode + ", enforce_gtid_consistency=" + consistency,
		Expected: "gtid_mode=ON, enforce_gtid_consistency=ON"}
	switch {
	case strings.EqualFold(mode, "ON") && consistent:
		return nil
	case strings.HasSuffix(strings.ToUpper(mode), "PERMISSIVE"):
		f.Rule = "changing"
	}
	f.SQL = stepsToGTIDs(server, strings.ToUpper(mode))
	p.Report(f)
	return nil
}

// stepsToGTIDs returns the statements that take a running server from mode to ON, one value at a time (MySQL 8.4
// Reference Manual, "Enabling GTID Transactions Online"). Servers before MySQL 5.7.6 need a restart instead.
func stepsToGTIDs(s datasource.Server, mode string) []string {
	if s.Version.Before(5, 7, 6) {
		return nil
	}
	steps := checks.SetGlobal(s, "enforce_gtid_consistency", "ON")
	modes := []string{"OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"}
	for i, m := range modes[:3] {
		if m == mode {
			for _, next := range modes[i+1:] {
				steps = append(steps, checks.SetGlobal(s, "gtid_mode", next)...)
			}
		}
	}
	return steps
}

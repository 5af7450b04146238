package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// SessionPrivilege is MYSQL_SESSION_PRIVILEGE.
var SessionPrivilege = &checks.Check{
	Type:     "MYSQL_SESSION_PRIVILEGE",
	Page:     checks.ReadPage(pages, "session_privilege.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLModeOrOracle,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactGrants, datasource.FactServer}},
	Run:      runSessionPrivilege,
}

func runSessionPrivilege(ctx context.Context, p *checks.Pass) error {
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	need := sessionNeed(holder.Server)
	if p.Route.Source == datasource.OceanBaseMySQL {
		need.Rule, need.Level = "not_documented", checks.Info
	}
	findings, err := holder.Lacks(need)
	access.Report(p, findings)
	return err
}

// sessionNeed returns the privileges that are needed to set sql_log_bin, binlog_format and other restricted variables
// of a session (MySQL 8.4 Reference Manual, "System Variable Privileges"; MariaDB, "GRANT": BINLOG ADMIN since 10.5.2,
// without SUPER since 11.0.1).
func sessionNeed(s datasource.Server) access.Need {
	n := access.Need{Rights: []datasource.Privilege{"SUPER"}, Rule: "missing_right", Level: checks.Warn}
	switch {
	case s.IsMySQL() && s.Version.AtLeast(8, 0, 14):
		n.Rights = []datasource.Privilege{"SESSION_VARIABLES_ADMIN"}
		n.Instead = []datasource.Privilege{"SYSTEM_VARIABLES_ADMIN", "SUPER"}
	case s.IsMySQL() && s.Version.AtLeast(8):
		n.Rights, n.Instead = []datasource.Privilege{"SYSTEM_VARIABLES_ADMIN"}, []datasource.Privilege{"SUPER"}
	case s.IsMariaDB() && s.Version.AtLeast(11, 0, 1):
		n.Rights = []datasource.Privilege{"BINLOG ADMIN"}
	case s.IsMariaDB() && s.Version.AtLeast(10, 5, 2):
		n.Rights, n.Instead = []datasource.Privilege{"BINLOG ADMIN"}, []datasource.Privilege{"SUPER"}
	}
	return n
}

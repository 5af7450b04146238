package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// LockPrivilege is MYSQL_LOCK_PRIVILEGE.
var LockPrivilege = &checks.Check{
	Type:     "MYSQL_LOCK_PRIVILEGE",
	Page:     checks.ReadPage(pages, "lock_privilege.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full,
	Sources:  checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactGrants, datasource.FactServer}},
	Run:      runLockPrivilege,
}

func runLockPrivilege(ctx context.Context, p *checks.Pass) error {
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	need := access.Need{Rights: []datasource.Privilege{"RELOAD"}, Rule: "no_snapshot", Level: checks.Warn}
	// FLUSH_TABLES exists in MySQL 8.0.23 and later (MySQL 8.0 Release Notes).
	if holder.Server.IsMySQL() && holder.Server.Version.AtLeast(8, 0, 23) {
		need.Instead = []datasource.Privilege{"FLUSH_TABLES"}
	}
	if p.Route.Phases&checks.Incremental != 0 { // changes made in the meantime are replicated
		need.Rule, need.Level = "no_lock_needed", checks.Info
	}
	findings, err := holder.Lacks(need)
	access.Report(p, findings)
	return err
}

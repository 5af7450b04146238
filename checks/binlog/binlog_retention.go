package binlog

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// BinlogRetention is MYSQL_BINLOG_RETENTION.
var BinlogRetention = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_RETENTION",
	Page:    checks.ReadPage(pages, "binlog_retention.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads:   checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:     runBinlogRetention,
})

// The retention that is expected where the task does not name one. Without a full load it is long enough to notice and
// fix an interruption, with one it is long enough to copy the rows.
const (
	retentionIncremental = 24 * time.Hour
	retentionFull        = 7 * 24 * time.Hour
)

func runBinlogRetention(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	base, _ := variables.Lookup("basedir")
	if server.Flavor == datasource.FlavorAurora || strings.HasPrefix(base, "/rdsdbbin") {
		return p.NotChecked("amazon_rds")
	}
	need, level := p.Settings.LogRetention, checks.Fail
	if need == 0 {
		need, level = retentionIncremental, checks.Warn
		if p.Side == checks.Source && p.Route.Phases&checks.Full != 0 {
			need = retentionFull
		}
	}
	current, name, ok := retention(variables)
	switch {
	case !ok:
		return p.NotChecked("no_variable", "server", server)
	case current == 0:
		value, _ := variables.Lookup(name)
		p.Report(checks.Finding{Rule: "never_removed", Level: checks.Info, Object: checks.VariableObject(name),
			Actual: value})
	case current < need:
		p.Report(checks.Finding{Rule: "too_short", Level: level, Object: checks.VariableObject(name),
			Actual: message.Duration(current), Expected: "≥ " + message.Duration(need),
			Args: checks.Args{"need": message.Duration(need)}, SQL: setRetention(server, variables, name, need)})
	}
	for _, name := range []string{"max_binlog_total_size", "binlog_space_limit"} {
		if limit, ok := variables.Int(name); ok && limit > 0 {
			p.Report(checks.Finding{Rule: "by_size", Level: checks.Warn, Object: checks.VariableObject(name),
				Actual: message.Bytes(limit).String(), Args: checks.Args{"need": message.Duration(need)}})
		}
	}
	return nil
}

// retention returns how long the server keeps its logs, and the variable that decides it. It is 0 where the server
// never removes them. binlog_expire_logs_seconds takes precedence unless it is 0; on MariaDB both are one setting.
func retention(v datasource.Variables) (current time.Duration, name string, ok bool) {
	const seconds, days = "binlog_expire_logs_seconds", "expire_logs_days"
	n, hasSeconds := v.Int(seconds)
	text, hasDays := v.Lookup(days)
	d, err := strconv.ParseFloat(text, 64)
	hasDays = hasDays && err == nil
	switch purge, known := v.On("binlog_expire_logs_auto_purge"); {
	case known && !purge:
		return 0, "binlog_expire_logs_auto_purge", true
	case hasSeconds && (n > 0 || !hasDays || d == 0):
		return time.Duration(n) * time.Second, seconds, true
	case hasDays:
		return time.Duration(d * 24 * float64(time.Hour)), days, true
	}
	return 0, "", false
}

// setRetention returns the statements that make the server keep its logs for need. MySQL 8 refuses to set the seconds
// while the days are set.
func setRetention(s datasource.Server, v datasource.Variables, name string, need time.Duration) []string {
	if _, ok := v.Lookup("binlog_expire_logs_seconds"); !ok {
		const day = 24 * time.Hour
		return checks.SetGlobal(s, "expire_logs_days", fmt.Sprint(int64((need+day-1)/day)))
	}
	var statements []string
	if name == "expire_logs_days" && !s.IsMariaDB() {
		statements = checks.SetGlobal(s, "expire_logs_days", "0")
	}
	return append(statements, checks.SetGlobal(s, "binlog_expire_logs_seconds", fmt.Sprint(int64(need/time.Second)))...)
}

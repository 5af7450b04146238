package binlog

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// BinlogRetention is MYSQL_BINLOG_RETENTION.
var BinlogRetention = &checks.Check{
	Type:     "MYSQL_BINLOG_RETENTION",
	Page:     checks.ReadPage(pages, "binlog_retention.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	LogOf:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	OMS:      []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run:      runBinlogRetention,
}

// How long logs are to be kept where the task does not say: without a full load long enough to
// notice and mend an interruption, with one until the rows are copied.
const (
	retentionIncremental = 24 * time.Hour
	retentionFull        = 7 * 24 * time.Hour
)

func runBinlogRetention(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	if base, _ := variables.Lookup("basedir"); server.Flavor == datasource.FlavorAurora || strings.HasPrefix(base, "/rdsdbbin") {
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.Verbatim("Amazon RDS keeps binary logs by a setting of its own, not by the server's"),
			Remedy: message.Verbatim("Look at CALL mysql.rds_show_configuration, and set it with CALL mysql.rds_set_configuration('binlog retention hours', …).")}
	}
	need, level := p.Settings.LogRetention, checks.Fail
	if need == 0 {
		need, level = retentionIncremental, checks.Warn
		if p.Side == checks.Source && p.Route.Phases&checks.Full != 0 {
			need = retentionFull
		}
	}
	kept, name, ok := retention(variables)
	switch {
	case !ok:
		return sysvar.Missing(server, "binlog_expire_logs_seconds and no expire_logs_days")
	case kept == 0:
		p.Report(checks.Finding{Rule: "never_removed", Level: checks.Info, Object: checks.VariableObject(name), Actual: "0"})
	case kept < need:
		p.Report(checks.Finding{Rule: "too_short", Level: level, Object: checks.VariableObject(name),
			Actual: hours(kept), Expected: "at least " + hours(need), SQL: keep(server, variables, name, need)})
	}
	for _, name := range []string{"max_binlog_total_size", "binlog_space_limit"} {
		if limit, ok := variables.Int(name); ok && limit > 0 {
			p.Report(checks.Finding{Rule: "by_size", Level: checks.Warn, Object: checks.VariableObject(name),
				Actual: fmt.Sprintf("%d bytes", limit), Expected: "0, or room for " + hours(need) + " of changes"})
		}
	}
	return nil
}

// retention gives how long the server keeps its logs, 0 for ever, and the variable that says so.
// Where there are both, binlog_expire_logs_seconds holds unless it is 0; on MariaDB they are one.
func retention(v datasource.Variables) (kept time.Duration, name string, ok bool) {
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

// keep gives the statements that make the server keep its logs for need. MySQL 8 refuses to set the
// seconds while the days are set.
func keep(s datasource.Server, v datasource.Variables, name string, need time.Duration) []string {
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

// hours writes a duration in hours, without a fraction where there is none.
func hours(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Hours()*100)/100, 'f', -1, 64) + " h"
}

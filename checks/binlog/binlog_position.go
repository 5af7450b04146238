package binlog

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogPosition is MYSQL_BINLOG_POSITION.
var BinlogPosition = &checks.Check{
	Type:     "MYSQL_BINLOG_POSITION",
	Page:     checks.ReadPage(pages, "binlog_position.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Incremental,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{
			datasource.FactBinaryLogs, datasource.FactGTIDs, datasource.FactServer, datasource.FactVariables,
		},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runBinlogPosition,
}

// filePosition matches a file name, which ends in a dot and digits, and an offset in the file.
var filePosition = regexp.MustCompile(`^(.*[^:,]\.\d{6,}):(\d+)$`)

func runBinlogPosition(ctx context.Context, p *checks.Pass) error {
	start := strings.TrimSpace(p.Settings.StartPosition)
	if start == "" {
		p.Note("no_start")
		return nil
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if m := filePosition.FindStringSubmatch(start); m != nil {
		return checkFilePosition(ctx, p, m[1], m[2])
	}
	finding := checks.Finding{Level: checks.Fail, Object: positionObject, Actual: start}
	if server.IsMariaDB() {
		if position, ok := parseGTIDPosition(start); ok {
			return checkGTIDPosition(ctx, p, finding, position)
		}
		finding.Args = checks.Args{"forms": p.Term("forms_mariadb")}
	} else {
		if set, ok := parseGTIDSet(start); ok {
			return checkGTIDSet(ctx, p, finding, set)
		}
		finding.Args = checks.Args{"forms": p.Term("forms_mysql")}
	}
	finding.Rule = "not_a_position"
	p.Report(finding)
	return nil
}

var positionObject = checks.Object{Kind: "POSITION"}

// firstEvent is the offset of the first event in a file, after its magic number.
const firstEvent = 4

func checkFilePosition(ctx context.Context, p *checks.Pass, file, offset string) error {
	logs, err := datasource.FactBinaryLogs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Fail, Object: positionObject, Actual: file + ":" + offset}
	at := slices.IndexFunc(logs, func(l datasource.BinaryLog) bool { return l.Name == file })
	if at < 0 {
		f.Rule = "file_gone"
		if len(logs) > 0 {
			f.Expected = logs[0].Name + " … " + logs[len(logs)-1].Name
		}
		p.Report(f)
		return nil
	}
	if n, err := strconv.ParseInt(offset, 10, 64); err != nil || n < firstEvent || n > logs[at].Size {
		f.Rule, f.Args = "outside_file", checks.Args{"first": firstEvent, "last": logs[at].Size}
		p.Report(f)
	}
	return nil
}

// checkGTIDSet reports what MySQL would refuse: a start before what it has purged, or after what it has written itself.
func checkGTIDSet(ctx context.Context, p *checks.Pass, f checks.Finding, start gtidSet) error {
	gtids, err := datasource.FactGTIDs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	purged, ok := parseGTIDSet(gtids.Purged)
	if !ok {
		return p.NotChecked("unreadable_gtids", "name", "gtid_purged", "value", gtids.Purged)
	}
	logged, ok := parseGTIDSet(gtids.Logged)
	if !ok {
		return p.NotChecked("unreadable_gtids", "name", "gtid_executed", "value", gtids.Logged)
	}
	f.Args = checks.Args{"purged": gtids.Purged, "logged": gtids.Logged}
	if mode, _ := variables.Lookup("gtid_mode"); !strings.EqualFold(mode, "ON") {
		f.Rule, f.Actual = "no_gtids", "gtid_mode="+mode
		p.Report(f)
		return nil
	}
	if gone := purged.sourcesBeyond(start); len(gone) > 0 {
		f.Rule = "purged"
		p.Report(f)
	}
	own, _ := variables.Lookup("server_uuid")
	if ahead := start.sourcesBeyond(logged); len(ahead) > 0 {
		f.Rule, f.Level = "never_logged", checks.Warn
		if slices.Contains(ahead, strings.ReplaceAll(strings.ToLower(own), "-", "")) {
			f.Rule, f.Level = "ahead", checks.Fail
		}
		p.Report(f)
	}
	return nil
}

// checkGTIDPosition reports what MariaDB would refuse: in any domain a start before its oldest file, or after what it
// has written.
func checkGTIDPosition(ctx context.Context, p *checks.Pass, f checks.Finding, start gtidPosition) error {
	gtids, err := datasource.FactGTIDs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	oldest, ok := parseGTIDPosition(gtids.Purged)
	if !ok {
		return p.NotChecked("unreadable_gtids", "name", "BINLOG_GTID_POS", "value", gtids.Purged)
	}
	newest, ok := parseGTIDPosition(gtids.Logged)
	if !ok {
		return p.NotChecked("unreadable_gtids", "name", "gtid_binlog_pos", "value", gtids.Logged)
	}
	f.Args = checks.Args{"purged": gtids.Purged, "logged": gtids.Logged}
	for _, domain := range slices.Sorted(maps.Keys(oldest)) {
		if start[domain] < oldest[domain] {
			f.Rule = "purged"
			p.Report(f)
			break
		}
	}
	for _, domain := range slices.Sorted(maps.Keys(start)) {
		if start[domain] > newest[domain] {
			f.Rule = "ahead"
			p.Report(f)
			break
		}
	}
	return nil
}

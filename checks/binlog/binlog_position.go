package binlog

import (
	"context"
	"fmt"
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
		Own: checks.Facts{datasource.FactBinaryLogs, datasource.FactGTIDs, datasource.FactServer, datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runBinlogPosition,
}

// filePosition is a file's name, which ends in a dot and digits, and an offset in it.
var filePosition = regexp.MustCompile(`^(.*[^:,]\.\d{6,}):(\d+)$`)

func runBinlogPosition(ctx context.Context, p *checks.Pass) error {
	start := strings.TrimSpace(p.Settings.StartPosition)
	if start == "" {
		p.Inform("No start position is given: reading begins where the log is when the task starts.")
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
		position, err := parseGTIDPosition(start)
		if err == nil {
			return checkGTIDPosition(ctx, p, finding, position)
		}
		finding.Rule, finding.Expected = "not_a_position", "file:offset or a GTID position such as 0-1-270"
	} else {
		set, err := parseGTIDSet(start)
		if err == nil {
			return checkGTIDSet(ctx, p, finding, set)
		}
		finding.Rule, finding.Expected = "not_a_position", "file:offset or a GTID set such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"
	}
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
		f.Rule, f.Expected = "file_gone", "a file that the server has"
		if len(logs) > 0 {
			f.Expected = fmt.Sprintf("one of %s to %s", logs[0].Name, logs[len(logs)-1].Name)
		}
		p.Report(f)
		return nil
	}
	if n, err := strconv.ParseInt(offset, 10, 64); err != nil || n < firstEvent || n > logs[at].Size {
		f.Rule, f.Expected = "outside_file", fmt.Sprintf("%d to %d", firstEvent, logs[at].Size)
		p.Report(f)
	}
	return nil
}

// checkGTIDSet finds what MySQL would refuse: a start before what it has purged, or after what it
// has written itself.
func checkGTIDSet(ctx context.Context, p *checks.Pass, f checks.Finding, start gtidSet) error {
	gtids, err := datasource.FactGTIDs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	purged, err := parseGTIDSet(gtids.Purged)
	if err != nil {
		return fmt.Errorf("gtid_purged: %w", err)
	}
	logged, err := parseGTIDSet(gtids.Logged)
	if err != nil {
		return fmt.Errorf("gtid_executed: %w", err)
	}
	if mode, _ := variables.Lookup("gtid_mode"); !strings.EqualFold(mode, "ON") {
		f.Rule, f.Actual, f.Expected = "no_gtids", "gtid_mode="+mode, "gtid_mode=ON, or a start position of the form file:offset"
		p.Report(f)
		return nil
	}
	if gone := purged.missing(start); len(gone) > 0 {
		f.Rule, f.Expected = "purged", "at least "+gtids.Purged
		p.Report(f)
	}
	own, _ := variables.Lookup("server_uuid")
	if ahead := start.missing(logged); len(ahead) > 0 {
		f.Rule, f.Level, f.Expected = "never_logged", checks.Warn, "within "+gtids.Logged
		if slices.Contains(ahead, strings.ReplaceAll(strings.ToLower(own), "-", "")) {
			f.Rule, f.Level = "ahead", checks.Fail
		}
		p.Report(f)
	}
	return nil
}

// checkGTIDPosition finds what MariaDB would refuse: in any domain a start before its oldest file,
// or after what it has written.
func checkGTIDPosition(ctx context.Context, p *checks.Pass, f checks.Finding, start gtidPosition) error {
	gtids, err := datasource.FactGTIDs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	oldest, err := parseGTIDPosition(gtids.Purged)
	if err != nil {
		return fmt.Errorf("the position of the oldest file: %w", err)
	}
	newest, err := parseGTIDPosition(gtids.Logged)
	if err != nil {
		return fmt.Errorf("gtid_binlog_pos: %w", err)
	}
	for _, domain := range slices.Sorted(maps.Keys(oldest)) {
		if start[domain] < oldest[domain] {
			f.Rule, f.Expected = "purged", "at least "+gtids.Purged
			p.Report(f)
			break
		}
	}
	for _, domain := range slices.Sorted(maps.Keys(start)) {
		if start[domain] > newest[domain] {
			f.Rule, f.Expected = "ahead", "at most "+gtids.Logged
			p.Report(f)
			break
		}
	}
	return nil
}

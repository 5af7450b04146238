package binlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogPosition(t *testing.T) {
	t.Parallel()
	const own, other = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "4e11fa47-71ca-11e1-9e33-c80aa9429562"
	gtids := datasource.GTIDs{Logged: own + ":1-100", Purged: own + ":1-10"}
	domains := datasource.GTIDs{Logged: "0-1-100,1-1-7", Purged: "0-1-10"}
	for _, tc := range []struct {
		name   string
		server datasource.Server
		start  string
		gtids  any
		mode   string
		want   []string
	}{
		{"no position", checktest.MySQL80, "", errDenied, "ON", nil},
		{"inside a file", checktest.MySQL80, "log.000002:1000", errDenied, "ON", nil},
		{"at the end of a file", checktest.MySQL80, "log.000002:2000", errDenied, "ON", nil},
		{"after the end of a file", checktest.MySQL80, "log.000002:2001", errDenied, "ON", []string{"outside_file"}},
		{"before the first event of a file", checktest.MySQL80, "log.000002:0", errDenied, "ON",
			[]string{"outside_file"}},
		{"in a removed file", checktest.MySQL80, "log.000001:4", errDenied, "ON", []string{"file_gone"}},
		{"in a file that does not exist yet", checktest.MariaDB1011, "log.000004:4", errDenied, "ON",
			[]string{"file_gone"}},
		{"a set after the purged transactions", checktest.MySQL80, own + ":1-10", gtids, "ON", nil},
		{"a set before the last purged transaction", checktest.MySQL80, own + ":1-9", gtids, "ON", []string{"purged"}},
		{"a set with a gap", checktest.MySQL80, own + ":1-5:7-50", gtids, "ON", []string{"purged"}},
		{"a set after the end of the log", checktest.MySQL80, own + ":1-101", gtids, "ON", []string{"ahead"}},
		{"a set with transactions of another server", checktest.MySQL80, own + ":1-20," + other + ":1", gtids, "ON",
			[]string{"never_logged"}},
		{"a set on a server without GTIDs", checktest.MySQL80, own + ":1-20", datasource.GTIDs{}, "OFF",
			[]string{"no_gtids"}},
		{"MariaDB form on MySQL", checktest.MySQL80, "0-1-20", gtids, "ON", []string{"not_a_position"}},
		{"a position on MariaDB", checktest.MariaDB1011, "0-1-10", domains, "", nil},
		{"a position before the oldest file", checktest.MariaDB1011, "0-1-9,1-1-7", domains, "", []string{"purged"}},
		{"a position without a purged domain", checktest.MariaDB1011, "1-1-7", domains, "", []string{"purged"}},
		{"a position after the end of the log", checktest.MariaDB1011, "0-1-50,1-1-8", domains, "", []string{"ahead"}},
		{"a position in an unknown domain", checktest.MariaDB1011, "0-1-50,5-1-1", domains, "", []string{"ahead"}},
		{"MySQL form on MariaDB", checktest.MariaDB1011, own + ":1-20", domains, "", []string{"not_a_position"}},
		{"a word", checktest.MariaDB1011, "yesterday", domains, "", []string{"not_a_position"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{
				datasource.FactServer:    tc.server,
				datasource.FactVariables: datasource.Variables{"server_uuid": own, "gtid_mode": tc.mode},
				datasource.FactBinaryLogs: []datasource.BinaryLog{{Name: "log.000002", Size: 2000},
					{Name: "log.000003", Size: 500}},
				datasource.FactGTIDs: tc.gtids,
			}
			findings, _, err := checktest.Facts{Source: source,
				Settings: checks.Settings{StartPosition: tc.start}}.Run(t,
				binlog.BinlogPosition)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL80, datasource.FactBinaryLogs: errDenied,
		datasource.FactGTIDs: errDenied, datasource.FactVariables: datasource.Variables{}}
	for _, start := range []string{"log.000001:4", own + ":1"} {
		if _, _, err := (checktest.Facts{Source: source, Settings: checks.Settings{StartPosition: start}}).Run(t,
			binlog.BinlogPosition); err == nil {
			t.Errorf("no error for %s although the log cannot be read", start)
		}
	}
}

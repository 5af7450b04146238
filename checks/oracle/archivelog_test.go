package oracle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestArchivelog(t *testing.T) {
	t.Parallel()
	archived := datasource.ArchivedLogs{Threads: []datasource.ArchivedThread{{Thread: "1", Logs: 1}}}
	for _, tc := range []struct {
		name  string
		mode  string
		logs  any
		want  []string
		fails bool
	}{
		{"archiving", "ARCHIVELOG", archived, nil, false},
		{"not archiving", "NOARCHIVELOG", archived, []string{"off"}, false},
		{"archiving by hand", "MANUAL", archived, []string{"off"}, false},
		{"never switched", "ARCHIVELOG", datasource.ArchivedLogs{}, []string{"none_archived"}, false},
		{"refused", "ARCHIVELOG", refused, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := with(datasource.Snapshot{datasource.FactOracleDatabase: datasource.OracleDatabase{LogMode: tc.mode}, datasource.FactArchivedLogs: tc.logs})
			findings, _, err := checktest.Facts{Source: source, Route: oracleRoute(checks.Incremental)}.Run(t, oracle.Archivelog)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestArchivelogEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.Set("V$DATABASE", row{"RESETLOGS_CHANGE#": 7})
		srv.Insert("V$ARCHIVED_LOG", row{"THREAD#": 1, "SEQUENCE#": 1, "RESETLOGS_CHANGE#": 6, "ARCHIVED": "YES", "DELETED": "NO", "STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-01"})
		if got := task.Run(t, oracle.Archivelog); got.Outcome != engine.Failed || !strings.Contains(got.Message(5), "no redo log yet") {
			t.Errorf("with logs of another incarnation alone it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Insert("V$ARCHIVED_LOG", row{"THREAD#": 1, "SEQUENCE#": 2, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": "YES", "STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-02"})
		if got := task.Run(t, oracle.Archivelog); got.Outcome != engine.Passed {
			t.Errorf("healthy, it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Set("V$DATABASE", row{"LOG_MODE": "NOARCHIVELOG"})
		if got := task.Run(t, oracle.Archivelog); got.Outcome != engine.Failed || !strings.Contains(got.Message(5), "NOARCHIVELOG") {
			t.Errorf("without archiving it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Deny(942, "V$DATABASE")
		if got := task.Run(t, oracle.Archivelog); got.Outcome != engine.Unknown || !strings.Contains(got.Message(5), `GRANT SELECT ON SYS.V_$DATABASE TO "PRECHECK"`) {
			t.Errorf("refused, it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}

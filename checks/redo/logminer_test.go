package redo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInstance(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	account := func(more datasource.OracleAccount) datasource.Snapshot {
		more.Name, more.Profile, more.Now = "PRECHECK", "APPS", now
		return datasource.Snapshot{datasource.FactOracleAccount: more}
	}
	miner := func(all bool, packages map[string]string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactLogMiner: datasource.LogMiner{Packages: packages, All: all}, datasource.FactVariables: datasource.Variables{"_log_parallelism_max": "1"}}
	}
	both := map[string]string{"DBMS_LOGMNR": "VALID", "DBMS_LOGMNR_D": "VALID"}
	redoOf := func(threads ...datasource.RedoThread) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactOracleRedo: datasource.OracleRedo{Threads: threads},
			datasource.FactArchivedLogs: datasource.ArchivedLogs{Threads: []datasource.ArchivedThread{{Thread: "1", Logs: 3}}}}
	}
	switching := func(n int) datasource.RedoThread {
		return datasource.RedoThread{Thread: "1", Switches: map[string]int{"2026-03-01 10": 1, "2026-03-01 11": n}}
	}
	for _, tc := range []struct {
		name  string
		check *checks.Check
		facts datasource.Snapshot
		want  []string
		sql   string
		fails bool
	}{
		{"a password without end", capacity.Account, account(datasource.OracleAccount{}), nil, "", false},
		{"a password for long", capacity.Account, account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 15)}), nil, "", false},
		{"a password that expires", capacity.Account, account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 13)}), []string{"expires"}, "", false},
		{"no account", capacity.Account, datasource.Snapshot{datasource.FactOracleAccount: checktest.ErrRefusedView}, nil, "", true},
		{"LogMiner", redo.LogMiner, miner(true, both), nil, "", false},
		{"LogMiner that the account may execute", redo.LogMiner, miner(false, both), nil, "", false},
		{"no dictionary package", redo.LogMiner, miner(true, map[string]string{"DBMS_LOGMNR": "VALID"}), []string{"missing"}, "", false},
		{"an invalid package", redo.LogMiner, miner(true, map[string]string{"DBMS_LOGMNR": "INVALID", "DBMS_LOGMNR_D": "VALID"}), []string{"invalid"}, "ALTER PACKAGE SYS.DBMS_LOGMNR COMPILE", false},
		{"a package that may be hidden", redo.LogMiner, miner(false, nil), nil, "", true},
		{"redo in parallel", redo.LogMiner, datasource.Snapshot{datasource.FactLogMiner: datasource.LogMiner{Packages: both}, datasource.FactVariables: datasource.Variables{"_log_parallelism_max": "2"}},
			[]string{"parallel_redo"}, `ALTER SYSTEM SET "_log_parallelism_max" = 1 SCOPE = SPFILE`, false},
		{"readable views", privilege.DictionaryPrivilege, datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG", Readable: true}}}, nil, "", false},
		{"a view that is not", privilege.DictionaryPrivilege, datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG", Grant: "GRANT it"}}}, []string{"unreadable"}, "GRANT it", false},
		{"one thread", server.RAC, redoOf(datasource.RedoThread{Thread: "1", Enabled: true}), nil, "", false},
		{"a thread that is off", server.RAC, redoOf(datasource.RedoThread{Thread: "1", Enabled: true}, datasource.RedoThread{Thread: "2"}), nil, "", false},
		{"a thread that is not archived", server.RAC, redoOf(datasource.RedoThread{Thread: "1", Enabled: true}, datasource.RedoThread{Thread: "2", Enabled: true}), []string{"thread_not_archived"}, "", false},
		{"redo unknown", server.RAC, datasource.Snapshot{datasource.FactOracleRedo: checktest.ErrRefusedView}, nil, "", true},
		{"calm", redo.RedoVolume, redoOf(switching(20)), nil, "", false},
		{"busy", redo.RedoVolume, redoOf(switching(21)), []string{"many_switches"}, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: checktest.Oracle19With(tc.facts), Route: checktest.OracleToOceanBase(checks.Incremental), Settings: checks.Settings{Connections: 16}}.Run(t, tc.check)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if got := strings.Join(f.SQL, ";"); got != tc.sql {
					t.Errorf("statement %q, want %q", got, tc.sql)
				}
			}
		})
	}
}

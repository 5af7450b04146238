package oracle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
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
	redo := func(threads ...datasource.RedoThread) datasource.Snapshot {
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
		{"a password without end", oracle.Account, account(datasource.OracleAccount{}), nil, "", false},
		{"a password for long", oracle.Account, account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 15)}), nil, "", false},
		{"a password that expires", oracle.Account, account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 13)}), []string{"expires"}, "", false},
		{"no account", oracle.Account, datasource.Snapshot{datasource.FactOracleAccount: refused}, nil, "", true},
		{"LogMiner", oracle.LogMiner, miner(true, both), nil, "", false},
		{"LogMiner that the account may execute", oracle.LogMiner, miner(false, both), nil, "", false},
		{"no dictionary package", oracle.LogMiner, miner(true, map[string]string{"DBMS_LOGMNR": "VALID"}), []string{"missing"}, "", false},
		{"an invalid package", oracle.LogMiner, miner(true, map[string]string{"DBMS_LOGMNR": "INVALID", "DBMS_LOGMNR_D": "VALID"}), []string{"invalid"}, "ALTER PACKAGE SYS.DBMS_LOGMNR COMPILE", false},
		{"a package that may be hidden", oracle.LogMiner, miner(false, nil), nil, "", true},
		{"redo in parallel", oracle.LogMiner, datasource.Snapshot{datasource.FactLogMiner: datasource.LogMiner{Packages: both}, datasource.FactVariables: datasource.Variables{"_log_parallelism_max": "2"}},
			[]string{"parallel_redo"}, `ALTER SYSTEM SET "_log_parallelism_max" = 1 SCOPE = SPFILE`, false},
		{"readable views", oracle.DictionaryPrivilege, datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG", Readable: true}}}, nil, "", false},
		{"a view that is not", oracle.DictionaryPrivilege, datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG", Grant: "GRANT it"}}}, []string{"unreadable"}, "GRANT it", false},
		{"one thread", oracle.RAC, redo(datasource.RedoThread{Thread: "1", Enabled: true}), nil, "", false},
		{"a thread that is off", oracle.RAC, redo(datasource.RedoThread{Thread: "1", Enabled: true}, datasource.RedoThread{Thread: "2"}), nil, "", false},
		{"a thread that is not archived", oracle.RAC, redo(datasource.RedoThread{Thread: "1", Enabled: true}, datasource.RedoThread{Thread: "2", Enabled: true}), []string{"thread_not_archived"}, "", false},
		{"redo unknown", oracle.RAC, datasource.Snapshot{datasource.FactOracleRedo: refused}, nil, "", true},
		{"calm", oracle.RedoVolume, redo(switching(20)), nil, "", false},
		{"busy", oracle.RedoVolume, redo(switching(21)), []string{"many_switches"}, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: with(tc.facts), Route: oracleRoute(checks.Incremental), Settings: checks.Settings{Connections: 16}}.Run(t, tc.check)
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

func TestParameters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		source, dest datasource.Variables
		want         []string
	}{
		{"alike", datasource.Variables{"max_string_size": "STANDARD", "compatible": "19.0.0"}, datasource.Variables{"max_string_size": "STANDARD", "compatible": "19.0.0"}, nil},
		{"long strings", datasource.Variables{"max_string_size": "EXTENDED"}, datasource.Variables{"max_string_size": "STANDARD"}, []string{"short_strings"}},
		{"long strings before 12.1", datasource.Variables{"max_string_size": "EXTENDED"}, datasource.Variables{}, []string{"short_strings"}},
		{"longer strings", datasource.Variables{"max_string_size": "STANDARD"}, datasource.Variables{"max_string_size": "EXTENDED"}, nil},
		{"later", datasource.Variables{"compatible": "12.2.0"}, datasource.Variables{"compatible": "19.0.0"}, nil},
		{"earlier", datasource.Variables{"compatible": "19.0.0"}, datasource.Variables{"compatible": "12.2.0"}, []string{"older_compatible"}},
		{"hidden", nil, datasource.Variables{"_serial_direct_read": "never"}, []string{"hidden_parameter"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.source == nil {
				tc.source = datasource.Variables{}
			}
			findings, _, err := checktest.Facts{Source: with(datasource.Snapshot{datasource.FactVariables: tc.source}), Dest: with(datasource.Snapshot{datasource.FactVariables: tc.dest}),
				Side: checks.Dest, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Schema}}.Run(t, oracle.Parameters)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Each fact is read from each release, first with a defect, then healthy.
func TestInstanceEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
		expect := func(c *checks.Check, want engine.Outcome, text string) {
			t.Helper()
			got := task.Run(t, c)
			if got.Outcome != want || !strings.Contains(got.Message(20), text) {
				t.Errorf("%s is %s, want %s with %q:\n%s", c.Type, got.Outcome, want, text, got.Message(20))
			}
		}
		srv.Set("V$DATABASE", row{"RESETLOGS_CHANGE#": 7})

		expect(oracle.LogMiner, engine.Failed, "SYS.DBMS_LOGMNR_D does not exist")
		srv.Insert("DBA_OBJECTS", row{"OWNER": "SYS", "OBJECT_NAME": "DBMS_LOGMNR", "OBJECT_TYPE": "PACKAGE", "STATUS": "VALID"},
			row{"OWNER": "SYS", "OBJECT_NAME": "DBMS_LOGMNR_D", "OBJECT_TYPE": "PACKAGE", "STATUS": "VALID"})
		expect(oracle.LogMiner, engine.Passed, "")

		srv.Set("DBA_USERS", row{"EXPIRY_DATE": "2024-03-20"})
		expect(oracle.Account, engine.Warned, "expires on 2024-03-20")
		srv.Set("DBA_USERS", row{"EXPIRY_DATE": "2024-09-20"})
		expect(oracle.Account, engine.Passed, "")

		srv.Insert("V$THREAD", row{"THREAD#": 1, "ENABLED": "PUBLIC"}, row{"THREAD#": 2, "ENABLED": "PUBLIC"})
		srv.Insert("V$ARCHIVED_LOG", row{"THREAD#": 1, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": "NO", "STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-01"})
		expect(oracle.RAC, engine.Warned, "Thread 2")
		srv.Insert("V$ARCHIVED_LOG", row{"THREAD#": 2, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": "NO", "STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-01"})
		expect(oracle.RAC, engine.Passed, "")

		srv.Insert("V$LOG", row{"THREAD#": 1, "GROUP#": 1, "BYTES": 100 << 20}, row{"THREAD#": 1, "GROUP#": 2, "BYTES": 50 << 20})
		began := func(at string) { srv.Insert("V$LOG_HISTORY", row{"THREAD#": 1, "FIRST_TIME": at}) }
		for range 21 {
			began("2024-02-20 10:10:00") // too long ago
		}
		for range 20 {
			began("2024-03-09 10:10:00")
		}
		expect(oracle.RedoVolume, engine.Passed, "20 in its busiest hour (2024-03-09 10 h), of 50 MiB")
		began("2024-03-09 10:59:59")
		expect(oracle.RedoVolume, engine.Warned, "21 switches in an hour (2024-03-09 10 h), with logs of 50 MiB")

		srv.Insert("V$PARAMETER", row{"NAME": "compatible", "VALUE": "19.0.0"})
		expect(oracle.Parameters, engine.Passed, "compatible is 19.0.0")
		srv.Insert("V$PARAMETER", row{"NAME": "_serial_direct_read", "VALUE": "never"})
		expect(oracle.Parameters, engine.Passed, "_serial_direct_read")

		expect(oracle.DictionaryPrivilege, engine.Passed, "")
		srv.Deny(942, "V$LOG_HISTORY")
		expect(oracle.DictionaryPrivilege, engine.Warned, "SYS.V$LOG_HISTORY")
		expect(oracle.RedoVolume, engine.Unknown, `GRANT SELECT ON SYS.V_$LOG_HISTORY TO "PRECHECK"`)
		srv.Deny(942, "DBA_PROFILES")
		expect(oracle.Account, engine.Unknown, `GRANT SELECT ON SYS.DBA_PROFILES TO "PRECHECK"`)
	})
}

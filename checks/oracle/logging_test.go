package oracle_test

import (
	"slices"
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

// What V$DATABASE and the session's container tell by themselves.
func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	pdb := datasource.OracleDatabase{CDB: true, Container: "SHOPDB"}
	for _, tc := range []struct {
		name     string
		check    *checks.Check
		database any
		server   datasource.Server
		want     []string
		fails    bool
	}{
		{"minimal logging", oracle.SupplementalLogMin, datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{Minimal: true}}, datasource.Server{}, nil, false},
		{"no minimal logging", oracle.SupplementalLogMin, datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{All: true}}, datasource.Server{}, []string{"off"}, false},
		{"minimal logging unknown", oracle.SupplementalLogMin, refused, datasource.Server{}, nil, true},
		{"forced", oracle.ForceLogging, datasource.OracleDatabase{ForceLogging: "YES"}, datasource.Server{}, nil, false},
		{"not forced", oracle.ForceLogging, datasource.OracleDatabase{ForceLogging: "NO"}, datasource.Server{}, []string{"off"}, false},
		{"not forced for a standby", oracle.ForceLogging, datasource.OracleDatabase{ForceLogging: "STANDBY NOLOGGING FOR LOAD PERFORMANCE"}, datasource.Server{}, []string{"off"}, false},
		{"forced unknown", oracle.ForceLogging, refused, datasource.Server{}, nil, true},
		{"no container", oracle.Container, datasource.OracleDatabase{}, datasource.Server{Account: "SHOP"}, nil, false},
		{"the root", oracle.Container, datasource.OracleDatabase{CDB: true, Container: "CDB$ROOT"}, datasource.Server{}, []string{"no_pdb"}, false},
		{"a local account", oracle.Container, pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 19}}, []string{"local_account"}, false},
		{"a common account", oracle.Container, pdb, datasource.Server{Account: "C##SHOP", Version: datasource.Version{Major: 19}}, nil, false},
		{"LogMiner in each container", oracle.Container, pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 21}}, nil, false},
		{"container unknown", oracle.Container, refused, datasource.Server{}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactOracleDatabase: tc.database}
			findings, _, err := checktest.Facts{Source: source, Route: oracleRoute(checks.Incremental)}.Run(t, tc.check)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDatabaseSettingsEmulated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		check  *checks.Check
		bad    row
		good   row
		failed engine.Outcome
	}{
		{oracle.SupplementalLogMin, row{"SUPPLEMENTAL_LOG_DATA_MIN": "NO"}, row{"SUPPLEMENTAL_LOG_DATA_MIN": "IMPLICIT"}, engine.Failed},
		{oracle.ForceLogging, row{"FORCE_LOGGING": "NO"}, row{"FORCE_LOGGING": "YES"}, engine.Warned},
	} {
		t.Run(tc.check.Type, func(t *testing.T) {
			t.Parallel()
			eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
				srv.SetContext("CON_NAME", "CDB$ROOT") // what a pluggable database adds is tested apart
				srv.Set("V$DATABASE", tc.bad)
				if got := task.Run(t, tc.check); got.Outcome != tc.failed {
					t.Errorf("with the defect it is %s:\n%s", got.Outcome, got.Message(5))
				}
				srv.Set("V$DATABASE", tc.good)
				if got := task.Run(t, tc.check); got.Outcome != engine.Passed {
					t.Errorf("healthy, it is %s:\n%s", got.Outcome, got.Message(5))
				}
			})
		})
	}
}

// A pluggable database may have supplemental logging of its own.
func TestSupplementalLoggingOfAPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	srv, task := emulated(t, oracletest.Release19c)
	srv.Set("V$DATABASE", row{"SUPPLEMENTAL_LOG_DATA_MIN": "NO"})
	if got := task.Run(t, oracle.SupplementalLogMin); got.Outcome != engine.Passed {
		t.Errorf("with it in the pluggable database it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Set("DBA_SUPPLEMENTAL_LOGGING", row{"MINIMAL": "NO"})
	if got := task.Run(t, oracle.SupplementalLogMin); got.Outcome != engine.Failed {
		t.Errorf("without any it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Deny(942, "DBA_SUPPLEMENTAL_LOGGING")
	if got := task.Run(t, oracle.SupplementalLogMin); got.Outcome != engine.Unknown || !strings.Contains(got.Message(5), "GRANT SELECT ON SYS.DBA_SUPPLEMENTAL_LOGGING") {
		t.Errorf("refused, it is %s:\n%s", got.Outcome, got.Message(5))
	}
}

// A pluggable database may force logging by itself, or keep its own from the redo.
func TestForceLoggingOfAPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range []oracletest.Release{oracletest.Release12c, oracletest.Release19c, oracletest.Release23ai} {
		srv, task := emulated(t, release)
		found(t, task.Run(t, oracle.ForceLogging), "off ORCL")
		srv.Set("DBA_PDBS", row{"FORCE_NOLOGGING": "YES"})
		found(t, task.Run(t, oracle.ForceLogging), "never "+srv.Service)
		srv.Set("DBA_PDBS", row{"FORCE_NOLOGGING": "NO", "FORCE_LOGGING": "YES"})
		found(t, task.Run(t, oracle.ForceLogging))
		srv.Deny(942, "DBA_PDBS")
		got := task.Run(t, oracle.ForceLogging)
		found(t, got, "off ORCL")
		if !slices.ContainsFunc(got.Notes, func(note string) bool { return strings.Contains(note, "DBA_PDBS") }) {
			t.Errorf("refused, it remarks %q", got.Notes)
		}
	}
}

func TestContainerEmulated(t *testing.T) {
	t.Parallel()
	srv, task := emulated(t, oracletest.Release19c)
	task.Phases = checks.Full
	if got := task.Run(t, oracle.Container); got.Outcome != engine.Passed {
		t.Errorf("in a pluggable database it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.SetContext("CON_NAME", "CDB$ROOT")
	if got := task.Run(t, oracle.Container); got.Outcome != engine.Failed {
		t.Errorf("in the root it is %s:\n%s", got.Outcome, got.Message(5))
	}
}

func TestSupplementalLogKey(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	primary := datasource.Index{Name: "PK", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "ID"}}}
	unique := datasource.Index{Name: "UK", Unique: true, Columns: []datasource.IndexColumn{{Name: "CODE"}}}
	nullable := datasource.Index{Name: "UN", Unique: true, Columns: []datasource.IndexColumn{{Name: "NICK", Nullable: true}}}
	group := func(kind string) datasource.LogGroup { return datasource.LogGroup{Type: kind, Always: true} }
	user := func(always bool, columns ...string) datasource.LogGroup {
		return datasource.LogGroup{Type: "USER LOG GROUP", Always: always, Columns: columns}
	}
	const add, end = `ALTER TABLE "SHOP"."ORDERS" ADD SUPPLEMENTAL LOG DATA (`, `) COLUMNS`
	type logging = datasource.SupplementalLogging
	for _, tc := range []struct {
		name     string
		database logging
		indexes  []datasource.Index
		groups   []datasource.LogGroup
		want     []string
		level    checks.Level
		sql      string
	}{
		{"nothing", logging{}, []datasource.Index{primary}, nil, []string{"primary_key"}, checks.Fail, add + "PRIMARY KEY" + end},
		{"nothing, two keys", logging{}, []datasource.Index{primary, unique}, nil, []string{"primary_key"}, checks.Fail, add + "PRIMARY KEY, UNIQUE" + end},
		{"the database's keys", logging{PrimaryKey: true, Unique: true}, []datasource.Index{primary, unique}, nil, nil, 0, ""},
		{"the database's primary keys", logging{PrimaryKey: true}, []datasource.Index{primary, unique}, nil, []string{"unique_key"}, checks.Warn, add + "UNIQUE" + end},
		{"the database's primary keys, a table without one", logging{PrimaryKey: true}, nil, nil, nil, 0, ""},
		{"the database's unique keys", logging{Unique: true}, []datasource.Index{unique}, nil, []string{"no_primary_key"}, checks.Fail, add + "ALL" + end},
		{"all columns of the database", logging{All: true}, nil, nil, nil, 0, ""},
		{"the table's primary key", logging{}, []datasource.Index{primary}, []datasource.LogGroup{group("PRIMARY KEY LOGGING")}, nil, 0, ""},
		{"the table's keys", logging{}, []datasource.Index{primary, unique}, []datasource.LogGroup{group("PRIMARY KEY LOGGING"), group("UNIQUE KEY LOGGING")}, nil, 0, ""},
		{"the table's foreign keys", logging{}, []datasource.Index{primary}, []datasource.LogGroup{group("FOREIGN KEY LOGGING")}, []string{"primary_key"}, checks.Fail, add + "PRIMARY KEY" + end},
		{"all columns of the table", logging{}, nil, []datasource.LogGroup{group("ALL COLUMN LOGGING")}, nil, 0, ""},
		{"a user's group", logging{}, []datasource.Index{primary}, []datasource.LogGroup{user(true, "CODE", "ID")}, nil, 0, ""},
		{"a user's group at times", logging{}, []datasource.Index{primary}, []datasource.LogGroup{user(false, "ID")}, []string{"primary_key"}, checks.Fail, add + "PRIMARY KEY" + end},
		{"a user's group over a unique key", logging{}, []datasource.Index{unique}, []datasource.LogGroup{user(true, "CODE")}, nil, 0, ""},
		{"a user's group over a key with NULLs", logging{}, []datasource.Index{nullable}, []datasource.LogGroup{user(true, "NICK")}, []string{"no_primary_key"}, checks.Fail, add + "ALL" + end},
		{"no key at all", logging{}, nil, nil, []string{"no_primary_key"}, checks.Fail, add + "ALL" + end},
		{"no key, a group for one", logging{}, nil, []datasource.LogGroup{group("PRIMARY KEY LOGGING")}, []string{"no_primary_key"}, checks.Warn, add + "ALL" + end},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := with(datasource.Snapshot{
				datasource.FactSchemas:        []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:         datasource.Tables{{TableName: orders, Kind: datasource.BaseTable}},
				datasource.FactOracleDatabase: datasource.OracleDatabase{Supplemental: tc.database},
				datasource.FactIndexes:        datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: orders, Rows: tc.indexes}),
				datasource.FactLogGroups:      datasource.GroupByTable(datasource.TableRows[datasource.LogGroup]{Table: orders, Rows: tc.groups}),
			})
			findings, _, err := checktest.Facts{Source: source, Dest: with(nil), Route: oracleRoute(checks.Incremental)}.Run(t, oracle.SupplementalLogKey)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if f.Level != tc.level || len(f.SQL) != 1 || f.SQL[0] != tc.sql {
					t.Errorf("%s %q, want %s %q", f.Level, f.SQL, tc.level, tc.sql)
				}
			}
		})
	}
}

// table adds a table with a primary key to the emulated dictionary.
func table(srv *oracletest.Server, name string) {
	srv.Insert("DBA_ALL_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": name, "TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N", "DROPPED": "NO"})
	srv.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": name, "COLUMN_NAME": "ID", "COLUMN_ID": 1, "DATA_TYPE": "NUMBER", "DATA_LENGTH": 22, "NULLABLE": "N", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
	srv.Insert("DBA_CONSTRAINTS", row{"OWNER": "SHOP", "TABLE_NAME": name, "CONSTRAINT_NAME": name + "_PK", "CONSTRAINT_TYPE": "P", "STATUS": "ENABLED", "INDEX_NAME": name + "_PK"})
	srv.Insert("DBA_CONS_COLUMNS", row{"OWNER": "SHOP", "TABLE_NAME": name, "CONSTRAINT_NAME": name + "_PK", "COLUMN_NAME": "ID", "POSITION": 1})
}

func TestSupplementalLogKeyEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "USER_ID": 101})
		table(srv, "BARE")
		table(srv, "COVERED")
		table(srv, "GROUPED")
		srv.Insert("DBA_LOG_GROUPS", row{"OWNER": "SHOP", "LOG_GROUP_NAME": "SYS_C1", "TABLE_NAME": "COVERED", "LOG_GROUP_TYPE": "PRIMARY KEY LOGGING", "ALWAYS": "ALWAYS"},
			row{"OWNER": "SHOP", "LOG_GROUP_NAME": "G", "TABLE_NAME": "GROUPED", "LOG_GROUP_TYPE": "USER LOG GROUP", "ALWAYS": "ALWAYS"})
		srv.Insert("DBA_LOG_GROUP_COLUMNS", row{"OWNER": "SHOP", "LOG_GROUP_NAME": "G", "TABLE_NAME": "GROUPED", "COLUMN_NAME": "ID", "POSITION": 1, "LOGGING_PROPERTY": "LOG"})
		got := task.Run(t, oracle.SupplementalLogKey)
		if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Object.String() != "SHOP.BARE" {
			t.Errorf("it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Set("V$DATABASE", row{"SUPPLEMENTAL_LOG_DATA_PK": "YES"})
		if got := task.Run(t, oracle.SupplementalLogKey); got.Outcome != engine.Passed {
			t.Errorf("with logging in the whole database it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}

func TestArchiveRetention(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	reach := func(d time.Duration) datasource.ArchivedThread {
		return datasource.ArchivedThread{Thread: "1", Logs: 5, Available: 5, Oldest: now.Add(-d)}
	}
	for _, tc := range []struct {
		name     string
		thread   datasource.ArchivedThread
		settings checks.Settings
		want     []string
	}{
		{"enough", reach(49 * time.Hour), checks.Settings{}, nil},
		{"short", reach(47 * time.Hour), checks.Settings{}, []string{"short"}},
		{"enough for the task", reach(25 * time.Hour), checks.Settings{LogRetention: 24 * time.Hour}, nil},
		{"short for the task", reach(49 * time.Hour), checks.Settings{LogRetention: 72 * time.Hour}, []string{"short"}},
		{"all deleted", datasource.ArchivedThread{Thread: "1", Logs: 5}, checks.Settings{}, []string{"none_kept"}},
		{"all deleted of an instance that is gone", datasource.ArchivedThread{Thread: "2", Logs: 5}, checks.Settings{}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := with(datasource.Snapshot{datasource.FactArchivedLogs: datasource.ArchivedLogs{Now: now, Threads: []datasource.ArchivedThread{tc.thread}},
				datasource.FactOracleRedo: datasource.OracleRedo{Threads: []datasource.RedoThread{{Thread: "1", Enabled: true}, {Thread: "2"}}}})
			findings, _, err := checktest.Facts{Source: source, Route: oracleRoute(checks.Incremental), Settings: tc.settings}.Run(t, oracle.ArchiveRetention)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestArchiveRetentionEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
		srv.Set("V$DATABASE", row{"RESETLOGS_CHANGE#": 7})
		archived := func(thread int, first, deleted string) {
			srv.Insert("V$ARCHIVED_LOG", row{"THREAD#": thread, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": deleted, "STANDBY_DEST": "NO", "FIRST_TIME": first})
		}
		archived(1, "2024-03-05", "NO")
		archived(2, "2024-03-05", "YES")
		archived(2, "2024-03-10", "NO")
		got := task.Run(t, oracle.ArchiveRetention)
		if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Object.Name != "2" || got.Findings[0].Actual != "12h0m0s" {
			t.Errorf("it is %s:\n%s", got.Outcome, got.Message(5))
		}
		archived(2, "2024-03-06", "NO")
		if got := task.Run(t, oracle.ArchiveRetention); got.Outcome != engine.Passed {
			t.Errorf("with an older log it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}

package settings_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLowerCaseTableNamesOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1")
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".Orders (id INT PRIMARY KEY)",
		"CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
		Dest: checktest.Endpoint{Server: to, Schema: schema}}
	want := func(outcome engine.Outcome, rules ...string) {
		t.Helper()
		got := task.Run(t, settings.LowerCaseTableNames)
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Rule+" "+f.Object.String())
		}
		if diff := cmp.Diff(rules, found); diff != "" || got.Outcome != outcome {
			t.Errorf("it is %s (-want +got):\n%s", got.Outcome, diff)
		}
	}
	want(engine.Failed, "tables_collide "+schema+".orders", "lowered lower_case_table_names")
	task.Exclude = []string{schema + ".Orders"}
	want(engine.Passed)
}

// TestSettingsOnRealServers compares with a destination that has other settings. Each difference must be
// reported, and no longer reported after the statement of the finding.
func TestSettingsOnRealServers(t *testing.T) {
	t.Parallel()
	for product, args := range map[dbtest.Product][]string{
		dbtest.MySQL: {"--lower-case-table-names=1", "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES",
			"--max-allowed-packet=1M",
			"--local-infile=OFF",
			"--transaction-isolation=READ-COMMITTED", "--group-concat-max-len=100",
			"--explicit-defaults-for-timestamp=OFF",
			"--innodb-strict-mode=OFF", "--block-encryption-mode=aes-256-cbc"},
		dbtest.MariaDB: {"--lower-case-table-names=1", "--sql-mode=ANSI_QUOTES,SIMULTANEOUS_ASSIGNMENT",
			"--max-allowed-packet=1M", "--local-infile=OFF",
			"--transaction-isolation=READ-COMMITTED", "--group-concat-max-len=100",
			"--explicit-defaults-for-timestamp=OFF",
			"--innodb-strict-mode=OFF"},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s, other := dbtest.Get(t, product), dbtest.Start(t, product, args...)
			from, to := s.Database(t), other.Database(t)
			s.Exec(t, "CREATE TABLE "+from+".Orders (id INT PRIMARY KEY, note LONGTEXT)",
				"CREATE TABLE "+from+".items (id INT PRIMARY KEY)")
			into := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
				Dest: checktest.Endpoint{Server: other, Schema: to}}
			defaults := []string{"differs_default explicit_defaults_for_timestamp",
				"differs_default innodb_strict_mode",
				"differs_default group_concat_max_len", "differs_default transaction_isolation"}
			switch {
			case product == dbtest.MySQL:
				defaults = slices.Insert(defaults, 0, "differs_default block_encryption_mode")
			case !s.AtLeast(10, 10): // where explicit_defaults_for_timestamp is OFF by default
				defaults = defaults[1:]
			}
			for _, tc := range []struct {
				check *checks.Check
				want  checktest.Verdict
			}{
				{settings.SQLMode, checktest.Verdict{Outcome: engine.Warned, Found: []string{"differs sql_mode"}}},
				{settings.MaxAllowedPacket,
					checktest.Verdict{Outcome: engine.Warned, Found: []string{"below_source max_allowed_packet"}}},
				{settings.SessionDefaults, checktest.Verdict{Outcome: engine.Warned, Found: defaults}},
				{settings.LocalInfile, checktest.Verdict{Outcome: engine.Passed, Found: []string{"off local_infile"}}},
			} {
				got := into.Run(t, tc.check)
				if diff := cmp.Diff(tc.want, checktest.VerdictOf(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.check.Type, diff)
					continue
				}
				checktest.Fix(t, into, got.Findings)
				fixed := into.Run(t, tc.check)
				if len(fixed.Findings) > 0 {
					t.Errorf("%s: after the fix it still reports:\n%s", tc.check.Type, fixed.Message(20))
				}
			}

			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Warned,
				Found: []string{"lowered lower_case_table_names"}},
				checktest.VerdictOf(into.Run(t, settings.LowerCaseTableNames))); diff != "" {
				t.Errorf("into a server that stores lower case (-want +got):\n%s", diff)
			}
			s.Exec(t, "CREATE TABLE "+from+".ITEMS (id INT PRIMARY KEY)")
			got := into.Run(t, settings.LowerCaseTableNames)
			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Failed,
				Found: []string{"tables_collide " + to + ".items", "lowered lower_case_table_names"}},
				checktest.VerdictOf(got)); diff != "" {
				t.Errorf("with names that collide (-want +got):\n%s", diff)
			}
			other.Exec(t, "CREATE TABLE "+to+".items (id INT PRIMARY KEY)")
			if _, err := other.DB(t).ExecContext(t.Context(),
				"CREATE TABLE "+to+".ITEMS (id INT PRIMARY KEY)"); err == nil {
				t.Error("the destination accepted both tables")
			}
			back := checktest.Real{Source: into.Dest, Dest: into.Source}
			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Warned,
				Found: []string{"case_counts lower_case_table_names"}},
				checktest.VerdictOf(back.Run(t, settings.LowerCaseTableNames))); diff != "" {
				t.Errorf("from a server that stores lower case (-want +got):\n%s", diff)
			}
		})
	}
}

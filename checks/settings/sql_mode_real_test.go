package settings_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestSQLModeBetweenProducts compares the modes that the check reports as unknown with what the destination refuses.
func TestSQLModeBetweenProducts(t *testing.T) {
	t.Parallel()
	for from, to := range map[dbtest.Product]dbtest.Product{dbtest.MariaDB: dbtest.MySQL,
		dbtest.MySQL: dbtest.MariaDB} {
		t.Run(string(from)+" to "+string(to), func(t *testing.T) {
			t.Parallel()
			mode := map[dbtest.Product]string{dbtest.MariaDB: "NO_AUTO_CREATE_USER,EMPTY_STRING_IS_NULL,NO_ZERO_DATE",
				dbtest.MySQL: "TIME_TRUNCATE_FRACTIONAL,NO_ZERO_DATE"}[from]
			source, dest := dbtest.Start(t, from, "--sql-mode="+mode), dbtest.Start(t, to, "--sql-mode=NO_ZERO_DATE")
			schema := source.Database(t)
			source.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
			task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: schema},
				Dest: checktest.Endpoint{Server: dest, Schema: schema}}
			got := task.Run(t, settings.SQLMode)
			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Warned, Found: []string{"unknown_mode sql_mode"}},
				checktest.VerdictOf(got)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			for _, m := range append(strings.Split(got.Findings[0].Expected, ","), "NO_ZERO_DATE") {
				_, err := dest.DB(t).ExecContext(t.Context(), "SET SESSION sql_mode = '"+m+"'")
				if (err != nil) != (m != "NO_ZERO_DATE") {
					t.Errorf("SET sql_mode with the mode %s on %s: error %v", m, to, err)
				}
			}
			source.Exec(t, "SET GLOBAL sql_mode = 'NO_ZERO_DATE'")
			if got := task.Run(t, settings.SQLMode); got.Outcome != engine.Passed {
				t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

// TestSQLModeCombinations: what ANSI and TRADITIONAL add differs by product, and the statement of the finding is enough
// nevertheless.
func TestSQLModeCombinations(t *testing.T) {
	t.Parallel()
	for from, to := range map[dbtest.Product]dbtest.Product{dbtest.MariaDB: dbtest.MySQL,
		dbtest.MySQL: dbtest.MariaDB} {
		t.Run(string(from)+" to "+string(to), func(t *testing.T) {
			t.Parallel()
			source, dest := dbtest.Start(t, from), dbtest.Start(t, to)
			schema := source.Database(t)
			source.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
			task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: schema},
				Dest: checktest.Endpoint{Server: dest, Schema: schema}}
			for _, mode := range []string{"ANSI", "TRADITIONAL", "TRADITIONAL,ANSI"} {
				source.Exec(t, "SET GLOBAL sql_mode = '"+mode+"'")
				dest.Exec(t, "SET GLOBAL sql_mode = 'NO_ZERO_DATE'")
				got := task.Run(t, settings.SQLMode)
				if slices.ContainsFunc(got.Findings, func(f engine.Finding) bool { return f.Rule == "differs" }) {
					checktest.Fix(t, task, got.Findings)
				} else {
					t.Errorf("%s is %s:\n%s", mode, got.Outcome, got.Message(20))
				}
				for _, f := range task.Run(t, settings.SQLMode).Findings {
					if f.Rule != "unknown_mode" || f.Level != checks.Info {
						t.Errorf("after the fix of %s: %s", mode, f.Message)
					}
				}
			}
		})
	}
}

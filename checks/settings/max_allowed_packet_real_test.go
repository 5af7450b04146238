package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestSettingsForOracleOnRealServers checks the settings that rows of Oracle need. Each must be reported, and no longer
// reported after the statement of the finding.
func TestSettingsForOracleOnRealServers(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--sql-mode=NO_ZERO_DATE", "--max-allowed-packet=16M")
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (c VARCHAR(2))")
			long := func(before string) error {
				conn, err := s.DB(t).Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := conn.ExecContext(t.Context(), before); err != nil {
					t.Fatal(err)
				}
				_, err = conn.ExecContext(t.Context(), "INSERT INTO "+schema+".t VALUES ('long')")
				return err
			}
			dest := checktest.Endpoint{Server: s, Schema: schema}
			if got := (checktest.Real{Source: checktest.EmulatedSource(t, "VARCHAR2", "A"), Dest: dest}).Run(t,
				settings.MaxAllowedPacket); got.Outcome != engine.Passed {
				t.Errorf("without LOBs it is %s:\n%s", got.Outcome, got.Message(10))
			}
			if err := long("DO 0"); err != nil {
				t.Errorf("a mode that is not strict refused the value: %v", err)
			}
			task := checktest.Real{Source: checktest.EmulatedSource(t, "CLOB", "A"), Dest: dest}
			for check, want := range map[*checks.Check]string{settings.SQLMode: "not_strict",
				settings.MaxAllowedPacket: "small"} {
				got := task.Run(t, check)
				if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Rule != want {
					t.Fatalf("%s is %s, want %s:\n%s", check.Type, got.Outcome, want, got.Message(10))
				}
				checktest.Fix(t, task, got.Findings)
				if got := task.Run(t, check); got.Outcome != engine.Passed {
					t.Errorf("after the fix %s is still %s:\n%s", check.Type, got.Outcome, got.Message(10))
				}
			}
			if err := long("SET SESSION sql_mode = @@GLOBAL.sql_mode"); err == nil {
				t.Error("the mode that the statement set accepted the value")
			}
		})
	}
}

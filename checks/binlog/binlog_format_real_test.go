package binlog_test

import (
	"database/sql"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestSessionSettingsOnRealServer finds sessions that have set the log settings to other values than the server.
func TestSessionSettingsOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL) // its own, because other tests check for such sessions too
	user, password := s.Account(t, "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO %s")
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	db.SetMaxIdleConns(0) // so that each session ends together with its settings
	end := checktest.Endpoint{Server: s, Schema: s.Database(t)}
	task := checktest.Real{Source: end, Dest: end}
	for _, tc := range []struct {
		set   string
		check *checks.Check
		rule  string
	}{
		{"SET SESSION binlog_format = 'STATEMENT'", binlog.BinlogFormat, "session_not_row"},
		{"SET SESSION binlog_row_image = 'MINIMAL'", binlog.BinlogRowImage, "session_not_full"},
		{"SET SESSION binlog_row_value_options = 'PARTIAL_JSON'", binlog.BinlogRowValueOptions, "session_partial_json"},
		{"SET SESSION sql_log_bin = OFF", binlog.BinlogEnabled, "session_off"},
	} {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(t.Context(), tc.set); err != nil {
			t.Fatalf("%s: %v", tc.set, err)
		}
		found := func() bool {
			for _, f := range task.Run(t, tc.check).Findings {
				if f.Rule == tc.rule && strings.HasPrefix(f.Object.Name, user+"@") {
					return true
				}
			}
			return false
		}
		if !found() {
			t.Errorf("after %s the session is not reported", tc.set)
		}
		_ = conn.Close()
	}
}

package mysql_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
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
		{"none", mysql8, "", errDenied, "ON", nil},
		{"in a file", mysql8, "log.000002:1000", errDenied, "ON", nil},
		{"at a file's end", mysql8, "log.000002:2000", errDenied, "ON", nil},
		{"after a file's end", mysql8, "log.000002:2001", errDenied, "ON", []string{"outside_file"}},
		{"before a file's first event", mysql8, "log.000002:0", errDenied, "ON", []string{"outside_file"}},
		{"in a file that is gone", mysql8, "log.000001:4", errDenied, "ON", []string{"file_gone"}},
		{"in a file that is to come", mariadb10, "log.000004:4", errDenied, "ON", []string{"file_gone"}},
		{"a set after what is purged", mysql8, own + ":1-10", gtids, "ON", nil},
		{"a set before what is purged", mysql8, own + ":1-9", gtids, "ON", []string{"purged"}},
		{"a set with a hole", mysql8, own + ":1-5:7-50", gtids, "ON", []string{"purged"}},
		{"a set after the log's end", mysql8, own + ":1-101", gtids, "ON", []string{"ahead"}},
		{"a set with another's", mysql8, own + ":1-20," + other + ":1", gtids, "ON", []string{"never_logged"}},
		{"a set without GTIDs", mysql8, own + ":1-20", datasource.GTIDs{}, "OFF", []string{"no_gtids"}},
		{"MariaDB's form on MySQL", mysql8, "0-1-20", gtids, "ON", []string{"not_a_position"}},
		{"a position on MariaDB", mariadb10, "0-1-10", domains, "", nil},
		{"a position before the oldest file", mariadb10, "0-1-9,1-1-7", domains, "", []string{"purged"}},
		{"a position without a purged domain", mariadb10, "1-1-7", domains, "", []string{"purged"}},
		{"a position after the log's end", mariadb10, "0-1-50,1-1-8", domains, "", []string{"ahead"}},
		{"a position in a domain that never was", mariadb10, "0-1-50,5-1-1", domains, "", []string{"ahead"}},
		{"MySQL's form on MariaDB", mariadb10, own + ":1-20", domains, "", []string{"not_a_position"}},
		{"a word", mariadb10, "yesterday", domains, "", []string{"not_a_position"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{
				datasource.FactServer:     tc.server,
				datasource.FactVariables:  variables{"server_uuid": own, "gtid_mode": tc.mode},
				datasource.FactBinaryLogs: []datasource.BinaryLog{{Name: "log.000002", Size: 2000}, {Name: "log.000003", Size: 500}},
				datasource.FactGTIDs:      tc.gtids,
			}
			findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{StartPosition: tc.start}}.Run(t, mysql.BinlogPosition)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	source := datasource.Snapshot{datasource.FactServer: mysql8, datasource.FactBinaryLogs: errDenied, datasource.FactGTIDs: errDenied, datasource.FactVariables: variables{}}
	for _, start := range []string{"log.000001:4", own + ":1"} {
		if _, _, err := (checktest.Facts{Source: source, Settings: checks.Settings{StartPosition: start}}).Run(t, mysql.BinlogPosition); err == nil {
			t.Errorf("%s was checked although the log may not be seen", start)
		}
	}
}

func TestBinlogPositionOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product)
			db := s.DB(t)
			gtidNow := "SELECT @@GLOBAL.gtid_executed"
			if product == dbtest.MariaDB {
				gtidNow = "SELECT @@GLOBAL.gtid_binlog_pos"
			}
			here := func() (file string, end int64, gtid string) {
				t.Helper()
				rows, err := db.QueryContext(t.Context(), "SHOW BINARY LOGS")
				if err != nil {
					t.Fatal(err)
				}
				defer rows.Close()
				columns, err := rows.Columns()
				if err != nil {
					t.Fatal(err)
				}
				var encrypted any
				for rows.Next() {
					if err := rows.Scan([]any{&file, &end, &encrypted}[:len(columns)]...); err != nil {
						t.Fatal(err)
					}
				}
				if err := rows.Err(); err != nil {
					t.Fatal(err)
				}
				if err := db.QueryRowContext(t.Context(), gtidNow).Scan(&gtid); err != nil {
					t.Fatal(err)
				}
				return file, end, gtid
			}
			from := s.Database(t)
			s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)")
			oldFile, oldEnd, oldGTID := here()
			s.Exec(t, "INSERT INTO "+from+".t VALUES (1)", "FLUSH BINARY LOGS", "INSERT INTO "+from+".t VALUES (2)")
			newFile, newEnd, newGTID := here()
			old, now := fmt.Sprintf("%s:%d", oldFile, oldEnd), fmt.Sprintf("%s:%d", newFile, newEnd)

			check := func(start string, want engine.Outcome, rules ...string) {
				t.Helper()
				end := checktest.End{Server: s, Schema: from}
				got := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{StartPosition: start}}.Run(t, mysql.BinlogPosition)
				var found []string
				for _, f := range got.Findings {
					found = append(found, f.Rule)
				}
				if got.Outcome != want || !cmp.Equal(found, rules) {
					t.Errorf("from %s: %s with %q, want %s with %q:\n%s", start, got.Outcome, found, want, rules, got.Message(20))
				}
			}
			for _, start := range []string{old, oldGTID, now, newGTID} {
				check(start, engine.Passed)
			}
			check(fmt.Sprintf("%s:%d", newFile, newEnd+1<<20), engine.Failed, "outside_file") // MariaDB writes a checkpoint into a new log a moment later
			purge(t, s, newFile)
			check(old, engine.Failed, "file_gone")
			check(oldGTID, engine.Failed, "purged")
			for _, start := range []string{now, newGTID} {
				check(start, engine.Passed)
			}
		})
	}
}

// purge removes the files before file. MariaDB keeps one until what it may need it for after a
// crash is written elsewhere, which takes it a moment.
func purge(t *testing.T, s *dbtest.Server, file string) {
	t.Helper()
	db := s.DB(t)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		s.Exec(t, "PURGE BINARY LOGS TO '"+file+"'")
		rows, err := db.QueryContext(t.Context(), "SHOW BINARY LOGS")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			n++
		}
		_ = rows.Close()
		if n == 1 {
			return
		}
	}
	t.Fatal("the server does not remove its old log")
}

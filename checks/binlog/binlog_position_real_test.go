package binlog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

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
				end := checktest.Endpoint{Server: s, Schema: from}
				task := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{StartPosition: start}}
				got := task.Run(t, binlog.BinlogPosition)
				var found []string
				for _, f := range got.Findings {
					found = append(found, f.Rule)
				}
				if got.Outcome != want || !cmp.Equal(found, rules) {
					t.Errorf("from %s: %s with %q, want %s with %q:\n%s", start, got.Outcome, found, want, rules,
						got.Message(20))
				}
			}
			for _, start := range []string{old, oldGTID, now, newGTID} {
				check(start, engine.Passed)
			}
			// Far behind the end, because MariaDB writes a checkpoint into a new log a moment later.
			check(fmt.Sprintf("%s:%d", newFile, newEnd+1<<20), engine.Failed, "outside_file")
			purge(t, s, newFile)
			check(old, engine.Failed, "file_gone")
			check(oldGTID, engine.Failed, "purged")
			for _, start := range []string{now, newGTID} {
				check(start, engine.Passed)
			}
		})
	}
}

// purge removes the files before file. MariaDB keeps the previous file for a moment, while crash recovery may need it.
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
	t.Fatal("the server did not remove the old log files within 30 s")
}

package charset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUTF8MB3OnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t,
			"CREATE TABLE "+from+".healthy (id INT PRIMARY KEY, a VARCHAR(10)) CHARACTER SET utf8mb4",
			"CREATE TABLE "+from+
				".old (id INT PRIMARY KEY, a VARCHAR(10) NOT NULL DEFAULT 'x', b TEXT) CHARACTER SET utf8 COLLATE "+
				"utf8_unicode_ci",
			"CREATE TABLE "+from+".preset (id INT PRIMARY KEY) CHARACTER SET utf8",
			"CREATE TABLE "+from+
				".mixed (id INT PRIMARY KEY, a VARCHAR(10), b VARCHAR(10) CHARACTER SET utf8) CHARACTER SET utf8mb4",
			"INSERT INTO "+from+".old (id, a, b) VALUES (1, 'ä', '表')")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := checktest.VerdictOf(task.Run(t, charset.UTF8MB3))
		want := checktest.Verdict{Outcome: engine.Warned,
			Found: []string{"three_bytes " + from + ".mixed", "three_bytes " + from + ".old",
				"three_bytes_default " + from + ".preset"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		checktest.Fix(t, task, task.Run(t, charset.UTF8MB3).Findings)
		want.Found = want.Found[:1] // CONVERT TO would also change the other column, so there is no statement
		if diff := cmp.Diff(want, checktest.VerdictOf(task.Run(t, charset.UTF8MB3))); diff != "" {
			t.Errorf("after the fix (-want +got):\n%s", diff)
		}
		var text string
		if err := s.DB(t).QueryRowContext(t.Context(),
			"SELECT HEX(CONCAT(a, b)) FROM "+from+".old").Scan(&text); err != nil || text != "C3A4E8A1A8" {
			t.Errorf("converted, the text is %s (%v)", text, err)
		}
	})
}

// A server that does not allow zero dates refuses to convert a table with such a default (error 1067), except in a
// session that the printed statements set up.
func TestUTF8MB3WithZeroDatesOnRealServers(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE")
			from := s.Database(t)
			s.Exec(t, "SET SESSION sql_mode = ''", "CREATE TABLE "+from+".old (id INT PRIMARY KEY, a VARCHAR(10), "+
				"d DATE NOT NULL DEFAULT '0000-00-00') CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci")
			convert := "ALTER TABLE " + from + ".old CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
			if _, err := s.DB(t).ExecContext(t.Context(), convert); err == nil {
				t.Error("the server converts the table without the setting")
			}
			end := checktest.Endpoint{Server: s, Schema: from}
			task := checktest.Real{Source: end, Dest: end}
			checktest.Fix(t, task, task.Run(t, charset.UTF8MB3).Findings)
			checktest.WantFound(t, task, charset.UTF8MB3)
		})
	}
}

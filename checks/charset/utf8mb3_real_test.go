package charset_test

import (
	"slices"
	"strings"
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
		want = checktest.Verdict{Outcome: engine.Passed} // of the mixed table, only the column was changed
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

// A statement is given exactly where the server converts the table; where it refuses, the finding says why.
func TestTablesThatCannotBeConvertedOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from := s.Database(t)
		tables := map[string]string{
			"wide":         "(a VARCHAR(10000), b VARCHAR(10000))",
			"too_long":     "(a VARCHAR(20000))",
			"fits":         "(a VARCHAR(16383))",
			"short_key":    "(a VARCHAR(255), KEY k (a)) ROW_FORMAT = COMPACT",
			"fitting_key":  "(a VARCHAR(191), KEY k (a)) ROW_FORMAT = COMPACT",
			"long_key":     "(a VARCHAR(1000), KEY k (a))",
			"long_unique":  "(a VARCHAR(1000), UNIQUE k (a))",
			"long_primary": "(a VARCHAR(1000), PRIMARY KEY (a))",
			"long_two":     "(a VARCHAR(500), b VARCHAR(400), PRIMARY KEY (a, b))",
			"prefix":       "(a VARCHAR(1000), b TINYTEXT, c TEXT, KEY k (a(700)), KEY t (b(60)), KEY u (c(768)))",
			"old_engine":   "(a VARCHAR(300), KEY k (a)) ENGINE = MyISAM",
			"old_primary":  "(a VARCHAR(300), PRIMARY KEY (a)) ENGINE = MyISAM",
			"old_fits":     "(a VARCHAR(250), KEY k (a)) ENGINE = MyISAM",
			"memory":       "(a VARCHAR(300), KEY k (a)) ENGINE = MEMORY",
			"full":         "(a VARCHAR(3000), FULLTEXT k (a))",
			"parent":       "(a VARCHAR(10) PRIMARY KEY)",
			"referring":    "(a VARCHAR(10), FOREIGN KEY (a) REFERENCES parent (a))",
			"mixed": "(a VARCHAR(20) DEFAULT 'it''s' COMMENT 'x', b CHAR(3) CHARACTER SET latin1, " +
				"c ENUM('a', 'é') NOT NULL)",
			"mixed_row": "(a VARCHAR(10000), b VARCHAR(10000), c CHAR(1) CHARACTER SET latin1)",
			"other_default": "(a VARCHAR(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, d TEXT CHARACTER SET utf8mb3) " +
				"CHARSET latin1",
		}
		for name, columns := range tables {
			if name == "referring" || name == "other_default" {
				continue
			}
			s.Exec(t, "USE "+from, "CREATE TABLE "+name+" "+columns+" CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci")
		}
		s.Exec(t, "USE "+from, "CREATE TABLE referring "+tables["referring"]+
			" CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci", "CREATE TABLE other_default "+tables["other_default"])
		end := checktest.Endpoint{Server: s, Schema: from}
		task := checktest.Real{Source: end, Dest: end}
		findings := task.Run(t, charset.UTF8MB3).Findings
		if len(findings) != len(tables) {
			t.Errorf("%d findings of %d tables", len(findings), len(tables))
		}
		for _, f := range findings {
			convert := "ALTER TABLE " + from + "." + f.Object.Table +
				" CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
			_, err := s.DB(t).ExecContext(t.Context(), convert)
			if f.SQL != nil {
				continue
			}
			if f.Rule != "not_convertible" || err == nil || !slices.ContainsFunc(
				[]string{"1071", "1074", "1118", "1709", "1832", "1833", "3886"},
				func(number string) bool { return strings.Contains(err.Error(), "Error "+number) }) {
				t.Errorf("%s has no statement, and the server returns %v", f.Message, err)
			}
		}
		checktest.Fix(t, task, findings)
		rest := map[string]bool{}
		for _, f := range task.Run(t, charset.UTF8MB3).Findings {
			if rest[f.Object.Table] = true; f.SQL != nil {
				t.Errorf("after the fix: %s", f.Message)
			}
		}
		for _, name := range []string{"fits", "fitting_key", "prefix", "memory", "full", "mixed", "other_default"} {
			if rest[name] {
				t.Errorf("table %s has no statement", name)
			}
		}
	})
}

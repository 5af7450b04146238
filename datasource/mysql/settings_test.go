package mysql_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// The support of each mode agrees with the result of setting it on the server.
func TestSQLModes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		modes, err := datasource.FactSQLModes.Of(t.Context(), facts(t, s, s.User, s.Password))
		if err != nil {
			t.Fatal(err)
		}
		taken := 0
		for mode, takes := range modes {
			_, err := s.DB(t).ExecContext(t.Context(), "SET SESSION sql_mode = '"+mode+"'")
			if takes != (err == nil) {
				t.Errorf("%s is said to be taken: %v; the server: %v", mode, takes, err)
			}
			if takes {
				taken++
			}
		}
		if taken == 0 || taken == len(modes) {
			t.Errorf("%d of %d modes are taken", taken, len(modes))
		}
	})
}

// The support of each collation and character set agrees with the result of using it on the server.
func TestCharsets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		charsets, err := datasource.FactCharsets.Of(t.Context(), facts(t, s, s.User, s.Password))
		if err != nil {
			t.Fatal(err)
		}
		answers := map[bool]int{}
		schema, db := s.Database(t), s.DB(t)
		for _, charset := range []string{"utf8", "utf8mb3", "utf8mb4", "gb18030", "latin1", "nonsense"} {
			_, err := db.ExecContext(t.Context(), "ALTER DATABASE "+schema+" CHARACTER SET "+charset)
			if has := charsets.HasCharset(charset); has != (err == nil) {
				t.Errorf("has the character set %s: %v; the server: %v", charset, has, err)
			}
		}
		for _, collation := range []string{"utf8mb4_uca1400_ai_ci", "utf8mb3_uca1400_swedish_nopad_as_cs",
			"utf8mb4_0900_ai_ci", "utf8mb4_ja_0900_as_cs", "utf8_general_ci", "UTF8MB3_General_ci",
			"utf8mb4_general_ci", "utf8_nonsense_ci", "gb18030_bin", "binary", "utf8mb3_tolower_ci",
			"latin1_german1_ci"} {
			_, err := db.ExecContext(t.Context(), "ALTER DATABASE "+schema+" COLLATE '"+collation+"'")
			has := charsets.HasCollation(collation)
			if has != (err == nil) {
				t.Errorf("has %s: %v; the server: %v", collation, has, err)
			}
			answers[has]++
		}
		if answers[true] == 0 || answers[false] == 0 {
			t.Errorf("the answers are all the same: %v", answers)
		}
	})
}

// An open transaction is listed with its account and an increasing age, regardless of the time zone of
// sessions.
func TestTransactions(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--default-time-zone=+05:30")
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
			tx, err := s.DB(t).BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			if _, err := tx.ExecContext(t.Context(), "INSERT INTO "+schema+".t VALUES (1), (2)"); err != nil {
				t.Fatal(err)
			}
			for {
				open := transactions(t, s)
				if len(open) != 1 || open[0].Kill != "KILL "+open[0].Session || open[0].Modified != 2 ||
					!strings.HasPrefix(open[0].Account, s.User+"@") || open[0].Age < 0 || open[0].Age > time.Hour {
					t.Fatalf("transactions: %+v", open)
				}
				if open[0].Age > 0 {
					break
				}
				time.Sleep(renewal)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(renewal) {
				open := transactions(t, s)
				if len(open) == 0 {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("after the commit: %+v", open)
				}
			}
		})
	}
}

// renewal is a pause after which InnoDB makes its list of transactions anew: it does not as long as
// the list is read more often than every tenth of a second.
const renewal = 150 * time.Millisecond

// transactions reads the open transactions of sessions with a new cache. The server sometimes has
// transactions of its own, which have no session.
func transactions(t *testing.T, s *dbtest.Server) []datasource.Transaction {
	t.Helper()
	r := open(t, s, s.User, s.Password)
	defer func() { _ = r.Close() }()
	list, err := datasource.FactTransactions.Of(t.Context(), datasource.NewFacts(t.Context(), r))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(t datasource.Transaction) bool { return t.Session == "" })
}

func TestTableSizes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".big (id INT PRIMARY KEY, b LONGBLOB)",
			"INSERT INTO "+schema+".big VALUES (1, REPEAT('x', 4000000))", "ANALYZE TABLE "+schema+".big",
			"CREATE TABLE "+schema+".small (id INT PRIMARY KEY)", "CREATE VIEW "+schema+".v AS SELECT 1")
		sizes, err := datasource.FactTableSizes.Of(t.Context(), facts(t, s, s.User, s.Password, schema))
		if err != nil {
			t.Fatal(err)
		}
		big, small := sizes.Of(datasource.TableName{Schema: schema, Name: "big"}),
			sizes.Of(datasource.TableName{Schema: schema, Name: "small"})
		if sizes.Len() != 2 || len(big) != 1 || len(small) != 1 || big[0].Bytes < 4000000 || small[0].Bytes > 1000000 {
			t.Errorf("big %+v, small %+v, %d in all", big, small, sizes.Len())
		}
	})
}

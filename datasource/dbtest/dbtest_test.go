package dbtest

import (
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestEach(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, s *Server) {
		var version, format string
		var binlog bool
		var id int64
		err := s.DB(t).QueryRowContext(t.Context(), "SELECT version(), @@log_bin, @@binlog_format, @@server_id").
			Scan(&version, &binlog, &format, &id)
		if err != nil {
			t.Fatal(err)
		}
		if isMaria := strings.Contains(version, "MariaDB"); isMaria != (s.Product == MariaDB) || version != s.Version {
			t.Errorf("version() = %s, Version = %s, of a %s", version, s.Version, s.Product)
		}
		if !binlog || format != "ROW" || id == 0 {
			t.Errorf("log_bin = %t, binlog_format = %s, server_id = %d", binlog, format, id)
		}
	})
}

func TestDatabaseAndAccount(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, s *Server) {
		db := s.DB(t)
		var database, user string
		t.Run("in use", func(t *testing.T) {
			database = s.Database(t)
			var password string
			user, password = s.Account(t, "GRANT SELECT, CREATE ON "+database+".* TO %s")
			own, err := s.Open(user, password)
			if err != nil {
				t.Fatal(err)
			}
			defer own.Close()
			if _, err := own.ExecContext(t.Context(),
				"CREATE TABLE "+database+".t (a INT); SELECT * FROM "+database+".t"); err != nil {
				t.Error("what was granted:", err)
			}
			if _, err := own.ExecContext(t.Context(), "INSERT INTO "+database+".t VALUES (1)"); err == nil {
				t.Error("what was not granted was possible")
			}
		})
		var databases, users int
		if err := db.QueryRow("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?",
			database).Scan(&databases); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow("SELECT COUNT(*) FROM mysql.user WHERE user = ?", user).Scan(&users); err != nil {
			t.Fatal(err)
		}
		if databases != 0 || users != 0 {
			t.Errorf("left behind: %d databases, %d accounts", databases, users)
		}
	})
}

func TestStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		product Product
		args    []string
		query   string
		want    string
	}{
		{MariaDB, []string{"--lower-case-table-names=1"}, "SELECT @@lower_case_table_names", "1"},
		{MySQL, []string{"--lower_case_table_names=1"}, "SELECT @@lower_case_table_names", "1"},
		{MariaDB, []string{"--skip-log-bin"}, "SELECT @@log_bin", "0"},
		{MySQL, []string{"--skip-log-bin"}, "SELECT @@log_bin", "0"},
		{MariaDB, []string{"--version=5.7.25-OceanBase_CE-v4.3.5"}, "SELECT version()", "5.7.25-OceanBase_CE-v4.3.5"},
		{MySQL, []string{"--server-id=4711"}, "SELECT @@server_id", "4711"},
	}
	for _, test := range tests {
		t.Run(string(test.product)+" "+strings.Join(test.args, " "), func(t *testing.T) {
			t.Parallel()
			s := Start(t, test.product, test.args...)
			var got string
			if err := s.DB(t).QueryRow(test.query).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("%s = %s, want %s", test.query, got, test.want)
			}
			s.Stop(t)
			if err := s.exec("SELECT 1"); err == nil {
				t.Error("answers although stopped")
			}
		})
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, s *Server) {
		var captures sync.WaitGroup
		for range 4 {
			captures.Go(func() {
				user, password := s.Account(t, "GRANT SELECT ON *.* TO %s")
				db, err := s.Open(user, password)
				if err != nil {
					t.Error(err)
					return
				}
				defer db.Close()
				db.SetMaxOpenConns(1)
				query := func(text string) {
					if _, err := db.ExecContext(t.Context(), text); err != nil {
						t.Error(err)
					}
				}
				query("SELECT 'before'")
				log := s.Statements(t, func() {
					query("SELECT 'during' /* " + user + " */")
					query("SELECT 'also'")
				}).By(user)
				query("SELECT 'after'")
				want := []string{"SELECT 'during' /* " + user + " */", "SELECT 'also'"}
				if got := log.Texts(); !slices.Equal(got, want) {
					t.Errorf("statements = %q, want %q", got, want)
				}
				for _, l := range log {
					if l.ThreadID != log[0].ThreadID || l.Command != "Query" {
						t.Errorf("entry = %+v", l)
					}
				}
			})
		}
		captures.Wait()
	})
}

func TestRequired(t *testing.T) {
	for list, want := range map[string]bool{
		"": false, "mysql": true, "mariadb,mysql": true, "MariaDB, MySQL": true, "mariadb": false, "mysqlx": false,
	} {
		if got := required(list, MySQL); got != want {
			t.Errorf("required(%q, MySQL) = %t", list, got)
		}
	}
}

func TestOtherProducts(t *testing.T) {
	t.Parallel()
	for _, p := range []Product{OceanBase, OracleFree, OracleXE} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			s := Get(t, p)
			query := "SELECT 1"
			if p.Oracle() {
				query += " FROM DUAL"
			}
			var one int
			if err := s.DB(t).QueryRow(query).Scan(&one); err != nil || one != 1 {
				t.Errorf("%s = %d, %v", query, one, err)
			}
		})
	}
}

func TestStartRefused(t *testing.T) {
	t.Parallel()
	for _, p := range []Product{MariaDB, MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			wrong := disposable.Options{Args: []string{"--no-such-option"}}
			_, err := disposable.Obtain(t.Context(), p, ways(p, wrong, false)...)
			var none disposable.Unavailable
			if errors.As(err, &none) {
				t.Skip(err)
			}
			if err == nil || !strings.Contains(err.Error(), "no-such-option") {
				t.Errorf("error = %v, want the server's own text", err)
			}
		})
	}
}

func TestServersDiffer(t *testing.T) {
	t.Parallel()
	identity := func(s *Server) (id int64, uuid string) {
		if err := s.DB(t).QueryRow("SELECT @@server_id, @@server_uuid").Scan(&id, &uuid); err != nil {
			t.Fatal(err)
		}
		return id, uuid
	}
	id1, uuid1 := identity(Start(t, MySQL))
	id2, uuid2 := identity(Start(t, MySQL))
	if id1 == id2 || uuid1 == uuid2 {
		t.Errorf("two servers: server_id %d and %d, server_uuid %s and %s", id1, id2, uuid1, uuid2)
	}
}

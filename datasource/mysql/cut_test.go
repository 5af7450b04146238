package mysql_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// cutter forwards a connection to a server, and has it return at most three rows of each result. To the statement that
// reads this setting it returns what was asked for. If others is set, FOUND_ROWS() is that of another session.
func cutter(t *testing.T, s *dbtest.Server, others bool) (port int) {
	t.Helper()
	return listen(t, func(c net.Conn) {
		server, err := net.Dial("tcp", net.JoinHostPort(s.Host, fmt.Sprint(s.Port)))
		if err != nil {
			return
		}
		defer func() { _ = server.Close() }()
		go func() {
			defer func() { _ = server.Close() }()
			buffer := make([]byte, 1<<16)
			for {
				n, err := c.Read(buffer)
				if err != nil {
					return
				}
				sent := bytes.ReplaceAll(buffer[:n], []byte("sql_select_limit = 9223372036854775807"),
					[]byte("sql_select_limit = 0000000000000000003"))
				sent = bytes.ReplaceAll(sent, []byte("@@sql_select_limit"), []byte("(~0 >> 1)         "))
				if others {
					sent = bytes.ReplaceAll(sent, []byte("FOUND_ROWS()"), []byte("(SELECT 999)"))
				}
				if _, err := server.Write(sent); err != nil {
					return
				}
			}
		}()
		_, _ = io.Copy(c, server)
	})
}

// A catalog of which something between returns only a part is not taken for the whole.
func TestCatalogThatIsCut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT ON "+schema+".* TO %s")
		ports := []int{cutter(t, s, false), cutter(t, s, true)}
		for tables := 3; tables <= 4; tables++ {
			for i := range tables {
				s.Exec(t, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s.t%d (a INT)", schema, i))
			}
			for view, fact := range map[string]datasource.AnyFact{"TABLES": datasource.FactTables,
				"COLUMNS": datasource.FactColumns} {
				for _, port := range ports {
					r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", Port: port,
						User: user, Password: datasource.NewSecret(password),
						TLS: datasource.TLS{Mode: datasource.TLSDisabled}},
						func(context.Context) ([]string, error) { return []string{schema}, nil })
					if err != nil {
						t.Fatal(err)
					}
					_, err = mysql.Loaders().Read(t.Context(), r, datasource.MySQL, fact)
					cut := err != nil && strings.Contains(err.Error(), "returned 3 of 4 rows of "+view)
					if cut != (tables == 4) {
						t.Errorf("%d tables: %s: %v", tables, view, err)
					}
					_ = r.Close()
				}
			}
		}
	})
}

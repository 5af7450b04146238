package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// socketOf returns the path of a Unix socket that leads to a server.
func socketOf(t *testing.T, s *dbtest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mysqld.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	relay := func(client net.Conn) {
		defer func() { _ = client.Close() }()
		server, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = server.Close() }()
		running.Go(func() {
			_, _ = io.Copy(server, client)
			_ = server.Close()
		})
		_, _ = io.Copy(client, server)
	}
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { relay(client) })
		}
	})
	return path
}

// A server is reached as the client of MySQL reaches it: through its socket, and with the account of an option file,
// a login path or the environment.
func TestConnectsAsTheClientDoes(t *testing.T) {
	s := dbtest.Get(t, dbtest.MariaDB)
	socket := socketOf(t, s)
	folder := t.TempDir()
	options := filepath.Join(folder, ".my.cnf")
	text := fmt.Sprintf("[client]\nuser=%s\npassword=%s\nhost=%s\nport=%d\n", s.User, s.Password, s.Host, s.Port)
	if err := os.WriteFile(options, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	account := "mariadb://" + s.User + ":" + s.Password + "@"
	whole := endpointURL(s, s.User, s.Password)
	address := fmt.Sprintf("%s:%d", s.Host, s.Port)
	t.Setenv("HOME", folder)
	for name, c := range map[string]struct {
		environment []string
		source      string
		flags       []string
	}{
		"a socket":                {nil, account + "/?socket=" + socket, nil},
		"the socket of localhost": {[]string{"MYSQL_UNIX_PORT", socket}, account + "localhost", nil},
		"an option file":          {nil, "mariadb://", []string{"--defaults-file", options}},
		"the user's option file":  {nil, "mariadb://", nil},
		"a password in the environment": {[]string{"MYSQL_PWD", s.Password}, "mariadb://" + s.User + "@" + address,
			[]string{"--no-defaults"}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := 0; i < len(c.environment); i += 2 {
				t.Setenv(c.environment[i], c.environment[i+1])
			}
			status, stdout, stderr := command(append([]string{"run", "--source", c.source, "--dest", whole, "--objects",
				"*.*", "--only", "RDB_CONNECT", "--quiet", "--format", "table"}, c.flags...)...)
			if status != exitPassed || !strings.Contains(stdout, "2 passed") {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
		})
	}
	t.Run("a task", func(t *testing.T) {
		t.Setenv("PRECHECK_TEST_USER", s.User)
		task := taskFile(t, `
name: x
phases: [FULL]
source: {type: MARIADB, socket: `+socket+`, user: {env: PRECHECK_TEST_USER}, password: `+s.Password+`}
destination: {type: MARIADB, optionFile: `+options+`}
objects: {include: ["*.*"]}
`)
		status, stdout, stderr := command("run", task, "--only", "RDB_CONNECT", "--quiet", "--format", "table")
		if status != exitPassed || !strings.Contains(stdout, "2 passed") {
			t.Errorf("status %d: %s%s", status, stdout, stderr)
		}
	})
	t.Run("a server that is not there", func(t *testing.T) {
		gone := filepath.Join(folder, "gone.sock")
		status, stdout, stderr := command("run", "--source", "mariadb://u:p@/?socket="+gone, "--dest", whole,
			"--objects", "*.*", "--only", "RDB_CONNECT", "--quiet", "--format", "table")
		if status != exitFailed || !strings.Contains(stdout, gone) {
			t.Errorf("status %d: %s%s", status, stdout, stderr)
		}
	})
	for _, c := range []struct{ source, flag, value, want string }{
		{"oracle://u:p@/x?socket=" + socket, "", "", "source.socket"},
		{"mariadb://u:p@h/?socket=" + socket, "", "", "source.socket"},
		{"mariadb://u:p@/?tls=verify-identity&socket=" + socket, "", "", "source.tls.mode"},
		{"mariadb://u@h", "--login-path", "none", ".mylogin.cnf"},
		{"mariadb://u@h", "--defaults-file", filepath.Join(folder, "none.cnf"), "none.cnf"},
	} {
		arguments := []string{"run", "--source", c.source, "--dest", whole, "--objects", "*.*"}
		if c.flag != "" {
			arguments = append(arguments, c.flag, c.value)
		}
		if status, _, stderr := command(arguments...); status != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: status %d, %s", arguments, status, stderr)
		}
	}
}

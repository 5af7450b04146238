package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

var endpointTypes = map[dbtest.Product]string{dbtest.MariaDB: "MARIADB", dbtest.MySQL: "MYSQL"}

// endpointURL returns the URL of an account of the server, with its password.
func endpointURL(s *dbtest.Server, user, password string) string {
	return fmt.Sprintf("%s://%s:%s@%s:%d", strings.ToLower(endpointTypes[s.Product]), user, password, s.Host, s.Port)
}

// taskFile writes a task file and returns its path.
func taskFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "task.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pair returns a task between two servers, with accounts that have the privileges of a migration.
func pair(t *testing.T, from, to *dbtest.Server, schema, phases string) string {
	t.Helper()
	grants := []string{
		"GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, LOCK " +
			"TABLES ON " +
			"*.* TO %s"}
	if from.Product == dbtest.MariaDB {
		grants = append(grants, "GRANT REPLICA MONITOR ON *.* TO %s")
	}
	reader, readerPassword := from.Account(t, grants...)
	writer, writerPassword := to.Account(t, "GRANT ALL ON *.* TO %s")
	return taskFile(t, fmt.Sprintf(`
name: pair
phases: [%s]
source: {type: %s, host: %s, port: %d, user: %s, password: %s}
destination: {type: %s, host: %s, port: %d, user: %s, password: %s}
objects: {mode: SPECIFIC, databases: [{name: %s}]}
`, phases, endpointTypes[from.Product], from.Host, from.Port, reader, readerPassword, endpointTypes[to.Product],
		to.Host, to.Port, writer, writerPassword, schema))
}

func decodeFull(t *testing.T, text string) render.FullReport {
	t.Helper()
	var r render.FullReport
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

// measured is the check that measures latency. It may warn on a slow machine.
const measured = "RDB_CLOCK_LATENCY"

// For two databases without defects, all items of the documented JSON are PASSED.
func TestCleanPair(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			settings := []string{"--log-bin=binlog", "--binlog-format=ROW", "--binlog-row-image=FULL",
				"--character-set-server=utf8mb4", "--max-allowed-packet=128M", "--default-time-zone=+00:00"}
			if product == dbtest.MySQL {
				settings = append(settings, "--gtid-mode=ON", "--enforce-gtid-consistency=ON",
					"--binlog-expire-logs-seconds=1209600")
			} else {
				settings = append(settings, "--expire-logs-days=14")
			}
			from := dbtest.Start(t, product, append(settings, "--server-id=11")...)
			to := dbtest.Start(t, product, append(settings, "--server-id=12")...)
			from.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4",
				"CREATE TABLE shop.customer (id BIGINT PRIMARY KEY, name VARCHAR(80) NOT NULL, KEY (name))",
				"CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, customer BIGINT NOT NULL, placed DATETIME NOT NULL)",
				"INSERT INTO shop.customer VALUES (1, 'Ada')")
			to.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4")
			task := pair(t, from, to, "shop", "SCHEMA, FULL, INCREMENTAL")

			status, stdout, stderr := command("run", task, "--format", "json", "--quiet")
			var got struct {
				Success bool
				Data    engine.Data
			}
			if err := json.Unmarshal([]byte(stdout), &got); err != nil {
				t.Fatalf("%v: %s%s", err, stdout, stderr)
			}
			for _, r := range got.Data.PreCheckResults {
				if r.Status != engine.ItemPassed && r.CheckType != measured {
					t.Errorf("%s %s: %s", r.EndpointType, r.CheckType, r.Status)
					if r.Message != nil {
						t.Log(*r.Message)
					}
				}
			}
			if status != exitPassed || !got.Success || got.Data.ProjectStatus != engine.StatusFinished ||
				len(got.Data.PreCheckResults) < 20 {
				t.Errorf("status %d, success %v, project %s, %d items", status, got.Success, got.Data.ProjectStatus,
					len(got.Data.PreCheckResults))
			}
		})
	}
}

// A plain schema passes all checks between the products.
func TestPlainSchemaBetweenProducts(t *testing.T) {
	t.Parallel()
	for _, direction := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(direction[0])+" to "+string(direction[1]), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, direction[0]), dbtest.Get(t, direction[1])
			schema := from.Database(t)
			from.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
				"CREATE TABLE "+schema+
					".customer (id BIGINT PRIMARY KEY, name VARCHAR(80) NOT NULL, born DATE, KEY (name))",
				"CREATE TABLE "+schema+
					".orders (id BIGINT PRIMARY KEY, customer BIGINT NOT NULL, placed DATETIME NOT NULL, note TEXT, "+
					"amount "+
					"DECIMAL(12,2) NOT NULL DEFAULT 0)")
			to.Exec(t, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
			t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
			status, stdout, stderr := command("run", pair(t, from, to, schema, "SCHEMA, FULL, INCREMENTAL"), "--format",
				"table",
				"--quiet")
			if status != exitPassed || !strings.Contains(stdout, " 0 failed") ||
				!strings.Contains(stdout, " 0 not checked") {
				t.Errorf("status %d:\n%s%s", status, stdout, stderr)
			}
		})
	}
}

// The documented JSON of two runs is identical except for IDs and cost.
func TestJSONIsStable(t *testing.T) {
	t.Parallel()
	// MySQL shows a session that runs GRANT with binlog_format=STATEMENT for that moment, and other tests run some.
	from, to := dbtest.Start(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".bare (a INT)",
		"CREATE TABLE "+schema+".plain (a INT PRIMARY KEY, b VARCHAR(9))")
	task := pair(t, from, to, schema, "SCHEMA, FULL, INCREMENTAL, REVERSE")
	varying := regexp.MustCompile(`"(requestId|cost|projectId|preCheckId)": "[^"]*"`)
	for _, format := range []string{"json", "json-ce"} {
		var runs [2]string
		for i := range runs {
			_, stdout, stderr := command("run", task, "--format", format, "--quiet")
			if runs[i] = varying.ReplaceAllString(stdout, "$1"); len(runs[i]) < 10_000 {
				t.Fatalf("%s: %s%s", format, stdout, stderr)
			}
		}
		if diff := cmp.Diff(runs[0], runs[1]); diff != "" {
			t.Errorf("%s (-first +second run):\n%s", format, diff)
		}
	}
}

func TestExitStatuses(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".bare (a INT)")
	user, password := s.Account(t, "GRANT ALL ON *.* TO %s")
	url := endpointURL(s, user, password)
	base := []string{"run", "--source", url, "--dest", url, "--objects", schema + ".*", "--quiet", "--format", "table"}
	for _, tc := range []struct {
		name string
		args []string
		want int
	}{
		{"a warning", []string{"--only", "RDB_PRIMARY_KEY", "--phases", "FULL"}, exitPassed},
		{"a warning, strictly", []string{"--only", "RDB_PRIMARY_KEY", "--phases", "FULL", "--strict"}, exitFailed},
		{"a failure", []string{"--only", "RDB_PRIMARY_KEY", "--phases", "INCREMENTAL"}, exitFailed},
		{"a failure that is skipped",
			[]string{"--only", "RDB_PRIMARY_KEY", "--phases", "INCREMENTAL", "--skip", "RDB_PRIMARY_KEY=append-only"},
			exitPassed},
		{"nothing to check", []string{"--only", "RDB_PRIMARY_KEY", "--phases", "FULL", "--objects", "none.*",
			"--exclude",
			schema + ".*"}, exitUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if status, stdout, stderr := command(append(slices.Clone(base), tc.args...)...); status != tc.want {
				t.Errorf("status %d, want %d:\n%s%s", status, tc.want, stdout, stderr)
			}
		})
	}
}

func TestOutputFile(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	url := endpointURL(s, s.User, s.Password)
	folder := t.TempDir()
	path := filepath.Join(folder, "result.json")
	args := []string{"run", "--source", url, "--dest", url, "--objects", "*.*", "--only", "RDB_CONNECT"}
	status, stdout, stderr := command(append(slices.Clone(args), "--format", "json", "--output", path)...)
	data, err := os.ReadFile(path)
	if status != exitPassed || stdout != "" || err != nil || !json.Valid(data) {
		t.Errorf("status %d, stdout %q, file %v %s", status, stdout, err, data)
	}
	for _, want := range []string{"2/2 checks, 100%, 0 failed\n", "\n2 checks: 0 failed, ", "Wrote " + path + "\n",
		"only the phases SCHEMA and FULL"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not on standard error: %q", want, stderr)
		}
	}
	if status, _, stderr := command(append(slices.Clone(args), "--output",
		filepath.Join(folder, "no", "such", "folder"))...); status != exitUsage ||
		strings.Contains(stderr, "RDB_CONNECT") {
		t.Errorf("a file that cannot be written: status %d, %q; want the error before the run", status, stderr)
	}
	if left, err := filepath.Glob(filepath.Join(folder, ".precheck-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// No result, log, error or progress line shows a password.
func TestPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	user, password := s.Account(t, "GRANT SELECT ON *.* TO %s")
	for _, secret := range []string{password, "wrong-" + password} {
		for _, format := range render.Formats() {
			url := endpointURL(s, user, secret)
			_, stdout, stderr := command("run", "--source", url, "--dest", url, "--objects", "*.*", "--only",
				"RDB_CONNECT",
				"--format", string(format), "--log-level", "debug", "--log-format", "json", "--all")
			if strings.Contains(stdout+stderr, password) {
				t.Errorf("%s shows the password:\n%s%s", format, stdout, stderr)
			}
		}
	}
}

// Ctrl-C stops a run within two seconds, prints the incomplete result, and leaves no statement on the server.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	program := binary(t)
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
		user, password := s.Account(t, "GRANT ALL ON *.* TO %s")
		// A lock of the table makes the probe of its rows wait.
		lock, err := s.DB(t).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = lock.Close() }()
		if _, err := lock.ExecContext(t.Context(), "LOCK TABLES "+schema+".t WRITE"); err != nil {
			t.Fatal(err)
		}
		url := endpointURL(s, user, password)
		run := exec.CommandContext(t.Context(), program, "run", "--source", url, "--dest", url, "--objects",
			schema+".*",
			"--phases", "FULL",
			"--only", "RDB_TABLE_CONFLICT", "--format", "table", "--all")
		var stdout, stderr bytes.Buffer
		run.Stdout, run.Stderr = &stdout, &stderr
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		waiting := "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE user = '" + user +
			"' AND command = 'Query' AND info LIKE '/* precheck:%'"
		await(t, s, waiting+" AND state LIKE 'Waiting%'", func(n int) bool { return n > 0 })
		interrupt(t, run)
		if !strings.Contains(stdout.String(), "Interrupted. The result is incomplete.") ||
			!strings.Contains(stdout.String(), "PASSED       RDB_CONNECT") {
			t.Errorf("the incomplete result is not shown:\n%s", &stdout)
		}
		await(t, s, waiting, func(n int) bool { return n == 0 })
	})
}

// interrupt sends a program the signal of Ctrl-C and expects the interrupted status within two seconds.
func interrupt(t *testing.T, program *exec.Cmd) {
	t.Helper()
	interrupted := time.Now()
	if err := program.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait()
	if status := program.ProcessState.ExitCode(); status != exitInterrupted {
		t.Errorf("it ended with status %d, want %d", status, exitInterrupted)
	}
	if took := time.Since(interrupted); took > 2*time.Second {
		t.Errorf("it took %s to end", took)
	}
}

// Ctrl-C also works while a server accepts connections but does not respond.
func TestInterruptWhileTheServerIsSilent(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	address := silent.Addr().String()
	run := exec.CommandContext(t.Context(), binary(t), "run", "--source", "mysql://u@"+address, "--dest",
		"mysql://v@"+address, "--objects", "*.*", "--format", "json", "--only", "RDB_CONNECT")
	var stdout bytes.Buffer
	run.Stdout = &stdout
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		conn, err := silent.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	interrupt(t, run)
	if got := stdout.String(); !json.Valid(stdout.Bytes()) ||
		strings.Count(got, `"message": "Not checked: interrupted."`) != 2 {
		t.Errorf("the incomplete result is not shown: %s", got)
	}
}

// A program that cannot open a socket says nothing about the databases.
func TestOutOfFileDescriptors(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	for _, scheme := range []string{"mysql://u@%s", "oracle://u:secret@%s/s"} {
		url := fmt.Sprintf(scheme, listener.Addr())
		var run *exec.Cmd
		var stderr bytes.Buffer
		result := filepath.Join(t.TempDir(), "result")
		for limit := 5; limit < 20; limit++ { // until it suffices for the runtime of Go and the output, and leaves none
			stderr.Reset()
			run = exec.CommandContext(t.Context(), "sh", "-c", `ulimit -n "$0"; exec "$@"`, strconv.Itoa(limit),
				binary(t), "run", "--source", url, "--dest", url, "--objects", "s.*", "--format", "table",
				"--output", result)
			run.Stderr = &stderr
			if err := run.Run(); err == nil || run.ProcessState.ExitCode() != exitOutput &&
				!strings.Contains(stderr.String(), "fatal error: runtime: ") {
				break
			}
		}
		if got := run.ProcessState.ExitCode(); got != exitUnknown {
			t.Errorf("%s: status %d, want %d\n%.300s", scheme, got, exitUnknown, &stderr)
		}
		shown, err := os.ReadFile(result)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(shown); !strings.Contains(got, "no free file descriptor") ||
			!strings.Contains(got, "ulimit") || strings.Contains(got, "FAILED") {
			t.Errorf("%s:\n%s", scheme, got)
		}
	}
}

// A second Ctrl-C ends the program at once, even while the result of the first cannot be written.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	read, full, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = read.Close(), full.Close() }()
	const pipeSize = 64 << 10
	if _, err := full.Write(make([]byte, pipeSize)); err != nil {
		t.Fatal(err)
	}
	url := "mysql://u@" + silent.Addr().String()
	run := exec.CommandContext(t.Context(), binary(t), "run", "--source", url, "--dest", url, "--objects", "*.*")
	run.Stdout = full
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = run.Wait()
	}()
	for { // signals that are sent at the same time may arrive as one
		select {
		case <-ended:
			status := run.ProcessState.Sys().(syscall.WaitStatus)
			if !status.Signaled() || status.Signal() != syscall.SIGINT {
				t.Errorf("it ended with %s, want the signal", run.ProcessState)
			}
			return
		case <-time.After(50 * time.Millisecond):
			_ = run.Process.Signal(syscall.SIGINT)
		}
	}
}

// await polls a number until it meets a condition.
func await(t *testing.T, s *dbtest.Server, query string, met func(int) bool) {
	t.Helper()
	db := s.DB(t)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var n int
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if met(n) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %d: %s", n, query)
		}
	}
}

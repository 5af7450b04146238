package dbtest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

// victim is the output of a test binary that is about to be killed.
type victim struct {
	Server Server
	Dir    string
}

const victimEnv = "PRECHECK_DBTEST_VICTIM"

// TestVictim is the process that TestKilled kills.
func TestVictim(t *testing.T) {
	if os.Getenv(victimEnv) == "" {
		t.Skip("not a test of its own: TestKilled runs it")
	}
	s := Get(t, MariaDB)
	text, err := json.Marshal(victim{Server: *s, Dir: disposable.Dir()})
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.Write(append(text, '\n'))
	io.Copy(io.Discard, os.Stdin)
}

func TestKilled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, env string }{
		{"preferred way", "PRECHECK_TEST_MARIADB_DSN="},
		{"program", "PRECHECK_TEST_MARIADB_IMAGE=none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestVictim$", "-test.v")
			cmd.Env = append(os.Environ(), victimEnv+"=1", "PRECHECK_TEST_MARIADB_DSN=", "PRECHECK_TEST_REQUIRE=",
				test.env)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var v victim
			said := ""
			for lines := bufio.NewScanner(out); v.Dir == "" && lines.Scan(); said += lines.Text() + "\n" {
				json.Unmarshal(lines.Bytes(), &v)
			}
			if v.Dir == "" {
				cmd.Wait()
				t.Skipf("no server to be killed with its test: %s", said)
			}
			if err := v.Server.exec("SELECT 1"); err != nil {
				t.Fatal("before:", err)
			}

			cmd.Process.Kill()
			cmd.Wait()

			deadline := time.Now().Add(30 * time.Second)
			for {
				err := v.Server.exec("SELECT 1")
				_, dirErr := os.Stat(v.Dir)
				if err != nil && os.IsNotExist(dirErr) {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("left after 30 s: server answers: %t, files: %t", err == nil, dirErr == nil)
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
}

// TestNoGoroutineStays does not run in parallel with others: it would count their goroutines.
func TestNoGoroutineStays(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	t.Run("servers", func(t *testing.T) {
		Each(t, func(t *testing.T, s *Server) {
			s.Database(t)
			s.Statements(t, func() { s.Account(t) })
		})
		Start(t, MariaDB).Stop(t)
	})
	goleak.VerifyNone(t, leaks)
}

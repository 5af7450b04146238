package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal returns the user's side and the program's side of a pseudo-terminal of 60 columns.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	// With SyscallConn, closing the file still interrupts a read.
	raw, err := person.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	controlErr := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
		if err == nil {
			err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 60})
		}
	})
	if err != nil || controlErr != nil {
		t.Fatal(err, controlErr)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// screen collects the output of a terminal.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the screen shows text.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.String(),
		text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the terminal does not show %q, but %q", text, s)
		}
	}
}

// watch collects the output of the program.
func watch(person *os.File) *screen {
	s := &screen{}
	go func() { _, _ = io.Copy(s, person) }()
	return s
}

// nowhere are the flags of a task between two ports without a server.
var nowhere = []string{"--source", "mysql://u@127.0.0.1:1", "--dest", "mysql://u@127.0.0.1:2", "--objects", "shop.*"}

// On a terminal the result is a table within its width, in colours unless NO_COLOR is set,
// and progress is one line that is overwritten and removed at the end.
func TestOnATerminal(t *testing.T) {
	t.Setenv("PRECHECK_SOURCE_PASSWORD", "hunter2")
	t.Setenv("PRECHECK_DEST_PASSWORD", "hunter2")
	for _, noColor := range []string{"", "1"} {
		t.Run("NO_COLOR="+noColor, func(t *testing.T) {
			t.Setenv("NO_COLOR", noColor)
			person, program := openTerminal(t)
			seen := watch(person)
			args := append([]string{"run", "--only", "RDB_CONNECT", "--log-level", "debug"}, nowhere...)
			if status := run(args, program, program, program); status != exitFailed {
				t.Fatalf("status %d: %s", status, seen)
			}
			seen.await(t, "run the checks again.")
			progress, _, _ := strings.Cut(seen.String(), "FAILED")
			if !strings.Contains(progress, "0/2 0% RDB_CONNECT") || !strings.Contains(progress, "1/2 50%") ||
				!strings.Contains(progress, "\r\x1b[K") {
				t.Errorf("no live progress: %q", progress)
			}
			if !strings.Contains(progress, "\x1b[Ktime=") {
				t.Errorf("a log line is inside the live line: %q", progress)
			}
			if coloured := strings.Contains(seen.String(), "\x1b[31;1mFAILED"); coloured == (noColor != "") {
				t.Errorf("in colour: %v", coloured)
			}
			for _, line := range strings.Split(seen.String(), "\r\n") {
				if strings.HasPrefix(line, "  ") && len(line) > 60 {
					t.Errorf("a line of %d columns: %q", len(line), line)
				}
			}
			if strings.Contains(seen.String(), "hunter2") {
				t.Error("the password is shown")
			}
		})
	}
}

// The password prompt does not echo, and Ctrl-C cancels it and restores the terminal.
func TestPrompt(t *testing.T) {
	t.Parallel()
	task := filepath.Join(t.TempDir(), "task.yaml")
	text := `{name: x, phases: [FULL], objects: {include: ["*.*"]},
source: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: {prompt: true}}, destination: {type: MYSQL, host:
127.0.0.1, port: 2, user: u}}`
	if err := os.WriteFile(task, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		typed  string
		status int
		shown  string
	}{
		"answered":    {"hunter2\n", exitFailed, "run the checks again."},
		"interrupted": {"\x03", exitInterrupted, "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			person, program := openTerminal(t)
			before, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			seen := watch(person)
			cmd := exec.CommandContext(t.Context(), binary(t), "run", task, "--only", "RDB_CONNECT")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			seen.await(t, "source.password of u@127.0.0.1:1: ")
			awaitSilence(t, program)
			if _, err := person.WriteString(tc.typed); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != tc.status {
				t.Errorf("status %d, want %d: %s", got, tc.status, seen)
			}
			seen.await(t, tc.shown)
			if strings.Contains(seen.String(), "hunter2") {
				t.Error("the password is shown")
			}
			if after, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS); err != nil || *after != *before {
				t.Errorf("the terminal is left changed: %v", err)
			}
		})
	}
}

// awaitSilence waits until a terminal does not echo.
func awaitSilence(t *testing.T, program *os.File) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		state, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if state.Lflag&unix.ECHO == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the terminal still echoes")
		}
	}
}

// buildFolder is the directory of the built program; empty until it is built.
var buildFolder string

var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "precheck-test-")
	if err != nil {
		return "", err
	}
	buildFolder = folder
	path := filepath.Join(folder, "precheck")
	if out, err := exec.CommandContext(context.Background(), "go", "build", "-o", path,
		".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func removeBinary() error {
	if buildFolder == "" {
		return nil
	}
	return os.RemoveAll(buildFolder)
}

// binary returns the path of the built program.
func binary(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

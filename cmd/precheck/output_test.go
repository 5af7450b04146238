package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Writing the result to a link or a device does not replace it by a file.
func TestOutputIntoLinksAndDevices(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file, link := filepath.Join(folder, "result.json"), filepath.Join(folder, "link")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("result.json", link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, os.DevNull} {
		args := append([]string{"run", "--only", "RDB_CONNECT", "--quiet", "--output", path}, nowhere...)
		if status, stdout, stderr := command(args...); status != exitFailed || stdout != "" {
			t.Errorf("%s: status %d, %q, %q", path, status, stdout, stderr)
		}
	}
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "RDB_CONNECT") {
		t.Errorf("the file behind the link holds %q, %v", data, err)
	}
	for path, kind := range map[string]os.FileMode{link: os.ModeSymlink,
		os.DevNull: os.ModeDevice | os.ModeCharDevice} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != kind {
			t.Errorf("%s is now %v, %v", path, info.Mode(), err)
		}
	}
}

// hidden are the names in a folder that begin with a dot.
func hidden(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, ".*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A new file has the mode that the umask leaves. One that is replaced keeps its mode.
func TestOutputModes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, tc := range map[string]struct{ before, want os.FileMode }{
		"new": {0, 0o640}, "private": {0o600, 0o600}, "shared": {0o664, 0o664}, "readonly": {0o440, 0o440},
	} {
		path := filepath.Join(folder, name)
		if tc.before != 0 {
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tc.before); err != nil {
				t.Fatal(err)
			}
		}
		args := append([]string{"-c", `umask 027; exec "$@"`, "sh", binary(t), "run", "--only", "RDB_CONNECT",
			"--quiet", "--output", path}, nowhere...)
		cmd := exec.CommandContext(t.Context(), "sh", args...)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != exitFailed {
			t.Fatalf("%v: %s", err, out)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != tc.want || info.Size() < 100 {
			t.Errorf("%s: %v, %v, want %v", name, info, err, tc.want)
		}
	}
	if left := hidden(t, folder); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A result that cannot be written has an exit status of its own, whatever the result is.
func TestOutputCannotBeWritten(t *testing.T) {
	t.Parallel()
	run := append([]string{"run", "--only", "RDB_CONNECT", "--quiet"}, nowhere...)
	for _, args := range [][]string{{"version"}, {"list"}, {"explain", "RDB_CONNECT"}, {"--help"},
		{"init", filepath.Join(t.TempDir(), "task.yaml")}, run} {
		for name, open := range map[string]func() (*os.File, error){
			"full": func() (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) },
			"closed": func() (*os.File, error) {
				r, w, err := os.Pipe()
				return w, errors.Join(err, r.Close())
			},
		} {
			out, err := open()
			if err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			cmd := exec.CommandContext(t.Context(), binary(t), args...)
			cmd.Stdout, cmd.Stderr = out, &shown
			err = cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != exitOutput ||
				!strings.HasPrefix(shown.String(), "cannot write the result: ") {
				t.Errorf("%s, %s: %v, %s", args[0], name, err, &shown)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(args[len(args)-1]) // the file of init
		}
	}
	if status, _, stderr := command(append(run, "--output", "/dev/full")...); status != exitOutput ||
		!strings.Contains(stderr, "no space left on device") {
		t.Errorf("--output: status %d: %s", status, stderr)
	}
	if status, _, stderr := command("init", "--force", "/dev/full"); status != exitOutput {
		t.Errorf("init: status %d: %s", status, stderr)
	}
}

// A run removes what killed runs left, but neither what a run in progress holds nor another's file.
func TestTemporaryFilesOfKilledRuns(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	start := func() (cmd *exec.Cmd, temporary string) {
		t.Helper()
		before := strings.Join(hidden(t, folder), " ")
		cmd = exec.CommandContext(t.Context(), binary(t), "run", "--quiet", "--only", "RDB_CONNECT", "--output",
			filepath.Join(folder, "result.json"), "--source", "mysql://u@"+listener.Addr().String(), "--dest",
			"mysql://u@127.0.0.1:2", "--objects", "shop.*")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		connection, err := listener.Accept() // the output is open when the run starts; nothing is answered
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		for _, name := range hidden(t, folder) {
			if !strings.Contains(before, name) {
				temporary = name
			}
		}
		return cmd, temporary
	}
	kill := func(cmd *exec.Cmd) {
		t.Helper()
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	killed, dead := start()
	kill(killed)
	if _, err := os.Stat(dead); err != nil {
		t.Fatalf("the killed run left nothing: %v", err)
	}
	foreign := filepath.Join(folder, temporaryPrefix+"notes")
	if err := os.WriteFile(foreign, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	running, alive := start()
	out, err := openOutput(t.Context(), filepath.Join(folder, "other.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	out.discard()
	for path, want := range map[string]error{dead: os.ErrNotExist, alive: nil, foreign: nil} {
		if _, err := os.Stat(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	kill(running)
}

// The first SIGTERM ends the program while it waits for a task, or a password, from a pipe.
func TestInterruptedWhileReadingAPipe(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pipe, task := filepath.Join(folder, "pipe"), filepath.Join(folder, "task.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(task, []byte("source: {password: {file: "+pipe+"}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", pipe}, {"list", "--task", pipe}, {"run", task}} {
		cmd := exec.CommandContext(t.Context(), binary(t), args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		writer := -1
		for writer < 0 && t.Context().Err() == nil { // until the program opens the pipe
			writer, _ = syscall.Open(pipe, syscall.O_WRONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
			time.Sleep(time.Millisecond)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
			t.Errorf("%q: status %d", args, got)
		}
		if err := syscall.Close(writer); err != nil {
			t.Error(err)
		}
	}
}

// A link whose file does not exist yet stays a link, and an error names the path of the user.
func TestOutputPaths(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	for link, target := range map[string]string{"absolute": at("first.json"), "relative": "second.json",
		"loop": "loop", "chain": "relative"} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		path, made string
		status     int
	}{
		{"absolute", "first.json", exitFailed}, {"chain", "second.json", exitFailed}, {"loop", "", exitUsage},
		{"none/result.json", "", exitUsage}, {"first.json/result.json", "", exitUsage},
		{strings.Repeat("a", 300), "", exitUsage},
	} {
		args := append([]string{"run", "--only", "RDB_CONNECT", "--quiet", "--output", at(tc.path)}, nowhere...)
		status, _, stderr := command(args...)
		named := strings.HasPrefix(stderr, "--output: open "+at(tc.path)+": ")
		if status != tc.status || status == exitUsage && !named {
			t.Errorf("%s: status %d: %s", tc.path, status, stderr)
		}
		if tc.made == "" {
			continue
		}
		if info, err := os.Lstat(at(tc.made)); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
			t.Errorf("%s: the file behind the link: %v, %v", tc.path, info, err)
		}
	}
}

// A full disk is not an error of the command line, whenever it is noticed.
func TestFullDiskIsNotAWrongPath(t *testing.T) {
	t.Parallel()
	var unwritten outputError
	for _, err := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EMFILE, syscall.EIO} {
		if err := notOpened("result.json", &os.PathError{Op: "open", Path: ".precheck-x", Err: err}); !errors.As(err,
			&unwritten) {
			t.Errorf("%v is taken for a wrong path", err)
		}
	}
	for _, err := range []error{syscall.ENOENT, syscall.EACCES, syscall.EPERM, syscall.ENOTDIR} {
		if err := notOpened("result.json", &os.PathError{Op: "open", Path: ".precheck-x", Err: err}); errors.As(err,
			&unwritten) || err.Error() != "open result.json: "+errors.Unwrap(err).Error() {
			t.Errorf("got %v", err)
		}
	}
}

// A pipe as the output, which nobody reads, does not keep the program from ending.
func TestInterruptedWhileOpeningThePipeOfTheOutput(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, opens := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := openOutput(ctx, pipe, nil); return err },
		func(ctx context.Context) error { return writeTemplate(ctx, pipe, template, true) },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := opens(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0) // lets the openings end
	if err != nil {
		t.Fatal(err)
	}
	_ = reader.Close()
}

// A task file that cannot be replaced is kept as it was.
func TestInitKeepsTheOldFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "task.yaml")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	limited := exec.CommandContext(t.Context(), "sh", "-c", `trap "" XFSZ; ulimit -f 0; exec "$@"`, "sh", binary(t),
		"init", "--force", path)
	if out, _ := limited.CombinedOutput(); limited.ProcessState.ExitCode() == exitPassed {
		t.Fatalf("nothing failed: %s", out)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
		t.Errorf("the file holds %.20q, %v", data, err)
	}
	if status, _, stderr := command("init", "--force", path); status != exitPassed {
		t.Fatal(stderr)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 || info.Size() != int64(len(template)) {
		t.Errorf("the new file: %v, %v", info, err)
	}
}

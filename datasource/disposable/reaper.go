package disposable

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A program can end in ways that run none of its code: a panic, a time-out, SIGKILL. So a second process,
// the reaper, cleans up after it: the same program started again with reaperEnv set. It reads the list of
// resources from a pipe. When the pipe ends, the program has ended for any reason, and the reaper kills
// the servers and removes containers and files.

const reaperEnv = "PRECHECK_REAPER" // "ID DIR" of the session to reap

// session is all that this process starts.
type session struct {
	id     string // label of its containers
	dir    string // where all its files are
	reaper *exec.Cmd
	report io.Reader // the reaper's; ends with it

	mu   sync.Mutex
	pipe *os.File
}

var opened atomic.Pointer[session]

// openSession returns the session of this process.
var openSession = sync.OnceValues(func() (*session, error) {
	dir, err := os.MkdirTemp(fastDir(), "precheck-servers-")
	if err != nil {
		return nil, err
	}
	// Servers run as another user, see program.go.
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	s := &session{id: RandomHex(8), dir: dir}
	if err := s.startReaper(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	opened.Store(s)
	return s, nil
})

// Dir returns the folder with the files of the servers that this process has started; empty if it has started none.
func Dir() string {
	if s := opened.Load(); s != nil {
		return s.dir
	}
	return ""
}

// fastDir returns a folder in memory if there is one with enough space, otherwise "", which means the usual
// one: servers create tables five times as fast in memory.
func fastDir() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(memory, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < 2<<30 {
		return ""
	}
	return memory
}

func (s *session) startReaper() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, pipe, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	s.reaper = exec.Command(self)
	// A binary of the race detector otherwise sleeps for a second before it ends.
	s.reaper.Env = append(os.Environ(), reaperEnv+"="+s.id+" "+s.dir, "GORACE=atexit_sleep_ms=0")
	s.reaper.Stdin = in
	if s.report, err = s.reaper.StdoutPipe(); err != nil {
		return err
	}
	s.reaper.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // out of reach of the terminal's Ctrl-C
	s.pipe = pipe
	return s.reaper.Start()
}

// register returns the reaper one more thing to reap: "process PID", or "docker" for the containers of the
// session.
func (s *session) register(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := fmt.Fprintln(s.pipe, what)
	return err
}

// End ends everything that this process has started, and returns an error for resources that could not
// be removed.
func End() error {
	s := opened.Load()
	if s == nil {
		return nil
	}
	_ = s.pipe.Close()
	report, _ := io.ReadAll(s.report)
	if err := s.reaper.Wait(); err != nil {
		return cmp.Or(errors.New(strings.TrimSpace(string(report))), err)
	}
	return nil
}

func init() {
	if env, ok := os.LookupEnv(reaperEnv); ok {
		id, dir, _ := strings.Cut(env, " ")
		if err := reap(id, dir, os.Stdin); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// reap reads the resources that the process of the session id registers until it ends, and then removes them.
func reap(id, dir string, in io.Reader) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	var processes []*os.Process // hold pidfds, so that no later process of the same pid is hit
	docker := false
	for lines := bufio.NewScanner(in); lines.Scan(); {
		switch kind, pid, _ := strings.Cut(lines.Text(), " "); kind {
		case "docker":
			docker = true
		case "process":
			if n, err := strconv.Atoi(pid); err == nil {
				if p, err := os.FindProcess(n); err == nil {
					processes = append(processes, p)
				}
			}
		}
	}

	var errs []error
	for _, p := range processes {
		if err := p.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			errs = append(errs, err)
		}
	}
	if docker {
		errs = append(errs, removeSession(id))
	}
	// A server that has just been killed may still be creating a file.
	err := os.RemoveAll(dir)
	for range 50 {
		if err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
		err = os.RemoveAll(dir)
	}
	return errors.Join(append(errs, err)...)
}

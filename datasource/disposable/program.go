package disposable

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a server program of this machine.
type program struct {
	server  []string // command, without the arguments of one server
	install []string // command that makes a data directory, less --datadir
}

var (
	programs  memo[program]
	templates memo[string] // data directories of servers that need nothing special
)

func startProgram(ctx context.Context, p Product, mysql string, args []string) (*Server, error) {
	prog, err := programs.get(string(p)+" "+mysql, func() (program, error) { return findProgram(p, mysql) })
	if err != nil {
		return nil, err
	}
	session, err := openSession()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, products[p].timeout)
	defer cancel()

	dir, err := session.serverDir()
	if err != nil {
		return nil, err
	}
	s, err := prog.start(ctx, session, p, dir, args)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", prog.server[0], err), os.RemoveAll(dir))
	}
	return s, nil
}

// start runs a server in dir.
func (prog program) start(ctx context.Context, session *session, p Product, dir string,
	args []string) (*Server, error) {
	data := filepath.Join(dir, "data")
	if err := prog.makeData(ctx, session, p, data, args); err != nil {
		return nil, err
	}
	s := &Server{
		Product: p, Host: "127.0.0.1", User: products[p].user, Password: NewPassword(),
		Origin: "program " + strings.Join(prog.server[:1], " "),
	}
	setup := filepath.Join(dir, "init.sql")
	if err := os.WriteFile(setup, []byte(s.setup()), 0o644); err != nil {
		return nil, err
	}
	for {
		err := s.run(ctx, session, dir, slices.Concat(prog.server, []string{
			"--datadir=" + data, "--tmpdir=" + dir, "--socket=" + filepath.Join(dir, "socket"),
			"--pid-file=" + filepath.Join(dir, "pid"), "--init-file=" + setup,
			"--bind-address=" + s.Host, "--secure-file-priv=" + dir,
		}, args))
		if !errors.Is(err, errPortTaken) {
			return s, err
		}
	}
}

// setup holds the statements that a new server executes before it accepts connections; the image's entrypoint
// has the same.
func (s *Server) setup() string {
	return fmt.Sprintf(`CREATE USER IF NOT EXISTS %[1]s@'%%';
ALTER USER %[1]s@'%%' IDENTIFIED BY '%[2]s';
GRANT ALL PRIVILEGES ON *.* TO %[1]s@'%%' WITH GRANT OPTION;
ALTER USER %[1]s@localhost IDENTIFIED BY '%[2]s';
DROP USER IF EXISTS %[1]s@'127.0.0.1', %[1]s@'::1';
`, s.User, s.Password)
}

var errPortTaken = errors.New("another process has taken the port")

// run starts the server's process on a port that is free, and returns when it
// answers.
func (s *Server) run(ctx context.Context, session *session, dir string, argv []string) error {
	var err error
	if s.Port, err = freePort(); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := command(context.Background(), append(argv, "--port="+strconv.Itoa(s.Port))...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	kill := func() error {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return os.RemoveAll(dir)
	}
	if err := session.register("process " + strconv.Itoa(cmd.Process.Pid)); err != nil {
		return errors.Join(err, kill())
	}
	var ended error
	alive := func() error {
		// There is no goroutine that waits, because tests for leaks would find it.
		var status syscall.WaitStatus
		if pid, err := syscall.Wait4(cmd.Process.Pid, &status, syscall.WNOHANG, nil); err == nil && pid > 0 {
			ended = fmt.Errorf("server ended with status %d", status.ExitStatus())
		}
		return ended
	}
	logged := func() string {
		text, _ := os.ReadFile(log.Name())
		return string(text)
	}
	if err = s.Await(ctx, alive); err == nil {
		s.stop = kill
		s.ended = func() error {
			if err := alive(); err != nil {
				return fmt.Errorf("%w%s", err, tail(logged()))
			}
			return nil
		}
		s.pause = func(pause bool) error {
			if pause {
				return cmd.Process.Signal(syscall.SIGSTOP)
			}
			return cmd.Process.Signal(syscall.SIGCONT)
		}
		return nil
	}
	text := logged()
	if ended != nil && strings.Contains(text, "ddress already in use") {
		return errPortTaken
	}
	if ended == nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	return fmt.Errorf("%w%s", err, tail(text))
}

// makeData creates a data directory: a copy of an earlier one, unless args set something that cannot be
// changed later.
func (prog program) makeData(ctx context.Context, session *session, p Product, data string, args []string) error {
	var own []string
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.ReplaceAll(arg, "_", "-"), "=")
		if name == "--lower-case-table-names" || name == "--innodb-page-size" {
			own = append(own, arg)
		}
	}
	if own != nil {
		return prog.installTo(ctx, data, own)
	}
	template, err := templates.get(prog.server[0]+" "+string(p), func() (string, error) {
		dir, err := session.serverDir()
		if err != nil {
			return "", err
		}
		template := filepath.Join(dir, "data")
		// Other tests wait for it, so ctx does not limit it.
		ctx, cancel := context.WithTimeout(context.Background(), products[p].timeout)
		defer cancel()
		return template, prog.installTo(ctx, template, nil)
	})
	if err != nil {
		return err
	}
	if err := output(command(ctx, "cp", "-a", template, data)); err != nil {
		return err
	}
	// MySQL's UUID: each server gets its own.
	return os.RemoveAll(filepath.Join(data, "auto.cnf"))
}

func (prog program) installTo(ctx context.Context, data string, args []string) error {
	return output(command(ctx, slices.Concat(prog.install, []string{"--datadir=" + data}, args)...))
}

// output runs cmd; its error contains the end of the output.
func output(cmd *exec.Cmd) error {
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w%s", cmd.Path, err, tail(string(text)))
	}
	return nil
}

// command is exec.CommandContext as a user who may run servers, and out of
// reach of the terminal's Ctrl-C.
func command(ctx context.Context, argv ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if uid, gid := serverUser(); uid != os.Geteuid() {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return cmd
}

// serverUser returns whom servers run as: neither product runs as root.
func serverUser() (uid, gid int) {
	if os.Geteuid() != 0 {
		return os.Geteuid(), os.Getegid()
	}
	for _, name := range []string{"mysql", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ = strconv.Atoi(u.Uid)
			gid, _ = strconv.Atoi(u.Gid)
			return uid, gid
		}
	}
	return 65534, 65534
}

// serverDir makes a folder that servers may write.
func (s *session) serverDir() (string, error) {
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return "", err
	}
	uid, gid := serverUser()
	return dir, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func findProgram(p Product, mysql string) (program, error) {
	switch p {
	case MariaDB:
		return findMariaDB()
	case MySQL:
		if mysql != "" {
			return unpackedMySQL(mysql)
		}
		return findMySQL()
	}
	return program{}, Unavailable("none is known")
}

func findMariaDB() (program, error) {
	server, version := lookPath("mariadbd"), ""
	if server == "" {
		if server = lookPath("mysqld"); server != "" {
			if version = versionOf(server); !strings.Contains(version, "MariaDB") {
				server = ""
			}
		}
	}
	if server == "" {
		return program{}, Unavailable("no mariadbd in PATH")
	}
	install := lookPath("mariadb-install-db")
	if install == "" {
		return program{}, unavailablef("%s is there, but no mariadb-install-db in PATH", server)
	}
	return program{
		server: []string{server, "--no-defaults"},
		install: []string{install, "--no-defaults", "--auth-root-authentication-method=normal",
			"--skip-test-db", "--innodb-log-file-size=8M"},
	}, nil
}

func findMySQL() (program, error) {
	server := lookPath("mysqld")
	if server == "" {
		return program{}, Unavailable("no mysqld in PATH, and no folder of an unpacked one")
	}
	if version := versionOf(server); strings.Contains(version, "MariaDB") {
		return program{}, unavailablef("%s is MariaDB's, and there is no folder of an unpacked MySQL", server)
	}
	return mysqlProgram(server, "--no-defaults"), nil
}

// unpackedMySQL is a server whose Debian packages, down to libc, were unpacked
// into the folder base.
func unpackedMySQL(base string) (program, error) {
	server := filepath.Join(base, "usr/sbin/mysqld")
	loaders, _ := filepath.Glob(filepath.Join(base, "usr/lib*/ld-linux-*.so.*"))
	libraries, _ := filepath.Glob(filepath.Join(base, "usr/lib/*-linux-gnu*"))
	if _, err := os.Stat(server); err != nil || len(loaders) == 0 || len(libraries) == 0 {
		return program{}, fmt.Errorf("%s: no usr/sbin/mysqld with a libc of its own", base)
	}
	libraries = append(libraries, filepath.Join(base, "usr/lib/mysql/private"))
	return mysqlProgram(loaders[0], "--library-path", strings.Join(libraries, ":"), server, "--no-defaults",
		"--basedir="+filepath.Join(base, "usr"),
		"--lc-messages-dir="+filepath.Join(base, "usr/share/mysql"),
		"--character-sets-dir="+filepath.Join(base, "usr/share/mysql/charsets"),
		"--plugin-dir="+filepath.Join(base, "usr/lib/mysql/plugin")), nil
}

func mysqlProgram(server ...string) program {
	return program{
		server:  append(slices.Clip(server), "--mysqlx=OFF"),
		install: append(slices.Clip(server), "--initialize-insecure", "--innodb-redo-log-capacity=8M"),
	}
}

// lookPath finds a program in PATH, or where Debian has servers, or returns "".
func lookPath(name string) string {
	for _, name := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func versionOf(server string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text, _ := exec.CommandContext(ctx, server, "--version").Output()
	return string(text)
}

package main

import (
	"bytes"
	"cmp"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// composed is a copy of testdata/fleet whose containers run.
type composed struct {
	t               *testing.T
	folder, project string
	environment     []string // of programs
}

// compose runs docker-compose, and returns its output.
func (c *composed) compose(args ...string) string {
	c.t.Helper()
	return c.docker("docker-compose", append([]string{"--project-name", c.project}, args...)...)
}

func (c *composed) docker(name string, args ...string) string {
	c.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = c.folder
	cmd.Env = append(os.Environ(), c.environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// container returns the container of a service.
func (c *composed) container(service string) string {
	c.t.Helper()
	return c.docker("docker", "ps", "-q", "--filter", "label=com.docker.compose.project="+c.project,
		"--filter", "label=com.docker.compose.service="+service)
}

// exec runs statements on a database, which is on an internal network: this machine reaches its address, other
// networks do not.
func (c *composed) exec(service, password string, statements ...string) {
	c.t.Helper()
	address := c.docker("docker", "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
		c.container(service))
	db, err := sql.Open("mysql", fmt.Sprintf("root:%s@tcp(%s:3306)/", password, address))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for limit := time.Now().Add(time.Minute); db.PingContext(c.t.Context()) != nil; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(limit) {
			c.t.Fatalf("%s does not start:\n%s", service, c.compose("logs", service))
		}
	}
	for _, s := range statements {
		if _, err := db.ExecContext(c.t.Context(), s); err != nil {
			c.t.Fatalf("%s: %v", s, err)
		}
	}
}

// freePort returns a port on which nothing listens now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// image makes the image of the program, and returns its name. That of image.sh takes minutes to build: it is used if
// that is wanted. Otherwise the program that other tests have built stands on the libraries of a database's image.
func (c *composed) image(database string) string {
	c.t.Helper()
	name := "precheck-test:" + c.project
	if os.Getenv(imageWanted) != "" {
		if out, err := exec.Command("./image.sh", name).CombinedOutput(); err != nil {
			c.t.Fatalf("%v\n%s", err, out)
		}
	} else {
		folder := c.t.TempDir()
		if err := os.Link(binary(c.t), filepath.Join(folder, "precheck")); err != nil {
			c.t.Fatal(err)
		}
		file := "FROM " + database + "\nCOPY precheck /precheck\nENTRYPOINT [\"/precheck\"]\n"
		if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(file), 0o600); err != nil {
			c.t.Fatal(err)
		}
		c.docker("docker", "build", "-q", "--force-rm", "--network", "none", "-t", name, folder)
	}
	c.t.Cleanup(func() { c.docker("docker", "image", "rm", name) })
	return name
}

// precheck runs the program, and returns its exit status and its output.
func (c *composed) precheck(args ...string) (status int, stdout, stderr string) {
	c.t.Helper()
	var out, err bytes.Buffer
	cmd := exec.CommandContext(c.t.Context(), binary(c.t), args...)
	cmd.Env = append(os.Environ(), c.environment...)
	cmd.Stdout, cmd.Stderr = &out, &err
	if failed := cmd.Run(); failed != nil && cmd.ProcessState == nil {
		c.t.Fatal(failed)
	}
	return cmd.ProcessState.ExitCode(), out.String(), err.String()
}

// The documented containers check the databases of two zones, which the server does not reach, and of one zone with the
// other. An agent that is cut off from the server leaves its runs waiting, and goes on when it is back.
func TestCompose(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("docker-compose"); err != nil {
		t.Skip("docker-compose is not installed")
	}
	port := freePort(t)
	c := &composed{t: t, folder: filepath.Join(t.TempDir(), "fleet"),
		project: "precheck-test-" + cmp.Or(os.Getenv("PRECHECK_TEST_RUN"), port)}
	if err := os.CopyFS(c.folder, os.DirFS("../../testdata/fleet")); err != nil {
		t.Fatal(err)
	}
	images := dbtest.Images(dbtest.MariaDB)
	at := slices.IndexFunc(images, func(image string) bool {
		return exec.Command("docker", "image", "inspect", image).Run() == nil
	})
	if at < 0 {
		t.Skipf("Docker has none of the images %v", images)
	}
	c.environment = []string{"DOCKER_BUILDKIT=0", "PRECHECK_PORT=" + port, "PRECHECK_MARIADB_IMAGE=" + images[at]}
	c.environment = append(c.environment, "PRECHECK_IMAGE="+c.image(images[at]))
	c.docker("bash", "prepare.sh")
	t.Cleanup(func() { c.compose("down", "--volumes", "--remove-orphans", "--timeout", "0") })
	c.compose("up", "-d")

	secret := func(name string) string {
		data, err := os.ReadFile(filepath.Join(c.folder, "secrets", name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(data))
	}
	password := secret("database.password")
	for _, zone := range []string{"east", "west"} {
		c.exec(zone+"-source", password, "CREATE DATABASE shop", "CREATE TABLE shop.customer (id INT PRIMARY KEY)")
		c.exec(zone+"-target", password, "SELECT 1")
	}
	c.exec("west-target", password, "CREATE DATABASE shop", "CREATE TABLE shop.customer (id INT PRIMARY KEY)",
		"INSERT INTO shop.customer VALUES (1)")
	c.environment = append(c.environment, "PRECHECK_SERVER=https://127.0.0.1:"+port,
		"PRECHECK_TOKEN="+secret("admin.token"))
	authority := filepath.Join(c.folder, "secrets", "server.crt")
	states := func() (list string, answered bool) {
		status, stdout, stderr := c.precheck("runs", "--ca", authority, "--json")
		return stdout + stderr, status == exitPassed
	}
	await := func(what string, is func(string) bool) {
		t.Helper()
		for limit := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
			list, answered := states()
			if answered && is(list) {
				return
			}
			if time.Now().After(limit) {
				t.Fatalf("%s:\n%s", what, list)
			}
		}
	}
	await("the server does not answer", func(string) bool { return true })
	submitted := func(more ...string) (status int, out string) {
		status, stdout, stderr := c.precheck(append([]string{"submit", "--ca", authority, "--fleet",
			filepath.Join(c.folder, "tasks.yaml")}, more...)...)
		return status, stdout + stderr
	}
	if status, out := submitted("--watch"); status != exitFailed ||
		!strings.Contains(out, "3 runs: 2 failed, 0 not checked completely, 1 passed.") {
		t.Errorf("status %d:\n%s\n%s", status, out, c.compose("logs", "server", "agent-east", "agent-west"))
	}

	server := c.container("server")
	if networks := c.docker("docker", "inspect", "-f", "{{range $n, $_ := .NetworkSettings.Networks}}{{$n}} {{end}}",
		server); networks != c.project+"_front" {
		t.Errorf("the server is in the networks %s", networks)
	}
	agent := c.container("agent-east")
	c.docker("docker", "network", "disconnect", c.project+"_front", agent)
	if status, out := submitted(); status != exitPassed {
		t.Fatalf("status %d:\n%s", status, out)
	}
	waits := func(list string) bool { return strings.Count(list, `"PENDING"`) == 2 }
	await("not only the runs of the zone that is cut off wait", waits)
	c.docker("docker", "network", "connect", c.project+"_front", agent)
	await("the runs of the zone do not go on", func(list string) bool {
		return !strings.Contains(list, `"PENDING"`) &&
			!strings.Contains(list, `"RUNNING"`)
	})
}

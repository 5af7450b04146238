package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// certificate writes a certificate for this machine and its key as PEM files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "precheck test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))),
		write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
}

// write writes a file that only this user can read, and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// background is a running program and its standard error.
type background struct {
	*exec.Cmd
	mu   sync.Mutex
	said strings.Builder
}

func (b *background) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said.String()
}

// launch starts the program, and waits until a line of its standard error has a text. It returns what follows in that
// line.
func launch(t *testing.T, until string, args ...string) (b *background, rest string) {
	t.Helper()
	b = &background{Cmd: exec.Command(binary(t), args...)} // until the cleanup
	pipe, err := b.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	found, closed := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(closed)
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			b.mu.Lock()
			b.said.WriteString(lines.Text() + "\n")
			b.mu.Unlock()
			if _, after, ok := strings.Cut(lines.Text(), until); ok {
				select {
				case found <- after:
				default:
				}
			}
		}
	}()
	t.Cleanup(func() {
		_ = b.Process.Signal(syscall.SIGTERM)
		<-closed
		if err := b.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, b.text())
		}
	})
	select {
	case rest = <-found:
	case <-closed:
		t.Fatalf("%v: %s", args, b.text())
	}
	return b, rest
}

// A server with TLS, and an agent that runs what is submitted between two databases of its zone: it has the password of
// one of them itself, and that of the other one from the server.
func TestAgent(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)")
	reader, readerPassword := from.Account(t, "GRANT ALL ON *.* TO %s")
	writer, writerPassword := to.Account(t, "GRANT ALL ON *.* TO %s")
	cert, key := certificate(t)
	const userToken, agentToken = "token-of-a-user-0123456789", "token-of-an-agent-0123456789"
	folder := t.TempDir()
	server := write(t, "server.yaml", fmt.Sprintf(`
listen: 127.0.0.1:0
tls: {cert: %s, key: %s}
tokens: [{name: ci, role: admin, token: {file: %s}}]
agents: [{name: dmz, zones: [dmz], token: {file: %s}}]
dataSources:
  - {id: e_from, name: from, type: MARIADB, host: %s, port: %d, user: %s, password: {file: %s}, zone: dmz}
  - {id: e_to, name: to, type: MYSQL, host: nowhere.invalid, user: %s, password: {file: %s}, zone: dmz}
`, cert, key, write(t, "user", userToken), write(t, "agent", agentToken), from.Host, from.Port, reader,
		write(t, "password", readerPassword), writer, write(t, "password", "another-password")))
	serving, url := launch(t, "Listening on ", "serve", "--config", server, "--store", folder)
	sources := write(t, "sources.yaml", fmt.Sprintf(
		"dataSources: [{id: e_to, host: %s, port: %d, password: {file: %s}}]", to.Host, to.Port,
		write(t, "password", writerPassword)))
	working, connected := launch(t, "Connected as ", "agent", "--server", "https://127.0.0.1:1,"+url, "--ca", cert,
		"--token-file", write(t, "token", agentToken+"\n"), "--sources", sources, "--name", "e2e")
	if connected != "dmz, for zones: dmz" {
		t.Error(connected)
	}
	task := write(t, "task.yaml", fmt.Sprintf(`{name: shop, type: MIGRATION, phases: [SCHEMA, FULL],
		source: {type: MARIADB, host: a, user: u}, destination: {type: MYSQL, host: b, user: u},
		objects: {mode: SPECIFIC, databases: [{name: %s, mappedName: %s_new}]}}`, schema, schema))
	submit := exec.CommandContext(t.Context(), binary(t), "submit", task, "--server", url, "--ca", cert, "--source-id",
		"e_from", "--sink-id", "e_to", "--watch", "--every", "100ms")
	submit.Env = append(os.Environ(), "PRECHECK_TOKEN="+userToken)
	output, err := submit.CombinedOutput()
	if err != nil { // it connects to both databases, and nothing fails
		t.Errorf("%v: %s", err, output)
	}
	if text := working.text(); !strings.Contains(text, "the run has ended") {
		t.Errorf("the agent did not run it: %s", text)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := []byte(serving.text() + working.text())
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	for _, secret := range []string{readerPassword, writerPassword, userToken, agentToken} {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("the store or a log has a secret")
		}
	}
}

// Two agents, each of which reaches one side only: they capture their sides, and the server checks from that what was
// submitted between them.
func TestAgentsApart(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)", "CREATE TABLE "+schema+".bare (id INT)")
	reader, readerPassword := from.Account(t, "GRANT ALL ON *.* TO %s")
	writer, writerPassword := to.Account(t, "GRANT ALL ON *.* TO %s")
	const userToken = "token-of-a-user-0123456789"
	tokens := map[string]string{"east": "token-of-agent-east-0123456789", "west": "token-of-agent-west-0123456789"}
	folder := t.TempDir()
	server := write(t, "server.yaml", fmt.Sprintf(`
listen: 127.0.0.1:0
tokens: [{name: ci, role: admin, token: {file: %s}}]
agents: [{name: east, zones: [east], token: {file: %s}}, {name: west, zones: [west], token: {file: %s}}]
dataSources:
  - {id: e_from, name: from, type: MARIADB, host: from.invalid, user: %s, password: {file: %s}, zone: east}
  - {id: e_to, name: to, type: MYSQL, host: to.invalid, user: %s, password: {file: %s}, zone: west}
`, write(t, "user", userToken), write(t, "east", tokens["east"]), write(t, "west", tokens["west"]), reader,
		write(t, "password", readerPassword), writer, write(t, "password", writerPassword)))
	serving, url := launch(t, "Listening on ", "serve", "--config", server, "--store", folder)
	for zone, source := range map[string]string{
		"east": fmt.Sprintf("{id: e_from, host: %s, port: %d}", from.Host, from.Port),
		"west": fmt.Sprintf("{id: e_to, host: %s, port: %d}", to.Host, to.Port)} {
		working, connected := launch(t, "Connected as ", "agent", "--server", url, "--token-file",
			write(t, "token", tokens[zone]), "--sources", write(t, "sources.yaml", "dataSources: ["+source+"]"))
		if connected != zone+", for zones: "+zone {
			t.Error(connected)
		}
		defer func() {
			if text := working.text(); !strings.Contains(text, "a side of the run is captured") ||
				strings.Contains(text, readerPassword) || strings.Contains(text, writerPassword) {
				t.Errorf("agent %s: %s", zone, text)
			}
		}()
	}
	task := write(t, "task.yaml", fmt.Sprintf(`{name: shop, type: MIGRATION, phases: [SCHEMA, FULL, INCREMENTAL],
		source: {type: MARIADB, host: a, user: u}, destination: {type: MYSQL, host: b, user: u},
		objects: {mode: SPECIFIC, databases: [{name: %s, mappedName: %s_new}]}}`, schema, schema))
	submit := exec.CommandContext(t.Context(), binary(t), "submit", task, "--server", url, "--source-id", "e_from",
		"--sink-id", "e_to", "--watch", "--every", "100ms")
	submit.Env = append(os.Environ(), "PRECHECK_TOKEN="+userToken)
	output, err := submit.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !strings.Contains(string(output), schema+".bare") {
		t.Errorf("%v: %s", err, output)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := []byte(serving.text())
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	for _, secret := range []string{readerPassword, writerPassword} {
		if bytes.Contains(all, []byte(secret)) {
			t.Error("the store or the log of the server has a password")
		}
	}
}

func TestAgentRefuses(t *testing.T) {
	t.Parallel()
	token := write(t, "token", "token-of-an-agent-0123456789")
	short := write(t, "token", "hunter2")
	sources := write(t, "sources.yaml", "dataSources:\n  - {id: x, password: hunter2}\n")
	url := startServe(t, "--store", t.TempDir())
	for _, tc := range []struct {
		args []string
		want string
	}{
		{nil, "--server"},
		{[]string{"--server", "http://db:8480"}, "must be an https URL"},
		{[]string{"--server", "https://u:hunter2@db"}, "must not contain a user"},
		{[]string{"--server", url}, "--token-file"},
		{[]string{"--server", url, "--token-file", short}, "at least 20 characters"},
		{[]string{"--server", url, "--token-file", token + "x"}, "no such file"},
		{[]string{"--server", url, "--token-file", token, "--name", "a/b"}, "--name"},
		{[]string{"--server", url, "--token-file", token, "--runs", "0"}, "--runs"},
		{[]string{"--server", url, "--token-file", token, "--sources", sources}, ":2: dataSources[0].id"},
		{[]string{"--server", url, "--token-file", token, "--ca", token}, "--ca"},
		{[]string{"--server", url, "--token-file", token}, "token"},
	} {
		status, stdout, stderr := command(append([]string{"agent"}, tc.args...)...)
		if status != exitUsage || !strings.Contains(stderr, tc.want) || stdout != "" ||
			strings.Contains(stderr, "hunter2") {
			t.Errorf("%v: status %d: %s", tc.args, status, stderr)
		}
	}
}

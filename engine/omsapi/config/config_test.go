package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

const hash = "$2a$04$Cq9kTYN9VUhyP1DzqDMYVOaFRPS2aBAhr2Xl7C9CG6WpV8xTPWjUK"

func TestParse(t *testing.T) {
	t.Setenv("PRECHECK_TEST_PASSWORD", "s3cret")
	t.Setenv("PRECHECK_TEST_TOKEN", "0123456789abcdef0123")
	c, warnings, err := config.Parse(t.Context(), "server.yaml", []byte(`
listen: 127.0.0.1:9000
ce: true
itemTypes: oms
language: zh-CN
dataSources:
  - id: e_shop
    name: shop
    type: MYSQL
    host: db1
    user: precheck
    password: {env: PRECHECK_TEST_PASSWORD}
    zone: a
    connections: 6
    standby: {host: db2}
users: [{name: alice, role: admin, passwordHash: "`+hash+`"}]
tokens: [{name: ci, role: submit, token: {env: PRECHECK_TEST_TOKEN}, expires: 2027-01-31}]
agents: [{name: dmz, zones: [b, a], token: {env: PRECHECK_TEST_TOKEN}, expires: 2027-01-31, sendPasswords: false}]
limits: {body: 2048, requestTimeout: 5s, streams: 3, runs: 2, queue: 9, connections: 12, runTimeout: 10m}
retention: {age: 24h, runs: 5}
endpoints: {create: true, inline: true, hosts: [10.0.0.0/8, "*.example.com"]}
key: {env: PRECHECK_TEST_TOKEN}
`))
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	source := c.DataSources[0]
	if source.ID != "e_shop" || source.Endpoint.Standby.Host != "db2" || source.Connections != 6 ||
		source.Endpoint.Password.Reveal() != "s3cret" {
		t.Errorf("%+v", source)
	}
	if want := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC); !c.Tokens[0].Expires.Equal(want) {
		t.Errorf("a token expires at %s, want %s", c.Tokens[0].Expires, want)
	}
	if a := c.Agents[0]; a.Name != "dmz" || len(a.Zones) != 2 || a.Passwords || a.Expires.IsZero() ||
		a.Secret.Empty() || !c.Reached("a", "b") || c.Reached("a", "") {
		t.Errorf("%+v", a)
	}
	if c.Users[0].Role != auth.Admin || c.Limits.Body != 2048 || c.Retention.Runs != 5 ||
		c.ItemTypes != engine.OMSItems {
		t.Errorf("%+v", c)
	}
	if key, ok := c.EncryptionKey(); !ok || len(key) != 32 {
		t.Errorf("key of %d bytes", len(key))
	}
}

// All errors come at once, each with its line and field, and none shows a secret.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := config.Parse(t.Context(), "server.yaml", []byte(`listen: 0.0.0.0:80
lissten: x
dataSources:
  - {id: shop, name: a, type: MYSQL, host: `+secret+`@db, user: u, port: `+secret+`}
  - {id: e_x, name: a, type: `+secret+`, host: db, user: u}
  - {id: e_x, host: db, user: u, type: ORACLE}
users: [{name: "a:b", role: `+secret+`, passwordHash: `+secret+`}]
tokens: [{name: t, role: read, token: {file: `+file+`}, expires: `+secret+`}]
limits: {runs: 0, body: 1}
endpoints: {create: true, hosts: ["a/b"]}
key: `+secret+`
tls: {cert: a.pem}
`))
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range invalid {
		text := e.Error()
		if strings.Contains(text, secret) {
			t.Errorf("an error shows a secret: %s", text)
		}
		at, rest, _ := strings.Cut(strings.TrimPrefix(text, "server.yaml:"), ": ")
		field, _, _ := strings.Cut(rest, ": ")
		got = append(got, at+" "+field)
	}
	want := []string{"2 lissten", "4 dataSources[0].port", "4 dataSources[0].id", "4 dataSources[0].host",
		"5 dataSources[1].name", "5 dataSources[1].type", "6 dataSources[2].id", "6 dataSources[2].name",
		"6 dataSources[2].service", "7 users[0].role", "7 users[0].name", "7 users[0].passwordHash",
		"8 tokens[0].expires", "8 tokens[0].token", "9 limits.runs", "9 limits.body", "10 endpoints.hosts[0]", "11 key",
		"12 tls"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, err)
	}
}

// Beyond loopback, TLS and authentication are required.
func TestCheckListen(t *testing.T) {
	t.Parallel()
	open, closed := config.Default(), config.Default()
	closed.TLS = config.TLS{Cert: "c", Key: "k"}
	closed.Tokens = []auth.Token{{Name: "t", Secret: datasource.NewSecret("x")}}
	for listen, loopback := range map[string]bool{"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true,
		"127.9.9.9:0": true, ":8480": false, "0.0.0.0:1": false, "[::]:1": false, "10.0.0.1:1": false, "db:1": false,
		"127.0.0.1.example.com:1": false} {
		if err := open.CheckListen(listen); (err == nil) != loopback {
			t.Errorf("%s without TLS: %v", listen, err)
		}
		if err := closed.CheckListen(listen); err != nil {
			t.Errorf("%s with TLS and a token: %v", listen, err)
		}
	}
	for _, bad := range []string{"", "127.0.0.1", "x"} {
		if open.CheckListen(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	e := config.Endpoints{Hosts: []string{"10.0.0.0/8", "db?.example.com", "192.168.1.5", "fd00::/8"}}
	for host, want := range map[string]bool{"10.1.2.3": true, "11.0.0.1": false, "db1.example.com": true,
		"DB1.Example.com.": true, "db12.example.com": false, "192.168.1.5": true, "192.168.1.6": false, "fd00::1": true,
		"::ffff:10.0.0.1": true, "::ffff:169.254.169.254": false, "169.254.169.254": false, "localhost": false,
		"":           false,
		"0x0a000001": false, "10.0.0.1.nip.io": false, "2852039166": false, "fd00::1%eth0": false} {
		if got := e.Allows(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if all := (config.Endpoints{Hosts: []string{"*"}}); !all.Allows("127.0.0.1") || !all.Allows("x") {
		t.Error("* does not allow all")
	}
}

func TestAgentErrors(t *testing.T) {
	t.Parallel()
	_, _, err := config.Parse(t.Context(), "server.yaml", []byte(`dataSources:
  - {id: e_x, name: a, type: MYSQL, host: db, user: u, zone: c}
agents:
  - {name: a/b, zones: [a, "b,c"], token: hunter2hunter2hunter2}
  - {name: x, zones: [], token: hunter2}
  - {name: x, zones: [a], token: hunter2hunter2hunter2, sendPasswords: hunter2}
`))
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range invalid {
		if strings.Contains(e.Error(), "hunter2") {
			t.Errorf("an error shows a secret: %s", e.Error())
		}
		got = append(got, e.Path)
	}
	want := []string{"dataSources[0].zone", "agents[0].name", "agents[0].zones[1]", "agents[1].zones",
		"agents[1].token", "agents[2].sendPasswords", "agents[2].name"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, err)
	}
}

func TestLoadSources(t *testing.T) {
	t.Parallel()
	load := func(text string) (map[string]engine.Endpoint, error) {
		file := filepath.Join(t.TempDir(), "sources.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sources, _, err := config.LoadSources(t.Context(), file, "en")
		return sources, err
	}
	sources, err := load("dataSources: [{id: e_a, password: hunter2}, {id: e_b, host: inner, password: x}]")
	if err != nil || len(sources) != 2 || sources["e_a"].Password.Reveal() != "hunter2" ||
		sources["e_b"].Host != "inner" {
		t.Errorf("%+v, %v", sources, err)
	}
	for _, bad := range []string{"dataSources: [{password: hunter2}]", "dataSources: [{id: x}]", "sources: []", "[]",
		"dataSources: [{id: e_a}, {id: e_a}]"} {
		if _, err := load(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

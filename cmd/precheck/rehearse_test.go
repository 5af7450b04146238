package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// A rehearsal in a container and one on the destination have the same result, in every format, and the exit status of a
// run.
func TestRehearse(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
		schema := from.Database(t)
		unknown := map[dbtest.Product]string{dbtest.MariaDB: "INET6", dbtest.MySQL: "VECTOR(3)"}[from.Product]
		from.Exec(t, "CREATE TABLE "+schema+".known (a INT PRIMARY KEY) COLLATE utf8mb4_general_ci",
			"CREATE TABLE "+schema+".unknown (a INT PRIMARY KEY, b "+unknown+") COLLATE utf8mb4_general_ci")
		to.Exec(t, "CREATE DATABASE "+schema)
		t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
		task := pair(t, from, to, schema, "SCHEMA")
		url := endpointURL(to, to.User, to.Password)
		for _, on := range [][]string{
			{"--on", "container", "--image", strings.Join(dbtest.Images(to.Product), ",")},
			{"--on", "scratch", "--allow-writes"}, {"--on", url},
		} {
			folder := t.TempDir()
			junit, documented := filepath.Join(folder, "junit.xml"), filepath.Join(folder, "records.json")
			status, stdout, stderr := command(append([]string{"rehearse", task, "--all", "--format", "table", "--format",
				"junit=" + junit, "--format", "json=" + documented}, on...)...)
			if status != exitFailed || !strings.Contains(stdout, "The server refuses TABLE "+schema+".unknown") {
				t.Errorf("%s: status %d\n%s%s", on[1], status, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, to.Password) || strings.Contains(stdout, "precheck_rehearsal_") {
				t.Errorf("%s: the output has a password or the name of a scratch schema:\n%s%s", on[1], stdout, stderr)
			}
			var suites struct {
				Failures int `xml:"failures,attr"`
				Tests    int `xml:"tests,attr"`
			}
			text, err := os.ReadFile(junit)
			if err != nil || xml.Unmarshal(text, &suites) != nil || suites.Failures != 1 || suites.Tests != 1 {
				t.Errorf("%s: %v, %s", on[1], err, text)
			}
			var envelope struct{ Data engine.Data }
			text, err = os.ReadFile(documented)
			if err != nil || json.Unmarshal(text, &envelope) != nil || len(envelope.Data.PreCheckResults) != 1 {
				t.Fatalf("%s: %v, %s", on[1], err, text)
			}
			if r := envelope.Data.PreCheckResults[0]; r.CheckType != rehearsal.CheckType || r.Status != engine.ItemFailed ||
				r.Name != "Destination-Primary database-Rehearsal of schema "+schema {
				t.Errorf("%s: %+v", on[1], r)
			}
		}
		if left := checktest.ColumnOf(t, to, "SELECT table_name FROM information_schema.TABLES WHERE table_schema = '"+
			schema+"'"); len(left) > 0 {
			t.Errorf("created on the destination: %v", left)
		}
	})
}

func TestRehearseOptions(t *testing.T) {
	t.Parallel()
	task := taskFile(t, `
name: t
phases: [SCHEMA]
source: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p}
destination: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p}
objects: {mode: WILDCARD, include: ["*.*"]}
`)
	for _, tc := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--on", "elsewhere"}, exitUsage, "--on: must be container, scratch or a URL"},
		{[]string{"--on", "scratch"}, exitUsage, "--allow-writes"},
		{[]string{"--on", "oracle://u:secret@h/s"}, exitUsage, "not for ORACLE"},
		{[]string{"--on", "container"}, exitUnknown, "the rehearsal could not be made"},
	} {
		status, _, stderr := command(append([]string{"rehearse", task}, tc.args...)...)
		if status != tc.status || !strings.Contains(stderr, tc.want) || strings.Contains(stderr, "secret") {
			t.Errorf("%q: status %d, %s", tc.args, status, stderr)
		}
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// The planted defects are found, and nothing else but that the embedded server is not a known product, which the demo's
// task accepts.
func TestDemoFindsPlantedDefects(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run([]string{"--format", "full"}, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	var report render.FullReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	planted := map[string]string{"RDB_TABLE_CONFLICT": "customer", "RDB_PRIMARY_KEY": "audit_log",
		"RDB_PRIMARY_KEY_TYPE": "price", "RDB_VERSION": ""}
	found := map[string]bool{}
	for _, item := range report.Items {
		for _, f := range item.Findings {
			if (item.CheckType == "RDB_VERSION") != (f.Skipped != "") {
				t.Errorf("%s: skipped %q", item.CheckType, f.Skipped)
			}
			if table, ok := planted[item.CheckType]; f.Level != "info" && (!ok || table != f.Object.Table) {
				t.Errorf("%s found %+v: %s", item.CheckType, f.Object, f.Message)
			}
			found[item.CheckType] = true
		}
		if item.Outcome == "unknown" {
			t.Errorf("%s could not be checked: %s", item.CheckType, item.Reason)
		}
	}
	for checkType := range planted {
		if !found[checkType] {
			t.Errorf("%s found nothing", checkType)
		}
	}
}

func TestOracleDemoFindsPlantedDefects(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run([]string{"--oracle", "--format", "full"}, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	var report render.FullReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, item := range report.Items {
		if item.Outcome == "failed" {
			failed[item.CheckType] = true
		}
	}
	want := map[string]bool{"RDB_PRIMARY_KEY": true, "RDB_COLUMN_TYPE": true, "ORACLE_ARCHIVELOG": true,
		"ORACLE_LOGMINER_TABLE": true, "ORACLE_SUPPLEMENTAL_LOG_KEY": true}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Errorf("failed items (-planted +found):\n%s", diff)
	}
}

func TestDemoTable(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run(nil, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	if !strings.Contains(stdout.String(), "RDB_TABLE_CONFLICT") || !strings.Contains(stderr.String(), "--format json") {
		t.Errorf("stdout %s\nstderr %s", &stdout, &stderr)
	}
	if status := run([]string{"--format", "yaml"}, strings.NewReader(""), &stdout, &stderr); status != 2 {
		t.Errorf("a wrong format: status %d", status)
	}
}

// With --keep, the servers run until the demo is interrupted, and the printed task file works on them.
func TestDemoKeepsRunning(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	stderr, written := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- demo(ctx, false, "json", true, io.Discard, written)
		_ = written.Close()
	}()
	var path string
	for lines := bufio.NewScanner(stderr); path == "" && lines.Scan(); {
		_, path, _ = strings.Cut(lines.Text(), "go run ./cmd/precheck run ")
	}
	task, _, err := engine.LoadTask(path, engine.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(engine.WithOnly("RDB_CONNECT"))
	if err != nil {
		t.Fatal(err)
	}
	if report, err := e.Run(ctx, task); err != nil || report.Count(engine.Passed) != 2 {
		t.Errorf("the servers cannot be reached: %+v, %v", report, err)
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the task file is left behind: %v", err)
	}
}

// For another program, the databases run until standard input ends.
func TestDatabasesOfAnotherProgram(t *testing.T) {
	stdin, end := io.Pipe()
	lines, stdout := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run([]string{"--databases"}, stdin, stdout, &stderr) }()
	var a demoprogram.Addresses
	if err := json.NewDecoder(lines).Decode(&a); err != nil {
		t.Fatal(err)
	}
	for address, schema := range map[string]string{a.Source: "shop", a.Destination: "shop_new"} {
		db, err := sql.Open("mysql", "precheck:demo@tcp("+address+")/"+schema)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.PingContext(t.Context()); err != nil {
			t.Errorf("%s: %v", schema, err)
		}
		_ = db.Close()
	}
	_ = end.Close()
	if status := <-ended; status != 0 {
		t.Errorf("status %d: %s", status, &stderr)
	}
}

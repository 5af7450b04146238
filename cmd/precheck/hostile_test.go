package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine/render"
)

// hostile is a name that would clear a terminal, write its clipboard, reverse text and forge a line of a report.
const hostile = "a\x1b[2J\x1b]52;c;eA==\a\r\x7f\u009b\u202e\u2028\n81 items: 0 failed"

// harmless checks every line of an output.
func harmless(t *testing.T, output string) {
	t.Helper()
	for _, line := range strings.Split(output, "\n") {
		if !visible.Safe(line) || strings.HasPrefix(strings.TrimSpace(line), "81 items") {
			t.Errorf("a line is %q", line)
		}
	}
}

// Names, comments, defaults and accounts of a server reach no output unescaped.
func TestHostileNamesOfAServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		name := schema + ".`" + hostile + "`"
		s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET utf8mb4",
			"CREATE TABLE "+name+" (`"+hostile+"` INT COMMENT '"+hostile+"', e ENUM('"+hostile+"', 'b'), d VARCHAR(99)"+
				" DEFAULT '"+hostile+"', KEY `"+hostile+"` (d)) ENGINE = MyISAM COMMENT '"+hostile+"'",
			"CREATE VIEW "+schema+".`v"+hostile+"` AS SELECT d AS `"+hostile+"` FROM "+name,
			"CREATE PROCEDURE "+schema+".`p"+hostile+"`() SELECT 1")
		user, password := s.Account(t, "GRANT ALL ON *.* TO %s")
		url := endpointURL(s, user, password)
		for _, format := range render.Formats() {
			for _, log := range logFormats {
				status, stdout, stderr := command("run", "--source", url, "--dest", url, "--objects", schema+".*",
					"--format", string(format), "--all", "--phases", "SCHEMA,FULL,INCREMENTAL", "--log-level", "debug",
					"--log-format", log)
				if status != exitFailed || !strings.Contains(stdout, `\u202e\u2028\n81 items: 0 failed`) {
					t.Errorf("%s: status %d, no name in %s%s", format, status, stdout, stderr)
				}
				harmless(t, stdout+stderr)
			}
		}
		refused := strings.Replace(url, user+":"+password, "evil%1b%0a81%20items%e2%80%ae:hunter2", 1)
		_, stdout, stderr := command("run", "--source", refused, "--dest", refused, "--objects", "*.*", "--format",
			"table",
			"--only", "RDB_CONNECT")
		if !strings.Contains(stdout, `\n81 items\u202e`) { // MariaDB writes ESC as \001B
			t.Errorf("the user is not shown: %s", stdout)
		}
		harmless(t, stdout+stderr)
	})
}

// What a user types, and a task file, reach no output unescaped.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	task := filepath.Join(t.TempDir(), "task.yaml")
	text := `{"name": "HH", "HH": 1, "phases": ["HH"], "source": {"type": "HH", "host": "HH", "user": "u", "HH": 1},
"skip": [{"type": "HH", "reason": "HH"}], "objects": {"include": ["[HH"]}, "skippableFlags": {"HH": true}}`
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\a", `\u0007`, "\r", `\r`, "\x7f", `\u007f`, "\n",
		`\n`).Replace(hostile)
	if err := os.WriteFile(task, []byte(strings.ReplaceAll(text, "HH", quoted)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", task}, {"list", "--task", task}, {"run", hostile}, {hostile}, {"list",
		hostile},
		{"explain", hostile}, {"run", "--format", hostile}, {"run", "--log-format", hostile}, {"run", "--phases",
			hostile},
		{"run", "--only", hostile}, {"run", "--" + hostile}, {"run", "-" + hostile}, {"run", "--timeout", hostile},
		{"init", "/no/" + hostile}, append([]string{"run", "--skip", hostile}, nowhere...),
		append([]string{"run", "--output", "/no/" + hostile}, nowhere...)} {
		status, stdout, stderr := command(args...)
		if status != exitUsage || stderr == "" {
			t.Errorf("%q: status %d, %q", args, status, stderr)
		}
		harmless(t, stdout+stderr)
	}
}

// Logs show what comes from elsewhere on one line, as escapes.
func TestHostileLogs(t *testing.T) {
	t.Parallel()
	for _, format := range logFormats {
		var b bytes.Buffer
		log, err := logger(&b, "debug", format)
		if err != nil {
			t.Fatal(err)
		}
		log.Error(hostile, hostile, hostile, "error", errors.New(hostile), "names", []string{hostile})
		if lines := strings.Count(b.String(), "\n"); lines != 1 {
			t.Errorf("%s: %d lines", format, lines)
		}
		harmless(t, b.String())
	}
}

package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine"
)

// marker is the middle of every secret.
const marker = "Zq7XkW9vBnL3"

// leaks reports whether a text has the marker, plain or encoded.
func leaks(text string) bool {
	forms := []string{marker, hex.EncodeToString([]byte(marker))}
	percent := ""
	for _, c := range []byte(marker) {
		percent += fmt.Sprintf("%%%02x", c)
	}
	forms = append(forms, percent)
	for shift := range 3 { // base64 reads three bytes at a time, which the marker can begin at any of
		encoded := base64.RawStdEncoding.EncodeToString([]byte("xx"[:shift] + marker))
		forms = append(forms, encoded[(shift*8+5)/6:len(encoded)-1])
	}
	for _, form := range forms {
		if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestLeaks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a" + marker, strings.ToUpper(marker),
		hex.EncodeToString([]byte("password" + marker)), base64.StdEncoding.EncodeToString([]byte("u:" + marker)),
		base64.URLEncoding.EncodeToString([]byte(marker + "xyz")),
		base64.StdEncoding.EncodeToString([]byte("u" + marker + "x"))} {
		if !leaks(text) {
			t.Errorf("%q is not found", text)
		}
	}
	if leaks("Access denied (using password: YES)") {
		t.Error("a text without the marker has it")
	}
}

// shown reports whether the marker is a part of a valid task that is not a password, such as the host.
func shown(t *testing.T, task any) bool {
	t.Helper()
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	return leaks(string(text))
}

// secretTasks are task files with a secret in each position but the user, the host and the names of Oracle, which
// every report shows.
var secretTasks = []string{
	"source: {%t, password: %s}", "source: {%t, password: '%s'}", "source: {%t, password: \"%s\"}",
	"source:\n  type: MYSQL\n  host: 127.0.0.1\n  user: u\n  password: %s\n  port: 1",
	"source:\n  type: MYSQL\n  password: |\n    %s\n  user: u", "source:\n  password:\n  %s",
	"source:\n  password:\n%s",
	"source: {%t, password: {%s: x}}", "source: {%t, password: {env: %s}}", "source: {%t, password: {file: %s}}",
	"source: {%t, password: {file: /tmp/%s}}", "source: {%t, password: {prompt: %s}}", "source: {%t, password: [%s]}",
	"source: {%t, password: {env: [%s]}}", "source: {%t, password: {env: A, file: %s}}",
	"source: {type: %s, host: 127.0.0.1, user: u}", "source: {type: MYSQL, host: 127.0.0.1, user: u, port: %s}",
	"source: {%t, tls: %s}", "source: {%t, tls: {mode: %s}}", "source: {%t, tls: {mode: required, ca: %s}}",
	"source: {%t, tls: {mode: required, cert: %s, key: %s}}", "source: {%t, tls: {%s: x}}",
	"source: {%t, serverPublicKey: %s}", "source: {%t, insecurePassword: %s}", "source: {%t, standby: %s}",
	"source: {%t, standby: {host: b, password: %s}}",
	"source: {%t, standby: {host: b, type: %s}}", "source: {%t, %s: x}", "source: {%t, %s}", "source: [%s]",
	"source: %s", "source: mysql://u:%s@h", "source: {%t, host: 'mysql://u:%s@h'}", "%s: x", "%s", "# %s\nsource: {%t}",
	"source: &%s {%t}", "source: *%s", "source: !%s {%t}", "source: !%s!x {%t}", "%%%s\n---\n",
	"%%TAG !e! %s\n---\n!e!x y",
	"? %s\n: x", "? [%s]\n: x", "<<: {%s: x}", "source: {%t, password: !!int %s}",
	"source: {%t, password: !!binary %s}",
	`{"source": {"type": "MYSQL", "password": "%s"}}`, `{"source": {"type": "MYSQL", "password": %s}}`,
}

// secretURLs are URLs with a secret in each position but the user and the host.
var secretURLs = []string{"mysql://u:%s@127.0.0.1:1", "mysql://:%s@127.0.0.1:1", "mysql://u:x@127.0.0.1:%s",
	"mysql://u@127.0.0.1:1/%s", "mysql://u@127.0.0.1:1?%s", "mysql://u@127.0.0.1:1?%s=x",
	"mysql://u@127.0.0.1:1?tls=%s",
	"mysql://u@127.0.0.1:1?tls=required&ca=%s", "mysql://u@127.0.0.1:1?password=%s",
	"mysql://u@127.0.0.1:1?serverPublicKey=%s", "mysql://u@127.0.0.1:1?insecurePassword=%s", "mysql://u@127.0.0.1:1#%s",
	"mysql://u@127.0.0.1:1/?a=%%zz%s", "mysql:u:%s@h", "u:%s@h", "%s", "://u:%s@h", "mysql:/u:%s@h"}

// secretFlags are flags with a secret; a run has a valid task in addition.
var secretFlags = []string{"--connections=%s", "--timeout=%s", "--check-timeout=%s", "--max-objects=%s", "--deep=%s"}

// No output shows a secret, wherever in a task, a URL, a flag or the environment it is, and whatever is around it.
func FuzzSecrets(f *testing.F) {
	positions := len(secretTasks) + 2*len(secretURLs) + len(secretFlags) + 3
	for position := range positions {
		f.Add(uint16(position), "", "")
	}
	for i, around := range []string{"?", "/", "@", "#", ":", "%", "%zz", ", ", ": ", " #", "'", `"`, "\\", "\n", "{",
		"}",
		"[", "]", "*", "&", "!", "|", "@h:1/", "@h?tls=", "?tls=", "&ca=", "\x1b[2J", "\xff", "\t", "- ", "%2F", "0x"} {
		for position := i % 20; position < positions; position += 20 {
			f.Add(uint16(position), around, "")
			f.Add(uint16(position), "a", around+"b")
		}
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, position uint16, before, after string) {
		secret := before + marker + after
		if strings.ContainsRune(secret, 0) || leaks(before+after) {
			t.Skip("no argument or variable holds a zero byte, and the marker must be the only one")
		}
		fill := func(form string) string {
			form = strings.ReplaceAll(form, "%t", "type: MYSQL, host: 127.0.0.1, port: 1, user: u")
			return strings.ReplaceAll(strings.ReplaceAll(form, "%%", "%"), "%s", secret)
		}
		args := []string{"run", "--only", "RDB_CONNECT", "--log-level", "debug"}
		for _, name := range []string{"PRECHECK_SOURCE_PASSWORD", "PRECHECK_DEST_PASSWORD"} {
			t.Setenv(name, secret)
		}
		i := int(position) % positions
		switch urls, flags := len(secretTasks), len(secretTasks)+2*len(secretURLs); {
		case i < urls:
			path := filepath.Join(folder, "task.yaml")
			task := fill(secretTasks[i]) + "\ndestination: {type: MYSQL, host: 127.0.0.1, port: 2, user: u," +
				" password: {env: PRECHECK_DEST_PASSWORD}}\nname: x\nphases: [FULL]\nobjects: {include: ['*.*']}\n"
			if read, _, err := engine.ParseTask("", []byte(task), engine.FileOptions{}); err == nil && shown(t, read) {
				t.Skip("the secret became the user, the host or a name, which every report shows")
			}
			if err := os.WriteFile(path, []byte(task), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, "--format", "full", path)
		case i < flags:
			url := fill(secretURLs[(i-urls)/2])
			if e, err := engine.ParseEndpoint(url); err == nil && shown(t, e) {
				t.Skip("the secret became the user, the host or the service, which every report shows")
			}
			args = append(args, "--format", "table", "--objects", "*.*", "--source", url, "--dest",
				"mysql://u@127.0.0.1:2")
			if i%2 == 0 {
				args[len(args)-3], args[len(args)-1] = args[len(args)-1], args[len(args)-3]
			}
		case i < flags+len(secretFlags):
			args = append(append(args, nowhere...), fill(secretFlags[i-flags]))
		default:
			form := []string{"-p" + marker + after, "--" + marker + after, marker + after}[i-flags-len(secretFlags)]
			args = append([]string{"list"}, form)
		}
		if status, stdout, stderr := command(args...); leaks(stdout + stderr) {
			t.Errorf("%q: status %d\n%s%s", args, status, stdout, stderr)
		}
	})
}

package optionfile_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/internal/optionfile"
)

// file writes a file for the user alone.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	included := file(t, "more.cnf", "[client]\nport = 3310\n")
	path := file(t, "my.cnf", `# of the user
; of the server
[mysqld]
user = mysql
port = x

[client]
loose_user = "app user"   # who
password = 'a#b \'c\' \s\q'
port=3309
ssl_mode = VERIFY_CA
ssl-ca=/etc/ca.pem # the authority
unknown-option
[mysql]
socket="/run/my sql.sock"
protocol = tcp
!include `+included+`
!includedir `+filepath.Dir(included)+`
`)
	got, err := optionfile.Read(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if password := got.Password.Reveal(); password != `a#b 'c'  \q` {
		t.Errorf("the password is %q", password)
	}
	got.Password = datasource.Secret{}
	want := optionfile.Options{User: "app user", Port: 3310, Socket: "/run/my sql.sock", TCP: true,
		TLS: datasource.TLS{Mode: datasource.TLSVerifyCA, CA: "/etc/ca.pem"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(datasource.Secret{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTLSOfMariaDB(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]datasource.TLSMode{
		"ssl\n": datasource.TLSRequired, "ssl=0\n": datasource.TLSDisabled, "skip-ssl\n": datasource.TLSDisabled,
		"ssl-verify-server-cert\nssl\n": datasource.TLSVerifyIdentity, "ssl-verify-server-cert=OFF\n": "",
	} {
		if got, err := optionfile.Read(context.Background(), file(t, "my.cnf", "[client]\n"+text)); err != nil ||
			got.TLS.Mode != want {
			t.Errorf("%q: %q, %v", text, got.TLS.Mode, err)
		}
	}
}

// Errors name the file and the line, and show no value.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"an option without a group": {"password=hunter2\n", ":1: "},
		"a group without an end":    {"[client]\n[mysql\n", ":2: "},
		"a wrong port":              {"[client]\npassword=x\nport=hunter2\n", ":3: "},
		"a wrong mode":              {"[client]\nssl-mode=hunter2\n", ":2: "},
		"a file that is missing":    {"!include /nowhere/my.cnf\n", "/nowhere/my.cnf"},
		"a folder that is missing":  {"!includedir /nowhere\n", "/nowhere"},
	} {
		path := file(t, "my.cnf", c.text)
		_, err := optionfile.Read(context.Background(), path)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	circle := file(t, "circle.cnf", "")
	if err := os.WriteFile(circle, []byte("!include "+circle+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := optionfile.Read(context.Background(), circle); err == nil {
		t.Error("a file that includes itself is no error")
	}
	writable := file(t, "open.cnf", "[client]\n")
	if err := os.Chmod(writable, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := optionfile.Read(context.Background(), writable); err == nil {
		t.Error("a file that every user can write is no error")
	}
}

// testdata/login.cnf is a file of mysql_config_editor 9.7.4.
func TestReadLogin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login.cnf")
	data, err := os.ReadFile("testdata/login.cnf")
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, data, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("MYSQL_TEST_LOGIN_FILE", path)
	read := func(name string) (optionfile.Options, string, error) {
		o, err := optionfile.ReadLogin(context.Background(), name)
		password := o.Password.Reveal()
		o.Password = datasource.Secret{}
		return o, password, err
	}
	if _, _, err := read("client"); err == nil {
		t.Error("a file that is missing is no error")
	}
	write(data, 0o600)
	o, password, err := read("client")
	want := optionfile.Options{User: "reader", Host: "db1.example", Port: 3307}
	if o != want || password != "plain" || err != nil {
		t.Errorf("client: %+v, %q, %v", o, password, err)
	}
	o, password, err = read("prod")
	if want := (optionfile.Options{User: "deep er", Socket: "/run/my sql.sock"}); o != want || err != nil ||
		password != "a\"b\\c'd#e é" {
		t.Errorf("prod: %+v, %q, %v", o, password, err)
	}
	if _, _, err := read("none"); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a login path that is missing: %v", err)
	}
	for _, broken := range [][]byte{nil, data[:20], data[:len(data)-1], data[:26], append(data[:60:60], 1, 2, 3)} {
		write(broken, 0o600)
		if _, _, err := read("client"); err == nil {
			t.Errorf("%d bytes are no error", len(broken))
		}
	}
	write(data, 0o644)
	if _, _, err := read("client"); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}

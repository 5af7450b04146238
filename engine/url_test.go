package engine_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// No error repeats a part of a URL after its scheme, whatever the password has.
func TestURLErrorsShowNothing(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"mysql://u:p@12?hunter2@h", "mysql://u:12?tls=hunter2@h", "mysql://u@h:3306/hunter2",
		"mysql://u@h?hunter2", "mysql://u@h?hunter2=x", "mysql://u@h?ca=%hunter2", "mysql://u@h:hunter2",
		"hunter2://u@h",
		"hunter2", "mysql://u:p?hunter2@h:3306", "mysql://u:p@hunter2!", "mysql://u:p@1,hunter2:3306",
		"mysql://u:p@hunter2 x", "mysql://u:p@hunter2;x", "mysql://u:p@hunter2$:3306", "oracle://u:1/hunter2?x@h/S"} {
		if _, err := engine.ParseEndpoint(raw); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// A URL is read as net/url reads it, or rejected with an error on one line.
func FuzzParseEndpoint(f *testing.F) {
	for _, raw := range []string{"mysql://u:p@h:3306?tls=required&ca=a", "oracle://u@[::1]:1521/ORCLPDB1?sid=x",
		"oceanbase-oracle://u%40t%23c:p%2Fw@h", "mariadb://u:@h", "mysql://u:p?w@h", "mysql://u:%zz@h", "", "://",
		"mysql:",
		"mysql://[::1", "mysql://u@h?tls=a&tls=b", "mysql://u@h:99999999999999999999", "mysql://\x1b@h"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		e, err := engine.ParseEndpoint(raw)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %q", err)
			}
			return
		}
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("not a URL: %v", err)
		}
		if password, _ := u.User.Password(); e.Password.Reveal() != password || e.User != u.User.Username() ||
			e.Host != u.Hostname() || e.Type == (datasource.Endpoint{}).Type {
			t.Errorf("%q is read as %v", raw, e)
		}
	})
}

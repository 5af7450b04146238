package omsapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// What is not a call has its own status, and the documented envelope all the same.
func TestTransportStatuses(t *testing.T) {
	t.Parallel()
	s := serve(t, func(c *config.Config) { c.Limits.Body = 2000 })
	for _, tc := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
	}{
		{"malformed", "POST", "/api/v2?Action=ListPreCheck", "{", nil, 400},
		{"a list", "POST", "/api/v2?Action=ListPreCheck", "[]", nil, 400},
		{"path", "GET", "/api/v3", "", nil, 404},
		{"method", "GET", "/api/v2?Action=ListPreCheck", "", nil, 405},
		{"method of events", "POST", "/events/runs", "", nil, 405},
		{"too large", "POST", "/api/v2?Action=ListPreCheck", `{"a":"` + strings.Repeat("x", 3000) + `"}`, nil, 413},
		{"type", "POST", "/api/v2?Action=ListPreCheck", "{}", []string{"Content-Type", "text/plain"}, 415},
		{"other origin", "POST", "/api/v2?Action=ListPreCheck", "{}", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"other name", "POST", "/api/v2?Action=ListPreCheck", "{}", []string{"Host", "evil.example.com"}, 403},
		{"fine", "POST", "/api/v2?Action=ListPreCheck", "{}", nil, 200},
		{"empty body", "POST", "/api/v2?action=ListPreCheck", "", nil, 200},
		{"alive", "GET", "/healthz", "", nil, 200},
		{"ready", "GET", "/readyz", "", nil, 200},
		{"no page", "GET", "/", "", nil, 404},
	} {
		r := s.do(t, tc.method, tc.path, tc.body, tc.headers...)
		var e map[string]any
		if err := json.Unmarshal([]byte(r.body), &e); err != nil || r.status != tc.status {
			t.Errorf("%s: status %d, want %d: %s", tc.name, r.status, tc.status, r.body)
		}
		if e["success"] != (tc.status == 200) || e["requestId"] != r.header.Get("X-Request-Id") || e["cost"] == "" {
			t.Errorf("%s: %s", tc.name, r.body)
		}
		if !strings.Contains(s.log.String(), fmt.Sprint(e["requestId"])) {
			t.Errorf("%s: the request is not logged", tc.name)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
			if r.header.Get(name) != want {
				t.Errorf("%s: header %s is %q", tc.name, name, r.header.Get(name))
			}
		}
		if p := r.header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors 'none'") ||
			strings.Contains(p, "unsafe-inline") {
			t.Errorf("%s: %s", tc.name, p)
		}
	}
	if allow := s.do(t, "GET", "/api/v2", "").header.Get("Allow"); allow != "POST" {
		t.Errorf("Allow: %q", allow)
	}
}

// A body that does not arrive is answered with 408.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	s := serve(t, func(c *config.Config) { c.Limits.RequestTimeout = 200 * time.Millisecond })
	connection, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := fmt.Fprintf(connection, "POST /api/v2?Action=ListPreCheck HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusRequestTimeout {
		t.Errorf("status %d", r.StatusCode)
	}
}

const token = "0123456789abcdef0123"

// secured adds users and tokens of each role.
func secured(t testing.TB) func(*config.Config) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("correct"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) {
		c.Users = []auth.User{{Name: "reader", PasswordHash: string(hash), Role: auth.Read},
			{Name: "alice", PasswordHash: string(hash), Role: auth.Submit}}
		c.Tokens = []auth.Token{{Name: "ci", Secret: datasource.NewSecret(token), Role: auth.Admin}}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := serve(t, secured(t))
	basic := func(user, password string) []string {
		r, _ := http.NewRequest("GET", "/", nil)
		r.SetBasicAuth(user, password)
		return []string{"Authorization", r.Header.Get("Authorization")}
	}
	for _, tc := range []struct {
		name, action string
		headers      []string
		status       int
	}{
		{"nobody", "ListPreCheck", nil, 401},
		{"wrong password", "ListPreCheck", basic("reader", "wrong"), 401},
		{"unknown user", "ListPreCheck", basic("bob", "correct"), 401},
		{"wrong scheme", "ListPreCheck", []string{"Authorization", "Digest x"}, 401},
		{"wrong token", "ListPreCheck", []string{"Authorization", "Bearer x"}, 401},
		{"reader reads", "ListPreCheck", basic("reader", "correct"), 200},
		{"reader submits", "SubmitPreCheck", basic("reader", "correct"), 403},
		{"reader cancels", "CancelPreCheck", basic("reader", "correct"), 403},
		{"submitter creates", "CreateMySqlDataSource", basic("alice", "correct"), 403},
		{"submitter submits", "SubmitPreCheck", basic("alice", "correct"), 200},
		{"token", "CreateMySqlDataSource", []string{"Authorization", "Bearer " + token}, 200},
		{"another site's name", "ListPreCheck", append(basic("reader", "correct"), "Host", "precheck.example.com"),
			200},
	} {
		if r := s.call(t, tc.action, "{}", tc.headers...); r.status != tc.status {
			t.Errorf("%s: status %d, want %d: %s", tc.name, r.status, tc.status, r.body)
		}
	}
	for _, path := range []string{"/metrics", "/openapi.json", "/events/runs", "/events/runs/t_x"} {
		if r := s.do(t, "GET", path, ""); r.status != 401 || r.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d", path, r.status)
		}
	}
}

// A client that guesses is slowed down.
func TestGuessing(t *testing.T) {
	t.Parallel()
	s := serve(t, secured(t))
	for range 20 {
		r := s.call(t, "ListPreCheck", "{}", "Authorization", "Bearer guess")
		if r.status == http.StatusTooManyRequests {
			if r.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			return
		}
	}
	t.Error("20 guesses are answered")
}

// A browser logs in, must repeat the CSRF token of its session, and logs out.
func TestSession(t *testing.T) {
	t.Parallel()
	s := serve(t, secured(t))
	if r := s.do(t, "GET", "/session", ""); !strings.Contains(r.body, `"loginRequired":true`) {
		t.Errorf("%s", r.body)
	}
	if r := s.do(t, "POST", "/login", `{"username":"alice","password":"wrong"}`); r.status != 401 ||
		r.header.Get("Set-Cookie") != "" {
		t.Errorf("status %d, %s", r.status, r.header)
	}
	r := s.do(t, "POST", "/login", `{"username":"alice","password":"correct"}`)
	var session struct{ CSRFToken, Role string }
	r.data(t, &session)
	set := r.header.Get("Set-Cookie")
	if session.CSRFToken == "" || session.Role != "submit" || !strings.Contains(set, "HttpOnly") ||
		!strings.Contains(set, "SameSite=Strict") || !strings.Contains(set, "Path=/") {
		t.Fatalf("%+v %s", session, set)
	}
	cookie, _, _ := strings.Cut(set, ";")
	for _, tc := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"without the token", []string{"Cookie", cookie}, 403},
		{"with another token", []string{"Cookie", cookie, "X-CSRF-Token", "x"}, 403},
		{"with the token", []string{"Cookie", cookie, "X-CSRF-Token", session.CSRFToken}, 200},
		{"without the cookie", []string{"X-CSRF-Token", session.CSRFToken}, 401},
	} {
		if r := s.call(t, "ListPreCheck", "{}", tc.headers...); r.status != tc.status {
			t.Errorf("%s: status %d, want %d: %s", tc.name, r.status, tc.status, r.body)
		}
	}
	if r := s.do(t, "POST", "/logout", "", "Cookie", cookie); r.status != 403 {
		t.Errorf("a logout without the token: status %d", r.status)
	}
	if r := s.do(t, "POST", "/logout", "", "Cookie", cookie, "X-CSRF-Token", session.CSRFToken); r.status != 200 {
		t.Errorf("logout: status %d", r.status)
	}
	if r := s.call(t, "ListPreCheck", "{}", "Cookie", cookie, "X-CSRF-Token", session.CSRFToken); r.status != 401 {
		t.Errorf("after the logout: status %d", r.status)
	}
}

// While the server stops, calls are refused and the server is not ready, but alive.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.handler.Drain()
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/events/runs": 503} {
		if r := s.do(t, "GET", path, ""); r.status != want {
			t.Errorf("%s: status %d", path, r.status)
		}
	}
	if r := s.call(t, "ListPreCheck", "{}"); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("status %d", r.status)
	}
}

func TestUnknownActions(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for action, want := range map[string]string{"ResumeProject": "This server is precheck", "UpdateStore": "precheck",
		"GetPrecheckResult": "did you mean GetPreCheckResult", "": "missing", "nonsense": "not a known call"} {
		if r := s.call(t, action, "{}"); r.status != 200 || r.code(t) == "" || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s", action, r.status, r.body)
		}
	}
}

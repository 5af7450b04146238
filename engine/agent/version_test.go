package agent

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// speaking returns a connection of an agent that speaks these versions, to a server.
func speaking(t *testing.T, server http.Handler, oldest, newest int) *connection {
	t.Helper()
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &connection{servers: []*url.URL{u}, http: s.Client(), oldest: oldest, newest: newest,
		token: func() (datasource.Secret, error) { return datasource.NewSecret("t"), nil }}
}

// Agents and servers of neighbouring versions agree on one. Others are told which of the two to upgrade.
func TestVersions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		agent, server [2]int // the oldest and the newest version
		want          int
		text          string
	}{
		"the same":     {[2]int{1, 1}, [2]int{1, 1}, 1, ""},
		"newer server": {[2]int{1, 1}, [2]int{1, 2}, 1, ""},
		"newer agent":  {[2]int{1, 2}, [2]int{1, 1}, 1, ""},
		"too old an agent": {[2]int{1, 1}, [2]int{2, 3}, 0,
			"version 1 of the protocol and the server at least 2; upgrade the agent"},
		"too new an agent": {[2]int{2, 3}, [2]int{1, 1}, 0,
			"at least version 2 of the protocol and the server 1; upgrade the server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := NewHandler(HandlerConfig{Identify: func(*http.Request) (Identity, error) { return Identity{}, nil }})
			h.oldest, h.newest = tc.server[0], tc.server[1]
			c := speaking(t, h, tc.agent[0], tc.agent[1])
			err := c.greet(t.Context(), 0)
			if tc.text == "" && (err != nil || c.hello.Version != tc.want) {
				t.Errorf("version %d, %v", c.hello.Version, err)
			}
			if tc.text != "" && (!errors.Is(err, errVersion) || !strings.Contains(err.Error(), tc.text)) {
				t.Errorf("%v, want %s", err, tc.text)
			}
		})
	}
}

// A server that chooses a version that the agent does not speak is not used, whatever else it is.
func TestVersionOfAnotherServer(t *testing.T) {
	t.Parallel()
	for version, want := range map[int]string{1: "", 9: "upgrade the agent", 0: "upgrade the server"} {
		c := speaking(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"version": version, "name": "n", "field of later": []int{1}})
		}), 1, 1)
		err := c.greet(t.Context(), 0)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%d: %v", version, err)
		}
	}
}

// What is not an answer of a server is an error that may pass, and does not show what it was.
func TestStrangeAnswers(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"not JSON":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>\x1b[31m")) },
		"bad gateway":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"redirect":       func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
		"end":            func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"text of later":  later(`{"kind":"unavailable","text":{"key":"of.later"},"plain":"as later says"}`),
		"kind of later":  later(`{"kind":"of_later","text":{"key":"agent.malformed"},"plain":"p"}`),
		"a wrong object": later(`{"error":"x"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := speaking(t, handler, 1, 1)
			c.greeted = true
			err := c.call(t.Context(), "beat", claimed{}, &runJSON{}, time.Minute)
			if !errors.Is(err, runstore.ErrUnavailable) || strings.Contains(err.Error(), "\x1b") ||
				name == "text of later" && err.Error() != "as later says" {
				t.Errorf("%v", err)
			}
		})
	}
}

func later(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(body))
	}
}

// A call goes to another server when one does not answer, and stays there.
func TestOtherServer(t *testing.T) {
	t.Parallel()
	calls := make(chan string, 10)
	named := func(name string, status int) *url.URL {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls <- name + r.URL.Path[len(Path)-1:]
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(helloAnswer{Version: 1})
		}))
		t.Cleanup(s.Close)
		u, _ := url.Parse(s.URL)
		return u
	}
	c := speaking(t, http.NotFoundHandler(), 1, 1)
	c.servers = []*url.URL{named("first", http.StatusServiceUnavailable), named("second", http.StatusOK)}
	for range 2 {
		if err := c.call(context.Background(), "beat", claimed{}, &runJSON{}, time.Minute); err != nil {
			t.Error(err)
		}
	}
	close(calls)
	var got []string
	for one := range calls {
		got = append(got, one)
	}
	if want := "first/hello second/hello second/beat second/beat"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

package agent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// opened remembers the endpoints that an engine opens.
type opened struct {
	mu  sync.Mutex
	all map[string]string // password by host
}

func (o *opened) add(e datasource.Endpoint) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all == nil {
		o.all = map[string]string{}
	}
	o.all[e.Host] = e.Password.Reveal()
}

func (o *opened) list() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return fmt.Sprint(o.all)
}

// needs returns a check that reads both databases, so that the engine opens them.
func reads() *checks.Check {
	c := own("OWN_A", func(ctx context.Context, p *checks.Pass) error {
		_, _ = p.Source(), p.Dest()
		return nil
	})
	c.Sides = checks.BothSides
	return c
}

// Each agent runs the runs of its zones only, and the server those of its own.
func TestZones(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var atServer, atA, atB, atBoth opened
	s := serve(t, folder, settings(), options(atServer.add, reads())...)
	agents := []*process{
		start(t, agent.Config{Token: constant(tokenA), Engine: options(atA.add, reads())}, s),
		start(t, agent.Config{Token: constant(tokenB), Engine: options(atB.add, reads())}, s),
	}
	for _, zone := range []string{"", "a", "b"} {
		id := s.submit(t, "e_"+zone+"0", "e_"+zone+"1")
		r := s.await(t, id, ended)
		if r.End != runstore.Complete || r.Done != 2 ||
			strings.HasPrefix(r.Owner, "agent/"+zone+"/host/") == (zone == "") {
			t.Errorf("zone %q: %+v", zone, r)
		}
	}
	id := s.submit(t, "e_a0", "e_b0")
	if r, err := s.store.Get(t.Context(), id); err != nil || r.Status != engine.StatusPending {
		t.Errorf("no agent has both zones: %+v, %v", r, err)
	}
	both := start(t, agent.Config{Token: constant(tokenAB), Engine: options(atBoth.add, reads())}, s)
	if r := s.await(t, id, ended); r.End != runstore.Complete || !strings.HasPrefix(r.Owner, "agent/a_b/") {
		t.Errorf("%+v", r)
	}
	_, metrics := s.get(t, "/metrics", tokenUser)
	for _, want := range []string{`precheck_agents{zone="a"} 2`, `precheck_agents{zone="b"} 2`,
		`precheck_agent_runs{agent="a_b"} 0`, `precheck_agent_last_contact_timestamp_seconds{agent="a"}`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no metric %s", want)
		}
	}
	for name, o := range map[string]*opened{"": &atServer, "a": &atA, "b": &atB} {
		want := fmt.Sprintf("map[%s0.example.com:%s %s1.example.com:%s]", name, password("e_"+name+"0"), name,
			password("e_"+name+"1"))
		if got := o.list(); got != want {
			t.Errorf("zone %q: opened %s, want %s", name, got, want)
		}
	}
	if got := atBoth.list(); got != "map[a0.example.com:password-of-e_a0 b0.example.com:password-of-e_b0]" {
		t.Errorf("both: %s", got)
	}
	// No agent reaches the zone of the server and another one.
	if id, text := s.trySubmit(t, "e_0", "e_a0"); id != "" || !strings.Contains(text, "no agent reaches") {
		t.Errorf("%s %s", id, text)
	}
	all := contents(t, folder) + s.log.String() + both.log.String()
	for _, p := range agents {
		all += p.log.String()
	}
	for _, secret := range []string{"password-of", tokenA, tokenB, tokenAB, tokenUser} {
		if strings.Contains(all, secret) {
			t.Errorf("the store or a log has %q", secret)
		}
	}
}

// An agent uses its own passwords and addresses, and the server sends no password that it need not or may not send.
func TestPasswords(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sends   bool
		sources map[string]engine.Endpoint
		want    string // opened
		text    string // of the end
	}{
		"sent": {sends: true, want: "map[a0.example.com:password-of-e_a0 a1.example.com:password-of-e_a1]"},
		"not sent": {text: "no password of data source e_a0: the server does not send it, and --sources of agent " +
			"host does not have it"},
		"own": {sources: map[string]engine.Endpoint{
			"e_a0": engine.At(datasource.Endpoint{Password: datasource.NewSecret("own-0"), Host: "inner"}),
			"e_a1": engine.At(datasource.Endpoint{Password: datasource.NewSecret("own-1")})},
			want: "map[a1.example.com:own-1 inner:own-0]"},
		"own and sent": {sends: true, sources: map[string]engine.Endpoint{
			"e_a1": engine.At(datasource.Endpoint{Password: datasource.NewSecret("own-1"), User: "v"})},
			want: "map[a0.example.com:password-of-e_a0 a1.example.com:own-1]"},
		"own address": {sends: true, sources: map[string]engine.Endpoint{
			"e_a1": engine.At(datasource.Endpoint{Host: "inner"})},
			want: "map[a0.example.com:password-of-e_a0 inner:password-of-e_a1]"},
		"invalid": {sends: true, sources: map[string]engine.Endpoint{
			"e_a1": engine.At(datasource.Endpoint{Password: datasource.NewSecret("own-1"), Port: 70000})},
			text: "data source e_a1 of agent host is not valid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := settings()
			for i := range c.Agents {
				c.Agents[i].Passwords = tc.sends
			}
			folder := t.TempDir()
			s := serve(t, folder, c, options(nil, reads())...)
			var at opened
			p := start(t, agent.Config{Token: constant(tokenA), Engine: options(at.add, reads()),
				Sources: tc.sources}, s)
			r := s.await(t, s.submit(t, "e_a0", "e_a1"), ended)
			if got := at.list(); tc.text == "" && (got != tc.want || r.End != runstore.Complete) {
				t.Errorf("opened %s, want %s; %+v", got, tc.want, r)
			}
			if tc.text != "" && (r.End != runstore.Refused || !strings.Contains(r.EndText.String(), tc.text)) {
				t.Errorf("ended %s with %s", r.End, r.EndText)
			}
			if all := contents(t, folder) + s.log.String() + p.log.String(); strings.Contains(all, "password-of") ||
				strings.Contains(all, "own-") {
				t.Error("the store or a log has a password")
			}
		})
	}
}

// A data source that a request creates in a zone is read by the agents of the zone.
func TestCreatedDataSource(t *testing.T) {
	t.Parallel()
	c := settings()
	c.Endpoints = config.Endpoints{Create: true, Hosts: []string{"made.example.com"}}
	c.Key = datasource.NewSecret("0123456789abcdef")
	folder := t.TempDir()
	s := serve(t, folder, c, options(nil, reads())...)
	create := func(zone string) (id, text string) {
		t.Helper()
		_, text = s.post(t, "/api/v2?Action=CreateMySqlDataSource", tokenUser, `{"name":"made","ip":"made.example.com",`+
			`"username":"u","password":"password-of-made","zone":"`+zone+`"}`)
		var a struct{ Data string }
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(text)
		}
		return a.Data, text
	}
	if _, text := create("nowhere"); !strings.Contains(text, "zone: no entry of agents has this zone") {
		t.Error(text)
	}
	id, text := create("a")
	if id == "" {
		t.Fatal(text)
	}
	_, list := s.post(t, "/api/v2?Action=ListDataSource", tokenUser, `{"searchKey":"made"}`)
	if !strings.Contains(list, `"zone":"a"`) {
		t.Error(list)
	}
	var at opened
	p := start(t, agent.Config{Token: constant(tokenA), Engine: options(at.add, reads())}, s)
	r := s.await(t, s.submit(t, id, "e_a0"), ended)
	want := "map[a0.example.com:password-of-e_a0 made.example.com:password-of-made]"
	if got := at.list(); got != want || r.End != runstore.Complete {
		t.Errorf("opened %s, want %s; %+v", got, want, r)
	}
	if all := contents(t, folder) + s.log.String() + p.log.String(); strings.Contains(all, "password-of") {
		t.Error("the store or a log has a password")
	}
}

// An agent without an own check of the server does not run without it.
func TestOwnChecks(t *testing.T) {
	t.Parallel()
	c := settings()
	c.Checks = []*checks.Check{own("OWN_A", passes)}
	s := serve(t, t.TempDir(), c, options(nil, own("OWN_A", passes))...)
	start(t, agent.Config{Token: constant(tokenA), Engine: options(nil, own("OWN_B", passes))}, s)
	r := s.await(t, s.submit(t, "e_a0", "e_a1"), ended)
	if want := "agent host does not have the own check OWN_A; start it with --checks"; r.End != runstore.Refused ||
		r.EndText.String() != want {
		t.Errorf("%s: %s", r.End, r.EndText)
	}
}

// A run does not pass on an agent that lacks one of its checks.
func TestOlderAgent(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes), own("OWN_B", passes))...)
	start(t, agent.Config{Token: constant(tokenA), Engine: options(nil, own("OWN_A", passes))}, s)
	r := s.await(t, s.submit(t, "e_a0", "e_a1"), ended)
	if want := "agent a does not have the check OWN_B, which the server has; upgrade the agent"; r.End !=
		runstore.Refused || r.Status != engine.StatusFailed || r.EndText.String() != want {
		t.Errorf("%s %s: %s", r.Status, r.End, r.EndText)
	}
}

// A run that is cancelled before, while and after an agent runs it ends as it should.
func TestCancel(t *testing.T) {
	t.Parallel()
	until := make(chan struct{})
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes))...)
	before := s.submit(t, "e_a0", "e_a1")
	if r, err := s.store.Cancel(t.Context(), before); err != nil || r.End != runstore.Cancelled {
		t.Errorf("%+v, %v", r, err)
	}
	p := start(t, agent.Config{Token: constant(tokenA), Engine: options(nil, own("OWN_A", blocks(until)))}, s)
	during := s.submit(t, "e_a0", "e_a1")
	s.await(t, during, running)
	if _, err := s.store.Cancel(t.Context(), during); err != nil {
		t.Fatal(err)
	}
	if r := s.await(t, during, ended); r.End != runstore.Cancelled {
		t.Errorf("%+v", r)
	}
	close(until)
	after := s.submit(t, "e_a0", "e_a1")
	s.await(t, after, ended)
	if _, err := s.store.Cancel(t.Context(), after); err == nil {
		t.Error("a run that has ended was cancelled")
	}
	p.stop()
	// The agent is told after it has gone: the run was given back, so it ends at once.
	last := s.submit(t, "e_a0", "e_a1")
	if r, err := s.store.Cancel(t.Context(), last); err != nil || r.End != runstore.Cancelled {
		t.Errorf("%+v, %v", r, err)
	}
}

// A skip that is added while an agent runs a run is taken into account.
func TestSkipWhileRunning(t *testing.T) {
	t.Parallel()
	until := make(chan struct{})
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes))...)
	start(t, agent.Config{Token: constant(tokenA), Engine: options(nil, own("OWN_A", blocks(until)))}, s)
	id := s.submit(t, "e_a0", "e_a1")
	s.await(t, id, running)
	if _, err := s.store.Skip(t.Context(), id, engine.Skip{Type: "OWN_A", Reason: "r"}); err != nil {
		t.Fatal(err)
	}
	close(until)
	if r := s.await(t, id, ended); r.End != runstore.Complete || r.Skips != 1 || r.Done != 1 {
		t.Errorf("%+v", r)
	}
}

// An agent that is stopped gives its runs back, and another one goes on: what has finished is not run again.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes), own("OWN_B", passes))...)
	never := make(chan struct{})
	first := start(t, agent.Config{Token: constant(tokenA), Name: "first",
		Engine: options(nil, own("OWN_A", passes), own("OWN_B", blocks(never)))}, s)
	id := s.submit(t, "e_a0", "e_a1")
	r := s.await(t, id, func(r runstore.Run) bool { return r.Done == 1 })
	first.stop()
	if r, err := s.store.Get(t.Context(), id); err != nil || r.Status != engine.StatusPending || r.Restarts != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	again := false
	start(t, agent.Config{Token: constant(tokenA), Name: "second", Engine: options(nil,
		own("OWN_A", func(context.Context, *checks.Pass) error { again = true; return nil }), own("OWN_B", passes))}, s)
	if r = s.await(t, id, ended); r.End != runstore.Complete || r.Done != 2 || again ||
		!strings.HasPrefix(r.Owner, "agent/a/second/") {
		t.Errorf("again %v: %+v", again, r)
	}
}

// An agent goes on with a second server on the same store when the first one ends, and with the first when it is back.
func TestFailover(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	until := make(chan struct{})
	first := serve(t, folder, settings(), options(nil, own("OWN_A", passes))...)
	second := serve(t, folder, settings(), options(nil, own("OWN_A", passes))...)
	start(t, agent.Config{Token: constant(tokenA), Engine: options(nil, own("OWN_A", blocks(until)))}, first, second)
	id := first.submit(t, "e_a0", "e_a1")
	r := second.await(t, id, running)
	first.stop()
	close(until)
	if e := second.await(t, id, ended); e.End != runstore.Complete || e.Done != 1 || e.Restarts != 0 ||
		e.Epoch != r.Epoch || e.Owner != r.Owner {
		t.Errorf("%+v, then %+v", r, e)
	}
	if e := second.await(t, second.submit(t, "e_a0", "e_a1"), ended); e.End != runstore.Complete {
		t.Errorf("%+v", e)
	}
}

// Only the token of an agent is accepted, until it expires, and it is accepted for nothing else.
func TestTokens(t *testing.T) {
	t.Parallel()
	c := settings()
	const expired = "token-of-an-expired-agent"
	c.Agents = append(c.Agents, config.Agent{Name: "expired", Zones: []string{"a"},
		Secret: datasource.NewSecret(expired), Expires: time.Now().Add(-time.Second)})
	s := serve(t, t.TempDir(), c, options(nil, own("OWN_A", passes))...)
	for _, token := range []string{tokenUser, expired, "wrong", ""} {
		status, text := s.post(t, agent.Path+"hello", token, `{"oldest":1,"newest":1}`)
		if status != http.StatusUnauthorized {
			t.Errorf("%q: %d %s", token, status, text)
		}
	}
	for _, path := range []string{"/api/v2?Action=ListPreCheck", "/api/v2?Action=SubmitPreCheck"} {
		if status, text := s.post(t, path, tokenA, "{}"); status != http.StatusUnauthorized {
			t.Errorf("%s with the token of an agent: %d %s", path, status, text)
		}
	}
	for range 20 { // which slow nobody down but themselves
		s.post(t, agent.Path+"hello", "wrong", "{}")
	}
	if _, _, err := newProcess(t, agent.Config{Token: constant("wrong")}, s).Greet(t.Context()); err == nil {
		t.Error("a wrong token is accepted")
	}
	name, zones, err := newProcess(t, agent.Config{Token: constant(tokenAB)}, s).Greet(t.Context())
	if name != "a_b" || strings.Join(zones, ",") != "a,b" || err != nil {
		t.Errorf("%s %v, %v", name, zones, err)
	}
}

// An agent cannot read or change the run of another one, nor one that it no longer holds.
func TestForeignRuns(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes))...)
	id := s.submit(t, "e_a0", "e_a1")
	status, text := s.post(t, agent.Path+"claim", tokenA, `{"slot":"x/abcdefgh"}`)
	var claim struct {
		Claim json.RawMessage `json:"claim"`
	}
	if err := json.Unmarshal([]byte(text), &claim); status != http.StatusOK || err != nil {
		t.Fatalf("%d %s %v", status, text, err)
	}
	calls := []string{"task", "replan", "start", "put", "beat", "finish", "release", "items", "watch"}
	refused := func(token, claim string) {
		t.Helper()
		for _, call := range calls {
			status, text := s.post(t, agent.Path+call, token,
				`{"claim":`+claim+`,"status":"FINISHED","plan":{},"moved":{},"waitMs":1000}`)
			if status != http.StatusConflict || !strings.Contains(text, `"lost"`) {
				t.Errorf("%s of %s: %d %s", call, claim, status, text)
			}
		}
	}
	refused(tokenB, string(claim.Claim))
	refused(tokenAB, string(claim.Claim))
	refused(tokenA, `{"run":"`+id+`","slot":"x/abcdefgi","epoch":1}`)
	refused(tokenA, `{"run":"`+id+`","slot":"x/abcdefgh","epoch":2}`)
	refused(tokenA, `{"run":"t_unknown","slot":"x/abcdefgh","epoch":1}`)
	for _, slot := range []string{"../a/host/abcdefgh", "b/host/abcdefgh", "", "x/ABCDEFGH", "x/abc%"} {
		if status, text := s.post(t, agent.Path+"claim", tokenA, `{"slot":"`+slot+`"}`); status !=
			http.StatusUnprocessableEntity {
			t.Errorf("slot %s: %d %s", slot, status, text)
		}
	}
	if status, text := s.post(t, agent.Path+"claim", tokenB, `{"slot":"x/abcdefgh"}`); status != http.StatusNoContent {
		t.Errorf("another agent: %d %s", status, text)
	}
	status, _ = s.post(t, agent.Path+"release", tokenA, `{"claim":`+string(claim.Claim)+`}`)
	if status != http.StatusOK {
		t.Errorf("release: %d", status)
	}
	refused(tokenA, string(claim.Claim))
}

// Requests that are too large or malformed are refused, and change nothing.
func TestBounds(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes))...)
	for body, want := range map[string]int{
		`{"slot":"` + strings.Repeat("x", 33<<20) + `"}`: http.StatusRequestEntityTooLarge,
		`{`:                                 http.StatusUnprocessableEntity,
		`[]`:                                http.StatusUnprocessableEntity,
		`{"unknown":1,"slot":"x/abcdefgh"}`: http.StatusNoContent,
		`{"slot":"x/abcdefgh","waitMs":-5}`: http.StatusNoContent,
		`{"claim":{"run":"t_x"},"slot":"x/abcdefgh","items":[{"index":1}]}`: http.StatusNoContent,
	} {
		if status, text := s.post(t, agent.Path+"claim", tokenA, body); status != want {
			t.Errorf("%.60s: %d %.200s", body, status, text)
		}
	}
	if status, _ := s.post(t, agent.Path+"claims", tokenA, "{}"); status != http.StatusNotFound {
		t.Errorf("an unknown call: %d", status)
	}
	id := s.submit(t, "e_a0", "e_a1")
	if status, text := s.post(t, agent.Path+"claim", tokenA, `{"slot":"x/abcdefgh"}`); status != http.StatusOK {
		t.Fatal(text)
	}
	claim := `{"claim":{"run":"` + id + `","slot":"x/abcdefgh","epoch":1}`
	for _, items := range []string{`{"index":0,"result":{}}`, `{"index":0,"result":[]}`, `{"index":0}`,
		`{"index":7,"result":{"Outcome":"passed","Item":{"Type":"OWN_A"}}}`,
		`{"index":-1,"result":{"Outcome":"passed","Item":{"Type":"OWN_A"}}}`} {
		if status, text := s.post(t, agent.Path+"put", tokenA, claim+`,"items":[`+items+`]}`); status !=
			http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", items, status, text)
		}
	}
	for _, finish := range []string{`"status":"RUNNING"`, `"status":"FINISHED"`, `"status":"FAILED","reason":"X"`,
		`"status":"FAILED","reason":"REFUSED","head":"e30x"`} {
		if status, text := s.post(t, agent.Path+"finish", tokenA, claim+`,`+finish+`}`); status !=
			http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", finish, status, text)
		}
	}
	if r, err := s.store.Get(t.Context(), id); err != nil || r.Done != 0 || r.Status != engine.StatusRunning {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"https://db.example.com": true, "https://db:8480/precheck": true,
		"http://127.0.0.1:8480": true, "http://localhost": true, "http://[::1]:1": true, "http://db:8480": false,
		"http://10.0.0.1": false, "ftp://db": false, "db:8480": false, "": false, "https://u:hunter2@db": false,
		"https://db?token=hunter2": false, "https://": false} {
		_, err := agent.ParseServer(text)
		if (err == nil) != want || err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

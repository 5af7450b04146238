package agent_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// apart is a configuration of which no agent has both zones.
func apart() config.Config {
	c := settings()
	c.Limits.RequestTimeout = time.Minute
	c.Agents = slices.DeleteFunc(c.Agents, func(a config.Agent) bool { return a.Name == "a_b" })
	return c
}

// place is where an engine under test is: it reaches the databases of one zone, whose facts are in memory.
type place struct {
	opened opened
	zone   string        // the first letter of the hosts that can be reached
	wait   chan struct{} // facts are read once it is closed; nil: at once
}

// reader waits before it reads a fact.
type reader struct {
	datasource.Snapshot
	wait chan struct{}
}

// Read reads a fact.
func (r reader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	if r.wait != nil {
		select {
		case <-r.wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return r.Snapshot.Read(ctx, fact)
}

// shop is a database whose snapshot has more than one part.
var shop = checktest.Snapshot(checktest.ServerAt(datasource.FlavorMySQL, "8.0"),
	[]datasource.Column{checktest.ColumnOfType("id", "int")}, nil, datasource.Snapshot{
		datasource.FactLatency: datasource.Latency{RoundTrip: time.Millisecond},
		datasource.FactTables: datasource.Tables{{TableName: checktest.ShopT, Kind: datasource.BaseTable,
			Engine: "InnoDB", Comment: incompressible(3 * runstore.PartSize)}}})

// incompressible returns a text of that many digits, which takes more than half as many bytes when it is compressed.
func incompressible(digits int) string {
	data := make([]byte, digits/2)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data) // never fails
	return hex.EncodeToString(data)
}

func (p *place) options(more ...engine.Option) []engine.Option {
	return append(more, engine.WithOpener(func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		p.opened.add(e)
		if !strings.HasPrefix(e.Host, p.zone) {
			return reader{Snapshot: datasource.Snapshot{datasource.FactServer: &datasource.Error{
				Class: datasource.ErrRefused, Cause: message.Verbatim("out of reach")}}}, nil
		}
		return reader{shop, p.wait}, nil
	}))
}

// fromFiles runs the task of a run from files that precheck capture would write of both sides.
func fromFiles(t *testing.T, task engine.Task) *engine.Report {
	t.Helper()
	e, err := engine.New((&place{}).options()...)
	if err != nil {
		t.Fatal(err)
	}
	for side, end := range map[checks.Side]*engine.Endpoint{checks.Source: &task.Source,
		checks.Dest: &task.Destination} {
		other := task
		if side == checks.Source {
			other.Destination = engine.At(datasource.Endpoint{Type: task.Destination.Type})
		} else {
			other.Source = engine.At(datasource.Endpoint{Type: datasource.MySQL})
		}
		c, err := e.Capture(t.Context(), other, side)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "side.snapshot")
		var b bytes.Buffer
		if err := snapshot.Write(&b, c.Snapshot); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if *end, err = engine.SnapshotEndpoint(path); err != nil {
			t.Fatal(err)
		}
	}
	r, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// found returns the outcome and the findings of each item that does not need a connection to one side.
func found(r *engine.Report) map[string]string {
	all := map[string]string{}
	for _, res := range r.Results {
		if connects(res) {
			continue
		}
		text := fmt.Sprint(res.Outcome, res.Reason, res.Advice, res.Removable, res.Notes)
		for _, f := range res.Findings {
			text += "\n" + f.TextIn("en")
		}
		all[res.Item.Name()] = text
	}
	return all
}

// connects reports whether an item shows something of a connection to one side.
func connects(res engine.Result) bool { return res.Item.Check.Live && !res.Item.Check.Deep }

// report returns the report of a run that has ended.
func (s *server) report(t *testing.T, id string) *engine.Report {
	t.Helper()
	s.await(t, id, ended)
	r, _, err := s.fleet.Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Agents of two zones capture a side each, and the server finds what a run from files of precheck capture finds. What a
// connection shows is checked by the agents. Nobody opens a database of another zone, or gets its password.
func TestApart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	atServer, atA, atB := place{zone: "-"}, place{zone: "a"}, place{zone: "b"}
	s := serve(t, folder, apart(), atServer.options()...)
	agents := []*process{start(t, agent.Config{Token: constant(tokenA), Engine: atA.options()}, s),
		start(t, agent.Config{Token: constant(tokenB), Engine: atB.options()}, s)}
	id := s.submit(t, "e_a0", "e_b0")
	got := s.report(t, id)
	run, err := s.store.Get(t.Context(), id)
	if err != nil || run.End != runstore.Complete || run.Done != run.Items || run.Restarts != 0 {
		t.Fatalf("%+v, %v\n%s", run, err, s.log)
	}
	for _, s := range run.Stages[:2] {
		if s.Parts < 2 {
			t.Errorf("the snapshot of the %s has %d parts", s.Side, s.Parts)
		}
	}
	want := fromFiles(t, run.Task)
	if diff := cmp.Diff(found(want), found(got)); diff != "" || len(found(want)) < 50 {
		t.Errorf("%d items (-files +agents):\n%s", len(found(want)), diff)
	}
	for _, res := range got.Results {
		if connects(res) && res.Outcome != engine.Passed {
			t.Errorf("%s: %s %s", res.Item.Name(), res.Outcome, res.Reason)
		}
	}
	for i, want := range []engine.SnapshotUse{{Agent: "a", Zone: "a"}, {Agent: "b", Zone: "b"}} {
		if len(got.Databases) != 2 {
			t.Fatalf("%+v", got.Databases)
		}
		use := *got.Databases[i].Snapshot
		if since := time.Since(use.Captured); since < 0 || since > time.Minute {
			t.Errorf("captured %s ago", since)
		}
		if use.Captured = (time.Time{}); use != want {
			t.Errorf("%+v, want %+v", use, want)
		}
	}
	for want, p := range map[string]*place{"map[]": &atServer, "map[a0.example.com:password-of-e_a0]": &atA,
		"map[b0.example.com:password-of-e_b0]": &atB} {
		if got := p.opened.list(); got != want {
			t.Errorf("opened %s, want %s", got, want)
		}
	}
	all := contents(t, folder) + s.log.String()
	for _, p := range agents {
		all += p.log.String()
	}
	if strings.Contains(all, "password-of") {
		t.Error("the store or a log has a password")
	}
}

// An agent captures the side that the server does not reach, and the server reads the other one itself.
func TestApartFromTheServer(t *testing.T) {
	t.Parallel()
	atServer, atA := place{zone: "0"}, place{zone: "a"}
	s := serve(t, t.TempDir(), apart(), atServer.options()...)
	start(t, agent.Config{Token: constant(tokenA), Engine: atA.options()}, s)
	for _, sides := range [][2]string{{"e_0", "e_a0"}, {"e_a0", "e_0"}} {
		got := s.report(t, s.submit(t, sides[0], sides[1]))
		var names []string
		for _, d := range got.Databases {
			if d.Snapshot != nil {
				names = append(names, string(d.Side)+" "+d.Snapshot.Agent)
			}
		}
		side := checks.Source
		if sides[1] == "e_a0" {
			side = checks.Dest
		}
		if diff := cmp.Diff([]string{string(side) + " a"}, names); diff != "" || len(got.Databases) != 2 {
			t.Errorf("%v (-want +got):\n%s", sides, diff)
		}
		for _, res := range got.Results {
			if connects(res) && res.Outcome != engine.Passed {
				t.Errorf("%v: %s: %s %s", sides, res.Item.Name(), res.Outcome, res.Reason)
			}
		}
	}
	if got := atServer.opened.list(); got != "map[0.example.com:password-of-e_0]" {
		t.Errorf("the server opened %s", got)
	}
}

// A side that cannot be reached fails as it does in any run, and the other one is checked.
func TestApartUnreachable(t *testing.T) {
	t.Parallel()
	atServer, atA, atB := place{zone: "-"}, place{zone: "a"}, place{zone: "-"}
	s := serve(t, t.TempDir(), apart(), atServer.options()...)
	start(t, agent.Config{Token: constant(tokenA), Engine: atA.options()}, s)
	start(t, agent.Config{Token: constant(tokenB), Engine: atB.options()}, s)
	r := s.report(t, s.submit(t, "e_a0", "e_b0"))
	checked := 0
	for _, res := range r.Results {
		switch want := map[bool]engine.Outcome{true: engine.Failed, false: engine.Blocked}; {
		case res.Item.Side == checks.Dest && res.Outcome != want[res.Item.Check.Type == "RDB_CONNECT"]:
			t.Errorf("%s: %s %s", res.Item.Name(), res.Outcome, res.Reason)
		case res.Item.Check.Type == "RDB_CONNECT" && res.Item.Side == checks.Dest:
			if text := res.Message(9); !strings.Contains(text, "out of reach") {
				t.Error(text)
			}
		case res.Item.Side == checks.Source && res.Outcome == engine.Passed:
			checked++
		}
	}
	if r.Interrupted || checked < 3 || r.Status(false) != engine.StatusFailed {
		t.Errorf("%d items of the source passed, status %s", checked, r.Status(false))
	}
}

// A run is cancelled in each stage, and an agent that captures stops in time. Nothing of what was captured is left.
func TestApartCancel(t *testing.T) {
	t.Parallel()
	started, never := make(chan struct{}), make(chan struct{})
	check := own("OWN_A", func(ctx context.Context, p *checks.Pass) error {
		close(started)
		return blocks(never)(ctx, p)
	})
	atServer, atA, atB := place{zone: "-"}, place{zone: "a"}, place{zone: "b", wait: make(chan struct{})}
	only := []engine.Option{engine.WithChecks(check), engine.WithOnly("OWN_A")}
	s := serve(t, t.TempDir(), apart(), atServer.options(only...)...)
	cancel := func(id string) {
		t.Helper()
		began := time.Now()
		if _, err := s.store.Cancel(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if r := s.await(t, id, ended); r.End != runstore.Cancelled {
			t.Errorf("%+v", r)
		}
		if took := time.Since(began); took > runstore.MinLease/2 { // that is not the end of a lease
			t.Errorf("cancelled after %s", took)
		}
	}
	inStage := func(stage int, status engine.ProjectStatus) func(runstore.Run) bool {
		return func(r runstore.Run) bool { return r.Stage == stage && r.Status == status }
	}
	cancel(s.submit(t, "e_a0", "e_b0")) // no agent is there
	start(t, agent.Config{Token: constant(tokenA), Engine: atA.options(only...)}, s)
	id := s.submit(t, "e_a0", "e_b0")
	s.await(t, id, inStage(1, engine.StatusPending)) // no agent of the other zone is there
	cancel(id)
	b := start(t, agent.Config{Token: constant(tokenB), Engine: atB.options(only...)}, s)
	id = s.submit(t, "e_a0", "e_b0")
	s.await(t, id, inStage(1, engine.StatusRunning))
	cancel(id)
	for b.Running() > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	close(atB.wait)
	id = s.submit(t, "e_a0", "e_b0")
	<-started
	s.await(t, id, inStage(2, engine.StatusRunning))
	cancel(id)
	if _, err := s.store.Reap(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNoParts(t, s, id)
}

// wantNoParts fails if something of what was captured for a run is left.
func wantNoParts(t *testing.T, s *server, id string) {
	t.Helper()
	r, err := s.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Stages {
		if part, err := s.store.Part(t.Context(), r, i, 0); err == nil {
			t.Errorf("%d bytes of stage %d are left", len(part), i)
		}
	}
}

// An agent that does not reach the server while it captures stops before its lease lapses. Another one of the zone
// captures the side again, and what the first one still sends is refused.
func TestApartLeaseLapses(t *testing.T) {
	t.Parallel()
	atServer, atFirst := place{zone: "-"}, place{zone: "a", wait: make(chan struct{})}
	s := serve(t, t.TempDir(), apart(), atServer.options()...)
	between, cut := s.behindNetwork(t)
	first := start(t, agent.Config{Token: constant(tokenA), Name: "first", Engine: atFirst.options()},
		between)
	id := s.submit(t, "e_a0", "e_b0")
	r := s.await(t, id, running)
	stale := fmt.Sprintf(`{"claim":{"run":%q,"slot":%q,"epoch":%d},"data":"eA==","parts":1}`, id,
		strings.TrimPrefix(r.Owner, "agent/a/"), r.Epoch)
	if status, text := s.post(t, agent.Path+"part", tokenA, stale); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	cut.Store(true)
	for first.Running() > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if now, err := s.store.Get(t.Context(), id); err != nil || now.Owner != r.Owner || now.Restarts != 0 {
		t.Errorf("another one has the run before the first one stopped: %+v, %v", now, err)
	}
	atSecond, atB := place{zone: "a"}, place{zone: "b"}
	start(t, agent.Config{Token: constant(tokenA), Name: "second", Engine: atSecond.options()}, s)
	s.await(t, id, func(r runstore.Run) bool { return r.Stage == 1 })
	for _, call := range []string{"part", "advance"} {
		if status, text := s.post(t, agent.Path+call, tokenA, stale); status != http.StatusConflict {
			t.Errorf("a stale %s: %d %s", call, status, text)
		}
	}
	start(t, agent.Config{Token: constant(tokenB), Engine: atB.options()}, s)
	if r := s.await(t, id, ended); r.End != runstore.Complete || r.Done != r.Items || r.Restarts != 1 {
		t.Errorf("%+v\n%s", r, first.log)
	}
	if _, err := s.store.Reap(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNoParts(t, s, id)
}

// A server that ends while it checks gives the run back, and another one goes on with what was captured.
func TestApartServerEnds(t *testing.T) {
	t.Parallel()
	started, never := make(chan struct{}), make(chan struct{})
	blocking := own("OWN_A", func(ctx context.Context, p *checks.Pass) error {
		close(started)
		return blocks(never)(ctx, p)
	})
	with := func(p *place, c *checks.Check) []engine.Option {
		return p.options(engine.WithChecks(c), engine.WithOnly("OWN_A", "RDB_CONNECT"))
	}
	folder := t.TempDir()
	atServer, atA, atB := place{zone: "-"}, place{zone: "a"}, place{zone: "b"}
	s := serve(t, folder, apart(), with(&atServer, blocking)...)
	start(t, agent.Config{Token: constant(tokenA), Engine: with(&atA, own("OWN_A", passes))}, s)
	start(t, agent.Config{Token: constant(tokenB), Engine: with(&atB, own("OWN_A", passes))}, s)
	id := s.submit(t, "e_a0", "e_b0")
	<-started
	s.stop()
	next := serve(t, folder, apart(), with(&atServer, own("OWN_A", passes))...)
	if r := next.await(t, id, ended); r.End != runstore.Complete || r.Done != 3 || r.Outcomes[engine.Passed] != 3 {
		t.Errorf("%+v\n%s", r, next.log)
	}
}

// Only an agent that can capture, of the zone of the side, gets it, and it must send a snapshot.
func TestApartTokens(t *testing.T) {
	t.Parallel()
	atServer, atB := place{zone: "-"}, place{zone: "b"}
	s := serve(t, t.TempDir(), apart(), atServer.options()...)
	id := s.submit(t, "e_a0", "e_b0")
	for body, token := range map[string]string{`{"slot":"x/abcdefgh","captures":true}`: tokenB,
		`{"slot":"x/abcdefgh"}`: tokenA} {
		if status, text := s.post(t, agent.Path+"claim", token, body); status != http.StatusNoContent {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	status, text := s.post(t, agent.Path+"claim", tokenA, `{"slot":"x/abcdefgh","captures":true}`)
	if status != http.StatusOK || !strings.Contains(text, `"capture":"SOURCE"`) {
		t.Fatalf("%d %s", status, text)
	}
	claim := `{"claim":{"run":"` + id + `","slot":"x/abcdefgh","epoch":1}`
	status, text = s.post(t, agent.Path+"task", tokenA, claim+`,"databases":[{"Address":"a0.example.com:3306",`+
		`"Connections":4}],"own":["e_a0"]}`)
	if status != http.StatusOK || !strings.Contains(text, "a0.example.com") ||
		strings.Contains(text, "b0.example.com") {
		t.Errorf("%d %s", status, text)
	}
	for _, one := range []struct {
		call, token, more string
		want              int
	}{
		{"part", tokenB, `,"data":"eA=="}`, http.StatusConflict},
		{"advance", tokenB, `,"parts":1}`, http.StatusConflict},
		{"advance", tokenA, `,"parts":1}`, http.StatusUnprocessableEntity},
		{"part", tokenA, `,"n":1024,"data":"eA=="}`, http.StatusUnprocessableEntity},
		{"part", tokenA, `,"data":"eA=="}`, http.StatusOK},
		{"advance", tokenA, `,"parts":1}`, http.StatusOK},
	} {
		if status, text := s.post(t, agent.Path+one.call, one.token, claim+one.more); status != one.want {
			t.Errorf("%s%s: %d %s", one.call, one.more, status, text)
		}
	}
	start(t, agent.Config{Token: constant(tokenB), Engine: atB.options()}, s)
	r := s.await(t, id, ended)
	if r.End != runstore.Refused || r.Status != engine.StatusFailed ||
		!strings.Contains(r.EndText.String(), "snapshot") {
		t.Errorf("%s %s", r.End, r.EndText)
	}
}

// A run that waits for an agent says for which one. A run with a zone that no agent has is refused.
func TestApartWaits(t *testing.T) {
	t.Parallel()
	c := apart()
	nowhere := c.DataSources[0]
	nowhere.ID, nowhere.Name, nowhere.Zone = "e_c0", "e_c0", "c"
	c.DataSources = append(c.DataSources, nowhere)
	s := serve(t, t.TempDir(), c, options(nil, own("OWN_A", passes))...)
	for _, sides := range [][3]string{{"e_a0", "e_c0", "sinkEndpointId: "}, {"e_c0", "e_0", "sourceEndpointId: "}} {
		id, text := s.trySubmit(t, sides[0], sides[1])
		if id != "" || !strings.Contains(text, sides[2]+"no agent of the configuration has the zone") {
			t.Errorf("%v: %s %s", sides, id, text)
		}
	}
	s.submit(t, "e_a0", "e_b0")
	_, list := s.post(t, "/api/v2?Action=ListPreCheck", tokenUser, "{}")
	if !strings.Contains(list, `"message":"waits for an agent in zone a, which captures one side"`) {
		t.Error(list)
	}
}

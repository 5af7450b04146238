//go:build unix

package agent_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// victimServer is the environment variable with the server of an agent that TestKill ends.
const victimServer = "PRECHECK_TEST_VICTIM"

func TestMain(m *testing.M) {
	if server := os.Getenv(victimServer); server != "" {
		victim(server)
	}
	os.Exit(m.Run())
}

const victimItems = 6

func victimChecks() (added []*checks.Check) {
	for i := range victimItems {
		added = append(added, own(fmt.Sprintf("OWN_%c", 'A'+i), func(_ context.Context, p *checks.Pass) error {
			time.Sleep(rand.N(100 * time.Millisecond)) // as a database would
			if i%2 == 1 {
				p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Object: checks.ServerObject})
			}
			return nil
		}))
	}
	return added
}

// victim is an agent that runs until it is ended.
func victim(server string) {
	u, err := url.Parse(server)
	if err == nil {
		var a *agent.Agent
		a, err = agent.New(agent.Config{Servers: []*url.URL{u}, Token: constant(tokenA), Name: fmt.Sprint(os.Getpid()),
			Runs: 3, Engine: options(nil, victimChecks()...)})
		if err == nil {
			a.Run(context.Background())
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// witness is between the agents and the server. It remembers what the server has acknowledged.
type witness struct {
	http.Handler
	t *testing.T

	writing sync.RWMutex // held for reading while a write is made and remembered
	mu      sync.Mutex
	records map[string]string // digest of the result by run and index
	endings map[string]string // by run
	refused int               // writes of agents that no longer held their runs
	puts    chan string       // the name of an agent, after each put
}

func (w *witness) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if isWrite(r.URL.Path) { // which is remembered even if the agent is killed meanwhile
		r = r.WithContext(context.WithoutCancel(r.Context()))
		w.writing.RLock()
		defer w.writing.RUnlock()
	}
	answer := httptest.NewRecorder()
	w.Handler.ServeHTTP(answer, r)
	w.note(r.URL.Path, body, answer)
	for name, values := range answer.Header() {
		to.Header()[name] = values
	}
	to.WriteHeader(answer.Code)
	_, _ = to.Write(answer.Body.Bytes())
}

func isWrite(path string) bool { return path == agent.Path+"put" || path == agent.Path+"finish" }

func (w *witness) note(path string, body []byte, answer *httptest.ResponseRecorder) {
	var q struct {
		Claim struct{ Run, Slot string }
		Items []struct {
			Index  int
			Result json.RawMessage
		}
	}
	call := strings.TrimPrefix(path, agent.Path)
	if json.Unmarshal(body, &q) != nil || !isWrite(path) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case answer.Code == http.StatusConflict:
		w.refused++
	case answer.Code == http.StatusOK && call == "put":
		for _, i := range q.Items {
			w.record(q.Claim.Run, i.Index, i.Result)
		}
		name, _, _ := strings.Cut(q.Claim.Slot, "/")
		select {
		case w.puts <- name:
		default:
		}
	case answer.Code == http.StatusOK:
		var r struct{ Status, End string }
		_ = json.Unmarshal(answer.Body.Bytes(), &r)
		ending := r.Status + r.End
		if former, ok := w.endings[q.Claim.Run]; ok && former != ending {
			w.t.Errorf("run %s ended as %s and as %s", q.Claim.Run, former, ending)
		}
		w.endings[q.Claim.Run] = ending
	}
}

func (w *witness) record(run string, index int, result []byte) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, result); err != nil {
		w.t.Error(err)
	}
	item, digest := fmt.Sprint(run, " ", index), fmt.Sprintf("%x", sha256.Sum256(compact.Bytes()))
	if former, ok := w.records[item]; ok && former != digest {
		w.t.Errorf("item %s has two results", item)
	}
	w.records[item] = digest
}

// start starts an agent as a process of its own.
func (w *witness) start(server string) *exec.Cmd {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), os.Args[0])
	command.Env = append(os.Environ(), victimServer+"="+server)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return command
}

// awaitPut waits until an agent has stored something.
func (w *witness) awaitPut(of *exec.Cmd) {
	for name := range w.puts {
		if name == fmt.Sprint(of.Process.Pid) {
			return
		}
	}
}

// Agents are killed, and one is stopped beyond its lease and goes on. No record that the server has acknowledged is
// lost or replaced, no run has two results, and every run goes on to its end.
func TestKill(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, victimChecks()...)...)
	w := &witness{Handler: s.handler, t: t, records: map[string]string{}, endings: map[string]string{},
		puts: make(chan string, 1000)}
	between := httptest.NewServer(w)
	t.Cleanup(between.Close)
	submitted := map[string]bool{}
	submit := func(n int) {
		for range n {
			submitted[s.submit(t, "e_a0", "e_a1")] = true
		}
	}
	submit(6)
	frozen := w.start(between.URL)
	w.awaitPut(frozen)
	if err := frozen.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		submit(3)
		killed := w.start(between.URL)
		w.awaitPut(killed)
		time.Sleep(rand.N(100 * time.Millisecond))
		_ = killed.Process.Kill()
	}
	last := w.start(between.URL)
	for id := range submitted { // those of the agents that are gone are queued again when their leases have lapsed
		r := s.await(t, id, ended)
		if r.End != runstore.Complete || r.Done != victimItems || r.Status != engine.StatusFailed {
			t.Errorf("run %s: %s %q, %d items", id, r.Status, r.End, r.Done)
		}
	}
	if err := frozen.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	_ = last.Process.Kill()
	submit(1) // which the one that goes on runs
	w.awaitPut(frozen)
	for id := range submitted {
		s.await(t, id, ended)
	}
	w.writing.Lock() // what the store has is remembered
	defer w.writing.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range submitted {
		items, err := s.store.Items(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, i := range items {
			if seen[i.Index] {
				t.Errorf("item %d of run %s is there twice", i.Index, id)
			}
			seen[i.Index] = true
			if w.records[fmt.Sprint(id, " ", i.Index)] == "" {
				t.Errorf("item %d of run %s has a result that no agent has stored", i.Index, id)
			}
			w.record(id, i.Index, i.Result)
		}
		if len(seen) != victimItems {
			t.Errorf("run %s has %d items", id, len(seen))
		}
	}
	if len(w.records) != len(submitted)*victimItems || len(w.endings) != len(submitted) {
		t.Errorf("%d runs: %d records and %d ends were acknowledged", len(submitted), len(w.records), len(w.endings))
	}
	t.Logf("%d runs, %d records, %d writes refused", len(submitted), len(w.records), w.refused)
}

package fleet_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// The environment of TestKill: the store of the process that is killed, and the number of kills.
const (
	victimStore = "PRECHECK_TEST_VICTIM"
	killsWanted = "PRECHECK_TEST_KILLS"
)

func TestMain(m *testing.M) {
	if store := os.Getenv(victimStore); store != "" {
		victim(store)
		return
	}
	if role := os.Getenv(zoneRole); role != "" {
		zoneProcess(role)
	}
	os.Exit(dbtest.Main(m))
}

const victimItems = 6

// victim submits runs and runs them until it is killed, or told to end. It says on its standard output what it has
// executed, and what the store has acknowledged.
func victim(store string) {
	var say sync.Mutex
	tell := func(words ...any) {
		say.Lock()
		defer say.Unlock()
		fmt.Println(words...)
	}
	fatal := func(err error) {
		if err != nil {
			tell("error", err)
			os.Exit(1)
		}
	}
	s, err := openNamed(context.Background(), store, runstore.Options{MaxRestarts: 1 << 30})
	fatal(err)
	var added []*checks.Check
	for i := range victimItems {
		added = append(added, own(fmt.Sprintf("OWN_%c", 'A'+i), func(ctx context.Context, p *checks.Pass) error {
			time.Sleep(rand.N(5 * time.Millisecond)) // as a server would
			if i%2 == 0 {
				return nil
			}
			return fails(ctx, p)
		}))
	}
	f, err := fleet.New(fleet.Config{Store: acknowledged{s, tell}, Engine: options(added...), Runs: 4,
		Complete: func(_ context.Context, r runstore.Run) (engine.Task, error) { return r.Task, nil }})
	fatal(err)
	go func() {
		for i := 0; ; i++ {
			if stats, err := s.Stats(context.Background()); err == nil && stats.Queued > 20 {
				time.Sleep(time.Millisecond)
				continue
			}
			task := task("t" + strconv.Itoa(i))
			task.Source.Host = "a" + strconv.Itoa(os.Getpid()) // whose connections those of no other victim take
			task.Destination.Host = "b" + strconv.Itoa(os.Getpid())
			r, _, err := f.Submit(context.Background(), runstore.Submission{Task: task})
			if errors.Is(err, runstore.ErrLocked) || errors.Is(err, runstore.ErrFull) ||
				errors.Is(err, runstore.ErrUnavailable) {
				time.Sleep(100 * time.Millisecond) // the store shows whether the run was queued
				continue
			}
			fatal(err)
			tell("submitted", r.ID)
			if i%5 == 4 {
				if _, err := s.Cancel(context.Background(), r.ID); err == nil {
					tell("cancelled", r.ID)
				}
			}
		}
	}()
	tell("ready")
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	f.Run(ctx)
	os.Exit(1)
}

// acknowledged tells what its store acknowledges.
type acknowledged struct {
	runstore.Store
	tell func(...any)
}

func (a acknowledged) Put(ctx context.Context, c runstore.Claim, items ...runstore.Item) error {
	err := a.Store.Put(ctx, c, items...)
	for _, i := range items {
		if err == nil {
			a.tell("put", c.Run.ID, i.Index, digest(i.Result))
		}
	}
	return err
}

func (a acknowledged) Finish(ctx context.Context, c runstore.Claim, e runstore.Ending) (runstore.Run, error) {
	r, err := a.Store.Finish(ctx, c, e)
	if err == nil {
		a.tell("ended", r.ID, r.Status, "end="+r.End)
	}
	return r, err
}

func digest(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data))[:16] }

// witness is what the world outside the killed processes knows.
type witness struct {
	t         *testing.T
	submitted map[string]bool
	cancelled map[string]bool
	records   map[string]string // digest of the result by run and index
	endings   map[string]string
}

func newWitness(t *testing.T) *witness {
	return &witness{t, map[string]bool{}, map[string]bool{}, map[string]string{}, map[string]string{}}
}

// hear takes what a victim says.
func (w *witness) hear(line string) {
	words := strings.Fields(line)
	switch words[0] {
	case "submitted":
		w.submitted[words[1]] = true
	case "cancelled":
		w.cancelled[words[1]] = true
	case "put":
		w.record(words[1]+" "+words[2], words[3])
	case "ended":
		w.ending(words[1], strings.Join(words[2:], " "))
	case "error":
		w.t.Error(line)
	}
}

// end takes how this process has ended a run.
func (w *witness) end(r runstore.Run) { w.ending(r.ID, fmt.Sprintf("%s end=%s", r.Status, r.End)) }

func (w *witness) ending(id, ending string) {
	if former, ok := w.endings[id]; ok && former != ending {
		w.t.Errorf("run %s ended as %s and as %s", id, former, ending)
	}
	w.endings[id] = ending
}

func (w *witness) record(item, digest string) {
	if former, ok := w.records[item]; ok && former != digest {
		w.t.Errorf("item %s has two results", item)
	}
	w.records[item] = digest
}

// Processes are killed at random instants. No record that the store acknowledged or showed is lost, doubled or
// replaced, and every run goes on to its end. PRECHECK_TEST_KILLS sets the number of kills.
func TestKill(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, store string) {
		kills := 8
		if n, err := strconv.Atoi(os.Getenv(killsWanted)); err == nil {
			kills = n
		}
		w := newWitness(t)
		s := openStore(t, store, runstore.Options{MaxRestarts: 1 << 30})
		defer func() { _ = s.Close() }()
		for i := range kills {
			w.kill(store, []string{"ready", "put"}[i%2])
			w.poll(s)
		}
		w.conclude(s)
		if len(w.records) < kills/2 {
			t.Errorf("only %d records were acknowledged before %d kills", len(w.records), kills)
		}
		t.Logf("%d kills: %d runs, %d records, %d ends", kills, len(w.submitted), len(w.records), len(w.endings))
	})
}

// conclude runs what the victims have left, and compares what the store has at the end with what it had acknowledged.
func (w *witness) conclude(s runstore.Store) {
	t := w.t
	t.Helper()
	complete := func(_ context.Context, r runstore.Run) (engine.Task, error) { return r.Task, nil }
	var added []*checks.Check
	for i := range victimItems {
		added = append(added, own(fmt.Sprintf("OWN_%c", 'A'+i), passes))
	}
	start(t, fleet.Config{Store: s, Engine: options(added...), Complete: complete})
	for id := range w.submitted {
		r := await(t, s, id, ended)
		switch {
		case r.End == runstore.Cancelled && !r.CancelAsked.IsZero():
			// or the victim died before it said that it had cancelled the run
		case r.End == runstore.Interrupted && w.endings[id] != "": // by this process
		case r.End != runstore.Complete || r.Done != victimItems || w.cancelled[id]:
			t.Errorf("run %s: %s %s, %d items, cancelled %v", id, r.Status, r.End, r.Done, w.cancelled[id])
		}
		if ending, ok := w.endings[id]; ok && ending != fmt.Sprintf("%s end=%s", r.Status, r.End) {
			t.Errorf("run %s ended as %s, and is %s %s", id, ending, r.Status, r.End)
		}
	}
	w.poll(s)
	found := map[string]bool{}
	for id := range w.submitted {
		items, err := s.Items(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			found[fmt.Sprintf("%s %d", id, i.Index)] = true
		}
	}
	for item := range w.records {
		if run, _, _ := strings.Cut(item, " "); w.submitted[run] && !found[item] {
			t.Errorf("the record of item %s is lost", item)
		}
	}
}

// kill starts a victim and kills it at a random instant after it said a word.
func (w *witness) kill(store, word string) {
	w.t.Helper()
	w.run(store, word, func(victim *os.Process) {
		time.Sleep(rand.N(150 * time.Millisecond))
		_ = victim.Kill()
	})
}

// run starts a victim, and calls end, which must end it, after it said a word.
func (w *witness) run(store, word string, end func(*os.Process)) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), os.Args[0])
	command.Env = append(os.Environ(), victimStore+"="+store)
	output, err := command.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		w.t.Fatal(err)
	}
	said, armed := bufio.NewScanner(output), false
	var ended sync.WaitGroup
	for said.Scan() {
		line := said.Text()
		if !armed && strings.HasPrefix(line, word) {
			armed = true
			ended.Go(func() { end(command.Process) })
		}
		w.hear(line)
	}
	ended.Wait()
	if err := command.Wait(); err == nil {
		w.t.Error("the victim ended by itself")
	}
}

// victims are processes that run prechecks on a store until they are told to end.
type victims struct {
	*witness
	s         runstore.Store
	others    []*witness // of each process
	processes sync.WaitGroup
	finish    chan struct{}
}

// startVictims starts processes that run prechecks on a store.
func startVictims(t *testing.T, store string, processes int) *victims {
	t.Helper()
	v := &victims{witness: newWitness(t), s: openStore(t, store, runstore.Options{MaxRestarts: 1 << 30}),
		finish: make(chan struct{})}
	t.Cleanup(func() { _ = v.s.Close() })
	for range processes {
		other := newWitness(t)
		v.others = append(v.others, other)
		v.processes.Go(func() {
			other.run(store, "put", func(process *os.Process) {
				<-v.finish
				_ = process.Signal(syscall.SIGTERM)
			})
		})
	}
	return v
}

// goesOn waits until ten runs more have finished.
func (v *victims) goesOn() { awaitFinished(v.t, v.s, finishedIn(v.t, v.s)+10) }

// strike and recover do nothing: what is broken is the group.
func (*victims) strike()  {}
func (*victims) recover() {}

// end ends the processes, and compares what they were told with what the store has.
func (v *victims) end() {
	v.t.Helper()
	close(v.finish)
	v.processes.Wait()
	for _, other := range v.others {
		v.merge(other)
	}
	v.poll(v.s)
	v.conclude(v.s)
	v.t.Logf("%d runs, %d records, %d ends", len(v.submitted), len(v.records), len(v.endings))
}

// poll takes what the store shows.
func (w *witness) poll(s runstore.Store) {
	w.t.Helper()
	for page := 1; ; page++ {
		runs, _, err := s.List(w.t.Context(), runstore.Filter{}, runstore.Page{Number: page, Size: runstore.MaxPage})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range runs {
			w.submitted[r.ID] = true
			items, err := s.Items(w.t.Context(), r.ID, 0)
			if err != nil {
				w.t.Fatal(err)
			}
			seen := map[int]bool{}
			for _, i := range items {
				if seen[i.Index] {
					w.t.Errorf("item %d of run %s is there twice", i.Index, r.ID)
				}
				seen[i.Index] = true
				if i.Outcome != "" {
					w.record(fmt.Sprintf("%s %d", r.ID, i.Index), digest(i.Result))
				}
			}
		}
		if len(runs) < runstore.MaxPage {
			return
		}
	}
}

// Two processes that open a new folder at the same time both get the store.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	for range 3 {
		folder := filepath.Join(t.TempDir(), "new")
		w := newWitness(t)
		var lines sync.Mutex
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				own := newWitness(t)
				own.kill(folder, "submitted")
				lines.Lock()
				defer lines.Unlock()
				for id := range own.submitted {
					w.submitted[id] = true
				}
			})
		}
		both.Wait()
		s := openStore(t, folder, runstore.Options{})
		for id := range w.submitted {
			if _, err := s.Get(t.Context(), id); err != nil {
				t.Error(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// merge takes what another witness knows.
func (w *witness) merge(other *witness) {
	w.t.Helper()
	for id := range other.submitted {
		w.submitted[id] = true
	}
	for id := range other.cancelled {
		w.cancelled[id] = true
	}
	for item, digest := range other.records {
		w.record(item, digest)
	}
	for id, ending := range other.endings {
		w.ending(id, ending)
	}
}

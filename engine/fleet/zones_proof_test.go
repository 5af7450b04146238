//go:build unix

package fleet_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// tenure is the time in which an agent worked on a run.
type tenure struct {
	run      string
	by       *zoneAgent
	from, to time.Time
}

// prove compares what the store has with the evidence of the agents: no record is lost, doubled or replaced, no run is
// lost or doubled or has two ends, every cancel is the end of its run, no two agents worked on a run at a time, and no
// limit of connections was passed. What an agent does on after it was stopped does not count: its runs may be those of
// others by then.
func (z *zones) prove() {
	t := z.t
	t.Helper()
	sent, stored, endings := map[string]bool{}, map[string]string{}, map[string]string{}
	refused, unknown := 0, 0
	var tenures []tenure
	for _, a := range z.agents {
		steps := a.steps(t)
		tenures = append(tenures, a.tenures(steps)...)
		for _, s := range steps {
			record := s.Run + " " + s.Item
			switch {
			case s.What == "item":
			case !s.After:
				unknown++
				sent[record+" "+s.Digest] = true
			case s.Status == http.StatusConflict:
				unknown--
				refused++
			case s.Status != http.StatusOK:
			case s.What == "put":
				unknown--
				if former, ok := stored[record]; ok && former != s.Digest {
					t.Errorf("item %s of run %s has two results", s.Item, s.Run)
				}
				stored[record] = s.Digest
			default:
				unknown--
				if former, ok := endings[s.Run]; ok && former != s.Ending {
					t.Errorf("run %s ended as %s and as %s", s.Run, former, s.Ending)
				}
				endings[s.Run] = s.Ending
			}
		}
	}
	found := z.compare(sent, stored, endings)
	for record := range stored {
		if !found[record] {
			t.Errorf("the record of item %s is lost", record)
		}
	}
	z.compareTenures(tenures)
	most := 0
	for _, g := range z.gates {
		most = max(most, g.most)
		for _, passed := range g.passed {
			t.Error(passed)
		}
	}
	for _, name := range z.logs {
		log, err := os.ReadFile(name)
		must(t, err)
		for _, sign := range []string{"DATA RACE", "panic: ", "fatal error: "} {
			if strings.Contains(string(log), sign) {
				t.Errorf("%s:\n%s", sign, log)
			}
		}
	}
	t.Logf("%d runs, %d cancelled, %d records, %d ends; %d writes refused, %d without an answer; "+
		"the slowest cancel took %s; at most %d connections to a database", len(z.submitted), len(z.cancelled),
		len(stored), len(endings), refused, unknown, z.slowest, most)
}

// compare returns which records the store has.
func (z *zones) compare(sent map[string]bool, stored, endings map[string]string) (found map[string]bool) {
	t := z.t
	t.Helper()
	found = map[string]bool{}
	runs := 0
	for page := 1; ; page++ {
		list, total, err := z.s.List(t.Context(), runstore.Filter{}, runstore.Page{Number: page,
			Size: runstore.MaxPage})
		must(t, err)
		for _, r := range list {
			runs++
			z.sources[r.ID] = r.SourceID
			z.compareRun(r, endings[r.ID])
			items, err := z.s.Items(t.Context(), r.ID, 0)
			must(t, err)
			for _, i := range items {
				record, digest := fmt.Sprintf("%s %d", r.ID, i.Index), digestOf(i.Result)
				switch acknowledged, ok := stored[record]; {
				case found[record]:
					t.Errorf("item %s is there twice", record)
				case !sent[record+" "+digest]:
					t.Errorf("item %s has a result that no agent has sent", record)
				case ok && acknowledged != digest:
					t.Errorf("item %s has another result than the one that was acknowledged", record)
				}
				found[record] = true
			}
		}
		if page*runstore.MaxPage >= total {
			break
		}
	}
	if runs != len(z.submitted) {
		t.Errorf("the store has %d runs, %d were submitted", runs, len(z.submitted))
	}
	return found
}

func (z *zones) compareRun(r runstore.Run, ending string) {
	t := z.t
	t.Helper()
	switch {
	case !z.submitted[r.ID]:
		t.Errorf("run %s was not submitted", r.ID)
	case z.cancelled[r.ID] && r.End != runstore.Cancelled:
		t.Errorf("run %s was cancelled, but ended as %s %q", r.ID, r.Status, r.End)
	case z.cancelled[r.ID]:
	case r.End != runstore.Complete || r.Status != engine.StatusFailed || r.Outcomes[engine.Passed] != zonePassed ||
		r.Outcomes[engine.Failed] != zoneFailed:
		t.Errorf("run %s ended as %s %q %s: %v", r.ID, r.Status, r.End, r.EndText, r.Outcomes)
	}
	if now := fmt.Sprintf("%s %s", r.Status, r.End); ending != "" && ending != now {
		t.Errorf("run %s ended as %s, and is %s", r.ID, ending, now)
	}
}

// compareTenures compares the times in which agents worked on runs.
func (z *zones) compareTenures(all []tenure) {
	z.t.Helper()
	for _, a := range all {
		sharing := map[string]bool{} // the database, when a began
		for _, b := range all {
			if a.run == b.run && a.by != b.by && !a.from.After(b.from) && b.from.Before(a.to) {
				z.t.Errorf("run %s is that of %s from %s to %s, and of %s from %s to %s", a.run, a.by.Name, a.from,
					a.to, b.by.Name, b.from, b.to)
			}
			if z.sources[a.run] == z.sources[b.run] && !b.from.After(a.from) && a.from.Before(b.to) {
				sharing[b.run] = true
			}
		}
		for _, g := range z.gates {
			if g.ID == z.sources[a.run] && len(sharing)*zoneConnections > g.Connections {
				z.t.Errorf("%d runs of %d connections each at a time on %s, the limit is %d", len(sharing),
					zoneConnections, g.ID, g.Connections)
			}
		}
	}
}

// tenures returns when an agent worked on which runs: from the begin of an item to its end, or to the time when the
// agent was killed or stopped.
func (a *zoneAgent) tenures(steps []step) (all []tenure) {
	open := map[string]int{}    // index in all, by run and item
	before := map[string]bool{} // runs of the time before the agent was stopped
	for _, s := range steps {
		item := s.Run + " " + s.Item
		at, begun := open[item]
		switch {
		case s.What != "item":
		case !s.After && s.At.Before(a.stopped):
			before[s.Run] = true
			open[item] = len(all)
			all = append(all, tenure{run: s.Run, by: a, from: s.At, to: a.stopped})
		case !s.After && !before[s.Run]:
			open[item] = len(all)
			all = append(all, tenure{run: s.Run, by: a, from: s.At, to: a.killed})
		case s.After && begun && (a.stopped.IsZero() || s.At.Before(a.stopped) || !before[s.Run]):
			all[at].to = s.At
		}
	}
	return all
}

package runstore

import (
	"context"
	"time"
)

// pollEvery is how often Wait looks for changes that another process has made.
const pollEvery = time.Second

// watcher wakes who waits for a change of one run.
type watcher struct {
	changed chan struct{} // closed at the next change
	waiting int
}

// Wait implements Runs.
func (s *store) Wait(ctx context.Context, id string, after int64) (Run, error) {
	for {
		changed, leave := s.watch(id)
		version, err := all(ctx, s, value[int64], "SELECT version FROM runs WHERE id = ?", id)
		if err != nil || len(version) == 0 || version[0] > after {
			leave()
			if err != nil {
				return Run{}, s.explain(err)
			}
			return s.Get(ctx, id)
		}
		timer := time.NewTimer(pollEvery)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		leave()
		if err := ctx.Err(); err != nil {
			return Run{}, err
		}
	}
}

// watch returns a channel that is closed at the next change of a run by this process.
func (s *store) watch(id string) (changed <-chan struct{}, leave func()) {
	s.watching.Lock()
	defer s.watching.Unlock()
	w := s.watchers[id]
	if w == nil {
		w = &watcher{changed: make(chan struct{})}
		s.watchers[id] = w
	}
	w.waiting++
	return w.changed, func() {
		s.watching.Lock()
		defer s.watching.Unlock()
		if w.waiting--; w.waiting == 0 && s.watchers[id] == w {
			delete(s.watchers, id)
		}
	}
}

// wake wakes who waits for changes of these runs.
func (s *store) wake(ids map[string]bool) {
	s.watching.Lock()
	defer s.watching.Unlock()
	for id := range ids {
		if w := s.watchers[id]; w != nil {
			close(w.changed)
			delete(s.watchers, id)
		}
	}
}

package omsapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// The rhythm of event streams.
const (
	heartbeat  = 15 * time.Second
	listPeriod = time.Second
	writeTime  = 20 * time.Second
	watched    = 200 // runs of /events/runs, the newest
	maxBurst   = 100 * time.Millisecond
)

// stream is an open stream of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type stream struct {
	w    http.ResponseWriter
	http *http.ResponseController
}

// open starts a stream. It refuses one too many.
func (s *Server) open(w http.ResponseWriter, r *http.Request) (stream, func(), bool) {
	if s.draining.Load() {
		s.refuse(w, r, &transportError{status: http.StatusServiceUnavailable, after: 5,
			text: message.New("api.transport.draining")})
		return stream{}, nil, false
	}
	select {
	case s.streams <- struct{}{}:
	default:
		s.refuse(w, r, &transportError{status: http.StatusTooManyRequests, after: 10,
			text: message.New("api.transport.streams")})
		return stream{}, nil, false
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	st := stream{w, http.NewResponseController(w)}
	_ = st.http.SetReadDeadline(time.Time{})
	return st, func() { <-s.streams }, true
}

// send writes an event with JSON data. Without a name, it writes a comment that keeps the connection open.
func (st stream) send(name string, id int64, data any) error {
	_ = st.http.SetWriteDeadline(time.Now().Add(writeTime))
	if name == "" {
		if _, err := io.WriteString(st.w, ": \n\n"); err != nil {
			return err
		}
		return st.http.Flush()
	}
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	head := "event: " + name + "\nid: " + strconv.FormatInt(id, 10) + "\ndata: "
	if _, err := io.WriteString(st.w, head); err != nil {
		return err
	}
	if _, err := visible.JSON(st.w).Write(text); err != nil {
		return err
	}
	if _, err := io.WriteString(st.w, "\n\n"); err != nil {
		return err
	}
	return st.http.Flush()
}

// runEvents streams one run: the event snapshot with all of its data, as GetPreCheckResult answers it; the event change
// with what has changed since; the event end when it has finished. A client that connects again gets a snapshot.
func (s *Server) runEvents(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ended, cancel)()
	run, err := s.store.Get(ctx, id)
	if err != nil {
		s.fail(w, r, s.storeError(err, message.New("api.what.run")))
		return
	}
	st, leave, ok := s.open(w, r)
	if !ok {
		return
	}
	defer leave()
	before, err := s.result(ctx, id)
	if err != nil || st.send("snapshot", run.Version, s.eventData(r, before)) != nil {
		return
	}
	for {
		if run.Ended() {
			if st.send("end", run.Version, summary(run, nil)) != nil {
				return
			}
		}
		if run, err = s.next(ctx, st, run); err != nil {
			return
		}
		now, err := s.result(ctx, id)
		if err != nil || st.send("change", run.Version, difference(before, now, summary(run, nil))) != nil {
			return
		}
		before = now
	}
}

// eventData returns the data of a snapshot with the field names that the client has asked for.
func (s *Server) eventData(r *http.Request, data engine.Data) any {
	if s.ce(r) {
		return data.CE()
	}
	return data
}

// next waits for a change of a run, and keeps the stream open meanwhile.
func (s *Server) next(ctx context.Context, st stream, run runstore.Run) (runstore.Run, error) {
	for {
		wait, cancel := context.WithTimeout(ctx, heartbeat)
		changed, err := s.store.Wait(wait, run.ID, run.Version)
		cancel()
		switch {
		case ctx.Err() != nil:
			return run, ctx.Err()
		case err == nil:
			select { // several items often finish at the same time
			case <-time.After(maxBurst):
			case <-ctx.Done():
				return run, ctx.Err()
			}
			if latest, err := s.store.Get(ctx, run.ID); err == nil {
				return latest, nil
			}
			return changed, nil
		case wait.Err() == nil:
			return run, err
		}
		if err := st.send("", 0, nil); err != nil {
			return run, err
		}
	}
}

// difference returns what has changed from one state of a run to the next.
func difference(before, now engine.Data, run wire.PreCheck) wire.RunChange {
	change := wire.RunChange{ProjectStatus: now.ProjectStatus, Progress: now.Progress, Run: run,
		Items: []wire.ItemChange{}}
	if len(before.PreCheckResults) != len(now.PreCheckResults) {
		change.Replaced = true
	}
	for i := range now.PreCheckResults {
		if change.Replaced || !same(before.PreCheckResults[i], now.PreCheckResults[i]) {
			change.Items = append(change.Items, wire.ItemChange{Index: i, Item: now.PreCheckResults[i]})
		}
	}
	return change
}

func same(a, b engine.Record) bool {
	equal := func(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
	return a.Name == b.Name && a.EndpointType == b.EndpointType && a.CheckType == b.CheckType && a.Status == b.Status &&
		equal(a.Message, b.Message) && equal(a.ErrorDetail, b.ErrorDetail) && a.Removable == b.Removable
}

// runsEvents streams the newest runs: the event snapshot with all of them, and the event run with one that has changed.
func (s *Server) runsEvents(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ended, cancel)()
	st, leave, ok := s.open(w, r)
	if !ok {
		return
	}
	defer leave()
	var versions map[string]int64
	tick := time.NewTicker(listPeriod)
	defer tick.Stop()
	for quiet := time.Now(); ; {
		list, now, err := s.newest(ctx)
		if err != nil {
			return
		}
		if versions == nil {
			if st.send("snapshot", 0, list) != nil {
				return
			}
			quiet = time.Now()
		} else {
			for _, run := range list {
				if now[run.ID] == versions[run.ID] {
					continue
				}
				if st.send("run", 0, run) != nil {
					return
				}
				quiet = time.Now()
			}
		}
		versions = now
		if time.Since(quiet) > heartbeat {
			if st.send("", 0, nil) != nil {
				return
			}
			quiet = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// newest returns the newest runs and their versions. Streams that ask at the same time share an answer.
func (s *Server) newest(ctx context.Context) ([]wire.PreCheck, map[string]int64, error) {
	s.listing.Lock()
	defer s.listing.Unlock()
	if time.Since(s.listed.at) < listPeriod/2 {
		return s.listed.runs, s.listed.versions, nil
	}
	runs, _, err := s.store.List(ctx, runstore.Filter{}, runstore.Page{Number: 1, Size: watched})
	if err != nil {
		return nil, nil, err
	}
	names, err := s.labelNames(ctx)
	if err != nil {
		return nil, nil, err
	}
	s.listed = listed{at: time.Now(), runs: []wire.PreCheck{}, versions: make(map[string]int64, len(runs))}
	for _, run := range runs {
		s.listed.runs = append(s.listed.runs, summary(run, names))
		s.listed.versions[run.ID] = run.Version
	}
	return s.listed.runs, s.listed.versions, nil
}

// listed is an answer of newest.
type listed struct {
	at       time.Time
	runs     []wire.PreCheck
	versions map[string]int64
}

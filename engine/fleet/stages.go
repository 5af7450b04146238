package fleet

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// errAdvanced is the end of a stage of a run.
var errAdvanced = errors.New("the run is queued for its next stage")

func endpoint(t *engine.Task, side checks.Side) *engine.Endpoint {
	if side == checks.Dest {
		return &t.Destination
	}
	return &t.Source
}

// sides returns the sides whose databases a stage reads: the one that it captures, or those that none captures.
func sides(stages []runstore.Stage, at int) []checks.Side {
	if at < len(stages) && stages[at].Side != "" {
		return []checks.Side{stages[at].Side}
	}
	return slices.DeleteFunc(slices.Clone(checks.BothSides), func(side checks.Side) bool {
		return slices.ContainsFunc(stages, func(s runstore.Stage) bool { return s.Side == side })
	})
}

// inStage returns the task of a run for its present stage. A worker that captures a side learns nothing of the other
// one but its type. The last stage has the sides that were captured.
func (f *Fleet) inStage(ctx context.Context, t engine.Task, r runstore.Run) (engine.Task, error) {
	if len(r.Stages) == 0 {
		return t, nil
	}
	if capturing := r.Now().Side; capturing != "" {
		for _, side := range checks.BothSides {
			if side != capturing {
				*endpoint(&t, side) = typeOf(*endpoint(&t, side))
			}
		}
		return t, nil
	}
	for i, s := range r.Stages {
		if s.Side == "" {
			continue
		}
		taken, err := f.captured(ctx, r, i)
		if err != nil {
			return engine.Task{}, err
		}
		*endpoint(&t, s.Side) = engine.CapturedEndpoint(&engine.Captured{Snapshot: taken, Agent: s.Agent, Zone: s.Zone})
	}
	return t, nil
}

// typeOf returns an endpoint with nothing but its type, and whether it has a standby, which decide the plan.
func typeOf(e engine.Endpoint) engine.Endpoint {
	bare := engine.At(datasource.Endpoint{Type: e.Type})
	if e.Standby != nil {
		bare.Standby = &datasource.Endpoint{Type: e.Standby.Type}
	}
	return bare
}

// captured reads the snapshot that a stage of a run has captured.
func (f *Fleet) captured(ctx context.Context, r runstore.Run, stage int) (*snapshot.Snapshot, error) {
	parts := &download{next: func(n int) ([]byte, error) {
		if n == r.Stages[stage].Parts {
			return nil, io.EOF
		}
		return f.Store.Part(ctx, r, stage, n)
	}}
	taken, err := snapshot.Read(parts)
	if parts.err != nil { // which the error of the snapshot does not wrap
		err = parts.err
	}
	return taken, err
}

// download reads the parts of a snapshot.
type download struct {
	next func(n int) ([]byte, error)
	n    int
	rest []byte
	err  error // of next, but for io.EOF
}

// Read reads from the present part, or from the next one.
func (d *download) Read(into []byte) (int, error) {
	if len(d.rest) == 0 {
		part, err := d.next(d.n)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				d.err = err
			}
			return 0, err
		}
		d.n, d.rest = d.n+1, part
	}
	n := copy(into, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// advance stores the snapshot of a side, and queues the run for its next stage. It returns errAdvanced if it succeeds.
func (w *Worker) advance(ctx, storing context.Context, claim runstore.Claim, taken *snapshot.Snapshot) error {
	parts := &upload{put: func(n int, part []byte) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		return w.insist(storing, func() error { return w.Work.PutPart(storing, claim, n, part) })
	}}
	err := snapshot.Write(parts, taken)
	if err == nil {
		err = parts.flush()
	}
	if parts.err != nil { // the writer joins it with others
		err = parts.err
	}
	if err != nil {
		return err
	}
	err = w.insist(storing, func() error {
		return w.Work.Advance(storing, claim, runstore.Captured{Parts: parts.n})
	})
	if err == nil {
		err = errAdvanced
	}
	return err
}

// upload stores what is written to it in parts.
type upload struct {
	put  func(n int, part []byte) error
	n    int
	rest []byte
	err  error // of put
}

// Write stores each part that is complete.
func (u *upload) Write(data []byte) (int, error) {
	for rest := data; len(rest) > 0; {
		n := min(len(rest), runstore.PartSize-len(u.rest))
		u.rest, rest = append(u.rest, rest[:n]...), rest[n:]
		if len(u.rest) == runstore.PartSize {
			if err := u.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(data), nil
}

// flush stores what is left.
func (u *upload) flush() error {
	if len(u.rest) == 0 || u.err != nil {
		return u.err
	}
	u.err = u.put(u.n, u.rest)
	u.n, u.rest = u.n+1, nil
	return u.err
}

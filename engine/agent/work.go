package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// The longest times that a server may take to answer.
const (
	beatTime  = 5 * time.Second // of a lease of 30 s
	writeTime = 20 * time.Second
	pollSlack = 10 * time.Second // beyond the time that it was asked to wait
)

// remote is the fleet.Work of an agent: that of its servers.
type remote struct {
	*connection
	name string // of the process
}

var _ fleet.Work = (*remote)(nil)

func (r *remote) reference(c runstore.Claim) reference {
	return reference{Run: c.Run.ID, Slot: c.Owner, Epoch: c.Epoch, Skips: c.Run.Skips,
		Version: c.Run.Version}
}

// Claim waits for a run. A claim whose answer was lost is repeated with the same slot, and gets the same run.
func (r *remote) Claim(ctx context.Context, w runstore.Worker) (runstore.Claim, time.Time, error) {
	slot := r.name + "/" + strings.ToLower(rand.Text()[:16])
	var a claimAnswer
	err := r.call(ctx, "claim", claimRequest{slot, maxPoll.Milliseconds(), true}, &a, maxPoll+pollSlack)
	if err != nil && !errors.Is(err, runstore.ErrNothing) {
		a, err = r.again(ctx, slot, err)
	}
	if errors.Is(err, errDenied) || errors.Is(err, errVersion) {
		select {
		case <-time.After(deniedEvery):
		case <-ctx.Done():
		}
	}
	if err != nil {
		return runstore.Claim{}, time.Time{}, err
	}
	c := runstore.Claim{Run: a.Run.decode(a.Claim.Run), Owner: slot, Epoch: a.Claim.Epoch, Databases: a.Databases}
	leased := time.Now() // the lease has begun while the server waited
	if err = ctx.Err(); err == nil {
		_, err = r.Beat(ctx, c, w.Lease)
	}
	if err != nil {
		_ = r.Release(context.WithoutCancel(ctx), c) // or else its lease lapses
		return runstore.Claim{}, time.Time{}, err
	}
	return c, leased, nil
}

// deniedEvery is how often an agent asks that the servers do not accept.
const deniedEvery = 10 * time.Second

// again asks once more for what a claim may have got, without waiting.
func (r *remote) again(ctx context.Context, slot string, failed error) (a claimAnswer, err error) {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatTime)
	defer cancel()
	if err = r.call(asking, "claim", claimRequest{Slot: slot, Captures: true}, &a, beatTime); err != nil {
		err = failed
	}
	return a, err
}

// Replan replaces the plan of the run.
func (r *remote) Replan(ctx context.Context, c runstore.Claim, p engine.Plan, moved map[int]int) error {
	plan, err := engine.EncodePlan(p)
	if err != nil {
		return err
	}
	return r.call(ctx, "replan", planRequest{r.reference(c), plan, moved}, &struct{}{}, writeTime)
}

// Start marks items as running.
func (r *remote) Start(ctx context.Context, c runstore.Claim, items ...runstore.Item) error {
	return r.call(ctx, "start", itemsRequest{r.reference(c), encodeItems(items)}, &struct{}{}, writeTime)
}

// putSize is the size of the results, in bytes, from which they go to the server in more than one request.
const putSize = 1 << 20

// Put stores items that have finished.
func (r *remote) Put(ctx context.Context, c runstore.Claim, items ...runstore.Item) error {
	for len(items) > 0 {
		n, size := 0, 0
		for n < len(items) && (n == 0 || size+len(items[n].Result) <= putSize) {
			size += len(items[n].Result)
			n++
		}
		request := itemsRequest{r.reference(c), encodeItems(items[:n])}
		if err := r.call(ctx, "put", request, &struct{}{}, writeTime); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

// PutPart stores a part of the snapshot of a side.
func (r *remote) PutPart(ctx context.Context, c runstore.Claim, n int, part []byte) error {
	return r.call(ctx, "part", partRequest{r.reference(c), n, part}, &struct{}{}, writeTime)
}

// Advance ends the capture of a side. The servers know who captured it.
func (r *remote) Advance(ctx context.Context, c runstore.Claim, done runstore.Captured) error {
	return r.call(ctx, "advance", advanceRequest{r.reference(c), done.Parts}, &struct{}{}, writeTime)
}

// Beat renews the lease. The server decides how long that is.
func (r *remote) Beat(ctx context.Context, c runstore.Claim, _ time.Duration) (runstore.Run, error) {
	var a runJSON
	err := r.call(ctx, "beat", claimed{Claim: r.reference(c), PlanID: c.Run.PlanID}, &a, beatTime)
	if err != nil {
		return runstore.Run{}, err
	}
	run := a.decode(c.Run.ID)
	if run.PlanID == c.Run.PlanID {
		run.Plan = c.Run.Plan
	}
	return run, nil
}

// Finish ends the run.
func (r *remote) Finish(ctx context.Context, c runstore.Claim, e runstore.Ending) (runstore.Run, error) {
	var a runJSON
	err := r.call(ctx, "finish", finishRequest{r.reference(c), string(e.Status), string(e.Reason), e.Text, e.Head}, &a,
		writeTime)
	return a.decode(c.Run.ID), err
}

// Release gives the run back.
func (r *remote) Release(ctx context.Context, c runstore.Claim) error {
	return r.call(ctx, "release", claimed{Claim: r.reference(c)}, &struct{}{}, beatTime)
}

// Items returns the items of the run that have started.
func (r *remote) Items(ctx context.Context, c runstore.Claim) ([]runstore.Item, error) {
	var a []itemJSON
	if err := r.call(ctx, "items", claimed{Claim: r.reference(c)}, &a, writeTime); err != nil {
		return nil, err
	}
	items := make([]runstore.Item, len(a))
	for i, item := range a {
		items[i] = runstore.Item{Index: item.Index, Skips: item.Skips, Outcome: item.Outcome, Result: item.Result}
	}
	return items, nil
}

// AwaitCancel waits for the cancel of the run.
func (r *remote) AwaitCancel(ctx context.Context, c runstore.Claim) error {
	for {
		var a watchAnswer
		err := r.call(ctx, "watch", claimed{Claim: r.reference(c), WaitMS: maxPoll.Milliseconds()}, &a,
			maxPoll+pollSlack)
		if err != nil || a.CancelAsked {
			return err
		}
		select {
		case <-time.After(watchEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// watchEvery is the shortest time between two calls that wait for a cancel.
const watchEvery = 250 * time.Millisecond

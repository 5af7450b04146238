package fleet

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Why the context of a run ended before the run.
var (
	errAskedToCancel = errors.New("a user cancelled the run")
	errDrained       = errors.New("the fleet stops")
	errLapsed        = errors.New("the lease could not be renewed in time")
)

// execute runs a claimed run to its end, or until ctx ends.
func (w *Worker) execute(ctx context.Context, claim runstore.Claim, leased time.Time) {
	log := w.Log.With("run", claim.Run.ID)
	log.Info("the run starts", "attempt", claim.Run.Attempt, "done", claim.Run.Done)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	// The lease is kept and results are stored after the run was told to end.
	storing, lapse := context.WithCancelCause(context.WithoutCancel(ctx))
	defer lapse(nil)
	go w.keep(storing, claim, leased, func(err error) { stop(err); lapse(err) })
	go w.watch(storing, claim, stop)

	for {
		ending, err := w.attempt(ctx, storing, &claim, stop)
		cause := context.Cause(ctx)
		switch {
		case errors.Is(err, errAdvanced):
			log.Info("a side of the run is captured", "side", claim.Run.Now().Side)
			return
		case errors.Is(cause, runstore.ErrLost), errors.Is(cause, errLapsed), storing.Err() != nil,
			errors.Is(err, runstore.ErrLost):
			log.Warn("the run is left to another worker", "reason", errors.Join(cause, err))
			return
		case errors.Is(cause, errAskedToCancel):
			ending = runstore.Ending{Status: engine.StatusFailed, Reason: runstore.Cancelled, Head: ending.Head}
		case errors.Is(cause, errDrained), transient(err):
			if err := w.insist(storing, func() error { return w.Work.Release(storing, claim) }); err != nil {
				log.Warn("the run could not be given back", "error", err)
			}
			log.Info("the run is given back", "reason", errors.Join(cause, err))
			return
		case err != nil:
			ending = runstore.Ending{Status: engine.StatusFailed, Reason: runstore.Refused, Text: message.Of(err)}
			if errors.Is(err, ErrInterrupted) {
				ending.Reason = runstore.Interrupted
			}
		}
		var run runstore.Run
		err = w.insist(storing, func() error {
			run, err = w.Work.Finish(storing, claim, ending)
			return err
		})
		if errors.Is(err, runstore.ErrConflict) { // a skip was added
			if claim.Run, err = w.Work.Beat(storing, claim, w.Lease); err == nil {
				continue
			}
		}
		if err != nil {
			log.Warn("the end of the run could not be stored", "error", err)
			return
		}
		log.Info("the run has ended", "status", run.Status, "reason", run.End)
		return
	}
}

// attempt runs the items of a run that are not done. An error means that the run cannot go on, or that ctx ended.
func (w *Worker) attempt(ctx, storing context.Context, claim *runstore.Claim,
	stop func(error)) (runstore.Ending, error) {
	task, err := w.Task(ctx, *claim)
	if err != nil {
		return runstore.Ending{}, err
	}
	task.ID = claim.Run.ID
	plan, err := w.replan(storing, claim, task)
	if err != nil {
		return runstore.Ending{}, err
	}
	items, err := w.Work.Items(storing, *claim)
	if err != nil {
		return runstore.Ending{}, err
	}
	var done []engine.Result
	rec := newRecorder(w, *claim, plan, len(task.Skip), stop)
	for _, i := range items {
		if i.Outcome == "" {
			continue
		}
		res, err := w.engine.DecodeResult(i.Result)
		if err != nil {
			return runstore.Ending{}, err
		}
		res.Item = plan.Items[i.Index]
		if !again(task, res, i.Skips) {
			done = append(done, res)
			rec.handed[i.Index] = true
		}
	}
	finish := make(chan struct{})
	go rec.loop(storing, finish)
	if claim.Run.Now().Side != "" {
		captured, err := w.engine.CaptureApart(context.WithValue(ctx, recorderKey{}, rec), task, claim.Run.Now().Side,
			done)
		close(finish)
		<-rec.ended
		switch {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case err == nil:
			err = w.advance(ctx, storing, *claim, captured.Snapshot)
		}
		return runstore.Ending{}, err
	}
	report, err := w.engine.Resume(context.WithValue(ctx, recorderKey{}, rec), task, done)
	if err == nil && !report.Interrupted {
		for _, res := range report.Results {
			rec.put(res) // what was not stored while it ran
		}
	}
	close(finish)
	<-rec.ended
	if err == nil && (report.Interrupted || ctx.Err() != nil) {
		err = context.Cause(ctx)
	}
	if err != nil {
		return runstore.Ending{}, err
	}
	head := *report
	head.Results, head.Task, head.Plan = nil, engine.Task{}, engine.Plan{}
	head.Started, head.Duration = claim.Run.Started, time.Since(claim.Run.Started)
	data, err := engine.EncodeReport(&head)
	return runstore.Ending{Status: report.Status(false), Head: data}, err
}

// replan stores the plan of the task if it is another one than that of the run, because the program has changed since.
func (w *Worker) replan(ctx context.Context, claim *runstore.Claim, task engine.Task) (engine.Plan, error) {
	plan := w.engine.Plan(task)
	stored, err := w.plan(claim.Run)
	if err != nil {
		return engine.Plan{}, err
	}
	if len(claim.Run.Plan) == 0 || slices.Equal(stored.Items, plan.Items) {
		return plan, nil
	}
	moved := map[int]int{}
	for from, item := range stored.Items {
		if to := plan.Index(item); to >= 0 {
			moved[from] = to
		}
	}
	if err := w.Work.Replan(ctx, *claim, plan, moved); err != nil {
		return engine.Plan{}, err
	}
	claim.Run, err = w.Work.Beat(ctx, *claim, w.Lease)
	return plan, err
}

// transient reports whether the store has failed for a reason that may pass.
func transient(err error) bool {
	var e *runstore.Error
	return errors.As(err, &e) && !final(err)
}

// again reports whether an item that is done runs again, because a skip was added since that changes its result.
func again(task engine.Task, res engine.Result, skips int) bool {
	if skips >= len(task.Skip) || res.Outcome == engine.Passed {
		return false
	}
	if res.Outcome == engine.Blocked {
		return true
	}
	for _, s := range task.Skip[skips:] {
		if s.Concerns(res.Item, task.Route()) {
			return true
		}
	}
	return false
}

// insist repeats a write that fails for a reason that may pass, until ctx ends.
func (w *Worker) insist(ctx context.Context, write func() error) error {
	for {
		err := write()
		if err == nil || final(err) || ctx.Err() != nil {
			return err
		}
		w.Log.Error("writing to the store", "error", err)
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

// keep renews the lease until ctx ends. It stops the run if the claim is lost, or if the lease could not be renewed for
// two thirds of its time: then another worker may soon have the run.
func (w *Worker) keep(ctx context.Context, claim runstore.Claim, renewed time.Time, stop func(error)) {
	every := time.NewTicker(w.Lease / 6)
	defer every.Stop()
	lapse := time.NewTimer(time.Until(renewed.Add(w.Lease * 2 / 3)))
	defer lapse.Stop()
	for {
		select {
		case <-every.C:
		case <-lapse.C:
			stop(errLapsed)
			return
		case <-ctx.Done():
			return
		}
		began := time.Now()
		beating, cancel := context.WithDeadline(ctx, renewed.Add(w.Lease*2/3))
		_, err := w.Work.Beat(beating, claim, w.Lease)
		cancel()
		switch {
		case err == nil:
			renewed = began
			lapse.Reset(time.Until(renewed.Add(w.Lease * 2 / 3)))
		case errors.Is(err, runstore.ErrLost):
			stop(err)
			return
		case ctx.Err() == nil:
			w.Log.Error("renewing the lease", "run", claim.Run.ID, "error", err)
		}
	}
}

// watch stops the run when a user cancels it.
func (w *Worker) watch(ctx context.Context, claim runstore.Claim, stop func(error)) {
	for ctx.Err() == nil {
		err := w.Work.AwaitCancel(ctx, claim)
		switch {
		case err == nil:
			stop(errAskedToCancel)
			return
		case errors.Is(err, runstore.ErrLost):
			stop(err)
			return
		}
		select {
		case <-time.After(watchEvery):
		case <-ctx.Done():
		}
	}
}

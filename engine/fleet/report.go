package fleet

import (
	"context"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Report returns a run, and its report as of now: the items that have not finished are pending or running, and
// engine.Report.Unfinished is set before the run has ended. The report of a run does not change while its Version stays
// the same.
func (f *Fleet) Report(ctx context.Context, id string) (*engine.Report, runstore.Run, error) {
	run, items, err := f.Store.Snapshot(ctx, id)
	if err != nil {
		return nil, runstore.Run{}, err
	}
	report := &engine.Report{Started: run.Started}
	if run.Head != nil {
		if report, err = f.worker.engine.DecodeReport(run.Head); err != nil {
			return nil, run, err
		}
	} else if !run.Started.IsZero() && run.Ended() {
		report.Duration = run.Finished.Sub(run.Started)
	}
	report.Task = run.Task
	report.Task.ID = run.ID
	if report.Plan, err = f.worker.plan(run); err != nil {
		return nil, run, err
	}
	rest := engine.Result{Outcome: engine.Pending}
	if run.Ended() {
		rest = notReached(run)
		report.Interrupted = run.End != runstore.Complete
	} else {
		report.Unfinished = run.Status
	}
	report.Results = make([]engine.Result, len(report.Plan.Items))
	for i, item := range report.Plan.Items {
		report.Results[i] = rest
		report.Results[i].Item = item
	}
	for _, i := range items {
		if i.Index >= len(report.Results) {
			continue
		}
		res := &report.Results[i.Index]
		if i.Outcome == "" {
			res.Outcome = engine.Running
			continue
		}
		stored, err := f.worker.engine.DecodeResult(i.Result)
		if err != nil {
			return nil, run, err
		}
		stored.Item = res.Item
		*res = stored
	}
	return report, run, nil
}

// notReached returns the result of the items that a run did not reach before it ended.
func notReached(run runstore.Run) engine.Result {
	err := engine.ErrInterrupted
	switch run.End {
	case runstore.Cancelled:
		err = errCancelled
	case runstore.Interrupted:
		err = ErrInterrupted
	}
	if !run.EndText.IsZero() {
		err = &message.Error{Text: run.EndText}
	}
	lang := run.Task.Lang
	return engine.Result{Outcome: engine.Unknown, Lang: lang, Reason: message.Of(err).In(lang), Err: err}
}

package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// readSummary reads a summary of a server.
type readSummary func(context.Context, wire.GetPreCheckSummaryRequest) (wire.PreCheckSummary, error)

// ended returns read, but it waits until no run that matches is queued or running. A server that cannot be reached is
// tried again for a while.
func (f *summaryFlags) ended(cmd *cobra.Command, read readSummary) readSummary {
	return func(ctx context.Context, r wire.GetPreCheckSummaryRequest) (wire.PreCheckSummary, error) {
		reached, shown := time.Now(), -1
		for {
			s, err := read(ctx, r)
			open := s.Verdicts.Running + s.Verdicts.Waiting
			var answered *client.Error
			switch {
			case err == nil:
				if reached = time.Now(); open == 0 {
					return s, nil
				}
				if shown != open {
					shown = open
					say(cmd, cmd.ErrOrStderr(), message.New("cmd.summary.progress", "done", s.Runs-open, "all", s.Runs,
						"failed", s.Verdicts.Failed))
				}
			case errors.As(err, &answered) && answered.Status < http.StatusInternalServerError,
				ctx.Err() != nil, time.Since(reached) > outage:
				return s, err
			}
			select {
			case <-time.After(f.every):
			case <-ctx.Done():
				return s, context.Cause(ctx)
			}
		}
	}
}

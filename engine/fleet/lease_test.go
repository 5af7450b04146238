package fleet

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// beats is a store that answers Beat only.
type beats struct {
	Work
	beat func(context.Context) error
}

func (b beats) Beat(ctx context.Context, _ runstore.Claim, _ time.Duration) (runstore.Run, error) {
	return runstore.Run{}, b.beat(ctx)
}

// A worker that cannot renew its lease stops after two thirds of it, whether the store refuses or hangs; one whose
// claim was lost stops at once; one whose store fails for a while goes on.
func TestLease(t *testing.T) {
	t.Parallel()
	refused := &runstore.Error{Kind: runstore.ErrLocked, Text: message.Verbatim("locked")}
	for name, tc := range map[string]struct {
		beat func(since time.Duration) func(context.Context) error
		want error
		at   time.Duration
	}{
		"renewed": {func(time.Duration) func(context.Context) error {
			return func(context.Context) error { return nil }
		}, context.Canceled, time.Hour},
		"refused": {func(time.Duration) func(context.Context) error {
			return func(context.Context) error { return refused }
		}, errLapsed, 20 * time.Second},
		"hangs": {func(time.Duration) func(context.Context) error {
			return func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		}, errLapsed, 20 * time.Second},
		"hangs after a while": {func(since time.Duration) func(context.Context) error {
			return func(ctx context.Context) error {
				if since > 21*time.Second {
					<-ctx.Done()
				}
				return ctx.Err()
			}
		}, errLapsed, 40 * time.Second},
		"refused for a while": {func(since time.Duration) func(context.Context) error {
			return func(context.Context) error {
				if since < 12*time.Second {
					return refused
				}
				return nil
			}
		}, context.Canceled, time.Hour},
		"lost": {func(time.Duration) func(context.Context) error {
			return func(context.Context) error { return &runstore.Error{Kind: runstore.ErrLost} }
		}, runstore.ErrLost, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				store := beats{beat: func(ctx context.Context) error { return tc.beat(time.Since(began))(ctx) }}
				w := &Worker{WorkerConfig: WorkerConfig{Work: store, Lease: 30 * time.Second,
					Log: slog.New(slog.DiscardHandler)}}
				ctx, stop := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Hour, func() { stop(nil) })
				w.keep(ctx, runstore.Claim{}, began, stop)
				if err := context.Cause(ctx); !errors.Is(err, tc.want) {
					t.Errorf("stopped by %v, want %v", err, tc.want)
				}
				if at := time.Since(began); at != tc.at {
					t.Errorf("stopped after %s, want %s", at, tc.at)
				}
			})
		})
	}
}

package omsapi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// The client lists data sources, and skips and retries what a run found.
func TestClientSkipsAndRetries(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, engine.WithChecks(failing))
	c, err := client.New(s.URL, client.WithHTTPClient(s.Client()))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	sources, total, err := c.ListDataSource(ctx, wire.ListDataSourceRequest{SearchKey: "e_a"})
	if err != nil || total != 1 || len(sources) != 1 || sources[0].ID != "e_a" {
		t.Errorf("the data sources are %+v, %d, %v", sources, total, err)
	}
	id := s.submit(t, task)
	ended := func() engine.ItemStatus {
		t.Helper()
		data, err := c.Watch(ctx, id, 20*time.Millisecond, time.Second, nil)
		if err != nil {
			t.Fatal(err)
		}
		return item(t, data, "TEST_FAILING").Status
	}
	if got := ended(); got != engine.ItemFailed {
		t.Fatalf("the item is %s", got)
	}
	var refused *client.Error
	skip := wire.SkipPreCheckItemRequest{ID: id, Type: "TEST_FAILING"}
	if err := c.SkipPreCheckItem(ctx, skip); !errors.As(err, &refused) || refused.Code != "PARAM_ERROR" {
		t.Errorf("a skip without a reason: %v", err)
	}
	skip.Reason = "known"
	if err := c.SkipPreCheckItem(ctx, skip); err != nil {
		t.Fatal(err)
	}
	if got := ended(); got != engine.ItemSkipped {
		t.Errorf("after the skip the item is %s", got)
	}
	if err := c.RetryPreCheck(ctx, wire.RetryPreCheckRequest{ID: id}); err != nil {
		t.Fatal(err)
	}
	if got := ended(); got != engine.ItemSkipped {
		t.Errorf("after the retry the item is %s", got)
	}
}

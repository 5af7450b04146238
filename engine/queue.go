package engine

import (
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"
)

// ServerConnections is the number of connections that the runs of a process open to one server at a time,
// unless a single run has a higher limit. Further runs wait, within their limits.Timeout.
const ServerConnections = 16

// servers holds the number of connections in use of each server, by its address.
var servers sync.Map // of *semaphore.Weighted

// admit waits until the run may open its connections to all its servers, and returns a function that ends
// the use of them. Servers are requested in the order of their addresses, so that runs never wait for each
// other.
func (r *run) admit(ctx context.Context) (leave func(), err error) {
	wanted := map[string]int64{}
	for _, e := range []Endpoint{r.task.Source, r.task.Destination} {
		wanted[e.WithDefaults().Address()] += int64(r.task.Limits.Connections)
		if e.Standby != nil {
			wanted[e.Standby.WithDefaults().Address()] += int64(r.task.Limits.Connections)
		}
	}
	var admitted []func()
	leave = func() {
		for _, release := range admitted {
			release()
		}
	}
	for _, address := range slices.Sorted(maps.Keys(wanted)) {
		entry, _ := servers.LoadOrStore(address, semaphore.NewWeighted(ServerConnections))
		server, n := entry.(*semaphore.Weighted), min(wanted[address], ServerConnections)
		if err := server.Acquire(ctx, n); err != nil {
			leave()
			return nil, err
		}
		admitted = append(admitted, func() { server.Release(n) })
	}
	return leave, nil
}

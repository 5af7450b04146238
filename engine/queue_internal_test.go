package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Many runs over few endpoints of few servers, some of which give up, hold no more connections than the servers
// allow, all end, and nothing is held afterwards.
func TestSeatsAreGivenBack(t *testing.T) {
	t.Parallel()
	q := &queue{seats: map[datasource.Endpoint]*seat{}}
	e := &Engine{queue: q, sharing: true}
	var endpoints []datasource.Endpoint
	for host := range 2 {
		for user := range 3 {
			endpoints = append(endpoints, datasource.Endpoint{Type: datasource.MySQL, Host: fmt.Sprint("seats-", host),
				User: fmt.Sprint(user), Connections: 3 + user}.WithDefaults())
		}
		endpoints = append(endpoints, datasource.Endpoint{Type: datasource.Oracle, Host: fmt.Sprint("seats-", host),
			Port: 3306, Connections: 7}.WithDefaults())
	}
	var mu sync.Mutex
	users := map[datasource.Endpoint]int{}
	count := func(r *run, by int) {
		mu.Lock()
		defer mu.Unlock()
		held := map[string]int{}
		for _, d := range r.databases {
			users[d.endpoint] += by
		}
		for endpoint, n := range users {
			if n > 0 && e.shares(endpoint) {
				n = 1
			}
			held[endpoint.Host] += n * endpoint.Connections
		}
		for host, n := range held {
			if n > ServerConnections {
				t.Errorf("%d connections to %s", n, host)
			}
		}
	}
	var runs sync.WaitGroup
	for i := range 400 {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		r := &run{engine: e}
		for range 2 {
			r.databases = append(r.databases, &database{endpoint: endpoints[random.IntN(len(endpoints))]})
		}
		ctx, cancel := context.WithCancel(t.Context())
		runs.Go(func() {
			defer cancel()
			leave, err := r.admit(ctx)
			if err != nil {
				return
			}
			count(r, 1)
			count(r, -1)
			leave()
		})
		if i%10 == 0 {
			cancel()
		}
	}
	runs.Wait()
	if len(q.seats) != 0 {
		t.Errorf("%d seats are left", len(q.seats))
	}
	for host := range 2 {
		s := server(fmt.Sprintf("seats-%d:3306", host))
		if !s.TryAcquire(ServerConnections) {
			t.Errorf("connections of server %d are still held", host)
			continue
		}
		s.Release(ServerConnections)
	}
}

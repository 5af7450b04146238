package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/dbprecheck/precheck/datasource"
)

// ServerConnections is the number of connections that the runs of a process open to one server at a time,
// unless a single run has a higher limit. Further runs wait, within their limits.Timeout.
const ServerConnections = 16

// servers holds the number of connections in use of each server, by its address.
var servers sync.Map // of *semaphore.Weighted

func server(address string) *semaphore.Weighted {
	entry, _ := servers.LoadOrStore(address, semaphore.NewWeighted(ServerConnections))
	return entry.(*semaphore.Weighted)
}

// runsPerEndpoint is the number of runs of an engine that share the connections of an endpoint at a time: so many as
// would read it over connections of their own.
const runsPerEndpoint = ServerConnections / DefaultConnections

// queue admits the runs of an engine. Those with equal endpoints share the connections.
type queue struct {
	mu    sync.Mutex
	made  int
	seats map[datasource.Endpoint]*seat
}

// seat is the use of an endpoint by the runs of an engine.
type seat struct {
	endpoint datasource.Endpoint
	id       int // in the order in which they are made
	runs     *semaphore.Weighted
	near     int   // runs that use it or wait for it
	users    int   // runs that use it
	held     int64 // connections that they hold of the server
}

// shares reports whether the engine's runs read an endpoint over the same connections.
func (e *Engine) shares(endpoint datasource.Endpoint) bool {
	return e.sharing && endpoint.Type != datasource.Oracle && endpoint.Type != datasource.OceanBaseOracle
}

// admit waits until the run may open its connections to all its servers, and returns a function that ends the use of
// them. First it waits for other runs of its endpoints, then for the connections of the servers. Both have an order, so
// that runs never wait for each other.
func (r *run) admit(ctx context.Context) (leave func(), err error) {
	var ends []func()
	end := func() {
		for _, end := range slices.Backward(ends) {
			end()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	seats, own := map[string][]*seat{}, map[string]int64{} // by the address of the server
	all := r.seats(own)
	ends = append(ends, func() { r.engine.queue.forget(all) })
	for _, s := range all {
		if err := s.runs.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		ends = append(ends, func() { s.runs.Release(1) })
		address := s.endpoint.Address()
		seats[address] = append(seats[address], s)
		own[address] += 0
	}
	for _, address := range slices.Sorted(maps.Keys(own)) {
		release, err := r.engine.queue.take(ctx, server(address), seats[address], own[address])
		if err != nil {
			return nil, err
		}
		ends = append(ends, release)
	}
	return end, nil
}

// seats returns the seats of the run's endpoints in the order in which they were made. It adds the connections of the
// endpoints that it does not share to own.
func (r *run) seats(own map[string]int64) []*seat {
	var all []*seat
	shared := map[datasource.Endpoint]bool{}
	for _, d := range r.databases {
		switch {
		case shared[d.endpoint]:
		case r.engine.shares(d.endpoint):
			shared[d.endpoint] = true
			all = append(all, r.engine.queue.seat(d.endpoint))
		default:
			own[d.endpoint.Address()] += int64(d.endpoint.Connections)
		}
	}
	slices.SortFunc(all, func(a, b *seat) int { return cmp.Compare(a.id, b.id) })
	return all
}

func (q *queue) seat(endpoint datasource.Endpoint) *seat {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.seats[endpoint]
	if s == nil {
		q.made++
		s = &seat{endpoint: endpoint, id: q.made, runs: semaphore.NewWeighted(runsPerEndpoint)}
		q.seats[endpoint] = s
	}
	s.near++
	return s
}

// forget ends what seat began.
func (q *queue) forget(seats []*seat) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range seats {
		if s.near--; s.near == 0 {
			delete(q.seats, s.endpoint)
		}
	}
}

// take waits for the connections of seats on one server, where no other run holds them, and for own ones. The function
// that it returns ends their use. While it waits, it holds none of them.
func (q *queue) take(ctx context.Context, server *semaphore.Weighted, seats []*seat, own int64) (func(), error) {
	own = min(own, ServerConnections)
	leave := func() { server.Release(own + q.quit(seats)) }
	if q.join(server, seats, own) {
		return leave, nil
	}
	all := own
	for _, s := range seats {
		all += int64(s.endpoint.Connections)
	}
	all = min(all, ServerConnections)
	if err := server.Acquire(ctx, all); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	server.Release(all - own - use(seats, all-own))
	return leave, nil
}

// join uses the seats, if the connections that they do not hold yet are free and nobody waits for any.
func (q *queue) join(server *semaphore.Weighted, seats []*seat, own int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	missing := own
	for _, s := range seats {
		if s.held == 0 {
			missing += int64(s.endpoint.Connections)
		}
	}
	missing = min(missing, ServerConnections)
	if !server.TryAcquire(missing) {
		return false
	}
	use(seats, missing-own)
	return true
}

// use uses seats, with so many connections for those that hold none. It returns how many these hold now.
func use(seats []*seat, connections int64) (taken int64) {
	for _, s := range seats {
		s.users++
		if s.held == 0 {
			s.held = min(int64(s.endpoint.Connections), connections-taken)
			taken += s.held
		}
	}
	return taken
}

// quit ends the use of seats, and returns how many connections nobody uses any more.
func (q *queue) quit(seats []*seat) (freed int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range seats {
		if s.users--; s.users == 0 {
			freed += s.held
			s.held = 0
		}
	}
	return freed
}

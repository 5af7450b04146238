//go:build unix

package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

const (
	zoneServers = 3
	// zonePairs is the number of pairs of databases in a zone. Runs of the last one wait to be cancelled, and some of
	// the one before are cancelled.
	zonePairs = 3
	// zoneConnections is the number of connections of a run to each database.
	zoneConnections = 2
	// cancelTime is how soon a run ends whose cancel was asked for.
	cancelTime = 2 * time.Second
	// cancelCalls is how many calls to a server the end of a cancelled run takes, one after the other. On a loaded
	// machine, it may take as much longer as the slowest of other calls meanwhile takes that often.
	cancelCalls = 5
)

var zoneNames = []string{"east", "west"}

// zones are three servers on a store, and three agents in each of two zones, all of them processes. Runs are submitted
// all the time between real databases that only the machines of their zone reach.
type zones struct {
	t       *testing.T
	net     *network
	s       runstore.Store
	store   string
	folder  string
	schemas [2]string // of the sources and of the destinations
	gates   []*gate
	servers []*zoneServer
	agents  []*zoneAgent

	closing context.Context
	close   func()
	drivers sync.WaitGroup
	repair  sync.WaitGroup

	mu        sync.Mutex
	logs      []string
	submitted map[string]bool
	cancelled map[string]bool
	keys      int
	slowest   time.Duration     // cancel
	sources   map[string]string // of runs, at the end
}

type zoneServer struct {
	*exec.Cmd
	*client.Client
	part
}

// zoneAgent is a process that may have been killed or stopped.
type zoneAgent struct {
	*exec.Cmd
	part
	place           int // of its machine in the zone
	killed, stopped time.Time
}

// startZones starts a fleet on a store, or returns why it cannot.
func startZones(t *testing.T, store string) (z *zones, reason string) {
	t.Helper()
	n, reason := newNetwork(t, zoneNames...)
	if reason != "" {
		return nil, reason
	}
	z = &zones{t: t, net: n, store: store, folder: t.TempDir(), submitted: map[string]bool{},
		cancelled: map[string]bool{}, sources: map[string]string{}, s: openStore(t, store, runstore.Options{})}
	t.Cleanup(func() { _ = z.s.Close() })
	z.openGates()
	for i := range zoneServers {
		z.servers = append(z.servers, z.startServer(part{Store: store, Databases: z.databases(),
			Listen: fmt.Sprintf("%s:%d", n.front, 8480+i)}))
	}
	for _, zone := range zoneNames {
		for place := range machinesOfZone {
			z.startAgent(zone, place)
		}
	}
	z.closing, z.close = context.WithCancel(context.Background())
	t.Cleanup(z.repair.Wait)
	t.Cleanup(z.drivers.Wait)
	t.Cleanup(z.close)
	for _, zone := range zoneNames {
		for pair := range zonePairs - 1 {
			z.drivers.Go(func() { z.drive(zone, pair) })
		}
	}
	return z, ""
}

// openGates opens the gates to the databases of all zones: sources on MariaDB, destinations on MySQL.
func (z *zones) openGates() {
	z.t.Helper()
	for side, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		server := dbtest.Get(z.t, product)
		z.schemas[side] = server.Database(z.t)
		server.Exec(z.t, "CREATE TABLE "+z.schemas[side]+".customer (id INT PRIMARY KEY)")
		user, password := server.Account(z.t, "GRANT SELECT ON "+z.schemas[side]+".* TO %s")
		for _, zone := range zoneNames {
			for pair := range zonePairs {
				g := &gate{to: fmt.Sprintf("%s:%d", server.Host, server.Port), open: map[*passage]bool{},
					database: database{ID: zoneDatabase(zone, pair, side), Zone: zone,
						Type: datasource.Type(strings.ToUpper(string(product))), Host: z.net.database(zone),
						Port: 3306 + 2*pair + side, User: user, Password: password, Connections: 4}}
				switch pair {
				case zonePairs - 1:
					g.Connections = 16
					fallthrough
				case zonePairs - 2:
					g.spare = 1
				}
				listener, err := z.net.listen(zone, g.Port)
				must(z.t, err)
				g.serve(z.t, listener)
				z.gates = append(z.gates, g)
			}
		}
	}
}

func zoneDatabase(zone string, pair, side int) string {
	return fmt.Sprintf("e_%s_%d_%d", zone, pair, side)
}

func (z *zones) databases() (all []database) {
	for _, g := range z.gates {
		all = append(all, g.database)
	}
	return all
}

// launch starts a process of the fleet, which is killed at the end.
func (z *zones) launch(command *exec.Cmd, p part) {
	z.t.Helper()
	role, err := json.Marshal(p)
	must(z.t, err)
	log, err := os.CreateTemp(z.folder, "*.log")
	must(z.t, err)
	defer func() { _ = log.Close() }()
	command.Env, command.Stderr = append(os.Environ(), zoneRole+"="+string(role)), log
	must(z.t, command.Start())
	z.logs = append(z.logs, log.Name())
	z.t.Cleanup(func() { kill(command) })
}

// kill kills a process and waits for its end.
func kill(command *exec.Cmd) {
	_ = command.Process.Kill()
	_ = command.Wait()
}

func (z *zones) startServer(p part) *zoneServer {
	z.t.Helper()
	c, err := client.New("http://"+p.Listen, client.WithToken(datasource.NewSecret(zoneToken("user"))),
		client.WithHTTPClient(&http.Client{Timeout: 20 * time.Second}))
	must(z.t, err)
	s := &zoneServer{ending(exec.Command(os.Args[0])), c, p}
	z.launch(s.Cmd, p)
	return s
}

func (z *zones) startAgent(zone string, place int) {
	z.t.Helper()
	name := fmt.Sprintf("%s%d", zone, len(z.agents))
	a := &zoneAgent{Cmd: z.net.command(zone, place), place: place, part: part{Zone: zone, Name: name,
		Evidence: filepath.Join(z.folder, name+".evidence")}}
	for i := range z.servers { // each agent begins with another one
		a.Servers = append(a.Servers, "http://"+z.servers[(i+place)%zoneServers].Listen)
	}
	z.launch(a.Cmd, a.part)
	z.agents = append(z.agents, a)
}

// call calls servers until one answers. It is for calls that have no effect when they are repeated.
func (z *zones) call(what string, f func(context.Context, *client.Client) error) error {
	for limit := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := f(context.Background(), z.servers[rand.N(zoneServers)].Client)
		var answered *client.Error
		if err == nil || errors.As(err, &answered) && answered.Status < 500 &&
			answered.Status != http.StatusTooManyRequests {
			return err
		}
		if time.Now().After(limit) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

// submit submits a run of a pair, once.
func (z *zones) submit(zone string, pair int) string {
	z.mu.Lock()
	z.keys++
	key := fmt.Sprint("key-", z.keys)
	z.mu.Unlock()
	request := wire.SubmitPreCheckRequest{Task: wire.Task{Name: key, SourceEndpointID: zoneDatabase(zone, pair, 0),
		SinkEndpointID: zoneDatabase(zone, pair, 1), TransferMapping: wire.TransferMapping{Mode: "SPECIFIC",
			Databases: []wire.Database{{Name: z.schemas[0], MappedName: z.schemas[1]}}}}}
	request.Limits = &wire.Limits{Connections: zoneConnections, CheckTimeoutSeconds: 600}
	request.Settings = &wire.Settings{Heartbeat: pair == zonePairs-1}
	var id string
	err := z.call("submit", func(ctx context.Context, c *client.Client) (err error) {
		id, err = c.SubmitPreCheck(ctx, request, key)
		return err
	})
	if err != nil {
		z.t.Errorf("submit: %v", err)
		return ""
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.submitted[id] {
		z.t.Errorf("run %s was submitted twice", id)
	}
	z.submitted[id] = true
	return id
}

// cancel cancels a run, unless it has ended.
func (z *zones) cancel(id string) {
	err := z.call("cancel", func(ctx context.Context, c *client.Client) error { return c.CancelPreCheck(ctx, id) })
	var answered *client.Error
	switch {
	case err == nil:
		z.mu.Lock()
		defer z.mu.Unlock()
		z.cancelled[id] = true
	case !errors.As(err, &answered):
		z.t.Error(err)
	}
}

// await waits until a run satisfies a condition.
func (z *zones) await(id, what string, is func(runstore.Run) bool) (r runstore.Run) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	for version := int64(0); ; version = r.Version {
		next, err := z.s.Wait(ctx, id, version)
		if errors.Is(err, runstore.ErrUnavailable) && ctx.Err() == nil {
			continue // there may be a primary soon
		}
		if err != nil {
			z.t.Errorf("run %s is not %s, but %s of %s: %v", id, what, r.Status, r.Owner, err)
			return r
		}
		if r = next; is(r) {
			return r
		}
	}
}

// drive keeps runs of a pair going.
func (z *zones) drive(zone string, pair int) {
	var open []string
	for i := 0; z.closing.Err() == nil && !z.t.Failed(); i++ {
		id := z.submit(zone, pair)
		if id == "" {
			return
		}
		if pair == zonePairs-2 && i%3 == 2 {
			time.Sleep(rand.N(500 * time.Millisecond))
			z.cancel(id)
		}
		if open = append(open, id); len(open) == 3 {
			z.await(open[0], "ended", ended)
			open = open[1:]
		}
	}
}

// goesOn waits until ten runs more have finished.
func (z *zones) goesOn() { awaitFinished(z.t, z.s, finishedIn(z.t, z.s)+10) }

// heldRun is a run that waits to be cancelled, and its agent.
type heldRun struct {
	id string
	by *zoneAgent
}

// hold submits a run in each of these zones that waits to be cancelled, and returns them when agents have them.
func (z *zones) hold(in ...string) []heldRun {
	held := make([]heldRun, len(in))
	var all sync.WaitGroup
	for i, zone := range in {
		all.Go(func() {
			id := z.submit(zone, zonePairs-1)
			r := z.await(id, "held", func(r runstore.Run) bool { return r.Done == r.Items-1 || r.Ended() })
			held[i] = heldRun{id, z.holder(r)}
		})
	}
	all.Wait()
	if z.t.Failed() {
		z.t.FailNow()
	}
	return held
}

func (z *zones) holder(r runstore.Run) *zoneAgent {
	for _, a := range z.agents {
		if strings.HasPrefix(r.Owner, "agent/"+a.Zone+"/"+a.Name+"/") {
			return a
		}
	}
	return nil
}

// cancelTimed cancels runs of live agents, and takes how long they take to end.
func (z *zones) cancelTimed(held []heldRun) {
	z.t.Helper()
	ctx, stop := context.WithCancel(z.t.Context())
	defer stop()
	slowest := make(chan time.Duration, zoneServers)
	for _, s := range z.servers {
		go func() { slowest <- slowestCall(ctx, s.Client) }()
	}
	var all sync.WaitGroup
	ends := make([]runstore.Run, len(held))
	for i, h := range held {
		all.Go(func() {
			z.cancel(h.id)
			ends[i] = z.await(h.id, "ended", ended)
		})
	}
	all.Wait()
	stop()
	var call time.Duration
	for range z.servers {
		call = max(call, <-slowest)
	}
	for _, r := range ends {
		took := r.Finished.Sub(r.CancelAsked)
		z.slowest = max(z.slowest, took)
		if took > cancelTime+cancelCalls*call {
			z.t.Errorf("run %s of %s ended %s after its cancel; the slowest call took %s", r.ID, r.Owner, took, call)
		}
	}
}

// slowestCall makes calls until ctx ends, and returns how long the slowest took, with how late it was made.
func slowestCall(ctx context.Context, c *client.Client) (slowest time.Duration) {
	const every = 50 * time.Millisecond
	for ctx.Err() == nil {
		due := time.Now().Add(every)
		time.Sleep(every)
		_, _, _ = c.ListPreCheck(ctx, wire.ListPreCheckRequest{Page: wire.Page{PageSize: 1}})
		slowest = max(slowest, time.Since(due))
	}
	return slowest
}

// strike stops an agent, kills one, separates one from the servers, and kills a server, while each agent holds a run.
// The runs of the others are cancelled before.
func (z *zones) strike() {
	z.t.Helper()
	east := z.hold("east", "east", "east", "east")
	stopped := east[0]
	at := -1
	for at < 0 {
		at = slices.IndexFunc(east, func(h heldRun) bool { return h.by != stopped.by })
		if at < 0 {
			east = append(east, z.hold("east")...)
		}
	}
	killed, west := east[at], z.hold("west", "west")
	cut := west[0]
	z.cancelTimed(append(slices.Delete(east, at, at+1)[1:], west[1:]...))

	must(z.t, stopped.by.Process.Signal(syscall.SIGSTOP))
	stopped.by.stopped = time.Now()
	for _, g := range z.gates {
		if g.Zone == stopped.by.Zone {
			g.freeze(z.net.address(g.Zone, stopped.by.place))
		}
	}
	kill(killed.by.Cmd)
	killed.by.killed = time.Now()
	z.startAgent(killed.by.Zone, killed.by.place)
	z.cancel(killed.id) // it ends when the lease lapses
	must(z.t, z.net.cut(cut.by.Zone, cut.by.place))
	server := z.servers[rand.N(zoneServers)]
	kill(server.Cmd)
	server.Cmd = z.startServer(server.part).Cmd
	z.repair.Go(func() { z.heal(stopped, cut) })
}

// heal waits until other agents have the runs of those that were stopped and cut off, and lets these go on.
func (z *zones) heal(stopped, cut heldRun) {
	for _, former := range []heldRun{stopped, cut} {
		z.await(former.id, "taken over", func(r runstore.Run) bool {
			return r.Status == engine.StatusRunning && z.holder(r) != former.by || r.Ended()
		})
	}
	err := errors.Join(stopped.by.Process.Signal(syscall.SIGCONT), z.net.join(cut.by.Zone, cut.by.place))
	if err != nil {
		z.t.Error(err)
	}
	began := time.Now()
	for _, former := range []heldRun{stopped, cut} {
		z.until(former.by.Name+" does not go on", func() bool {
			return slices.ContainsFunc(former.by.steps(z.t), func(s step) bool {
				return s.What == "put" && s.Status == http.StatusOK && s.At.After(began)
			})
		})
		z.cancel(former.id)
	}
	z.until("an agent that was stopped keeps connections", func() bool {
		return !slices.ContainsFunc(z.gates, func(g *gate) bool { return g.frozen() > 0 })
	})
}

// recover waits until the agents that were stopped and cut off go on.
func (z *zones) recover() {
	z.t.Helper()
	z.repair.Wait()
	z.cancelTimed(z.hold("east", "west", "east", "west"))
}

// until waits for a condition.
func (z *zones) until(not string, is func() bool) {
	for limit := time.Now().Add(2 * time.Minute); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(limit) {
			z.t.Error(not)
			return
		}
	}
}

// end ends the fleet when all runs have ended, and compares what the store has with the evidence.
func (z *zones) end() {
	z.t.Helper()
	z.close()
	z.drivers.Wait()
	for _, id := range slices.Sorted(maps.Keys(z.submitted)) {
		z.await(id, "ended", ended)
	}
	for _, a := range z.agents {
		kill(a.Cmd)
	}
	for _, s := range z.servers {
		kill(s.Cmd)
	}
	z.prove()
}

// steps returns the evidence of an agent.
func (a *zoneAgent) steps(t *testing.T) (all []step) {
	t.Helper()
	data, err := os.ReadFile(a.Evidence)
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(string(data)) {
		var s step
		if !strings.HasSuffix(line, "\n") {
			break // it is being written
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Error(err)
		}
		all = append(all, s)
	}
	return all
}

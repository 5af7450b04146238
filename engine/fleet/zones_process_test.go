package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// zoneRole is the environment variable with the part, in JSON, that a process of this program has in a fleet in zones.
const zoneRole = "PRECHECK_TEST_ZONES"

// part is that of a server, if Store is set, or of an agent.
type part struct {
	Store, Listen string
	Databases     []database

	Servers              []string // URLs
	Zone, Name, Evidence string
}

// database is one in a zone.
type database struct {
	ID, Zone       string
	Type           datasource.Type
	Host           string
	Port           int
	User, Password string
	Connections    int // the limit
}

// zoneProcess runs until it is killed.
func zoneProcess(role string) {
	var p part
	err := json.Unmarshal([]byte(role), &p)
	if err == nil && p.Store != "" {
		err = p.serve()
	} else if err == nil {
		err = p.work()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func zoneToken(zone string) string { return "token-of-" + zone + "-0123456789" }

func (p part) config() config.Config {
	c := config.Default()
	for _, d := range p.Databases {
		c.DataSources = append(c.DataSources, config.DataSource{ID: d.ID, Name: d.ID, Zone: d.Zone,
			Connections: d.Connections, Endpoint: engine.At(datasource.Endpoint{Type: d.Type, Host: d.Host,
				Port: d.Port, User: d.User, Password: datasource.NewSecret(d.Password)})})
		if !c.Reached(d.Zone) {
			c.Agents = append(c.Agents, config.Agent{Name: d.Zone, Zones: []string{d.Zone}, Passwords: true,
				Secret: datasource.NewSecret(zoneToken(d.Zone))})
		}
	}
	c.Tokens = []auth.Token{{Name: "user", Role: auth.Admin, Secret: datasource.NewSecret(zoneToken("user"))}}
	return c
}

func (p part) serve() error {
	ctx, log := context.Background(), slog.New(slog.NewTextHandler(os.Stderr, nil))
	store, err := openNamed(ctx, p.Store, runstore.Options{MaxRestarts: 1 << 30, Log: log})
	if err != nil {
		return err
	}
	c := p.config()
	sources, err := omsapi.NewDataSources(c, store)
	if err != nil {
		return err
	}
	f, err := fleet.New(fleet.Config{Store: store, Complete: sources.Complete, Limit: sources.Limit,
		Engine: zoneOptions(), Log: log})
	if err != nil {
		return err
	}
	handler, err := omsapi.New(omsapi.Options{Config: c, Store: store, Fleet: f, DataSources: sources, Log: log})
	if err != nil {
		return err
	}
	go f.Run(ctx)
	return (&http.Server{Addr: p.Listen, Handler: handler, ReadHeaderTimeout: time.Minute}).ListenAndServe()
}

func (p part) work() error {
	file, err := os.OpenFile(p.Evidence, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	e := evidence{file}
	var servers []*url.URL
	for _, text := range p.Servers { // the evidence is between the agent and the servers
		server, err := url.Parse(text)
		if err != nil {
			return err
		}
		proxy := httputil.NewSingleHostReverseProxy(server)
		proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		go func() { _ = http.Serve(listener, e.between(proxy)) }()
		servers = append(servers, &url.URL{Scheme: "http", Host: listener.Addr().String()})
	}
	a, err := agent.New(agent.Config{Servers: servers, Name: p.Name, Runs: 3,
		Token:  func() (datasource.Secret, error) { return datasource.NewSecret(zoneToken(p.Zone)), nil },
		Engine: append(zoneOptions(), engine.WithObserver(e)),
		Log:    slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	a.Run(context.Background())
	return errors.New("the agent has ended")
}

// The numbers of items of a run in zones that pass and that fail.
const (
	zonePassed = 5
	zoneFailed = 1
)

// zoneOptions are those of an engine with a few checks that read the databases, of which one waits until the end of its
// context if the task has a heartbeat.
func zoneOptions() []engine.Option {
	added := []*checks.Check{
		own("OWN_A", func(ctx context.Context, p *checks.Pass) error {
			_, err := datasource.FactServer.Of(ctx, p.Facts())
			return err
		}),
		own("OWN_B", func(ctx context.Context, p *checks.Pass) error {
			_, err := datasource.FactVariables.Of(ctx, p.Facts())
			return err
		}),
		own("OWN_C", func(ctx context.Context, p *checks.Pass) error {
			tables, err := datasource.FactTables.Of(ctx, p.Facts())
			if err == nil && len(tables) != 1 {
				err = fmt.Errorf("%d tables", len(tables))
			}
			return err
		}),
		own("OWN_D", func(ctx context.Context, p *checks.Pass) error {
			time.Sleep(rand.N(200 * time.Millisecond)) // as a large database would
			return fails(ctx, p)
		}),
		own("OWN_E", func(ctx context.Context, p *checks.Pass) error {
			if p.Settings.Heartbeat {
				return blocks(nil)(ctx, p)
			}
			return nil
		}),
		own("OWN_F", func(ctx context.Context, p *checks.Pass) error {
			_, err := datasource.FactVariables.Of(ctx, p.Facts())
			return err
		}),
	}
	added[len(added)-1].Sides = []checks.Side{checks.Dest}
	var types []string
	for _, c := range added {
		c.Reads = checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables,
			datasource.FactTables}}
		types = append(types, c.Type)
	}
	return []engine.Option{engine.WithChecks(added...), engine.WithOnly(types...)}
}

// evidence is a file in which an agent notes each step before and after it. It remains when the agent is killed.
type evidence struct{ file *os.File }

// step is a line of the evidence.
type step struct {
	At     time.Time
	What   string // item, put or finish
	After  bool   // the step
	Run    string
	Item   string // name, or the index of a result
	Digest string `json:",omitempty"` // of the result
	Status int    `json:",omitempty"` // of HTTP
	Ending string `json:",omitempty"`
}

func (e evidence) note(s step) {
	s.At = time.Now()
	line, _ := json.Marshal(s)
	_, _ = e.file.Write(append(line, '\n')) // in one call, so that a line is whole
}

func (e evidence) Planned(context.Context, engine.Task, engine.Plan) {}

func (e evidence) Started(_ context.Context, id string, item engine.Item) {
	e.note(step{What: "item", Run: id, Item: item.Check.Type})
}

func (e evidence) Finished(_ context.Context, id string, r engine.Result, _, _ int) {
	e.note(step{What: "item", After: true, Run: id, Item: r.Item.Check.Type})
}

// between notes the writes that pass on their way to a server.
func (e evidence) between(server http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := strings.TrimPrefix(r.URL.Path, agent.Path)
		if call != "put" && call != "finish" {
			server.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		steps := steps(call, body)
		for _, s := range steps {
			e.note(s)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		for _, s := range steps {
			s.After, s.Status = true, answer.Code
			if call == "finish" {
				var run struct{ Status, End string }
				_ = json.Unmarshal(answer.Body.Bytes(), &run)
				s.Ending = run.Status + " " + run.End
			}
			e.note(s)
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// steps returns what a write is about.
func steps(call string, body []byte) (all []step) {
	var q struct {
		Claim struct{ Run string }
		Items []struct {
			Index  int
			Result json.RawMessage
		}
	}
	_ = json.Unmarshal(body, &q)
	if call == "finish" {
		return []step{{What: call, Run: q.Claim.Run}}
	}
	for _, i := range q.Items {
		all = append(all, step{What: call, Run: q.Claim.Run, Item: fmt.Sprint(i.Index), Digest: digestOf(i.Result)})
	}
	return all
}

// digestOf returns the digest of a result however its JSON is laid out.
func digestOf(result []byte) string {
	var compact bytes.Buffer
	if err := json.Compact(&compact, result); err != nil {
		return err.Error()
	}
	return digest(compact.Bytes())
}

package agent

import (
	"context"
	"crypto/hpke"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Config configures an Agent. Servers, Token and Name must be set.
type Config struct {
	Servers []*url.URL // of ParseServer; any of them will do
	// Token returns the token that the servers know. It is called for each request.
	Token func() (datasource.Secret, error)
	// Name tells the processes of a token apart: 1 to 63 letters, digits, dots, dashes and underscores.
	Name string
	// TLS is the configuration of connections to the servers; nil trusts the authorities of the system.
	TLS *tls.Config
	// Sources are what the agent itself knows of data sources, by ID. What an endpoint does not say comes from the
	// server, its password, too.
	Sources map[string]engine.Endpoint
	// Engine are the options of the engine that runs the prechecks.
	Engine []engine.Option
	// Runs is the maximum number of runs at a time; 0 is fleet.DefaultRuns.
	Runs int
	// Drain is how long Run waits for running prechecks after its context has ended, before it gives them back.
	Drain time.Duration
	// Log receives what happens to runs. Nil discards it.
	Log *slog.Logger
}

// Agent claims the runs of its zones from servers, and runs them.
type Agent struct {
	Config
	remote *remote
	worker *fleet.Worker
	key    hpke.PrivateKey
}

// New returns an Agent. It fails if the engine's options are not valid.
func New(c Config) (*Agent, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	key, err := kem.GenerateKey()
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = c.TLS
	// With HTTP/2, calls share a connection, and one that the network has dropped without a word is used again.
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.MaxIdleConnsPerHost = 16
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // the token goes to the servers only
	}}
	a := &Agent{Config: c, key: key, remote: &remote{name: c.Name, connection: &connection{servers: c.Servers,
		http: client, token: c.Token, oldest: oldestVersion, newest: newestVersion}}}
	a.worker, err = fleet.NewWorker(fleet.WorkerConfig{Work: a.remote, Engine: c.Engine, Task: a.task, Runs: c.Runs,
		Drain: c.Drain, Log: c.Log})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Greet agrees with a server on the version of the protocol, and returns the name and the zones of the agent's token.
// It fails if no server accepts the agent.
func (a *Agent) Greet(ctx context.Context) (name string, zones []string, err error) {
	for range a.Servers {
		at, _ := a.remote.server()
		if err = a.remote.greet(ctx, at); err == nil {
			hello := a.remote.greeting()
			return hello.Name, hello.Zones, nil
		}
		a.remote.failed(at)
	}
	return "", nil, err
}

// Run claims and runs prechecks until ctx ends, and gives back what has not ended after Config.Drain.
func (a *Agent) Run(ctx context.Context) { a.worker.Run(ctx) }

// Running returns the number of runs that the agent is running.
func (a *Agent) Running() int { return a.worker.Running() }

// task returns the task of a run, with what the agent itself knows of its databases.
func (a *Agent) task(ctx context.Context, c runstore.Claim) (engine.Task, error) {
	var answer taskAnswer
	err := a.remote.call(ctx, "task", taskRequest{a.remote.reference(c), c.Databases, a.key.PublicKey().Bytes(),
		a.ownPasswords()}, &answer, writeTime)
	if err != nil {
		return engine.Task{}, err
	}
	for _, checkType := range answer.OwnChecks {
		if !slices.ContainsFunc(a.worker.Engine().Checks(), func(c *checks.Check) bool { return c.Type == checkType }) {
			return engine.Task{}, message.Err("agent.check_missing", "agent", a.Name, "type", checkType)
		}
	}
	task, err := engine.DecodeTask(answer.Task)
	if err != nil {
		return engine.Task{}, err
	}
	for _, one := range []struct {
		side checks.Side
		id   string
		to   *engine.Endpoint
	}{{checks.Source, c.Run.SourceID, &task.Source}, {checks.Dest, c.Run.SinkID, &task.Destination}} {
		if !reads(c.Run, one.side) {
			continue
		}
		own, known := a.Sources[one.id]
		if own.Password.Empty() {
			if err := unseal(a.key, c.Run.ID, one.side, one.to, answer.Passwords[one.side]); err != nil {
				return engine.Task{}, message.Err("agent.no_password", "agent", a.Name, "source", one.id)
			}
		}
		if !known {
			continue
		}
		*one.to = merged(*one.to, own)
		if err := engine.ValidateEndpoint("dataSources", *one.to); err != nil {
			return engine.Task{}, message.Wrap(err, "agent.source_invalid", "agent", a.Name, "source", one.id)
		}
	}
	return task, nil
}

// ownPasswords returns the IDs of the data sources whose passwords the agent has.
func (a *Agent) ownPasswords() []string {
	var ids []string
	for id, e := range a.Sources {
		if !e.Password.Empty() {
			ids = append(ids, id)
		}
	}
	return ids
}

// merged returns the endpoint of a server with what an agent knows better.
func merged(server, own engine.Endpoint) engine.Endpoint {
	endpoint := engine.At(overlay(server.Endpoint, own.Endpoint))
	switch {
	case own.Standby != nil && server.Standby != nil:
		standby := overlay(*server.Standby, *own.Standby)
		endpoint.Standby = &standby
	case own.Standby != nil:
		endpoint.Standby = own.Standby
	case server.Standby != nil:
		standby := *server.Standby // with the account of the primary
		if !own.Password.Empty() {
			standby.Password = own.Password
		}
		if own.User != "" {
			standby.User = own.User
		}
		endpoint.Standby = &standby
	}
	return endpoint
}

// overlay returns an endpoint with the fields that another one sets.
func overlay(server, own datasource.Endpoint) datasource.Endpoint {
	e := server
	set := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	if own.Type != "" {
		e.Type = own.Type
	}
	if own.Host != "" || own.Socket != "" {
		e.Host, e.Port, e.Socket = own.Host, own.Port, own.Socket
		if own.Port == 0 {
			e.Port = server.Port
		}
	} else if own.Port != 0 {
		e.Port = own.Port
	}
	set(&e.User, own.User)
	set(&e.ServerPublicKey, own.ServerPublicKey)
	if own.Service != "" || own.SID != "" {
		e.Service, e.SID = own.Service, own.SID
	}
	if own.TLS != (datasource.TLS{}) {
		e.TLS = own.TLS
	}
	e.InsecurePassword = own.InsecurePassword || server.InsecurePassword
	if !own.Password.Empty() {
		e.Password = own.Password
		e.DRC, e.InnerDRC = datasource.Login{}, datasource.Login{} // whose passwords only the server has
	}
	return e
}

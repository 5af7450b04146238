package omsapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// newAgents returns the handler of the calls of agents.
func (s *Server) newAgents() *agent.Handler {
	var tokens []auth.Token
	for _, a := range s.config.Agents {
		tokens = append(tokens, auth.Token{Name: a.Name, Secret: a.Secret, Expires: a.Expires})
	}
	s.agentIDs = auth.New(nil, tokens)
	var own []string
	for _, c := range s.config.Checks {
		own = append(own, c.Type)
	}
	return agent.NewHandler(agent.HandlerConfig{Store: s.store, Fleet: s.fleet, Identify: s.identifyAgent,
		ZonesOf: s.zonesOf, OwnChecks: own, Draining: s.ended.Done(), Log: s.log})
}

// identifyAgent returns the agent whose token a request has. Tokens of users are not accepted.
func (s *Server) identifyAgent(r *http.Request) (agent.Identity, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return agent.Identity{}, errNoIdentity
	}
	token = strings.TrimSpace(token)
	identity, ok := s.agentIDs.Holder(token)
	if !ok { // agents of a zone may all come from one address, so only those with a wrong token are slowed down
		var err error
		if identity, err = s.agentIDs.Bearer(clientOf(r), token); errors.Is(err, auth.ErrDenied) {
			s.log.Warn("access denied", "requestId", of(r).id, "client", clientOf(r))
			s.metrics.denied.Inc()
		}
		if err != nil {
			return agent.Identity{}, err
		}
	}
	of(r).user = identity.Name
	at := slices.IndexFunc(s.config.Agents, func(a config.Agent) bool { return a.Name == identity.Name })
	a := s.config.Agents[at]
	return agent.Identity{Name: a.Name, Zones: a.Zones, Passwords: a.Passwords}, nil
}

// zonesOf returns the zones in which the databases of a run are now.
func (s *Server) zonesOf(ctx context.Context, r runstore.Run) (map[checks.Side]string, error) {
	source, errSource := s.sources.zone(ctx, r.SourceID)
	destination, errDestination := s.sources.zone(ctx, r.SinkID)
	return map[checks.Side]string{checks.Source: source, checks.Dest: destination},
		errors.Join(errSource, errDestination)
}

// place sets where a run is done: on this server, by an agent that reaches both sides, or, if there is none, in stages:
// agents capture the sides that this server does not reach. It fails if no agent has the zone of a side.
func (s *Server) place(ctx context.Context, run *runstore.Submission) error {
	of, err := s.zonesOf(ctx, runstore.Run{SourceID: run.SourceID, SinkID: run.SinkID})
	if err != nil {
		return s.storeError(err, message.New("api.what.source"))
	}
	source, destination := of[checks.Source], of[checks.Dest]
	if source == "" && destination == "" || s.config.Reached(source, destination) {
		run.Zones = runstore.ZonesOf(source, destination)
		return nil
	}
	for _, one := range []struct {
		side  checks.Side
		field string
	}{{checks.Source, "sourceEndpointId"}, {checks.Dest, "sinkEndpointId"}} {
		zone := of[one.side]
		if zone == "" {
			continue
		}
		if !s.config.Reached(zone) {
			return fieldError(one.field, message.New("api.task.unreached", "zone", zone))
		}
		run.Stages = append(run.Stages, runstore.Stage{Side: one.side, Zone: zone})
	}
	run.Stages = append(run.Stages, runstore.Stage{})
	return nil
}

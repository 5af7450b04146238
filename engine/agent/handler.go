package agent

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Identity is an agent as its token names it.
type Identity struct {
	Name  string
	Zones []string // names
	// Passwords allows the server to send the passwords of data sources in the zones.
	Passwords bool
}

// HandlerConfig configures a Handler. All fields but Log must be set.
type HandlerConfig struct {
	Store runstore.Store
	Fleet *fleet.Fleet
	// Identify returns the agent that makes a request, or an error for a person.
	Identify func(*http.Request) (Identity, error)
	// ZonesOf returns the names of the zones in which the databases of a run are now.
	ZonesOf func(context.Context, runstore.Run) (map[checks.Side]string, error)
	// OwnChecks are the types of own checks that belong to every run.
	OwnChecks []string
	// Draining is closed when the server is about to end.
	Draining <-chan struct{}
	// Log receives what agents do wrong. Nil discards it.
	Log *slog.Logger
}

// Handler answers agents. It is safe for concurrent use.
type Handler struct {
	HandlerConfig
	work           fleet.Work
	oldest, newest int // versions of the protocol
	seen           registry
}

// NewHandler returns a Handler.
func NewHandler(c HandlerConfig) *Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{HandlerConfig: c, work: fleet.Stored(c.Store), oldest: oldestVersion, newest: newestVersion}
}

const (
	// maxPoll is the longest time that a call waits for something to happen.
	maxPoll = 25 * time.Second
	// PollTime is the longest time that a call may take that waits.
	PollTime = maxPoll + 20*time.Second
	// pollEvery is how often a call looks for a run to claim.
	pollEvery = time.Second
	// maxBody is the maximum size of a request in bytes. Agents split what is larger.
	maxBody = 32 << 20
)

// call is a request of an agent.
type call struct {
	http.ResponseWriter
	ctx   context.Context
	agent Identity
	body  []byte
}

// calls are the calls of agents by the end of their paths.
var calls = map[string]func(*Handler, call) (any, error){
	"hello": (*Handler).hello, "claim": (*Handler).claim, "task": (*Handler).task, "replan": (*Handler).replan,
	"start": (*Handler).start, "put": (*Handler).put, "part": (*Handler).part, "advance": (*Handler).advance,
	"beat": (*Handler).beat, "finish": (*Handler).finish, "release": (*Handler).release, "items": (*Handler).items,
	"watch": (*Handler).watch,
}

// Calls returns the ends of the paths that a Handler answers.
func Calls() []string { return slices.Sorted(maps.Keys(calls)) }

// ServeHTTP answers a request to a path below Path.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	agent, err := h.Identify(r)
	if err != nil {
		h.refuse(w, http.StatusUnauthorized, kindDenied, message.Of(err))
		return
	}
	answer, known := calls[r.URL.Path[len(Path):]]
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case !known:
		h.refuse(w, http.StatusNotFound, "invalid", message.New("agent.unknown_call"))
		return
	case r.Method != http.MethodPost || kind != "application/json":
		h.refuse(w, http.StatusMethodNotAllowed, "invalid", message.New("agent.malformed"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			h.refuse(w, http.StatusRequestEntityTooLarge, "invalid",
				message.New("agent.too_large", "limit", message.Bytes(maxBody)))
		} else {
			h.refuse(w, http.StatusBadRequest, "unavailable", message.New("agent.malformed"))
		}
		return
	}
	h.seen.contact(agent)
	result, err := answer(h, call{w, r.Context(), agent, body})
	h.answer(w, agent, result, err)
}

func (h *Handler) answer(w http.ResponseWriter, agent Identity, result any, err error) {
	var refused *refusal
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(result) // the agent repeats the call if it does not get the answer
	case errors.Is(err, runstore.ErrNothing):
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, errVersion):
		h.Log.Warn("an agent has another version", "agent", agent.Name, "error", err)
		h.refuse(w, http.StatusUpgradeRequired, kindVersion, message.Of(err))
	case errors.As(err, &refused):
		h.refuse(w, http.StatusUnprocessableEntity, refused.kind, refused.Message())
	case errors.Is(err, runstore.ErrNotFound): // the run of a claim was deleted
		h.refuse(w, http.StatusConflict, "lost", message.Of(err))
	case errors.Is(err, runstore.ErrLost), errors.Is(err, runstore.ErrConflict):
		h.refuse(w, http.StatusConflict, kindOf(err), message.Of(err))
	case errors.Is(err, runstore.ErrInvalid):
		h.refuse(w, http.StatusUnprocessableEntity, "invalid", message.Of(err))
	case errors.Is(err, errDraining):
		h.refuse(w, http.StatusServiceUnavailable, "unavailable", message.Of(err))
	default:
		h.Log.Error("a call of an agent failed", "agent", agent.Name, "error", err)
		h.refuse(w, http.StatusServiceUnavailable, "unavailable", message.New("agent.server_unavailable"))
	}
}

func (h *Handler) refuse(w http.ResponseWriter, status int, kind string, text message.Text) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure{Kind: kind, Text: text, Plain: text.String()})
}

func (c call) read(into any) error {
	if err := json.Unmarshal(c.body, into); err != nil {
		return invalid(message.New("agent.malformed"))
	}
	return nil
}

// hello chooses the version of the protocol.
func (h *Handler) hello(c call) (any, error) {
	var q helloRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	switch {
	case q.Newest < h.oldest:
		return nil, fail(errVersion, message.New("agent.too_old", "newest", q.Newest, "oldest", h.oldest))
	case q.Oldest > h.newest:
		return nil, fail(errVersion, message.New("agent.too_new", "oldest", q.Oldest, "newest", h.newest))
	}
	return helloAnswer{Version: min(q.Newest, h.newest), Name: c.agent.Name, Zones: c.agent.Zones}, nil
}

// slotForm is the form of the slot of an agent: the name of its process, and a random part.
var slotForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,63}/[a-z0-9]{8,32}$`)

// owner returns the owner of the claims of a slot. It begins with the name of the token, so that an agent cannot name
// the claim of another one.
func (c call) owner(slot string) (string, error) {
	if !slotForm.MatchString(slot) {
		return "", invalid(message.New("agent.slot"))
	}
	return ownerPrefix + c.agent.Name + "/" + slot, nil
}

// ownerPrefix begins the owners of all claims of agents.
const ownerPrefix = "agent/"

// sets returns the zones of the runs that an agent takes: those of one of its zones, and of two.
func sets(names []string) []runstore.Zones {
	var all []runstore.Zones
	for i, a := range names {
		for _, b := range names[i:] {
			all = append(all, runstore.ZonesOf(a, b))
		}
	}
	return all
}

// claim waits for a run.
func (h *Handler) claim(c call) (any, error) {
	var q claimRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	owner, err := c.owner(q.Slot)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, min(time.Duration(q.WaitMS)*time.Millisecond, maxPoll)+time.Millisecond)
	defer cancel()
	worker := runstore.Worker{ID: owner, Remote: true, Lease: runstore.MinLease, Zones: sets(c.agent.Zones)}
	if len(worker.Zones) == 0 {
		return nil, invalid(message.New("agent.no_zones"))
	}
	if q.Captures {
		for _, zone := range c.agent.Zones {
			worker.Zones = append(worker.Zones, runstore.CaptureIn(zone))
		}
	}
	for {
		if h.drains() {
			return nil, errDraining
		}
		claim, err := h.Store.Claim(c.ctx, worker)
		if err == nil {
			return claimAnswer{reference{claim.Run.ID, q.Slot, claim.Epoch, claim.Run.Skips, claim.Run.Version},
				encodeRun(claim.Run, ""), claim.Databases}, nil
		}
		if !errors.Is(err, runstore.ErrNothing) {
			return nil, err
		}
		select {
		case <-time.After(pollEvery):
			continue
		case <-h.Draining:
			continue
		case <-ctx.Done():
			return nil, err
		}
	}
}

// errDraining sends an agent to another server.
var errDraining = fail(runstore.ErrUnavailable, message.New("api.transport.draining"))

func (h *Handler) drains() bool {
	select {
	case <-h.Draining:
		return true
	default:
		return false
	}
}

// claimOf returns the claim that a call is about.
func (c call) claimOf(ref reference) (runstore.Claim, error) {
	owner, err := c.owner(ref.Slot)
	run := runstore.Run{ID: ref.Run, Skips: ref.Skips, Version: ref.Version}
	return runstore.Claim{Run: run, Owner: owner, Epoch: ref.Epoch}, err
}

// claimed reads a request that is about a claim only.
func (c call) claimed() (q claimed, claim runstore.Claim, err error) {
	if err = c.read(&q); err == nil {
		claim, err = c.claimOf(q.Claim)
	}
	return q, claim, err
}

// held returns the claim that a call is about with its run, if it holds that.
func (h *Handler) held(c call, ref reference) (runstore.Claim, error) {
	claim, err := c.claimOf(ref)
	if err != nil {
		return claim, err
	}
	run, err := h.Store.Get(c.ctx, ref.Run)
	switch {
	case err == nil && run.Version < ref.Version: // of a server that is no longer the primary
		err = fail(runstore.ErrUnavailable, message.New("agent.server_unavailable"))
	case err == nil && !claim.Holds(run):
		err = claim.Lost()
	}
	if err != nil {
		return claim, err
	}
	claim.Run = run
	return claim, nil
}

// task returns the task of a run, with the passwords that the agent may have.
func (h *Handler) task(c call) (any, error) {
	var q taskRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := h.held(c, q.Claim)
	if err != nil {
		return nil, err
	}
	claim.Databases = q.Databases
	task, err := h.Fleet.Task(c.ctx, claim)
	if err != nil {
		return nil, refuse(err)
	}
	answer := taskAnswer{Passwords: map[checks.Side][]byte{}, OwnChecks: h.OwnChecks}
	if answer.Task, err = engine.EncodeTask(task); err != nil {
		return nil, err
	}
	zones, err := h.ZonesOf(c.ctx, claim.Run)
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		side     checks.Side
		id       string
		endpoint engine.Endpoint
	}{{checks.Source, claim.Run.SourceID, task.Source}, {checks.Dest, claim.Run.SinkID, task.Destination}} {
		if one.id == "" || !reads(claim.Run, one.side) || slices.Contains(q.Own, one.id) || !c.agent.Passwords ||
			!slices.Contains(c.agent.Zones, zones[one.side]) {
			continue
		}
		sealed, err := seal(q.Key, claim.Run.ID, one.side, one.endpoint)
		if err != nil {
			return nil, invalid(message.New("agent.key"))
		}
		answer.Passwords[one.side] = sealed
	}
	return answer, nil
}

// reads reports whether the worker of a run reads a side: one that captures does not read the other one.
func reads(r runstore.Run, side checks.Side) bool {
	capturing := r.Now().Side
	return capturing == "" || capturing == side
}

func (h *Handler) replan(c call) (any, error) {
	var q planRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := h.held(c, q.Claim)
	if err != nil {
		return nil, err
	}
	plan, err := h.Fleet.Engine().DecodePlan(q.Plan)
	if err != nil {
		return nil, invalid(message.New("agent.malformed"))
	}
	if missing := lacks(plan, h.Fleet.Engine().Plan(claim.Run.Task)); missing != "" {
		return nil, &refusal{kindRefused, message.New("agent.older", "agent", c.agent.Name, "type", missing)}
	}
	return struct{}{}, h.work.Replan(c.ctx, claim, plan, q.Moved)
}

// lacks returns the type of a check that the wanted plan has and the program that made the other one does not know: the
// run would pass without it. It is empty if there is none.
func lacks(plan, wanted engine.Plan) string {
	known := map[string]bool{}
	for _, item := range plan.Items {
		known[item.Check.Type] = true
	}
	for _, e := range plan.Excluded {
		known[e.Check.Type] = true
	}
	for _, item := range wanted.Items {
		if !known[item.Check.Type] {
			return item.Check.Type
		}
	}
	return ""
}

func (h *Handler) start(c call) (any, error) {
	claim, items, err := h.itemsOf(c)
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.work.Start(c.ctx, claim, items...)
}

func (h *Handler) put(c call) (any, error) {
	claim, items, err := h.itemsOf(c)
	if err != nil {
		return nil, err
	}
	for i := range items {
		// What a result says decides its status, and a result that cannot be read is not stored.
		res, err := h.Fleet.Engine().DecodeResult(items[i].Result)
		if err != nil {
			return nil, invalid(message.New("agent.malformed"))
		}
		items[i].Status, items[i].Outcome = res.Status(), res.Outcome
	}
	return struct{}{}, h.work.Put(c.ctx, claim, items...)
}

func (h *Handler) itemsOf(c call) (runstore.Claim, []runstore.Item, error) {
	var q itemsRequest
	if err := c.read(&q); err != nil {
		return runstore.Claim{}, nil, err
	}
	claim, err := c.claimOf(q.Claim)
	if err != nil {
		return runstore.Claim{}, nil, err
	}
	var items []runstore.Item
	for _, i := range q.Items {
		items = append(items, runstore.Item{Index: i.Index, Skips: i.Skips, Result: i.Result})
	}
	return claim, items, nil
}

func (h *Handler) part(c call) (any, error) {
	var q partRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := c.claimOf(q.Claim)
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.work.PutPart(c.ctx, claim, q.N, q.Data)
}

func (h *Handler) advance(c call) (any, error) {
	var q advanceRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := c.claimOf(q.Claim)
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.work.Advance(c.ctx, claim, runstore.Captured{Agent: c.agent.Name, Parts: q.Parts})
}

func (h *Handler) beat(c call) (any, error) {
	q, claim, err := c.claimed()
	if err != nil {
		return nil, err
	}
	run, err := h.work.Beat(c.ctx, claim, runstore.MinLease)
	return encodeRun(run, q.PlanID), err
}

func (h *Handler) finish(c call) (any, error) {
	var q finishRequest
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := c.claimOf(q.Claim)
	if err != nil {
		return nil, err
	}
	e := runstore.Ending{Status: engine.ProjectStatus(q.Status), Reason: runstore.EndReason(q.Reason), Text: q.Text,
		Head: q.Head}
	if !slices.Contains([]engine.ProjectStatus{engine.StatusFinished, engine.StatusFailed, engine.StatusSkipped},
		e.Status) || !slices.Contains([]runstore.EndReason{runstore.Complete, runstore.Cancelled, runstore.Interrupted,
		runstore.Refused}, e.Reason) {
		return nil, invalid(message.New("agent.malformed"))
	}
	if len(q.Head) > 0 {
		if _, err := h.Fleet.Engine().DecodeReport(q.Head); err != nil {
			return nil, invalid(message.New("agent.malformed"))
		}
	}
	run, err := h.work.Finish(c.ctx, claim, e)
	return encodeRun(run, run.PlanID), err
}

func (h *Handler) release(c call) (any, error) {
	_, claim, err := c.claimed()
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.work.Release(c.ctx, claim)
}

func (h *Handler) items(c call) (any, error) {
	var q claimed
	if err := c.read(&q); err != nil {
		return nil, err
	}
	claim, err := h.held(c, q.Claim)
	if err != nil {
		return nil, err
	}
	items, err := h.work.Items(c.ctx, claim)
	return encodeItems(items), err
}

// watch waits for the cancel of a run.
func (h *Handler) watch(c call) (any, error) {
	q, claim, err := c.claimed()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, min(time.Duration(q.WaitMS)*time.Millisecond, maxPoll))
	defer cancel()
	waited := make(chan struct{})
	defer close(waited)
	go func() {
		select {
		case <-h.Draining:
			cancel()
		case <-waited:
		}
	}()
	err = h.work.AwaitCancel(ctx, claim)
	if err != nil && ctx.Err() != nil {
		return watchAnswer{}, nil
	}
	return watchAnswer{CancelAsked: true}, err
}

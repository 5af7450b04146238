package agent

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Path is the prefix of the paths of all calls.
const Path = "/agent/v1/"

// The versions of the protocol that this program speaks. Fields that a program does not know are ignored, so only a
// change that an older program would misread is a new version.
const (
	newestVersion = 1
	oldestVersion = 1
)

type helloRequest struct {
	Oldest int `json:"oldest"` // versions of the protocol
	Newest int `json:"newest"`
}

type helloAnswer struct {
	Version int      `json:"version"` // of the protocol
	Name    string   `json:"name"`    // of the token
	Zones   []string `json:"zones"`
}

// claimRequest asks for a run. A repeated request with the same slot gets the run that the slot holds.
type claimRequest struct {
	Slot     string `json:"slot"` // of the agent
	WaitMS   int64  `json:"waitMs"`
	Captures bool   `json:"captures"` // the agent can capture a side of a run
}

// reference names the claim that a call is about.
type reference struct {
	Run     string `json:"run"`
	Slot    string `json:"slot"`
	Epoch   int64  `json:"epoch"`
	Skips   int    `json:"skips"`   // that the agent has seen
	Version int64  `json:"version"` // of the run, that the agent has seen
}

type claimAnswer struct {
	Claim     reference           `json:"claim"`
	Run       runJSON             `json:"run"`
	Databases []runstore.Database `json:"databases"`
}

// runJSON is what an agent needs to know of a run.
type runJSON struct {
	SourceID string          `json:"sourceId,omitempty"`
	SinkID   string          `json:"sinkId,omitempty"`
	Status   string          `json:"status"`
	End      string          `json:"end,omitempty"`
	Items    int             `json:"items"`
	Done     int             `json:"done"`
	Attempt  int             `json:"attempt"`
	Skips    int             `json:"skips"`
	Version  int64           `json:"version"`
	Started  time.Time       `json:"started"`
	PlanID   string          `json:"planId"`
	Plan     json.RawMessage `json:"plan,omitempty"` // absent if the agent has it
	// Capture is the side that the agent captures. Without it, the agent runs the task.
	Capture checks.Side `json:"capture,omitempty"`
}

func encodeRun(r runstore.Run, knownPlan string) runJSON {
	encoded := runJSON{SourceID: r.SourceID, SinkID: r.SinkID, Status: string(r.Status), End: string(r.End),
		Items: r.Items, Done: r.Done, Attempt: r.Attempt, Skips: r.Skips, Version: r.Version,
		Started: r.Started, PlanID: r.PlanID, Capture: r.Now().Side}
	if r.PlanID != knownPlan {
		encoded.Plan = r.Plan
	}
	return encoded
}

func (r runJSON) decode(id string) runstore.Run {
	var stages []runstore.Stage
	if r.Capture != "" {
		stages = []runstore.Stage{{Side: r.Capture}}
	}
	return runstore.Run{ID: id, Stages: stages, SourceID: r.SourceID, SinkID: r.SinkID,
		Status: engine.ProjectStatus(r.Status), End: runstore.EndReason(r.End), Items: r.Items, Done: r.Done,
		Attempt: r.Attempt, Skips: r.Skips, Version: r.Version, Started: r.Started, PlanID: r.PlanID, Plan: r.Plan}
}

type taskRequest struct {
	Claim     reference           `json:"claim"`
	Databases []runstore.Database `json:"databases"`
	Key       []byte              `json:"key"` // the agent's public key
	Own       []string            `json:"own"` // the IDs of data sources whose passwords the agent has
}

type taskAnswer struct {
	Task json.RawMessage `json:"task"` // as engine.EncodeTask writes it
	// Passwords are those of the sides that the server may send, encrypted for the key of the agent.
	Passwords map[checks.Side][]byte `json:"passwords,omitempty"`
	OwnChecks []string               `json:"ownChecks,omitempty"` // the types of own checks of the server
}

type planRequest struct {
	Claim reference       `json:"claim"`
	Plan  json.RawMessage `json:"plan"`
	Moved map[int]int     `json:"moved"`
}

type itemsRequest struct {
	Claim reference  `json:"claim"`
	Items []itemJSON `json:"items"`
}

type itemJSON struct {
	Index   int             `json:"index"`
	Skips   int             `json:"skips"`
	Outcome engine.Outcome  `json:"outcome,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"` // as engine.EncodeResult writes it
}

func encodeItems(items []runstore.Item) []itemJSON {
	encoded := make([]itemJSON, len(items))
	for i, item := range items {
		encoded[i] = itemJSON{item.Index, item.Skips, item.Outcome, item.Result}
	}
	return encoded
}

// partRequest stores a part of a snapshot.
type partRequest struct {
	Claim reference `json:"claim"`
	N     int       `json:"n"` // from 0
	Data  []byte    `json:"data"`
}

// advanceRequest ends the capture of a side.
type advanceRequest struct {
	Claim reference `json:"claim"`
	Parts int       `json:"parts"` // of the snapshot
}

type claimed struct {
	Claim  reference `json:"claim"`
	PlanID string    `json:"planId,omitempty"` // that the agent has
	WaitMS int64     `json:"waitMs,omitempty"`
}

type finishRequest struct {
	Claim  reference    `json:"claim"`
	Status string       `json:"status"`
	Reason string       `json:"reason,omitempty"`
	Text   message.Text `json:"text"`
	Head   []byte       `json:"head,omitempty"` // as engine.EncodeReport writes it
}

type watchAnswer struct {
	CancelAsked bool `json:"cancelAsked"`
}

// failure is the answer of a call that failed.
type failure struct {
	Kind  string       `json:"kind"` // of kinds, or one of kind…
	Text  message.Text `json:"text"`
	Plain string       `json:"plain"` // the text in English, for a program that does not have it
}

// The kinds of failures that are not those of a store.
const (
	kindRefused     = "refused"     // the task cannot be run
	kindInterrupted = "interrupted" // the task cannot be run after a restart
	kindDenied      = "denied"      // the token is not one of an agent
	kindVersion     = "version"     // no version of the protocol in common
)

// kinds are the names of the kinds of errors of a store. Any other error may pass.
var kinds = map[string]error{"nothing": runstore.ErrNothing, "lost": runstore.ErrLost,
	"conflict": runstore.ErrConflict, "invalid": runstore.ErrInvalid, "not_found": runstore.ErrNotFound,
	"unavailable": runstore.ErrUnavailable}

func kindOf(err error) string {
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			return name
		}
	}
	return "unavailable"
}

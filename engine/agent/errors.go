package agent

import (
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

var errUnreadable = errors.New("unreadable")

// The kinds of runstore.Error of a connection, beside those of a store. Both may pass: another server may answer, or
// this one after a change of its configuration.
var (
	errDenied  = fmt.Errorf("denied: %w", runstore.ErrUnavailable)  // the token is not accepted
	errVersion = fmt.Errorf("version: %w", runstore.ErrUnavailable) // no version of the protocol in common
)

// Refused reports whether an error of Agent.Greet is that the servers do not accept the agent.
func Refused(err error) bool { return errors.Is(err, errDenied) || errors.Is(err, errVersion) }

func fail(kind error, text message.Text) error { return &runstore.Error{Kind: kind, Text: text} }

func invalid(text message.Text) error { return fail(runstore.ErrInvalid, text) }

// refusal is why a task cannot be run.
type refusal struct {
	kind string // kindRefused or kindInterrupted
	text message.Text
}

// Error returns the text in English.
func (e *refusal) Error() string { return e.text.String() }

// Message returns the text.
func (e *refusal) Message() message.Text { return e.text }

// Unwrap returns fleet.ErrInterrupted if the task could have been run before a restart.
func (e *refusal) Unwrap() error {
	if e.kind == kindInterrupted {
		return fleet.ErrInterrupted
	}
	return nil
}

// refuse returns the error of a task that cannot be run as a refusal, unless it may pass.
func refuse(err error) error {
	var ofStore *runstore.Error
	switch {
	case errors.As(err, &ofStore):
		return err
	case errors.Is(err, fleet.ErrInterrupted):
		return &refusal{kindInterrupted, message.Of(err)}
	}
	return &refusal{kindRefused, message.Of(err)}
}

package runstore

import (
	"errors"

	"github.com/dbprecheck/precheck/datasource/message"
)

// The kinds of Error.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("exists")
	ErrConflict    = errors.New("conflict")     // the state of the object does not allow it
	ErrKeyReused   = errors.New("key reused")   // for another request
	ErrQueueFull   = errors.New("queue full")   // try again later
	ErrNothing     = errors.New("nothing")      // to claim
	ErrLost        = errors.New("claim lost")   // another worker or nobody holds the run
	ErrInvalid     = errors.New("invalid")      // an argument that the store cannot take
	ErrLocked      = errors.New("locked")       // another process keeps the store locked
	ErrFull        = errors.New("full")         // no space on the device
	ErrCorrupt     = errors.New("corrupt")      // the file is not a store, or is damaged
	ErrNewerSchema = errors.New("newer schema") // a newer version of the program has written the store
	ErrUnavailable = errors.New("unavailable")  // any other failure of the store
)

// Error is an error of a store.
type Error struct {
	Kind error        // one of Err…
	Text message.Text // what happened, and what to do
	Err  error        // the cause; may be nil
}

// Error returns the text in English, followed by the cause.
func (e *Error) Error() string { return e.Message().String() }

// Message returns the text, followed by the cause.
func (e *Error) Message() message.Text { return message.Because(e.Text, e.Err) }

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

func fail(kind error, t message.Text) error { return &Error{Kind: kind, Text: t} }

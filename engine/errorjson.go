package engine

import (
	"errors"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// errorJSON is an error as JSON, with the errors that it wraps.
type errorJSON struct {
	// Known names an error of knownErrors. It has no other field.
	Known string `json:",omitempty"`
	// Server, NotChecked and Side are set for errors of these types.
	Server     *serverErrorJSON     `json:",omitempty"`
	NotChecked *notCheckedErrorJSON `json:",omitempty"`
	Side       checks.Side          `json:",omitempty"`
	// Text and Message are those of any other error; Message is nil if it reads as Text in each language.
	Text    string        `json:",omitempty"`
	Message *message.Text `json:",omitempty"`
	Wrapped []*errorJSON  `json:",omitempty"`
}

type serverErrorJSON struct {
	Class         datasource.ErrorClass
	Code          string `json:",omitempty"`
	Cause, Remedy message.Text
}

type notCheckedErrorJSON struct {
	Reason string
	Remedy string `json:",omitempty"`
}

// knownErrors are the errors that code compares with, by their names in JSON.
var knownErrors = map[string]error{
	"interrupted": ErrInterrupted, "timeout": ErrTimeout, "time limit": datasource.ErrTimeLimit,
	"undeclared": datasource.ErrUndeclared, "nothing mapped": checks.ErrNothingMapped,
}

func encodeError(err error) *errorJSON {
	if err == nil {
		return nil
	}
	for name, known := range knownErrors {
		if err == known {
			return &errorJSON{Known: name}
		}
	}
	encoded := &errorJSON{}
	switch e := err.(type) {
	case *datasource.Error:
		encoded.Server = &serverErrorJSON{e.Class, e.Code, e.Cause, e.Remedy}
	case *checks.NotCheckedError:
		encoded.NotChecked = &notCheckedErrorJSON{e.Reason, e.Remedy}
	case sideError:
		encoded.Side = e.side
	case message.Texter:
		text := e.Message()
		encoded.Text, encoded.Message = err.Error(), &text
	default:
		encoded.Text = err.Error()
	}
	for _, wrapped := range unwrap(err) {
		encoded.Wrapped = append(encoded.Wrapped, encodeError(wrapped))
	}
	return encoded
}

// unwrap returns the errors that err wraps itself.
func unwrap(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if wrapped := errors.Unwrap(err); wrapped != nil {
		return []error{wrapped}
	}
	return nil
}

func (e *errorJSON) decode() error {
	if e == nil {
		return nil
	}
	if known, ok := knownErrors[e.Known]; ok {
		return known
	}
	var wrapped []error
	for _, w := range e.Wrapped {
		wrapped = append(wrapped, w.decode())
	}
	var first error
	if len(wrapped) > 0 {
		first = wrapped[0]
	}
	switch {
	case e.Server != nil:
		return &datasource.Error{Class: e.Server.Class, Code: e.Server.Code, Cause: e.Server.Cause,
			Remedy: e.Server.Remedy, Err: first}
	case e.NotChecked != nil:
		return &checks.NotCheckedError{Reason: e.NotChecked.Reason, Remedy: e.NotChecked.Remedy, Err: first}
	case e.Side != "" && first != nil:
		return sideError{e.Side, first}
	case e.Message != nil:
		return &keyedError{storedError{e.Text, wrapped}, *e.Message}
	}
	return &storedError{e.Text, wrapped}
}

// storedError is an error of another type that was read back.
type storedError struct {
	text    string
	wrapped []error
}

// Error returns the text.
func (e *storedError) Error() string { return e.text }

// Unwrap returns the errors that it wraps.
func (e *storedError) Unwrap() []error { return e.wrapped }

// keyedError is a storedError with a keyed text.
type keyedError struct {
	storedError
	message message.Text
}

// Message returns the text.
func (e *keyedError) Message() message.Text { return e.message }

package omsapi

import (
	"errors"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// callError is an error of a call: success is false, and the HTTP status is 200.
type callError struct {
	code             string
	level            wire.ErrorLevel
	text             message.Text
	reason, proposal message.Text
	cause            error // for the log
}

// Error returns the text of the error.
func (e *callError) Error() string { return e.text.String() }

// Unwrap returns what is shown in the log only.
func (e *callError) Unwrap() error { return e.cause }

// Message returns the text of the error.
func (e *callError) Message() message.Text { return e.text }

func parameterError(text, proposal message.Text) error {
	return &callError{code: wire.CodeParameter, level: wire.LevelError, text: text, proposal: proposal}
}

// fieldError is an error of one property of a request.
func fieldError(path string, text message.Text) error {
	return engine.TaskErrors{{Path: path, Text: text}}
}

func required(path string) error { return fieldError(path, message.New("engine.field.required")) }

func notFound(what message.Text) error {
	return parameterError(message.New("api.error.not_found", "what", what), message.New("api.error.check_id"))
}

func conflict(text, proposal message.Text) error {
	return &callError{code: wire.CodeConflict, level: wire.LevelError, text: text, proposal: proposal}
}

// asCallError returns an error as the answer shows it. An error that is not meant for clients is internal: its text is
// in the log only.
func asCallError(err error) *callError {
	var own *callError
	var fields engine.TaskErrors
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &fields):
		return &callError{code: wire.CodeParameter, level: wire.LevelError,
			text:     message.New("api.error.parameters", "count", len(fields), "errors", fields),
			proposal: message.New("api.error.correct_fields")}
	}
	return &callError{code: wire.CodeInternal, level: wire.LevelFatal, text: message.New("api.error.internal"),
		proposal: message.New("api.error.see_log")}
}

// detail returns the documented form of the error in a language.
func (e *callError) detail(lang string) *wire.ErrorDetail {
	return &wire.ErrorDetail{Code: e.code, Level: e.level, Message: e.text.In(lang),
		Reason: optional(e.reason.In(lang)), Proposal: optional(e.proposal.In(lang))}
}

// transportError is an error of a request that is not a call. It has its own HTTP status.
type transportError struct {
	status int
	text   message.Text
	after  int // seconds of Retry-After; 0: none
	allow  string
}

// Error returns the text of the error.
func (e *transportError) Error() string { return e.text.String() }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

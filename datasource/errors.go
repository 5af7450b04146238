package datasource

import (
	"context"
	"errors"
	"net"
	"syscall"

	"github.com/dbprecheck/precheck/datasource/message"
)

// ErrorClass is the kind of an error between this program and a server.
type ErrorClass string

// The classes of error.
const (
	ErrDNS                ErrorClass = "name not resolved"
	ErrRefused            ErrorClass = "connection refused"
	ErrSession            ErrorClass = "unreliable session"
	ErrLocal              ErrorClass = "fault of this machine"
	ErrTimeout            ErrorClass = "timeout"
	ErrTLS                ErrorClass = "TLS"
	ErrProtocol           ErrorClass = "another protocol"
	ErrUnreadable         ErrorClass = "unreadable answer"
	ErrCredentials        ErrorClass = "wrong user or password"
	ErrHostNotAllowed     ErrorClass = "host not allowed"
	ErrAccount            ErrorClass = "account locked or expired"
	ErrUnknownDatabase    ErrorClass = "unknown database or service"
	ErrTooManyConnections ErrorClass = "too many connections"
	ErrPrivilege          ErrorClass = "missing privilege"
	ErrNoSuchObject       ErrorClass = "no such object"
	ErrUnavailable        ErrorClass = "server not available"
	ErrLocked             ErrorClass = "waiting for a lock"
	ErrLost               ErrorClass = "connection lost"
	ErrUnsupported        ErrorClass = "not supported"
	ErrNotCaptured        ErrorClass = "not in the snapshot"
	ErrCancelled          ErrorClass = "cancelled"
	ErrOther              ErrorClass = "error"
)

// Error is an error of a server or of the connection to it, with a cause and a remedy.
// It never holds a password.
type Error struct {
	Class  ErrorClass
	Code   string       // the server's own code, as in "1045" or "ORA-01017"; may be empty
	Cause  message.Text // what happened
	Remedy message.Text // how to fix it; may be empty
	Err    error        // the driver's error
}

// Error returns the cause, followed by the server's own text if that is different.
func (e *Error) Error() string { return e.Message().String() }

// Message returns the text of Error.
func (e *Error) Message() message.Text {
	if e.Err == nil || e.Err.Error() == e.Cause.String() {
		return e.Cause
	}
	return message.Because(e.Cause, e.Err)
}

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// ClassOf returns the class of err, ErrOther where it is not an Error.
func ClassOf(err error) ErrorClass {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ErrOther
}

// NotShown reports whether err means that the server does not show something to the account: it does not have it, or
// the account does not have the privilege. An error of the moment, such as a lost connection, means neither.
func NotShown(err error) bool {
	switch ClassOf(err) {
	case ErrPrivilege, ErrUnsupported, ErrNoSuchObject:
		return true
	}
	return false
}

// NetworkError returns the Error of a failure of the network: name resolution, refusal, timeout, TLS,
// cancellation. It returns nil if err is not one of these.
func NetworkError(err error, address string) *Error {
	var (
		dns     *net.DNSError
		timeout net.Error
	)
	switch {
	case err == nil:
		return nil
	case localError(err, address) != nil:
		return localError(err, address)
	case errors.As(err, &dns):
		return &Error{Class: ErrDNS, Cause: message.New("datasource.network.dns", "name", dns.Name),
			Remedy: message.New("datasource.network.dns.remedy"), Err: err}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT): // a socket that is not there
		return &Error{Class: ErrRefused, Cause: message.New("datasource.network.refused", "address", address),
			Remedy: message.New("datasource.network.refused.remedy"), Err: err}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &Error{Class: ErrLost, Cause: message.New("datasource.network.reset", "address", address),
			Remedy: message.New("datasource.network.reset.remedy"), Err: err}
	case errors.Is(err, context.Canceled):
		return &Error{Class: ErrCancelled, Cause: message.New("datasource.cancelled"), Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Class: ErrTimeout, Cause: message.New("datasource.network.timeout", "address", address),
			Remedy: message.New("datasource.network.timeout.remedy"), Err: err}
	}
	return tlsError(err)
}

package datasource

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// ErrorClass is the kind of an error between this program and a server.
type ErrorClass string

// The classes of error.
const (
	ErrDNS                ErrorClass = "name not resolved"
	ErrRefused            ErrorClass = "connection refused"
	ErrUnreachable        ErrorClass = "host unreachable"
	ErrTimeout            ErrorClass = "timeout"
	ErrTLS                ErrorClass = "TLS"
	ErrProtocol           ErrorClass = "another protocol"
	ErrCredentials        ErrorClass = "wrong user or password"
	ErrHostNotAllowed     ErrorClass = "host not allowed"
	ErrAccount            ErrorClass = "account locked or expired"
	ErrUnknownDatabase    ErrorClass = "unknown database or service"
	ErrTooManyConnections ErrorClass = "too many connections"
	ErrPrivilege          ErrorClass = "missing privilege"
	ErrNoSuchObject       ErrorClass = "no such object"
	ErrUnavailable        ErrorClass = "server not available"
	ErrLost               ErrorClass = "connection lost"
	ErrUnsupported        ErrorClass = "not supported"
	ErrCancelled          ErrorClass = "cancelled"
	ErrOther              ErrorClass = "error"
)

// Error is an error of a server or of the connection to it, with a cause and a remedy.
// It never holds a password.
type Error struct {
	Class  ErrorClass
	Code   string // the server's own code, as in "1045" or "ORA-01017"; may be empty
	Cause  string // what happened, in one sentence
	Remedy string // what to do about it; may be empty
	Err    error  // the driver's error
}

// Error returns the cause, followed by the server's own text where that is different.
func (e *Error) Error() string {
	if e.Err == nil || e.Err.Error() == e.Cause {
		return e.Cause
	}
	return fmt.Sprintf("%s: %v", e.Cause, e.Err)
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

// NetworkError returns the Error of a failure of the network: name resolution, refusal, timeout, TLS,
// cancellation. It returns nil where err is none of these.
func NetworkError(err error, address string) *Error {
	var (
		dns      *net.DNSError
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		timeout  net.Error
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &dns):
		return &Error{Class: ErrDNS, Cause: fmt.Sprintf("the host name %q could not be resolved", dns.Name),
			Remedy: "Check the host's spelling and this machine's DNS, or give an IP address.", Err: err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{Class: ErrRefused, Cause: "nothing accepts connections at " + address,
			Remedy: "Check host and port, that the server runs, and that it listens on this address and not only on loopback.", Err: err}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return &Error{Class: ErrUnreachable, Cause: "there is no route to " + address,
			Remedy: "Check routing, VPN and firewall between this machine and the server.", Err: err}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &Error{Class: ErrLost, Cause: "the connection to " + address + " was cut",
			Remedy: "Check firewalls and proxies on the way, and the server's own log.", Err: err}
	case errors.As(err, &hostname):
		return &Error{Class: ErrTLS, Cause: "the server's certificate is for another host",
			Remedy: "Connect by a name that the certificate holds, or use tls mode verify-ca.", Err: err}
	case errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &verify):
		return &Error{Class: ErrTLS, Cause: "the server's certificate could not be verified",
			Remedy: "Give the file of the certificate authority that signed it (tls.ca).", Err: err}
	case errors.As(err, &record), errors.As(err, &alert):
		return &Error{Class: ErrTLS, Cause: "the TLS handshake failed",
			Remedy: "Check that the server speaks TLS on this port, and whether it asks for a client certificate (tls.cert, tls.key).", Err: err}
	case errors.Is(err, context.Canceled):
		return &Error{Class: ErrCancelled, Cause: "cancelled", Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Class: ErrTimeout, Cause: address + " did not answer in time",
			Remedy: "Check firewalls on the way (a dropped packet looks like this) and the server's load, or raise the time limit.", Err: err}
	}
	return nil
}

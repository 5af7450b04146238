package datasource

import (
	"errors"
	"net"
	"syscall"

	"github.com/dbprecheck/precheck/datasource/message"
)

// localError returns the Error of a fault of this machine, which says nothing about the server: it cannot
// open a connection at all, or knows no way to the server. It returns nil if err is not one of these.
func localError(err error, address string) *Error {
	local := func(cause, remedy message.Text) *Error {
		return &Error{Class: ErrLocal, Cause: cause, Remedy: remedy, Err: err}
	}
	is := func(numbers ...syscall.Errno) bool {
		for _, n := range numbers {
			if errors.Is(err, n) {
				return true
			}
		}
		return false
	}
	var dns *net.DNSError
	switch {
	case is(syscall.EMFILE, syscall.ENFILE):
		return local(message.New("datasource.local.files"), message.New("datasource.local.files.remedy"))
	case is(syscall.EADDRNOTAVAIL, syscall.EADDRINUSE, syscall.ENOBUFS, syscall.ENOMEM):
		return local(message.New("datasource.local.ports"), message.New("datasource.local.ports.remedy"))
	case is(syscall.EPERM, syscall.EACCES):
		return local(message.New("datasource.local.forbidden", "address", address),
			message.New("datasource.local.forbidden.remedy"))
	case is(syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EAFNOSUPPORT,
		syscall.EINVAL): // an IPv6 zone that is not an interface
		return local(message.New("datasource.local.route", "address", address),
			message.New("datasource.local.route.remedy"))
	case errors.As(err, &dns) && !dns.IsNotFound:
		return local(message.New("datasource.local.resolver", "name", dns.Name),
			message.New("datasource.local.resolver.remedy"))
	}
	return nil
}

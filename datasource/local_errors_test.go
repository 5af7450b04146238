package datasource_test

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// dialFailure is the error of net.Dial at which a system call failed.
func dialFailure(n syscall.Errno) error {
	return fmt.Errorf("connecting: %w", &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", n)})
}

func TestFaultsOfThisMachine(t *testing.T) {
	t.Parallel()
	const local, server = datasource.ErrLocal, datasource.ErrRefused
	for _, tc := range []struct {
		err   error
		class datasource.ErrorClass
	}{
		{dialFailure(syscall.EMFILE), local}, {dialFailure(syscall.ENFILE), local},
		{dialFailure(syscall.EADDRNOTAVAIL), local}, {dialFailure(syscall.EADDRINUSE), local},
		{dialFailure(syscall.ENOBUFS), local}, {dialFailure(syscall.ENOMEM), local},
		{dialFailure(syscall.EPERM), local}, {dialFailure(syscall.EACCES), local},
		{dialFailure(syscall.EHOSTUNREACH), local}, {dialFailure(syscall.ENETUNREACH), local},
		{dialFailure(syscall.ENETDOWN), local}, {dialFailure(syscall.EHOSTDOWN), local},
		{dialFailure(syscall.EAFNOSUPPORT), local}, {dialFailure(syscall.EINVAL), local},
		{&net.DNSError{Err: "server misbehaving", Name: "db", IsTemporary: true}, local},
		{&net.DNSError{Err: "i/o timeout", Name: "db", IsTimeout: true}, local},
		{&net.DNSError{Err: "no such host", Name: "db", IsNotFound: true}, datasource.ErrDNS},
		{dialFailure(syscall.ECONNREFUSED), server},
		{dialFailure(syscall.ENOENT), server}, {dialFailure(syscall.ECONNRESET), datasource.ErrLost},
		{dialFailure(syscall.ETIMEDOUT), datasource.ErrTimeout},
	} {
		got := datasource.NetworkError(tc.err, "db:3306")
		if got == nil || got.Class != tc.class {
			t.Errorf("%v: got %+v, want class %q", tc.err, got, tc.class)
			continue
		}
		if got.Cause.IsZero() || got.Remedy.IsZero() {
			t.Errorf("%v: cause %q, remedy %q", tc.err, got.Cause, got.Remedy)
		}
	}
}

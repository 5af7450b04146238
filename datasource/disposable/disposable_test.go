package disposable

import (
	"context"
	"errors"
	"testing"
)

func TestObtain(t *testing.T) {
	t.Parallel()
	server := &Server{Product: MySQL}
	no := func(name, reason string) Way {
		return Way{name, func(context.Context) (*Server, error) { return nil, Unavailable(reason) }}
	}
	yes := Way{"yes", func(context.Context) (*Server, error) { return server, nil }}
	broken := Way{"broken", func(context.Context) (*Server, error) { return nil, errors.New("crashed") }}

	tests := []struct {
		name        string
		ways        []Way
		want        *Server
		err         string
		unavailable bool
	}{
		{name: "the first that can", ways: []Way{no("DSN", "not set"), yes, broken}, want: server},
		{
			name: "none", ways: []Way{no("DSN", "not set"), no("Docker", "no engine"),
				no("server program", "no mysqld")},
			err:         "no MySQL server here (DSN: not set; Docker: no engine; server program: no mysqld)",
			unavailable: true,
		},
		{name: "a broken one is not passed over", ways: []Way{no("DSN", "not set"), broken, yes},
			err: "MySQL by broken: crashed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Obtain(t.Context(), MySQL, test.ways...)
			if got != test.want {
				t.Errorf("server = %v", got)
			}
			if err == nil && test.err != "" || err != nil && err.Error() != test.err {
				t.Errorf("error = %v, want %s", err, test.err)
			}
			if _, ok := errors.AsType[Unavailable](err); ok != test.unavailable {
				t.Errorf("unavailable = %t", ok)
			}
		})
	}
}

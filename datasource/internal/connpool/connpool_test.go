package connpool_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/connpool"
	"github.com/dbprecheck/precheck/datasource/message"
)

var (
	errFull  = errors.New("too many connections")
	errGone  = errors.New("connection closed")
	errWrong = errors.New("wrong password")
)

func classify(_ context.Context, err error) error {
	switch {
	case errors.Is(err, errFull):
		return &datasource.Error{Class: datasource.ErrTooManyConnections, Cause: message.Verbatim("full"), Err: err}
	case errors.Is(err, errGone):
		return &datasource.Error{Class: datasource.ErrLost, Cause: message.Verbatim("closed"), Err: err}
	}
	return err
}

// server admits a number of connections at a time.
type server struct {
	mu       sync.Mutex
	free     int
	attempts int
	refuse   error
}

func (s *server) Driver() driver.Driver { return nil }

func (s *server) Connect(context.Context) (driver.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if s.free == 0 {
		return nil, s.refuse
	}
	s.free--
	return &conn{server: s}, nil
}

func (s *server) admit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free += n
}

type conn struct {
	driver.Conn
	server *server
	once   sync.Once
}

func (c *conn) Close() error {
	c.once.Do(func() { c.server.admit(1) })
	return nil
}

// take borrows a connection and calls use.
func take(ctx context.Context, p *connpool.Pool, use func(*sql.Conn)) error {
	return p.Use(ctx, func(c *sql.Conn) error {
		use(c)
		return nil
	})
}

func TestPoolUsesWhatTheServerAdmits(t *testing.T) {
	t.Parallel()
	for admitted, refusal := range map[int]error{1: errFull, 2: errGone, 3: errFull} {
		s := &server{free: admitted, refuse: refusal}
		p := connpool.New(s, 4, classify)
		var wg sync.WaitGroup
		held := make(chan struct{}, 80)
		for range 80 {
			wg.Go(func() {
				err := take(t.Context(), p, func(*sql.Conn) {
					held <- struct{}{}
					if len(held) <= admitted { // the first ones stay until the server has refused another
						for p.Admitted() == 0 {
							select {
							case <-t.Context().Done():
								return
							default:
							}
						}
					}
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := p.Admitted(); got != admitted {
			t.Errorf("admitted %d, want %d", got, admitted)
		}
		if s.attempts > 4 {
			t.Errorf("%d attempts to connect to a server that admits %d", s.attempts, admitted)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A server that has no connection at first is asked again.
func TestPoolWaitsForAConnection(t *testing.T) {
	t.Parallel()
	s := &server{refuse: errFull}
	p := connpool.New(s, 4, func(ctx context.Context, err error) error {
		s.admit(1) // it has become free after the refusal
		return classify(ctx, err)
	})
	defer func() { _ = p.Close() }()
	if err := take(t.Context(), p, func(*sql.Conn) {}); err != nil {
		t.Error(err)
	}
	if s.attempts != 2 {
		t.Errorf("%d attempts, want 2", s.attempts)
	}
}

func TestPoolReturnsTheError(t *testing.T) {
	t.Parallel()
	for _, refusal := range []error{errFull, errGone, errWrong} {
		s := &server{refuse: refusal}
		p := connpool.New(s, 4, classify)
		if err := take(t.Context(), p, func(*sql.Conn) {}); !errors.Is(err, refusal) {
			t.Errorf("got %v, want %v", err, refusal)
		}
		if wanted := refusal != errFull; wanted != (s.attempts == 1) {
			t.Errorf("%v: %d attempts", refusal, s.attempts)
		}
		_ = p.Close()
	}

	ctx, cancel := context.WithCancel(t.Context())
	s := &server{refuse: errFull}
	p := connpool.New(s, 4, func(ctx context.Context, err error) error {
		cancel()
		return classify(ctx, err)
	})
	defer func() { _ = p.Close() }()
	if err := take(ctx, p, func(*sql.Conn) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end of the context", err)
	}
	if s.attempts != 1 {
		t.Errorf("%d attempts after the end of the context", s.attempts)
	}
}

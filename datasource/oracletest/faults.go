package oracletest

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stage is the point of a connection at which a Fault strikes.
type Stage string

// The stages, in the order in which a connection meets them.
const (
	StageConnect Stage = "connect" // the socket is accepted, nothing is read yet
	StageTLS     Stage = "tls"     // before the TLS handshake
	StageAccept  Stage = "accept"  // CONNECT is about to be answered
	StageLogon   Stage = "logon"   // the user is known, the password is not
	StageExecute Stage = "execute" // a statement has arrived
	StageFetch   Stage = "fetch"   // more rows were requested
	StageRow     Stage = "row"     // before each row is sent
	StagePing    Stage = "ping"    // a ping, commit or rollback has arrived
)

// Fault is a misbehaviour of the server. What it does are its set fields, in this order:
// it waits, then stalls, then sends garbage, drops the connection, or answers with an error.
type Fault struct {
	Stage Stage
	SQL   string // only statements that contain this text, in any case
	Skip  int    // lets this many occurrences pass first
	Times int    // strikes this often; 0 is always

	Wait     time.Duration // before anything else happens
	Stall    bool          // nothing happens until Release, a break or the end of the connection
	Deaf     bool          // a break does not end Wait or Stall
	Garbage  []byte        // bytes to send as they are; the connection is dropped then
	Drop     bool          // closes the connection
	Code     int           // an ORA- error instead of the answer; at StageAccept, REFUSE with it
	Position int           // of the error in the statement
}

// Injected is a Fault that is in force.
type Injected struct {
	fault    Fault
	seen     int
	struck   int
	released chan struct{}
	once     sync.Once
	hit      chan struct{}
	faults   *faults
}

// Release ends the fault: a stalled call continues normally, and the fault does not occur again.
func (i *Injected) Release() {
	i.once.Do(func() { close(i.released) })
}

// Struck is how often the fault has struck.
func (i *Injected) Struck() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.struck
}

// Wait blocks until the fault has occurred at least once, or the context ends.
func (i *Injected) Wait(ctx context.Context) error {
	select {
	case <-i.hit:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Fault makes the server misbehave from now on.
func (srv *Server) Fault(f Fault) *Injected {
	i := &Injected{fault: f, released: make(chan struct{}), hit: make(chan struct{}), faults: &srv.faults}
	srv.faults.mu.Lock()
	defer srv.faults.mu.Unlock()
	srv.faults.list = append(srv.faults.list, i)
	return i
}

// faults are those in force.
type faults struct {
	mu   sync.Mutex
	list []*Injected
}

// errDropped ends a connection that a fault has dropped.
var errDropped = errors.New("dropped by a fault")

// due returns the faults that strike now.
func (fs *faults) due(stage Stage, sql string) []*Injected {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var due []*Injected
	fs.list = slices.DeleteFunc(fs.list, func(i *Injected) bool {
		select {
		case <-i.released:
			return true
		default:
		}
		f := i.fault
		if f.Stage != stage || !strings.Contains(strings.ToUpper(sql), strings.ToUpper(f.SQL)) {
			return false
		}
		if i.seen++; i.seen <= f.Skip || f.Times > 0 && i.struck >= f.Times {
			return false
		}
		if i.struck++; i.struck == 1 {
			close(i.hit)
		}
		due = append(due, i)
		return false
	})
	return due
}

// strike executes the faults of the stage. A call's context ends with a break, the session's only with the
// connection.
func (fs *faults) strike(call context.Context, stage Stage, sql string, s *session) error {
	for _, i := range fs.due(stage, sql) {
		ctx := call
		if i.fault.Deaf {
			ctx = s.ctx
		}
		if err := i.do(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// strikeEarly is strike before the session's pump runs: it detects the end of the connection by reading
// ahead.
func (s *session) strikeEarly(stage Stage) error {
	var looking sync.WaitGroup
	looking.Go(func() {
		for ahead := 1; ahead < s.t.in.Size(); ahead = s.t.in.Buffered() + 1 {
			if _, err := s.t.in.Peek(ahead); err != nil {
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					s.cancel(err)
				}
				return
			}
		}
	})
	err := s.srv.faults.strike(s.ctx, stage, "", s)
	_ = s.t.SetReadDeadline(time.Unix(1, 0))
	looking.Wait()
	_ = s.t.SetReadDeadline(time.Time{})
	return err
}

func (i *Injected) do(ctx context.Context, s *session) error {
	f := i.fault
	if f.Wait > 0 {
		select {
		case <-time.After(f.Wait):
		case <-i.released:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if f.Stall {
		select {
		case <-i.released:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	switch {
	case f.Garbage != nil:
		_, _ = s.t.Write(f.Garbage)
		return errDropped
	case f.Drop:
		return errDropped
	case f.Code != 0:
		return oraError(f.Code).at(f.Position)
	}
	return nil
}

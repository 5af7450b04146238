package faulttest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Phase is a point of a connection at which a Fault strikes.
type Phase string

// The phases, in the order in which a connection meets them.
const (
	Connect   Phase = "connect"   // the connection is accepted, nothing is sent yet
	Greeting  Phase = "greeting"  // the server's first packet; Oracle's ACCEPT
	TLS       Phase = "TLS"       // the server's first record of the TLS handshake
	Logon     Phase = "logon"     // each packet of the server until the user is logged on
	SetUp     Phase = "set-up"    // the answer to a statement that sets up the session
	Statement Phase = "statement" // the answer to a statement of a check
	Row       Phase = "row"       // each row of a statement of a check; Oracle: each further fetch
	Idle      Phase = "idle"      // after the answer to a statement of a check; Oracle: the answer to the next call
	Kill      Phase = "kill"      // the answer to KILL; Oracle: to a break
	Close     Phase = "close"     // the client is leaving
)

// Phases returns every phase.
func Phases() []Phase {
	return []Phase{Connect, Greeting, TLS, Logon, SetUp, Statement, Row, Idle, Kill, Close}
}

// Action is what a Fault does with a packet of the server. At the phases without one, Connect, Close
// and MySQL's Idle, an action that changes a packet sends one that nobody expects.
type Action string

// The actions. Those that do not end or silence the connection apply to one packet.
const (
	Stall        Action = "stall"         // the server is silent until Injected.Release
	Delay        Action = "delay"         // the packet comes after Fault.Pause
	Drip         Action = "drip"          // the packet comes byte by byte, with Fault.Pause between them
	Reset        Action = "reset"         // TCP RST
	Finish       Action = "finish"        // TCP FIN
	Cut          Action = "cut"           // TCP FIN in the middle of the packet
	Garbage      Action = "garbage"       // bytes of another protocol instead of the packet, then silence
	Truncate     Action = "truncate"      // half of the packet, with a header to match
	Huge         Action = "huge"          // a header with the greatest length that there is
	Sequence     Action = "sequence"      // a wrong sequence number; MySQL
	MoreColumns  Action = "more columns"  // the result has two columns less than announced; MySQL
	FewerColumns Action = "fewer columns" // the result has a column more than announced; MySQL
	HugeColumns  Action = "huge columns"  // a million million columns are announced; MySQL
	Refuse       Action = "refuse"        // an error packet with Fault.Code and Fault.Message; MySQL
)

// Actions returns every action of the protocol.
func (p Protocol) Actions() []Action {
	both := []Action{Stall, Delay, Drip, Reset, Finish, Cut, Garbage, Truncate, Huge}
	if p == MySQL {
		return append(both, Sequence, MoreColumns, FewerColumns, HugeColumns, Refuse)
	}
	return both
}

// Fault is a misbehaviour of the server.
type Fault struct {
	At    Phase
	SQL   string // only statements that contain this text, in any case
	Skip  int    // lets this many occurrences pass first, over all connections
	Times int    // strikes this often; 0 is always

	Do      Action
	Pause   time.Duration // of Delay, and between the bytes of Drip, where 0 is a millisecond
	Code    uint16        // of Refuse
	Message string
}

// Injected is a Fault that is in force.
type Injected struct {
	fault    Fault
	seen     int
	struck   int
	released chan struct{}
	release  sync.Once
	hit      chan struct{}
	faults   *faults
}

// Release ends the fault: a stalled answer continues, and the fault does not occur again.
func (i *Injected) Release() { i.release.Do(func() { close(i.released) }) }

// Struck returns how often the fault has struck.
func (i *Injected) Struck() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.struck
}

// Wait blocks until the fault has struck at least once, or the context ends.
func (i *Injected) Wait(ctx context.Context) error {
	select {
	case <-i.hit:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Inject makes the server misbehave from now on.
func (p *Proxy) Inject(f Fault) *Injected {
	if f.Do == Drip && f.Pause == 0 {
		f.Pause = time.Millisecond
	}
	i := &Injected{fault: f, released: make(chan struct{}), hit: make(chan struct{}), faults: &p.faults}
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	p.faults.list = append(p.faults.list, i)
	return i
}

// faults are those in force.
type faults struct {
	mu   sync.Mutex
	list []*Injected
}

// due returns the fault that strikes now, nil if there is none.
func (fs *faults) due(phase Phase, sql string) (due *Injected) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = slices.DeleteFunc(fs.list, func(i *Injected) bool {
		select {
		case <-i.released:
			return true
		default:
		}
		f := i.fault
		if f.At != phase || !strings.Contains(strings.ToUpper(sql), strings.ToUpper(f.SQL)) {
			return false
		}
		i.seen++
		if i.seen > f.Skip && (f.Times == 0 || i.struck < f.Times) && due == nil {
			if i.struck++; i.struck == 1 {
				close(i.hit)
			}
			due = i
		}
		return false
	})
	return due
}

package faulttest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"
)

// relay passes on one connection.
type relay struct {
	proxy  *Proxy
	id     int
	client *net.TCPConn
	server net.Conn
	up     *bufio.Reader // from the client
	down   *bufio.Reader // from the server
	ctx    context.Context
	cancel context.CancelCauseFunc
	writes sync.Mutex // to the client
}

// A follower knows where in its protocol a connection is.
type follower interface {
	// upward reads and passes on what the client sends, until the connection ends.
	upward() error
	// downward does that with what the server sends.
	downward() error
}

func newRelay(p *Proxy, id int, client *net.TCPConn) *relay {
	r := &relay{proxy: p, id: id, client: client, up: bufio.NewReader(client)}
	r.ctx, r.cancel = context.WithCancelCause(p.ctx)
	return r
}

// errEnded ends a connection that a fault has ended.
var errEnded = errors.New("ended by a fault")

// run passes on the connection to its end.
func (r *relay) run() {
	defer func() { _ = r.client.Close() }()
	defer r.cancel(errEnded)
	context.AfterFunc(r.ctx, func() { _ = r.client.Close() })
	var watching sync.WaitGroup
	defer watching.Wait()
	early := make(chan struct{})
	watching.Go(func() {
		_, err := r.up.Peek(1) // MySQL's clients are silent until the server has spoken
		close(early)
		if err != nil {
			r.cancel(err)
		}
	})
	if err := r.strike(Connect, "", mysqlFraming.newPacket(mysqlOK)); err != nil {
		r.cancel(err)
		return
	}
	server, err := (&net.Dialer{}).DialContext(r.ctx, "tcp", r.proxy.server)
	if err != nil {
		r.cancel(err)
		return
	}
	defer func() { _ = server.Close() }()
	context.AfterFunc(r.ctx, func() { _ = server.Close() })
	r.server, r.down = server, bufio.NewReader(server)
	var f follower
	if r.proxy.protocol == MySQL {
		f = &mysqlFollower{relay: r}
	} else {
		f = &tnsFollower{relay: r, framing: tnsFraming}
	}
	watching.Go(func() {
		<-early
		r.cancel(f.upward())
	})
	r.cancel(f.downward())
}

// raw passes on what cannot be followed.
func (r *relay) raw(to io.Writer, from io.Reader) error {
	_, err := io.Copy(to, from)
	return errors.Join(err, io.EOF)
}

func (r *relay) send(b []byte) error {
	r.writes.Lock()
	defer r.writes.Unlock()
	_, err := r.client.Write(b)
	return err
}

// strike executes the fault of a phase in which the server sends nothing.
func (r *relay) strike(phase Phase, sql string, unexpected packet) error {
	i := r.proxy.faults.due(phase, sql)
	if i == nil {
		return nil
	}
	return r.do(i, unexpected, i.fault.Do != Stall && i.fault.Do != Delay)
}

// pass passes on a packet of the server, unless a fault changes it.
func (r *relay) pass(phase Phase, sql string, p packet) error {
	if i := r.proxy.faults.due(phase, sql); i != nil {
		return r.do(i, p, true)
	}
	return r.send(p.bytes)
}

// sleep waits for d, or for the end of the fault.
func (r *relay) sleep(i *Injected, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-i.released:
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
	return nil
}

// fatal are the phases at which a server closes the connection after an error.
var fatal = []Phase{Connect, Greeting, Logon, Idle, Close}

// do applies the fault to the packet. If it is not sent, only the fault's time passes.
func (r *relay) do(i *Injected, p packet, sent bool) error {
	switch f := i.fault; f.Do {
	case Stall:
		select {
		case <-i.released:
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
	case Delay:
		if err := r.sleep(i, f.Pause); err != nil {
			return err
		}
	case Drip:
		for _, b := range p.bytes {
			if err := errors.Join(r.send([]byte{b}), r.sleep(i, f.Pause)); err != nil {
				return err
			}
		}
		return nil
	case Reset:
		_ = r.client.SetLinger(0)
		_ = r.client.Close()
		return errEnded
	case Finish:
		return errEnded
	case Cut:
		_ = r.send(p.bytes[:p.header+len(p.body())/2])
		return errEnded
	case Garbage:
		if err := r.send([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")); err != nil {
			return err
		}
		<-r.ctx.Done()
		return context.Cause(r.ctx)
	case Truncate:
		half := packet{p.framing, p.bytes[:p.header+len(p.body())/2]}
		p = half.sized(uint64(len(half.body())))
	case Huge:
		p = p.sized(p.longest)
	case Sequence:
		p.bytes[3] += 7
	case MoreColumns, FewerColumns, HugeColumns:
		p = miscount(p, f.Do)
	case Refuse:
		p = refusal(p.bytes[3], f.Code, f.Message)
		if slices.Contains(fatal, f.At) {
			return errors.Join(r.send(p.bytes), errEnded)
		}
	}
	if !sent {
		return nil
	}
	return r.send(p.bytes)
}

package faulttest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
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
	if r.watch(func() error { return r.strike(Connect, "", mysqlFraming.newPacket(mysqlOK)) }) != nil {
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
	var rising sync.WaitGroup
	rising.Go(func() { r.cancel(f.upward()) })
	r.cancel(f.downward())
	rising.Wait()
}

// watch strikes in the client's direction, and notices meanwhile that the client leaves by reading ahead.
func (r *relay) watch(strike func() error) error {
	var reading sync.WaitGroup
	reading.Go(func() {
		for {
			if _, err := r.up.Peek(r.up.Buffered() + 1); err != nil {
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					r.cancel(err)
				}
				return
			}
		}
	})
	err := strike()
	if err != nil {
		r.cancel(err)
	}
	_ = r.client.SetReadDeadline(time.Unix(1, 0))
	reading.Wait()
	_ = r.client.SetReadDeadline(time.Time{})
	return err
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
	return r.do(i, unexpected, !slices.Contains([]Action{Stall, Delay, Drip}, i.fault.Do))
}

// leave passes on the goodbye of a client, unless a fault changes what follows.
func (r *relay) leave(goodbye, unexpected packet) error {
	if err := r.watch(func() error { return r.strike(Close, "", unexpected) }); err != nil {
		return err
	}
	_, err := r.server.Write(goodbye.bytes)
	return err
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
		if !sent {
			return nil
		}
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

package exampletest

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A talk is the exchanges of one example with one daemon.
type talk struct {
	daemon    *faultdaemon.FaultDaemon
	dial      dialer
	transport transport

	conns []net.Conn // all that were opened
	conn  net.Conn   // of the next exchange; nil: it has one of its own
	calls int        // of all exchanges so far

	started   time.Time     // just before the daemon
	ended     time.Time     // when the last exchange has
	exchanges int           // so far
	after     time.Duration // of all exchanges so far
	met       string        // what the last connect failed with; empty: nothing
}

// exchange makes one exchange, and compares what the client sees and what the
// daemon counts with the example.
func (k *talk) exchange(x exchange) error {
	k.calls += x.calls
	k.after += x.after
	err := k.meet(x)
	k.exchanges++
	k.ended = time.Now()
	if err != nil || x.shows == "" {
		return err
	}
	return k.await(x.shows)
}

// meet makes one exchange on the connection that it is for, or fails to connect as
// the example says.
func (k *talk) meet(x exchange) error {
	isNew := k.conn == nil && k.exchanges > 0
	if isNew || x.connect != "" {
		if err := k.connect(x); err != nil {
			return err
		}
	}
	if x.connect != "" {
		return compareCalls(k.daemon, k.calls)
	}
	begin := k.ended
	if isNew && !k.transport.isVirtual() { // connect has compared the time
		begin, x.after = time.Now(), 0
	}
	err := x.run(k.daemon, k.conn, begin, k.calls, k.transport)
	if x.then != faultdaemon.EndOpen {
		k.conn = nil
	}
	return err
}

// open opens the connections of an example up to that of its first exchange, each
// after the daemon has accepted the one before.
func (k *talk) open(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), clientWait)
	defer cancel()
	for range n {
		conn, err := k.dial(ctx)
		if err != nil {
			return err
		}
		k.conns, k.conn = append(k.conns, conn), conn
		if err := k.daemon.WaitForConnections(ctx, len(k.conns)); err != nil {
			return err
		}
	}
	return nil
}

func (k *talk) close() {
	for _, conn := range k.conns {
		_ = conn.Close() // the daemon may have closed it before
	}
}

// await waits for an event of the daemon's that has this Detail.
func (k *talk) await(detail string) error {
	for until := time.Now().Add(clientWait); ; k.transport.pause() {
		for _, ev := range k.daemon.Events() {
			if ev.Detail == detail {
				return nil
			}
		}
		if k.transport.isVirtual() || time.Now().After(until) {
			return fmt.Errorf("no event of the daemon's says %q", detail)
		}
	}
}

// healthy makes the exchange of a healthy daemon, where a fault cannot act and an
// event has to say so.
func (k *talk) healthy(fault faultdaemon.Fault, x exchange) error {
	x.got, x.then, x.after, x.calls, x.connect, x.shows = x.reply, faultdaemon.EndOpen, 0, 1, "", ""
	if err := k.open(1); err != nil {
		return err
	}
	if err := k.exchange(x); err != nil {
		return err
	}
	if n := k.daemon.Fired()[fault]; n != 0 {
		return fmt.Errorf("the fault has fired %d times, want an example in which it does not", n)
	}
	for _, ev := range k.daemon.Events() {
		if ev.Kind == faultdaemon.EventNotFired && ev.Detail != "" {
			return nil
		}
	}
	return fmt.Errorf("no event says why the fault has not fired")
}

package exampletest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"testing/synctest"
	"time"
)

// noAnswer is what a connect has failed with that took too long.
const noAnswer = "no answer"

// connect connects for one exchange, or fails to, as the example says. In virtual
// time that begins when the example says, to the nanosecond; in real time it begins no
// sooner.
func (k *talk) connect(x exchange) error {
	want := k.transport.errno(x.connect)
	if k.transport.isVirtual() {
		return k.connectAt(x.after, want)
	}
	isSame := k.exchanges > 0 && want == k.met // the two cannot be told apart here
	for until := time.Now().Add(x.after + clientWait); ; k.transport.pause() {
		conn, met := k.try(want)
		early := k.after - time.Since(k.started)
		switch {
		case met == want && early > 0 && !isSame:
			return fmt.Errorf("connect: %s %s too early", orConnected(met), early)
		case met == want:
			k.conn, k.met = conn, met
			return nil
		case k.exchanges == 0, k.met != "" && met != k.met, time.Now().After(until):
			return fmt.Errorf("connect: %s, want %s", orConnected(met), orConnected(want))
		}
	}
}

// connectAt connects in virtual time, when after has passed.
func (k *talk) connectAt(after time.Duration, want string) error {
	if after > 0 {
		time.Sleep(after - time.Nanosecond)
		if _, met := k.try(want); met == want {
			return fmt.Errorf("connect: %s within %s, want that later", orConnected(met), after)
		}
		time.Sleep(time.Nanosecond)
	}
	synctest.Wait()
	conn, met := k.try(want)
	if met != want {
		return fmt.Errorf("connect: %s, want %s", orConnected(met), orConnected(want))
	}
	k.conn, k.met = conn, met
	return nil
}

// try connects once, and names what that fails with.
func (k *talk) try(want string) (net.Conn, string) {
	most := clientWait
	if want == noAnswer {
		most = 4 * quiet
	}
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	conn, err := k.dial(ctx)
	switch {
	case err == nil:
		k.conns = append(k.conns, conn)
		return conn, ""
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded):
		return nil, noAnswer
	}
	return nil, errno(err)
}

// errno is what a connect fails with on the transport where an Example.Connect says
// what it does on a Unix socket.
func (tr transport) errno(connect string) string {
	if tr == tcp {
		switch connect {
		case "ENOENT":
			return "ECONNREFUSED"
		case "EAGAIN":
			return noAnswer
		}
	}
	return connect
}

// pause lets others do something.
func (tr transport) pause() { time.Sleep(time.Millisecond) }

// orConnected names the failure of a connect that has not failed.
func orConnected(met string) string { return cmp.Or(met, "a connection") }

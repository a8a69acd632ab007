package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// RunConcurrent runs n concurrent calls under every fault that the config's
// daemon can have, each fault in a subtest named after it. Every call has to
// return its own answer, or an error if the fault justifies one, and never the
// answer of another call.
//
// The client connects as for [Run], passes a function that makes one call to
// atOnce, once, and returns when atOnce has returned. It returns only its own
// errors, not those of the calls. atOnce calls the function n times
// concurrently, with i from 0 to n-1, and returns when all calls have returned.
// The healthy answers of the calls have to differ, so that a mix-up can be
// detected:
//
//	faulttest.RunConcurrent(t, cfg, 4, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
//		c, err := myclient.Connect(ctx, dial)
//		if err != nil {
//			return err
//		}
//		defer c.Close()
//		atOnce(func(i int) (string, error) { return c.Get(ctx, keys[i]) })
//		return nil
//	}, nil)
//
// Calls begin one after the other, in the order of i, and the daemon makes its
// first reply when all of them have begun; in virtual time it does not serve a
// connection that is dialed with the first call before that either. Each call therefore sees replies to
// other calls arrive before its own, if the client sends each request at once.
// In virtual time that is exact; with Options.Real a call has a millisecond to
// send its request.
//
// The verdict is that on the call that did worst. Options have the same meaning
// as for [Run]; Equal compares the answers of one call.
func RunConcurrent[T any](t *testing.T, cfg faultdaemon.Config, n int, client func(ctx context.Context, dial Dialer, atOnce func(call func(i int) (T, error))) error, opts *Options) {
	t.Helper()
	r, err := newConcurrentRunner(t, cfg, n, client, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return
	case err != nil:
		t.Fatal(err)
	}
	r.run()
}

// JudgeConcurrent runs concurrent calls as [RunConcurrent] does and returns the
// report, without failing the test.
func JudgeConcurrent[T any](t *testing.T, cfg faultdaemon.Config, n int, client func(ctx context.Context, dial Dialer, atOnce func(call func(i int) (T, error))) error, opts *Options) Report {
	t.Helper()
	r, err := newConcurrentRunner(t, cfg, n, client, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return Report{Elsewhere: true}
	case err != nil:
		return Report{Err: err}
	}
	return r.judgeAll()
}

// newConcurrentRunner is newFaultRunner for a client that makes calls at once.
func newConcurrentRunner[T any](t *testing.T, cfg faultdaemon.Config, n int, f func(context.Context, Dialer, func(func(int) (T, error))) error, opts *Options) (*runner, error) {
	if n < 2 {
		return nil, fmt.Errorf("faulttest: %d calls at once: want 2 or more", n)
	}
	return newFaultRunner(t, cfg, overlapping(n, opts.withDefaults().stagger(), f), n, opts)
}

// stagger is the time between two calls at once. Virtual time passes when the
// one before has done all that it does without waiting.
func (o Options) stagger() time.Duration {
	if o.Real {
		return time.Millisecond
	}
	return time.Nanosecond
}

// overlapping is the client as one whose answer is what became of its calls.
func overlapping[T any](n int, stagger time.Duration, f func(context.Context, Dialer, func(func(int) (T, error))) error) client {
	return func(ctx context.Context, dial Dialer) (any, error) {
		var once sync.Mutex
		var made calls
		err := f(ctx, dial, func(call func(i int) (T, error)) {
			if !once.TryLock() {
				panic("faulttest: atOnce is called a second time: it makes all the calls of a run")
			}
			made = atOnce(n, stagger, func(i int) (any, error) { return call(i) })
		})
		return made, err
	}
}

// atOnce makes n calls, each in a goroutine of its own, which ends with it.
func atOnce(n int, stagger time.Duration, call func(i int) (any, error)) calls {
	made := make(calls, n)
	var running sync.WaitGroup
	for i := range made {
		running.Go(func() {
			<-time.After(time.Duration(i) * stagger)
			made[i].make(func() (any, error) { return call(i) })
		})
	}
	running.Wait()
	return made
}

// unhurried is a config whose daemon takes its time for every reply: the one that
// makes replies, or the one that they come from.
func unhurried(cfg faultdaemon.Config, pause time.Duration) faultdaemon.Config {
	handler, respond, upstream := cfg.ResponseHandler, cfg.Respond, cfg.Upstream
	switch {
	case handler != nil && respond != nil: // what is wrong with it is Start's to say
	case upstream != nil:
		cfg.Upstream = func(ctx context.Context) (net.Conn, error) {
			conn, err := upstream(ctx)
			if err != nil {
				return nil, err
			}
			return unhurriedConn{conn, pause}, nil
		}
	default:
		cfg.ResponseHandler = nil
		cfg.Respond = func(e *faultdaemon.Exchange) ([]byte, error) {
			<-time.After(pause)
			switch {
			case respond != nil:
				return respond(e)
			case handler != nil:
				return handler(e.Request()), nil
			}
			return nil, nil
		}
	}
	return cfg
}

// unhurriedConn is a connection whose bytes come after a pause.
type unhurriedConn struct {
	net.Conn
	pause time.Duration
}

func (c unhurriedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	<-time.After(c.pause)
	return n, err
}

// CloseWrite half-closes what can be: the daemon behind it reads EOF.
func (c unhurriedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

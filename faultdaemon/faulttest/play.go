package faulttest

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// clientWait is how long a client waits for what must come, however busy the
// machine is.
const clientWait = 20 * time.Second

// A clock says how exactly times are compared, and how long a client listens
// to a connection before it is called open.
type clock struct {
	exact bool
	open  time.Duration
}

// inVirtualTime and inRealTime are the two clocks.
var (
	inVirtualTime = clock{exact: true, open: 24 * time.Hour}
	inRealTime    = clock{open: 25 * time.Millisecond}
)

// inMemory plays the example in a bubble of its own, and reports whether that
// went well.
func inMemory(t *testing.T, r run) bool {
	return t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			if err := r.play("", "", inVirtualTime); err != nil {
				t.Error(err)
			}
		})
	})
}

// healthyFails reports whether the example fails on a daemon whose fault is
// switched off.
func healthyFails(t *testing.T, r run) (failed bool) {
	synctest.Test(t, func(t *testing.T) {
		failed = r.play("", "", inVirtualTime) != nil
	})
	return failed
}

// onSockets plays the example over a Unix socket and over TCP.
func onSockets(t *testing.T, r run) {
	t.Run("unix", func(t *testing.T) {
		if err := r.play("unix", TempSocket(t), inRealTime); err != nil {
			t.Error(err)
		}
	})
	t.Run("tcp", func(t *testing.T) {
		if err := r.play("tcp", "127.0.0.1:0", inRealTime); err != nil {
			t.Error(err)
		}
	})
}

// play runs the example on a daemon of its own and returns what differs from
// what the example says.
func (r run) play(network, address string, c clock) error {
	var reply atomic.Pointer[[]byte]
	cfg := r.cfg
	cfg.Respond = nil
	cfg.ResponseHandler = func([]byte) []byte { return *reply.Load() }
	d, dial, err := listen(network, address, cfg)
	if err != nil {
		return err
	}
	defer d.Stop()
	start := time.Now() // a fault of the accept stage counts from the connection on, which is no later than Send
	conns, err := connect(d, dial, r.conns)
	defer closeAll(conns)
	if err != nil {
		return err
	}
	calls := 0
	for i, p := range r.parts {
		reply.Store(&p.reply)
		before := writes(d)
		calls += p.calls
		err := p.play(conns[len(conns)-1], start, c)
		if err == nil {
			err = p.look(d, calls)
		}
		// In real time, the last write may not be in the log yet.
		if made := writes(d) - before; err == nil && c.exact && p.writes > 0 && made != p.writes {
			err = fmt.Errorf("the daemon made %d writes, want %d", made, p.writes)
		}
		if err != nil {
			return fmt.Errorf("exchange %d: %w\nwhat the daemon did:\n%s", i+1, err, story(d))
		}
		start = time.Now()
	}
	return nil
}

// listen starts a daemon and returns how to connect to it.
func listen(network, address string, cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, Dialer, error) {
	if network != "tcp" {
		d := faultdaemon.New(address, cfg)
		return d, d.Dial, d.Start()
	}
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, nil, err
	}
	d := faultdaemon.New("", cfg)
	go func() { _ = d.Serve(l) }() // ends with Stop; has begun when the first connection is there
	dial := func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, l.Addr().String())
	}
	return d, dial, nil
}

// connect opens n connections, in order.
func connect(d *faultdaemon.FaultDaemon, dial Dialer, n int) ([]net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), clientWait)
	defer cancel()
	var conns []net.Conn
	for range n {
		conn, err := dial(ctx)
		if err != nil {
			return conns, err
		}
		conns = append(conns, conn)
		if err := d.WaitForConnections(ctx, len(conns)); err != nil {
			return conns, err
		}
	}
	return conns, nil
}

func closeAll(conns []net.Conn) {
	for _, conn := range conns {
		_ = conn.Close() // the daemon may have closed it before
	}
}

// play is what the client does in one exchange: it writes and reads. Its time
// is counted from start.
func (p part) play(conn net.Conn, start time.Time, c clock) error {
	if err := conn.SetDeadline(start.Add(p.after + clientWait)); err != nil {
		return err
	}
	_, _ = conn.Write(p.send) // fails where the daemon has closed already; what counts is what is read
	got := make([]byte, len(p.got))
	n, err := io.ReadFull(conn, got)
	took := time.Since(start)
	if err != nil && len(got) > 0 || !bytes.Equal(got, p.got) {
		return fmt.Errorf("the client read %s and then %s, want %s", verdict.Quote(got[:n]), endOf(err), verdict.Quote(p.got))
	}
	if p.then == faultdaemon.EndOpen {
		if err := conn.SetReadDeadline(time.Now().Add(c.open)); err != nil {
			return err
		}
	}
	var more [64]byte
	n, err = conn.Read(more[:])
	if n > 0 {
		return fmt.Errorf("the client read %s and then, more than it should, %s", verdict.Quote(got), verdict.Quote(more[:n]))
	}
	if end := endOf(err); end != p.then.String() {
		return fmt.Errorf("the client read %s and then %s, want %s", verdict.Quote(got), end, p.then)
	}
	if len(got) == 0 && p.then != faultdaemon.EndOpen {
		took = time.Since(start)
	}
	if took < p.after || c.exact && took != p.after {
		return fmt.Errorf("that took the client %s, want %s", took, p.after)
	}
	return nil
}

// look compares what the daemon counted with what the example says.
func (p part) look(d *faultdaemon.FaultDaemon, calls int) error {
	ctx, cancel := context.WithTimeout(context.Background(), clientWait)
	defer cancel()
	if err := d.WaitForCalls(ctx, calls); err != nil {
		return err
	}
	if got := len(d.GetCalls()); got != calls {
		return fmt.Errorf("the daemon recorded %d calls by then, want %d", got, calls)
	}
	return nil
}

// endOf returns what a read's error stands for, in the words of an End.
func endOf(err error) string {
	switch {
	case err == nil:
		return "more"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return faultdaemon.EndEOF.String()
	case errors.Is(err, syscall.ECONNRESET):
		return faultdaemon.EndReset.String()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return faultdaemon.EndOpen.String()
	}
	return err.Error()
}

// writes returns how many writes the daemon has made.
func writes(d *faultdaemon.FaultDaemon) int {
	n := 0
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventWrote || ev.Kind == faultdaemon.EventReplied {
			n++
		}
	}
	return n
}

// story returns the daemon's events, one a line, with their time since the
// first.
func story(d *faultdaemon.FaultDaemon) string {
	var b strings.Builder
	events := d.Events()
	for _, ev := range events {
		fmt.Fprintf(&b, "  %8s %s\n", ev.Time.Sub(events[0].Time), ev)
	}
	return b.String()
}

// decode returns the bytes that a text of an example stands for.
func decode(text string, isHex bool) ([]byte, error) {
	if !isHex {
		return []byte(text), nil
	}
	return hex.DecodeString(strings.Join(strings.Fields(text), ""))
}

package lookup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// trialTime is how long a trial lasts at most.
const trialTime = time.Second

// A trial is what a client saw of a fault: a real daemon in memory, a request
// and whatever came for it.
type trial struct {
	on     Protocol
	fault  faultdaemon.Fault
	sent   [][]byte // requests, in order
	pieces []piece  // what was read
	end    string   // "EOF", "reset", or that it is open
	after  time.Duration
	idle   string // why the fault did not act; "" where it did

	process *ending        // of the server, where the client has spawned it
	refused map[int]string // why a request could not be written

	connect string // what the last connect failed with; "" where it did not
	again   int    // from which request on there is a second connection; 0: never
}

// A piece is what one read returned.
type piece struct {
	after time.Duration // since the request before it
	bytes []byte
	reply int // to which request, from 0
}

// try runs a fault on the first of the protocols on which it acts. Where it acts
// on none, the last trial says why.
func (x *Index) try(ctx context.Context, f faultdaemon.Fault, on []Protocol) (t trial, err error) {
	for _, p := range on {
		if t, err = x.run(ctx, f, p); err != nil || t.idle == "" {
			return t, err
		}
	}
	return t, nil
}

// applicable returns the protocols whose daemons can have a fault.
func (x *Index) applicable(info faultdaemon.Info) (list []Protocol, err error) {
	for _, p := range x.protocols {
		known, err := x.on(p)
		if err != nil {
			return nil, err
		}
		if _, found := known.Lookup(info.Name); found && info.Applies(p.Value) == nil {
			list = append(list, p)
		}
	}
	return list, nil
}

// run runs a fault.
func (x *Index) run(ctx context.Context, f faultdaemon.Fault, p Protocol) (trial, error) {
	t := trial{on: p, fault: f, refused: map[int]string{}}
	cfg := x.config(p)
	cfg.Fault, cfg.Seed = f, 1
	cfg.ResponseHandler = func([]byte) []byte { return p.Reply }
	info, _ := x.known.Lookup(f)
	if info.Relayed {
		behind := faultdaemon.New("", faultdaemon.Config{Protocol: cfg.Protocol, ResponseHandler: cfg.ResponseHandler})
		if err := behind.Start(); err != nil {
			return t, err
		}
		defer behind.Stop()
		cfg.ResponseHandler, cfg.Upstream = nil, behind.Dial
	}
	d := faultdaemon.New("", cfg)
	if ofProcesses(info) {
		return t, x.runProcess(ctx, d, &t, info)
	}
	if err := d.Start(); err != nil {
		return t, err
	}
	defer d.Stop()
	if ofSockets(info) {
		return t, t.onSockets(ctx, d, info)
	}
	conn, err := d.Dial(ctx)
	if err != nil {
		return t, err
	}
	defer conn.Close()
	return t, t.exchanges(d, conn, 1)
}

// A stream is what a client has of its server.
type stream interface {
	io.ReadWriter
	SetDeadline(time.Time) error
}

// exchanges makes as many exchanges as the fault needs. Where it has not acted after
// the first reply, a second request follows on the same connection.
func (t *trial) exchanges(d *faultdaemon.FaultDaemon, conn stream, needs int) error {
	for n := range 2 {
		if err := t.exchange(conn); err != nil {
			return err
		}
		if t.end != "" || acted(d, t.fault) && n+1 >= needs {
			break
		}
	}
	if !acted(d, t.fault) {
		t.idle = whyIdle(d, t.fault)
	}
	return nil
}

// exchange sends the request and reads until the end, or until a whole reply
// is there and nothing more comes.
func (t *trial) exchange(conn stream) error {
	start := time.Now()
	t.sent = append(t.sent, t.on.Request)
	if err := conn.SetDeadline(start.Add(trialTime)); err != nil {
		return err
	}
	if _, err := conn.Write(t.on.Request); errors.Is(err, syscall.EPIPE) {
		t.refused[len(t.sent)-1] = syscall.EPIPE.Error()
	} else if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	buf := make([]byte, 64<<10)
	for got := 0; ; {
		n, err := conn.Read(buf)
		if n > 0 {
			got += n
			t.pieces = append(t.pieces, piece{time.Since(start), append([]byte(nil), buf[:n]...), len(t.sent) - 1})
		}
		t.after = time.Since(start)
		switch {
		case err == nil && got >= len(t.on.Reply):
			// What follows a whole reply follows it closely.
			if err := conn.SetDeadline(time.Now().Add(trialTime / 4)); err != nil {
				return err
			}
		case errors.Is(err, io.EOF):
			t.end = "EOF"
		case errors.Is(err, syscall.ECONNRESET):
			t.end = "reset"
		case errors.Is(err, os.ErrDeadlineExceeded):
			if got < len(t.on.Reply) {
				t.end = "still open after " + trialTime.String()
			}
			return nil
		case err != nil:
			return fmt.Errorf("read the reply: %w", err)
		}
		if t.end != "" {
			return nil
		}
	}
}

// acted reports whether a fault has acted.
func acted(d *faultdaemon.FaultDaemon, f faultdaemon.Fault) bool {
	for fault, n := range d.Fired() {
		if fault.Name() == f.Name() && n > 0 {
			return true
		}
	}
	return false
}

// whyIdle is the reason why a fault did not act.
func whyIdle(d *faultdaemon.FaultDaemon, f faultdaemon.Fault) string {
	reason := "nothing that it needs came its way"
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventNotFired && ev.Fault.Name() == f.Name() {
			reason = ev.Detail
		}
	}
	return reason
}

package exampletest

import (
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// clientWait is how long a client waits for what must come, however busy the
// machine is.
const clientWait = 20 * time.Second

// maxOnSockets is how long an example may take to be run on sockets too, where
// its time is real.
const maxOnSockets = 500 * time.Millisecond

// connecting is a client that connects to a daemon.
type connecting struct{}

// accepts refuses what is about a process.
func (connecting) accepts(ex faultdaemon.Example) error {
	if ex.Stderr+ex.Status+ex.Fails+ex.Outlives+ex.Closes != "" {
		return errors.New("it says what a process does (Stderr, Status, Fails, Outlives, Closes), and there is none: call RunSpawned, " +
			"which faultgen does for a spec.Catalogue{Spawned: true}")
	}
	return nil
}

func (c connecting) run(t *testing.T, e example) {
	if e.isRelayed() {
		c.runOn(t, e, relay)
	}
	if c.runOn(t, e, memory) && e.duration() <= maxOnSockets {
		c.runOn(t, e, unix)
		c.runOn(t, e, tcp)
	}
}

// runOn runs an example on a transport, as a subtest, and reports whether it
// passed.
func (connecting) runOn(t *testing.T, e example, tr transport) bool {
	check := func(t *testing.T) {
		if err := e.run(t, tr); err != nil {
			t.Error(err)
		}
	}
	return t.Run(string(tr), func(t *testing.T) {
		if tr.isVirtual() {
			synctest.Test(t, check)
		} else {
			check(t)
		}
	})
}

func (connecting) failsWithoutFault(t *testing.T, e example) (failed bool) {
	e.cfg.Fault = faultdaemon.FaultNone
	synctest.Test(t, func(t *testing.T) {
		failed = e.run(t, memory) != nil
	})
	return failed
}

// run runs the example against a daemon of its own. Its error says what
// differs from the example.
func (e example) run(t *testing.T, tr transport) error {
	cfg, reply := e.replying()
	started := time.Now() // before the daemon: a fault may act from then on
	var passed *recorder
	if tr == relay {
		behind, err := startBehind(t, &cfg)
		if err != nil {
			return err
		}
		passed = behind
	}
	d, dial, err := tr.start(t, cfg)
	if err != nil {
		return err
	}
	defer d.Stop()
	k := &talk{daemon: d, dial: dial, transport: tr, started: started, ended: time.Now()}
	defer k.close()
	if cfg.Fault != faultdaemon.FaultNone && e.isExcept(tr) {
		reply.Store(&e.exchanges[0].reply)
		return k.tell(k.healthy(cfg.Fault, e.exchanges[0]))
	}
	if e.exchanges[0].connect == "" {
		if err := k.open(e.connections); err != nil {
			return k.tell(err)
		}
	}
	for i, x := range e.exchanges {
		reply.Store(&x.reply)
		if err := k.exchange(x); err != nil {
			return k.tell(fmt.Errorf("exchange %d: %w", i+1, err))
		}
		if e.relayed {
			if err := passed.compare(x.passed); err != nil {
				return k.tell(fmt.Errorf("exchange %d: %w", i+1, err))
			}
		}
	}
	return nil
}

// tell adds the daemon's events to an error.
func (k *talk) tell(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w\nthe daemon's events:\n%s", err, eventLog(k.daemon))
}

// replying returns the example's config with a handler that replies what is stored.
func (e example) replying() (faultdaemon.Config, *atomic.Pointer[[]byte]) {
	var reply atomic.Pointer[[]byte]
	cfg := e.cfg
	cfg.Respond = nil
	cfg.ResponseHandler = func([]byte) []byte { return *reply.Load() }
	return cfg, &reply
}

// run makes one exchange and compares what the client sees and what the daemon
// counts with the example. Time counts from begin; calls is how many the
// daemon must have recorded by the end.
func (x exchange) run(d *faultdaemon.FaultDaemon, conn net.Conn, begin time.Time, calls int, tr transport) error {
	writesBefore := countWrites(d)
	saw, err := x.client(conn, begin, tr)
	if err != nil {
		return err
	}
	if err := x.compareClient(saw, tr); err != nil {
		return err
	}
	if err := compareCalls(d, calls); err != nil {
		return err
	}
	return x.compareWrites(countWrites(d)-writesBefore, tr)
}

// An observation is what a client sees in one exchange.
type observation struct {
	got   []byte        // up to the end; or longer than the example's Got, and no further
	end   error         // of the read that ended it; nil where got is longer
	after time.Duration // from the beginning to the last byte or, where none came, to the end
}

// client does in one exchange what a client does: it writes, and reads until
// the end or until there is more than the example says.
func (x exchange) client(conn net.Conn, begin time.Time, tr transport) (observation, error) {
	if err := conn.SetDeadline(begin.Add(x.after + clientWait)); err != nil {
		return observation{}, err
	}
	_, _ = conn.Write(x.send) // fails where the daemon has closed already; what counts is what is read
	saw := observation{after: time.Since(begin)}
	buffer := make([]byte, len(x.got)+64)
	for saw.end == nil && len(saw.got) <= len(x.got) {
		if len(saw.got) == len(x.got) && x.then == faultdaemon.EndOpen {
			if err := conn.SetReadDeadline(time.Now().Add(tr.quiet())); err != nil {
				return observation{}, err
			}
		}
		var n int
		n, saw.end = conn.Read(buffer)
		saw.got = append(saw.got, buffer[:n]...)
		if n > 0 || len(saw.got) == 0 && x.then != faultdaemon.EndOpen {
			saw.after = time.Since(begin)
		}
	}
	return saw, nil
}

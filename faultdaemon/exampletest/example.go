package exampletest

import (
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An example is a [faultdaemon.Example] that is ready to run: the daemon's
// config, and its exchanges with their texts decoded and defaults filled in.
type example struct {
	cfg         faultdaemon.Config
	connections int // the exchanges are on the last one
	exchanges   []exchange
	except      []string // where the fault does not fire
	outlives    string   // what its process is alive after
	relayed     bool     // it says what reaches an upstream
}

// An exchange is what a client sends and what it has to see. The fields are
// those of [faultdaemon.Example].
type exchange struct {
	send, reply, got []byte
	passed           []byte // to the upstream
	after            time.Duration
	then             faultdaemon.End
	calls            int
	writes           int // 0: not compared

	connect string // what a connect fails with in the place of a connection
	shows   string // the Detail of an event

	// Of a process.
	stderr        []byte
	status, fails string
	closes        string
}

// parse returns the example of a fault, ready to run.
func parse(cfg faultdaemon.Config, fault faultdaemon.Fault, ex faultdaemon.Example) (example, error) {
	e := example{cfg: cfg, connections: max(ex.Conns, 1), except: strings.Split(ex.Except, ", "), outlives: ex.Outlives}
	e.cfg.Fault = fault
	if ex.With != "" {
		e.cfg.Fault = fault + faultdaemon.Fault("("+ex.With+")")
	}
	for _, documented := range append([]faultdaemon.Example{ex}, ex.More...) {
		x, err := parseExchange(documented, ex.Hex)
		if err != nil {
			return example{}, err
		}
		e.exchanges = append(e.exchanges, x)
	}
	return e, nil
}

func parseExchange(ex faultdaemon.Example, isHex bool) (exchange, error) {
	x := exchange{after: ex.After, then: ex.Then, calls: ex.Calls, writes: ex.Writes, connect: ex.Connect, shows: ex.Shows, status: ex.Status, fails: ex.Fails, closes: ex.Closes}
	switch ex.Calls {
	case faultdaemon.NoCalls:
		x.calls = 0
	case 0:
		x.calls = 1
	}
	for _, field := range []struct {
		name, text string
		decoded    *[]byte
	}{{"Send", ex.Send, &x.send}, {"Reply", ex.Reply, &x.reply}, {"Got", ex.Got, &x.got}, {"Stderr", ex.Stderr, &x.stderr}, {"Passed", ex.Passed, &x.passed}} {
		raw, err := decode(field.text, isHex)
		if err != nil {
			return exchange{}, fmt.Errorf("%s: %w", field.name, err)
		}
		*field.decoded = raw
	}
	return x, nil
}

// decode returns the bytes that a text of an example stands for.
func decode(text string, isHex bool) ([]byte, error) {
	if !isHex {
		return []byte(text), nil
	}
	return hex.DecodeString(strings.Join(strings.Fields(text), ""))
}

// duration is how long the example takes.
func (e example) duration() time.Duration {
	var sum time.Duration
	for _, x := range e.exchanges {
		sum += x.after
	}
	return sum
}

// isRelayed reports whether the example is the same where the reply comes from a
// daemon behind: one message to each request that expects one. That a daemon sends
// nothing cannot be known, and of several messages each comes by itself.
func (e example) isRelayed() bool {
	p := e.cfg.Protocol
	if p == nil {
		p = faultdaemon.Lines
	}
	return !slices.ContainsFunc(e.exchanges, func(x exchange) bool {
		return len(faultdaemon.Messages(p, x.reply)) != 1 && x.calls > 0
	})
}

// isExcept reports whether the fault does not fire on a transport.
func (e example) isExcept(tr transport) bool {
	return tr == tcp && slices.Contains(e.except, "TCP") || tr == unix && os.Geteuid() == 0 && slices.Contains(e.except, "root")
}

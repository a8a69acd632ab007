// Command goclient is a client of a server that it starts itself: lines of
// JSON-RPC 2.0, a handshake and one call.
//
//	goclient [--bug NAME] [--timeout MS] [--grace MS] [--pad BYTES] SERVER
//
// SERVER is the server's command, a JSON array. The client prints the text of
// the answer, or what went wrong on stderr, with status 1. Without --bug it does
// everything right.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

type options struct {
	server         []string
	bug            string
	timeout, grace time.Duration
	pad            int // bytes in every request
}

// What ends a call without an answer, but for errors that say all.
var (
	errTimeout = errors.New("timeout")
	errEnded   = errors.New("the server") // has ended, or can no longer be talked to
)

func main() {
	bug := flag.String("bug", "", "what to do wrong")
	timeout := flag.Int("timeout", 1000, "milliseconds for everything but the server's end")
	grace := flag.Int("grace", 200, "milliseconds for the server to end")
	pad := flag.Int("pad", 0, "bytes to add to every request")
	flag.Parse()
	if _, ok := bugs[*bug]; !ok && *bug != "" {
		fail(fmt.Errorf("no such bug: %s", *bug))
	}
	o := options{bug: *bug, timeout: milliseconds(*timeout), grace: milliseconds(*grace), pad: *pad}
	if err := json.Unmarshal([]byte(flag.Arg(0)), &o.server); err != nil {
		fail(err)
	}
	answer, err := ask(o)
	if err != nil {
		fail(err)
	}
	fmt.Println(answer)
}

// ask returns the answer. A server that exits before it is ready is started
// again a few times.
func ask(o options) (string, error) {
	deadline := time.Now().Add(o.timeout)
	pauses := []time.Duration{25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond}
	for {
		answer, again, err := try(o, deadline)
		if !again {
			return answer, err
		}
		pause := time.Duration(0)
		if o.bug != "restarts_at_once" {
			if len(pauses) == 0 {
				return "", err
			}
			pause, pauses = pauses[0], pauses[1:]
		}
		if time.Now().Add(pause).After(deadline) {
			return "", err
		}
		time.Sleep(pause)
	}
}

// try starts the server, asks it and ends it. It reports whether to try again.
func try(o options, deadline time.Time) (answer string, again bool, err error) {
	s, err := start(o, deadline)
	if err != nil {
		return "", false, err
	}
	defer func() {
		if ended := s.close(); err == nil {
			err = ended
		}
	}()
	if err := s.handshake(); err != nil {
		return "", errors.Is(err, errEnded) && s.signs["exit"], err
	}
	answer, err = s.call()
	return answer, false, err
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func fail(err error) {
	fmt.Fprintln(os.Stderr, "no answer:", err)
	os.Exit(1)
}

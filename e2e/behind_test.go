package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/relay"
)

// A behind is a client of a real daemon, between which and it there is the relay.
type behind struct {
	daemon  string
	client  string
	version []string                 // prints the client's
	start   func(t *testing.T) front // starts the daemon, or skips the test

	deadline time.Duration // of one run
	socket   string        // the file's name, where one run comes after the other
	faults   []faultdaemon.Fault
	pushes   []faultdaemon.Fault // to what the daemon sends by itself

	// either are faults under which it is decided by chance what the client does.
	either map[faultdaemon.Fault][]faulttest.Verdict
}

// A front is the relay's side of a daemon that runs, and what its client says.
type front struct {
	version  string                             // the daemon's
	config   faultdaemon.Config                 // Protocol, Upstream, and the requests and pushes that faults are for
	converse func(*testing.T, faulttest.Dialer) // a long conversation without faults
	varies   bool                               // it is another one each time
	call     func(ctx context.Context, dial faulttest.Dialer) (string, error)

	// Of a client that is a program, in place of converse and call.
	program func(path string) []string // a command line
	path    string                     // of the daemon's own socket
}

// column is the head of its column.
func (b behind) column() string { return b.daemon + ", " + b.client }

// healthy tests that the relay changes nothing.
func (b behind) healthy(t *testing.T, f front) {
	if f.program != nil {
		b.prints(t, f)
	} else {
		b.converses(t, f)
	}
}

// converses fails the test unless both ends of the relay have read and written the same, Tap
// has seen that and, where the conversation is always the same, it is the same without
// the relay: whether messages are held for faults that never act or not.
func (b behind) converses(t *testing.T, f front) {
	direct := new(recorder)
	f.converse(t, direct.dial(f.config.Upstream))
	plain := direct.transcripts(t)
	for name, held := range map[string]bool{"passed on": false, "held": true} {
		t.Run(name, func(t *testing.T) {
			cfg := f.config
			cfg.FaultMatcher = nil
			if held {
				cfg.Plan, cfg.FaultMatcher = b.never()
			}
			upstream, client, tap := new(recorder), new(recorder), new(tapped)
			cfg.Upstream, cfg.Tap = upstream.dial(cfg.Upstream), tap.add
			d := faulttest.StartWith(t, cfg, faulttest.StartOptions{AllowUnfired: true})
			f.converse(t, client.dial(d.Dial))
			theirs, ours := upstream.transcripts(t), client.transcripts(t)
			require.NotEmpty(t, theirs)
			for i, their := range theirs {
				requireSame(t, their.wrote, tap.all(int64(i+1), faultdaemon.ToUpstream))
				requireSame(t, their.read, tap.all(int64(i+1), faultdaemon.ToClient))
			}
			require.Len(t, ours, len(theirs))
			for i, our := range ours {
				require.NotEmpty(t, our.read)
				requireSame(t, our.wrote, theirs[i].wrote)
				// Of what comes last a client may read nothing.
				requireSame(t, our.read, theirs[i].read[:min(len(our.read), len(theirs[i].read))])
				if !f.varies {
					requireSame(t, plain[i].wrote, our.wrote)
					requireSame(t, plain[i].read, our.read)
				}
			}
		})
	}
}

// never is a plan for all requests and pushes, and a matcher that lets it act on none.
func (b behind) never() (faultdaemon.Plan, faultdaemon.FaultMatcher) {
	plan := faultdaemon.Always(faultdaemon.FaultHangBeforeResponse)
	if len(b.pushes) > 0 {
		plan = append(plan, faultdaemon.FromUpstream(faultdaemon.Always(faultdaemon.FaultHangBeforeResponse))...)
	}
	return plan, func([]byte) bool { return false }
}

// requireSame fails the test unless two streams are the same, and shows where they are not.
func requireSame(t *testing.T, want, got string) {
	t.Helper()
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	if want != got {
		near := func(s string) string { return s[max(0, at-40):min(len(s), at+40)] }
		require.Fail(t, "the streams differ", "at byte %d: want %q, got %q", at, near(want), near(got))
	}
}

// prints fails the test unless a program prints the same with the relay and without it.
func (b behind) prints(t *testing.T, f front) {
	path := b.newPath(t)
	d := faultdaemon.New(path, faultdaemon.Config{Protocol: f.config.Protocol, Upstream: f.config.Upstream})
	require.NoError(t, d.Start())
	defer d.Stop()
	want := command(t, f.program(f.path)[0], f.program(f.path)[1:]...)
	assert.NotEmpty(t, want)
	assert.Equal(t, want, command(t, f.program(path)[0], f.program(path)[1:]...))
}

// newPath is a path for a relay in front of a program.
func (b behind) newPath(t *testing.T) string {
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, b.socket)
}

// runs is a call that runs a program, whose answer is what it prints.
func runs(command []string) func(context.Context, faulttest.Dialer) (string, error) {
	return func(ctx context.Context, _ faulttest.Dialer) (string, error) {
		cmd := exec.CommandContext(ctx, command[0], command[1:]...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("%w: %s", err, &stderr)
		}
		return string(out), nil
	}
}

// pushed is what the row of a fault begins with that acts on what a daemon sends by itself.
const pushed = "<-"

// rows are those of its faults.
func (b behind) rows() []faultdaemon.Fault {
	rows := slices.Clone(b.faults)
	for _, f := range b.pushes {
		rows = append(rows, pushed+f)
	}
	return rows
}

// judge returns what the client does under each fault, by row.
func (b behind) judge(t *testing.T, f front) map[faultdaemon.Fault]faulttest.Result {
	t.Helper()
	f.config.Catalogues = append(f.config.Catalogues, relay.Faults)
	results := make(map[faultdaemon.Fault]faulttest.Result)
	for prefix, list := range map[faultdaemon.Fault][]faultdaemon.Fault{"": b.faults, pushed: b.pushes} {
		if len(list) == 0 {
			continue
		}
		opts := &faulttest.Options{Real: true, Deadline: b.deadline, Only: list}
		call := f.call
		if b.socket != "" {
			opts.Socket = b.newPath(t)
		}
		if f.program != nil {
			call = runs(f.program(opts.Socket))
		}
		if prefix != "" {
			opts.Plan = func(fault faultdaemon.Fault) faultdaemon.Plan {
				return faultdaemon.FromUpstream(faultdaemon.FirstN(1, fault))
			}
		}
		report := faulttest.Judge(t, f.config, call, opts)
		require.NoError(t, report.Err)
		require.Empty(t, report.Leaks, "even when the daemon is healthy")
		for _, r := range report.Results {
			results[prefix+faultdaemon.Fault(r.Fault.Name())] = r
		}
	}
	return results
}

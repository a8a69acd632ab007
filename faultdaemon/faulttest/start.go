package faulttest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// StartOptions configure [StartWith]. With the zero value it does what [Start]
// does.
type StartOptions struct {
	// Socket is the path to listen on, for clients whose path is fixed; if it
	// is empty, a fresh short path is used.
	Socket string

	// AllowUnfired lets a test pass even if a fault never acted.
	AllowUnfired bool
}

// Start returns a started daemon on a Unix socket of its own. The daemon is
// stopped and its socket removed when the test ends. An error in the config
// fails the test at once.
//
// When the test ends, it fails if one of the config's own functions has
// panicked, which the daemon has survived. It also fails, unless it has already
// failed, if a fault was in force and never acted: a test that injected nothing
// has shown nothing. If the test has failed, Start prints what the daemon did.
//
// The socket's path is short: a path in [testing.TB.TempDir], which contains
// the test's name, is soon longer than a socket's path may be.
func Start(t testing.TB, cfg faultdaemon.Config) *faultdaemon.FaultDaemon {
	t.Helper()
	return StartWith(t, cfg, StartOptions{})
}

// StartWith is [Start] with options.
func StartWith(t testing.TB, cfg faultdaemon.Config, opts StartOptions) *faultdaemon.FaultDaemon {
	t.Helper()
	if opts.Socket == "" {
		opts.Socket = TempSocket(t)
	}
	d := faultdaemon.New(opts.Socket, cfg)
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Stop()
		reportPanics(t, d)
		if !opts.AllowUnfired && !t.Failed() && !t.Skipped() {
			reportUnfired(t, d)
		}
		if t.Failed() {
			t.Logf("what the daemon did:\n%s", eventLog(d))
		}
	})
	return d
}

// TempSocket returns a fresh path for a Unix socket, in a directory that is
// removed when the test ends.
func TempSocket(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "s")
}

// reportPanics fails the test for a panic that is not what a fault consists of.
func reportPanics(t testing.TB, d *faultdaemon.FaultDaemon) {
	t.Helper()
	for _, ev := range d.Events() {
		injected := strings.HasPrefix(ev.Detail, "injected by "+string(ev.Fault)+"\n") // faultdaemon.Panic
		if ev.Kind == faultdaemon.EventPanic && !injected {
			t.Errorf("faultdaemon: %s\n%s", ev, ev.Detail)
		}
	}
}

// reportUnfired fails the test for every fault that never acted.
func reportUnfired(t testing.TB, d *faultdaemon.FaultDaemon) {
	t.Helper()
	fired := d.Fired()
	for _, f := range slices.Sorted(maps.Keys(fired)) {
		if fired[f] == 0 {
			t.Errorf("faultdaemon: %s never acted: %s; this test has injected nothing (StartOptions.AllowUnfired, if it should not)", f, whyUnfired(d, f))
		}
	}
}

// whyUnfired says what came the way of a fault that never acted.
func whyUnfired(d *faultdaemon.FaultDaemon, f faultdaemon.Fault) string {
	calls := d.GetCalls()
	if len(calls) == 0 {
		return fmt.Sprintf("there were %d connections and no request", d.ConnectionCount())
	}
	decided, reason := 0, ""
	for _, ev := range d.Events() {
		switch {
		case ev.Kind == faultdaemon.EventFault && ev.Fault == f:
			decided++
		case ev.Kind == faultdaemon.EventNotFired && ev.Fault == f:
			reason = ", but it could not act: " + ev.Detail
		}
	}
	return fmt.Sprintf("%d of %d requests matched%s%s", decided, len(calls), reason, seen(d, calls))
}

// seen lists what the requests were, in the protocol's words.
func seen(d *faultdaemon.FaultDaemon, calls []faultdaemon.RPCCall) string {
	selector, ok := verdict.ProtocolOf(d.Config()).(faultdaemon.Selector)
	if !ok {
		return ""
	}
	var words []string
	for _, call := range calls {
		for _, word := range selector.Selectors(call.Request) {
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "; seen: " + strings.Join(words, ", ")
}

// eventLog returns the daemon's events, one a line, with their time since the
// first.
func eventLog(d *faultdaemon.FaultDaemon) string {
	var b strings.Builder
	events := d.Events()
	for _, ev := range events {
		fmt.Fprintf(&b, "  %8s %s\n", ev.Time.Sub(events[0].Time), ev)
	}
	return b.String()
}

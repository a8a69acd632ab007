package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A trial is one fault and what the client makes of it: a session is opened
// and makes its first call under the fault; then the fault is lifted and the
// same session calls once more.
type trial struct {
	fault       faultdaemon.Fault
	first, next outcome
	how         how
}

// How a trial differs from two calls, one after the other.
type how int

const (
	inTurn            how = iota
	afterNotification     // a notification comes before the first call
	together              // the second call does not wait for the first
	withLargeRequest      // the first call sends more than a socket holds
)

// An outcome is what became of a call.
type outcome struct {
	kind kind
	text string   // part of the error, or the text that is no answer
	or   *outcome // the other, where it depends on the client's goroutines
}

type kind string

const (
	kindAnswers  kind = "answers"
	kindReturns  kind = "returns"
	kindFails    kind = "fails"
	kindTimesOut kind = "times out"
	kindHangs    kind = "hangs"
)

// The outcomes of a call.
var (
	// answers: it returns the daemon's answer to this very call.
	answers = outcome{kind: kindAnswers}

	// timesOut: it returns an error once its context has ended.
	timesOut = outcome{kind: kindTimesOut}

	// hangs: the end of its context does not end it. This is never right.
	hangs = outcome{kind: kindHangs}
)

// fails: it returns an error at once, which has these words.
func fails(words string) outcome { return outcome{kind: kindFails, text: words} }

// returns: it returns this text, which is not its answer, and no error.
func returns(text string) outcome { return outcome{kind: kindReturns, text: text} }

// either: it is not determined which of the two.
func either(one, other outcome) outcome {
	one.or = &other
	return one
}

// allows reports whether this is the outcome that was seen.
func (o outcome) allows(seen outcome) bool {
	if o.or != nil && o.or.allows(seen) {
		return true
	}
	if o.kind == kindFails {
		return seen.kind == kindFails && strings.Contains(seen.text, o.text)
	}
	return seen.kind == o.kind && seen.text == o.text
}

// silent reports whether only time can tell that this is the outcome.
func (o outcome) silent() bool { return o.kind == kindTimesOut || o.kind == kindHangs }

func (o outcome) String() string {
	switch {
	case o.or != nil:
		return fmt.Sprintf("%s, or %s", outcome{kind: o.kind, text: o.text}, o.or)
	case o.kind == kindFails || o.kind == kindReturns:
		return fmt.Sprintf("%s %q", o.kind, o.text)
	}
	return string(o.kind)
}

// try runs one trial.
func (c client) try(t *testing.T, tr trial) {
	config := c.config
	config.Fault = tr.fault
	d := faulttest.Start(t, config)
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	s, err := c.dial(ctx, t, d.SocketPath())
	require.NoError(t, err)

	if tr.how == afterNotification {
		require.NoError(t, s.(notifier).notify(ctx))
	}
	text := "first"
	if tr.how == withLargeRequest {
		text = strings.Repeat("x", largeSize)
	}
	first := begin(ctx, s, text, tr.first)
	var next *attempt
	if tr.how == together {
		next = begin(ctx, s, "next", tr.next)
		first.check(ctx, t)
	} else {
		first.check(ctx, t)
		d.SetFault(faultdaemon.FaultNone)
		next = begin(ctx, s, "next", tr.next)
	}
	next.check(ctx, t)
	requireFired(t, d)

	// What still hangs has an end when neither session nor daemon is there.
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = s.close() // of a broken session, it may fail or not
	}()
	d.Stop()
	for _, over := range []<-chan struct{}{first.over, next.over, closed} {
		select {
		case <-over:
		case <-ctx.Done():
			t.Fatal("a call, or the session's close, has no end even when the daemon has stopped")
		}
	}
}

// requireFired fails the test when the fault has not acted: a client that
// survives would prove nothing.
func requireFired(t *testing.T, d *faultdaemon.FaultDaemon) {
	t.Helper()
	acted := 0
	for _, ev := range d.Events() {
		switch ev.Kind {
		case faultdaemon.EventFault:
			acted++
		case faultdaemon.EventNotFired:
			acted--
		}
	}
	require.Positive(t, acted, "the fault did not act")
}

// An attempt is a call that has begun.
type attempt struct {
	text     string
	want     outcome
	deadline context.Context
	over     chan struct{} // closed when the call has returned; got is set then
	got      outcome
}

// begin calls echo in a goroutine of its own, which ends with the call.
func begin(ctx context.Context, s session, text string, want outcome) *attempt {
	within := patience
	switch {
	case want.silent() && len(text) == largeSize:
		within = largeDeadline
	case want.silent():
		within = deadline
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	a := &attempt{text: text, want: want, deadline: ctx, over: make(chan struct{})}
	go func() {
		defer close(a.over)
		defer cancel()
		got, err := s.call(ctx, "echo", text)
		switch {
		case err == nil && got == text:
			a.got = answers
		case err == nil:
			a.got = returns(got)
		case ctx.Err() != nil:
			a.got = timesOut
		default:
			a.got = fails(err.Error())
		}
	}()
	return a
}

// check waits for what has become of the call.
func (a *attempt) check(ctx context.Context, t *testing.T) {
	t.Helper()
	<-a.deadline.Done() // ended by the call itself or by time
	wait := patience
	if a.want.kind == kindHangs {
		wait = grace
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	got := hangs
	select {
	case <-a.over:
		got = a.got
	case <-ctx.Done():
	}
	if !a.want.allows(got) {
		t.Errorf("call %.10q: it %s, want: %s", a.text, got, a.want)
	}
}

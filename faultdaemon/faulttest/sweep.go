package faulttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// SweepOptions change what [Sweep] and [JudgeSweep] do. Nil and the zero value
// are the same.
type SweepOptions struct {
	// Deadline is what the client's context has, in virtual time; 0 is 5 s.
	Deadline time.Duration

	// Equal reports whether an answer is as good as the healthy one; nil is
	// reflect.DeepEqual.
	Equal func(healthy, got any) bool

	// MaxOffsets is how many offsets of one message are swept: of a longer
	// one those at its beginning and at its end, half of them each. 0 is
	// 4,096.
	MaxOffsets int

	// AllowUnterminated says that a client may survive a cut that takes the
	// terminator of a message and nothing else. It is for clients that decode
	// JSON values and know where one ends: they never look for the newline.
	AllowUnterminated bool
}

// maxOffsets is what MaxOffsets is where it is 0.
const maxOffsets = 4096

// Sweep runs the client once for every byte offset of the replies that a
// healthy daemon sends it, and for each [Way] of damaging a reply there: it is
// cut off, split in two, has one bit flipped, or stops coming. Each way is a
// subtest, with one of its own for every range of offsets whose verdict is
// wrong, named by the first of them: "cut/reply_1_byte_27". With that name in
// -run, this offset is run alone.
//
// A reply that is split is whole: it has to be survived at every offset. One
// that is cut has to be rejected at every offset, but before its first byte
// where the client can do without it, and anywhere in a message that it does
// not wait for. One that stops coming has to time out, with the same
// exceptions, and where nothing but the terminator is missing. A
// flipped bit may be survived, rejected or time out; it may give a wrong answer
// only inside the data that the message carries, which no client can tell from
// what was meant: its strings and numbers where it is JSON, all of it where it
// is not.
//
// Offsets count the bytes of a message from 0, framing included. Only one reply
// is damaged in a run; those before and after it, also on further connections,
// are healthy. The client is the same as for [Run] and runs, as there, in
// virtual time. The config has neither a Fault nor a Plan.
func Sweep[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *SweepOptions) {
	t.Helper()
	s, err := newSweep(t, cfg, erased(client), opts)
	if err != nil {
		t.Fatal(err)
	}
	report := s.report()
	failLeaks(t, report.Leaks)
	for _, w := range ways {
		t.Run(string(w.way), func(t *testing.T) {
			t.Helper() // what is wrong is reported where Sweep is called
			ranges := s.sweep(w, selected(t.Name()))
			report.Ranges = append(report.Ranges, ranges...)
			for _, r := range ranges {
				if r.OK {
					continue
				}
				t.Run(r.name, func(t *testing.T) {
					t.Helper()
					t.Error(r.explain(t.Name()))
				})
			}
		})
	}
	t.Logf("sweep:\n%s", report)
}

// JudgeSweep sweeps as [Sweep] does and returns what it found out, without
// failing the test.
func JudgeSweep[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *SweepOptions) SweepReport {
	t.Helper()
	s, err := newSweep(t, cfg, erased(client), opts)
	if err != nil {
		return SweepReport{Err: err}
	}
	report := s.report()
	for _, w := range ways {
		report.Ranges = append(report.Ranges, s.sweep(w, func(string) bool { return true })...)
	}
	return report
}

// A sweep knows the replies and judges the client. It belongs to one Sweep or
// JudgeSweep.
type sweep struct {
	court   *court
	judge   *judge
	opts    SweepOptions
	replies []reply
}

func newSweep(t *testing.T, cfg faultdaemon.Config, client client, options *SweepOptions) (*sweep, error) {
	var opts SweepOptions
	if options != nil {
		opts = *options
	}
	if opts.MaxOffsets == 0 {
		opts.MaxOffsets = maxOffsets
	}
	if opts.MaxOffsets < 0 {
		return nil, fmt.Errorf("faulttest: SweepOptions.MaxOffsets is %d: want 0 (%d) or more", opts.MaxOffsets, maxOffsets)
	}
	s := &sweep{opts: opts}
	var err error
	if s.court, err = convene(t, cfg, client, &Options{Deadline: opts.Deadline, Equal: opts.Equal}); err != nil {
		return nil, err
	}
	if s.judge, err = s.court.learn(); err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	if s.replies, err = s.court.replies(); err == nil && len(s.replies) == 0 {
		err = errors.New("the healthy daemon sends no reply: there is nothing to sweep; is it the config's FaultMatcher that picks none?")
	}
	if err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	s.findOptional()
	return s, nil
}

// findOptional finds the messages that the client has its answer without: it
// survives when they never come.
func (s *sweep) findOptional() {
	for _, r := range s.replies {
		before := 0
		for i := range r.messages {
			p := place{reply: r, message: i, before: before}
			r.messages[i].optional = s.run(p, stall).Verdict == Survived
			before += len(r.messages[i].bytes)
		}
	}
}

// run damages a reply at a place.
func (s *sweep) run(p place, w wayOf) Result {
	s.court.opts.Plan = p.reply.only
	return s.court.judge(s.judge, p.choice(w, s.opts))
}

// report returns what is known before the first offset.
func (s *sweep) report() SweepReport {
	return SweepReport{Patience: s.judge.patience.Reply, Leaks: s.judge.leftHealthy()}
}

// sweep damages every reply in one way, at every offset that is wanted by its
// name.
func (s *sweep) sweep(w wayOf, wanted func(name string) bool) []SweepRange {
	places := slices.DeleteFunc(s.places(), func(p place) bool { return !wanted(p.String()) })
	results := make([]Result, len(places))
	for i, p := range places {
		results[i] = s.run(p, w)
	}
	return ranges(w.way, places, results)
}

// places are all the offsets that are swept, in order.
func (s *sweep) places() (list []place) {
	for _, r := range s.replies {
		before := 0
		for i, message := range r.messages {
			for _, at := range offsets(len(message.bytes), s.opts.MaxOffsets) {
				list = append(list, place{reply: r, message: i, at: at, before: before})
			}
			before += len(message.bytes)
		}
	}
	return list
}

// offsets are the offsets of a message of size bytes, at most so many.
func offsets(size, most int) (list []int) {
	for at := range size {
		if size <= most || at < (most+1)/2 || at >= size-most/2 {
			list = append(list, at)
		}
	}
	return list
}

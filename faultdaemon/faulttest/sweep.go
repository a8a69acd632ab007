package faulttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// SweepOptions configure [Sweep] and [JudgeSweep]. Nil is the same as the zero
// value.
type SweepOptions struct {
	// Deadline is the virtual time until the client's context ends; 0 is 5 s.
	Deadline time.Duration

	// Equal reports whether an answer counts as equal to the healthy one; nil
	// is reflect.DeepEqual.
	Equal func(healthy, got any) bool

	// MaxOffsets is how many offsets of one message are swept; 0 is 4,096. Of a
	// longer message, half of them are at its beginning and half at its end.
	MaxOffsets int

	// AllowUnterminated lets a client survive a cut that removes only the
	// terminator of a message. Set it for clients that decode JSON values and
	// know where a value ends: they never look for the newline.
	AllowUnterminated bool

	// StrictGrades fails results whose grade is lenient or late, which pass
	// otherwise.
	StrictGrades bool
}

// Sweep runs the client once for every byte offset of the replies that a
// healthy daemon sends it, and for each kind of damage there: the reply is cut
// off, split in two, has one bit flipped, or stops coming. Each kind is a
// subtest, which has a subtest for every range of offsets that fails, named
// after the first of them: "cut/reply_1_byte_27". With that name in -run, only
// this offset runs.
//
// A reply that is split is complete, so the client has to survive at every
// offset. If a reply is cut, the client has to reject it. It may survive only
// if the cut is before the first byte and it can do without the reply, or if
// the cut is inside a message that it does not wait for. If a reply stops
// coming, the client has to time out, with the same exceptions, and it may also
// survive if only the terminator is missing. If a bit is flipped, the client
// may survive, reject or time out. It may give a wrong answer only if the bit
// is inside the data that the message carries, because no client can detect
// that: the strings and numbers if the data is JSON, otherwise all of it.
//
// Offsets count the bytes of a message from 0, framing included. Each run
// damages one reply; those before and after it are healthy, also on other
// connections. The client is the same as for [Run] and runs, as there, in
// virtual time. The config must have neither a Fault nor a Plan.
func Sweep[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *SweepOptions) {
	t.Helper()
	s, err := newSweeper(t, cfg, erased(client), opts)
	if err != nil {
		t.Fatal(err)
	}
	report := s.report()
	failLeaks(t, report.Leaks)
	for _, k := range sweep.Kinds() {
		t.Run(string(k), func(t *testing.T) {
			t.Helper() // what fails is reported where Sweep is called
			ranges := s.run(k, selected(t.Name()))
			report.Ranges = append(report.Ranges, ranges...)
			for _, r := range ranges {
				if r.OK {
					continue
				}
				t.Run(r.Name(), func(t *testing.T) {
					t.Helper()
					t.Error(r.Explain(alone(t.Name())))
				})
			}
		})
	}
	t.Logf("sweep:\n%s", report)
}

// JudgeSweep sweeps as [Sweep] does and returns the report, without failing the
// test.
func JudgeSweep[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *SweepOptions) SweepReport {
	t.Helper()
	s, err := newSweeper(t, cfg, erased(client), opts)
	if err != nil {
		return SweepReport{Err: err}
	}
	report := s.report()
	for _, k := range sweep.Kinds() {
		report.Ranges = append(report.Ranges, s.run(k, func(string) bool { return true })...)
	}
	return report
}

// A sweeper runs one client with damaged replies. It belongs to one Sweep or
// JudgeSweep.
type sweeper struct {
	runner *runner
	known  *verdict.Client
	sweep  *sweep.Sweep
}

func newSweeper(t *testing.T, cfg faultdaemon.Config, client client, options *SweepOptions) (*sweeper, error) {
	var opts SweepOptions
	if options != nil {
		opts = *options
	}
	r, err := newRunner(t, cfg, client, &Options{Deadline: opts.Deadline, Equal: opts.Equal, StrictGrades: opts.StrictGrades})
	if err != nil {
		return nil, err
	}
	s := &sweeper{runner: r}
	if s.known, err = r.learn(); err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	s.sweep, err = sweep.New(verdict.ProtocolOf(cfg), r.record(), r.record(),
		sweep.Options{MaxOffsets: opts.MaxOffsets, AllowUnterminated: opts.AllowUnterminated})
	if err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	s.sweep.FindOptional(s.judge)
	return s, nil
}

// judge damages a reply at an offset.
func (s *sweeper) judge(o sweep.Offset, k sweep.Kind) Result {
	s.runner.opts.Plan = o.Plan
	return s.runner.judge(s.known, s.sweep.Case(o, k))
}

// report returns what is known before the first offset.
func (s *sweeper) report() SweepReport {
	return SweepReport{Patience: s.known.Patience.Reply, Leaks: s.known.HealthyLeaks()}
}

// run does one kind of damage to every reply, at every offset that is wanted by
// its name.
func (s *sweeper) run(k sweep.Kind, wanted func(name string) bool) []SweepRange {
	offsets := s.sweep.Offsets(func(o sweep.Offset) bool { return wanted(o.String()) })
	results := make([]Result, len(offsets))
	for i, o := range offsets {
		results[i] = s.judge(o, k)
	}
	return sweep.Ranges(k, offsets, results)
}

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

	// StrictGrades fails results whose grade is lenient or late, which pass
	// otherwise.
	StrictGrades bool
}

// Sweep runs the client once for every byte offset of the replies that a
// healthy daemon sends it, and for each kind of damage there: it is
// cut off, split in two, has one bit flipped, or stops coming. Each kind is a
// subtest, with one of its own for every range of offsets that fails, named by the first of them: "cut/reply_1_byte_27". With that name in
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

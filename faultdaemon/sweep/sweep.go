package sweep

import (
	"errors"
	"fmt"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Options determine what is swept, and how strictly. The zero value is the
// default.
type Options struct {
	// MaxOffsets is how many offsets of one message are swept; 0 is 4,096. Of a
	// longer message, half of them are at its beginning and half at its end.
	MaxOffsets int

	// AllowUnterminated lets a client survive a cut that removes only the
	// terminator of a message.
	AllowUnterminated bool
}

// maxOffsets is what MaxOffsets is where it is 0.
const maxOffsets = 4096

// A Sweep holds the replies of a healthy daemon, and what is expected of a
// client at each of their bytes.
type Sweep struct {
	opts    Options
	replies []reply
}

// New returns a sweep of the replies in two recordings of the healthy daemon.
// It returns an error if there are no replies, or if a reply has different
// sizes in the two: then its number does not identify it, or its offsets do not
// repeat.
func New(p faultdaemon.Protocol, first, second [][]byte, opts Options) (*Sweep, error) {
	if opts.MaxOffsets == 0 {
		opts.MaxOffsets = maxOffsets
	}
	if opts.MaxOffsets < 0 {
		return nil, fmt.Errorf("MaxOffsets is %d: want 0 (%d) or more", opts.MaxOffsets, maxOffsets)
	}
	if !slices.EqualFunc(first, second, func(a, b []byte) bool { return len(a) == len(b) }) {
		return nil, errors.New("the healthy daemon replies in another order, or at another length, on each run: " +
			"let one request of the client follow another, and the handler reply the same")
	}
	s := &Sweep{opts: opts}
	for i, r := range first {
		if len(r) == 0 {
			continue
		}
		rep, err := newReply(i+1, r, p)
		if err != nil {
			return nil, err
		}
		s.replies = append(s.replies, rep)
	}
	if len(s.replies) == 0 {
		return nil, errors.New("the healthy daemon sends no reply: there is nothing to sweep; is it the config's FaultMatcher that picks none?")
	}
	return s, nil
}

// FindOptional finds the messages that the client does not wait for: it
// survives if they never arrive. run runs the client with a reply damaged at an
// offset; it is called once for each message.
func (s *Sweep) FindOptional(run func(Offset, Kind) verdict.Result) {
	for _, o := range s.Offsets(func(o Offset) bool { return o.at == 0 }) {
		o.reply.messages[o.message].optional = run(o, Stall).Verdict == verdict.Survived
	}
}

// Offsets returns the offsets to sweep, in order, that wanted picks.
func (s *Sweep) Offsets(wanted func(Offset) bool) (list []Offset) {
	for _, r := range s.replies {
		before := 0
		for i, message := range r.messages {
			for _, at := range offsets(len(message.bytes), s.opts.MaxOffsets) {
				if o := (Offset{reply: r, message: i, at: at, before: before}); wanted(o) {
					list = append(list, o)
				}
			}
			before += len(message.bytes)
		}
	}
	return list
}

// Case returns the fault that damages a reply at an offset, with an entry that
// says what is expected there. Run it under the offset's Plan.
func (s *Sweep) Case(o Offset, k Kind) verdict.Case {
	d := damages[k]
	f := d.fault(o.before + o.at)
	client, why := d.expected(o, s.opts)
	return verdict.Case{Fault: f, Named: true, Info: faultdaemon.Info{
		Name: faultdaemon.Fault(f.Name()), Stage: faultdaemon.StageRespond,
		Summary: fmt.Sprintf(d.summary, o.position(k), o.of()), Client: client, Why: why,
	}}
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

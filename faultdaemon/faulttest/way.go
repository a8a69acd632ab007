package faulttest

import (
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Way is what [Sweep] does to a reply at an offset n.
type Way string

const (
	// Cut: the first n bytes, then a clean EOF.
	Cut Way = "cut"

	// Split: the first n bytes and, 10 ms later, the rest.
	Split Way = "split"

	// Flip: all of it, with bit 0 of byte n changed.
	Flip Way = "flip"

	// Stall: the first n bytes, then nothing more.
	Stall Way = "stall"
)

// wayOf is how a way is done, and what is right for a client then.
type wayOf struct {
	way   Way
	fault func(n int) faultdaemon.Fault // n counts the bytes of R
	does  string                        // of the daemon, with the number of bytes and the place
	right func(p place, opts SweepOptions) (faultdaemon.Outcome, string)
}

var stall = wayOf{
	way:   Stall,
	fault: func(n int) faultdaemon.Fault { return faultdaemon.FaultCutAt.With(n, "hang") },
	does:  "stops writing %s of %s",
	right: func(p place, _ SweepOptions) (faultdaemon.Outcome, string) {
		return faultdaemon.TimesOut | p.spared(true), "what came was right so far: only a timeout of the client's own ends the wait"
	},
}

var ways = []wayOf{
	{
		way:   Cut,
		fault: func(n int) faultdaemon.Fault { return faultdaemon.FaultCutAt.With(n, "eof") },
		does:  "closes the connection %s of %s",
		right: func(p place, opts SweepOptions) (faultdaemon.Outcome, string) {
			why := "a message that is cut short is an error at once, never a value"
			if p.lacksTerminatorOnly() {
				why += " (SweepOptions.AllowUnterminated, for a client that decodes JSON values)"
			}
			return faultdaemon.Rejects | p.spared(opts.AllowUnterminated), why
		},
	},
	{
		way:   Split,
		fault: func(n int) faultdaemon.Fault { return faultdaemon.FaultSplitAt.With(n) },
		does:  "pauses for 10 ms %s of %s",
		right: func(place, SweepOptions) (faultdaemon.Outcome, string) {
			return faultdaemon.Survives, "the answer comes whole and unchanged, in two parts"
		},
	},
	{
		way:   Flip,
		fault: func(n int) faultdaemon.Fault { return faultdaemon.FaultFlipAt.With(n) },
		does:  "flips bit 0 of the byte %s of %s",
		right: func(p place, _ SweepOptions) (faultdaemon.Outcome, string) {
			may := faultdaemon.Survives | faultdaemon.Rejects | faultdaemon.TimesOut
			if p.free() {
				return may | faultdaemon.Differs, "the byte is data: nothing but a checksum can tell"
			}
			return may, "the byte is not the payload's own data: a client can tell that it is wrong, and may not return another answer"
		},
	},
	stall,
}

// choice is the fault that damages a reply at a place, with an entry that says
// what is right there.
func (p place) choice(w wayOf, opts SweepOptions) choice {
	f := w.fault(p.before + p.at)
	client, why := w.right(p, opts)
	return choice{fault: f, named: true, info: faultdaemon.Info{
		Name: faultdaemon.Fault(f.Name()), Summary: fmt.Sprintf(w.does, p.position(w.way), p.of()), Client: client, Why: why,
	}}
}

package sweep

import "github.com/faultdaemon/toolkit/faultdaemon"

// A Kind is a kind of damage that a sweep does to a reply at an offset n.
type Kind string

const (
	// Cut: the daemon sends the first n bytes, then a clean EOF.
	Cut Kind = "cut"

	// Split: the daemon sends the first n bytes and, 10 ms later, the rest.
	Split Kind = "split"

	// Flip: the daemon sends the whole reply, with bit 0 of byte n changed.
	Flip Kind = "flip"

	// Stall: the daemon sends the first n bytes, then nothing more.
	Stall Kind = "stall"
)

// Kinds returns all kinds, in the order in which they run.
func Kinds() []Kind { return []Kind{Cut, Split, Flip, Stall} }

// damage is the fault that does a kind of damage, and what is expected of a
// client then.
type damage struct {
	fault    func(n int) faultdaemon.Fault // n counts the bytes of R
	summary  string                        // with the number of bytes and the offset
	expected func(o Offset, opts Options) (faultdaemon.Outcome, string)
}

var damages = map[Kind]damage{
	Cut: {
		fault:   func(n int) faultdaemon.Fault { return faultdaemon.FaultCutAt.With(n, "eof") },
		summary: "closes the connection %s of %s",
		expected: func(o Offset, opts Options) (faultdaemon.Outcome, string) {
			why := "a message that is cut short is an error at once, never a value"
			if o.lacksTerminatorOnly() {
				why += " (SweepOptions.AllowUnterminated, for a client that decodes JSON values)"
			}
			return faultdaemon.Rejects | o.dispensable(opts.AllowUnterminated), why
		},
	},
	Split: {
		fault:   func(n int) faultdaemon.Fault { return faultdaemon.FaultSplitAt.With(n) },
		summary: "pauses for 10 ms %s of %s",
		expected: func(Offset, Options) (faultdaemon.Outcome, string) {
			return faultdaemon.Survives, "the answer comes whole and unchanged, in two parts"
		},
	},
	Flip: {
		fault:   func(n int) faultdaemon.Fault { return faultdaemon.FaultFlipAt.With(n) },
		summary: "flips bit 0 of the byte %s of %s",
		expected: func(o Offset, _ Options) (faultdaemon.Outcome, string) {
			may := faultdaemon.Survives | faultdaemon.Rejects | faultdaemon.TimesOut
			if o.free() {
				return may | faultdaemon.Differs, "the byte is data: nothing but a checksum can tell"
			}
			return may, "the byte is not the payload's own data: a client can tell that it is wrong, and may not return another answer"
		},
	},
	Stall: {
		fault:   func(n int) faultdaemon.Fault { return faultdaemon.FaultCutAt.With(n, "hang") },
		summary: "stops writing %s of %s",
		expected: func(o Offset, _ Options) (faultdaemon.Outcome, string) {
			return faultdaemon.TimesOut | o.dispensable(true), "what came is intact so far: only a timeout of the client's own ends the wait"
		},
	},
}

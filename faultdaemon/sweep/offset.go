package sweep

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An Offset is the position of a byte in a message of a reply.
type Offset struct {
	reply   reply
	message int // which one of the reply, from 0
	at      int // the offset in the message
	before  int // how many bytes of the reply are before the message
}

// in returns the message.
func (o Offset) in() message { return o.reply.messages[o.message] }

// of names the message that the offset is in: "reply 1".
func (o Offset) of() string {
	if len(o.reply.messages) == 1 {
		return fmt.Sprintf("reply %d", o.reply.exchange)
	}
	return fmt.Sprintf("message %d of reply %d", o.message+1, o.reply.exchange)
}

// isBefore reports whether the other is the next byte of the same message.
func (o Offset) isBefore(other Offset) bool {
	return o.reply.exchange == other.reply.exchange && o.message == other.message && o.at+1 == other.at
}

// Plan returns the plan in which a fault acts only on the offset's reply.
func (o Offset) Plan(f faultdaemon.Fault) faultdaemon.Plan { return o.reply.only(f) }

// String returns the offset's name: "reply 1 byte 27".
func (o Offset) String() string { return fmt.Sprintf("%s byte %d", o.of(), o.at) }

// field returns the number of the field that has the byte, and where it begins.
func (o Offset) field() (i, start int) {
	for i, f := range o.in().fields {
		if o.at < start+f.Size {
			return i, start
		}
		start += f.Size
	}
	return len(o.in().fields), start
}

// name says what a flipped byte is part of, or what a cut before it is
// between.
func (o Offset) name(k Kind) string {
	i, start := o.field()
	if k == Flip {
		name := o.in().fields[i].Name
		switch free := o.free(); {
		case free:
			return "in the data of the " + name
		case o.in().fields[i].Kind == faultdaemon.DataField:
			return "in the syntax of the " + name
		}
		return "in the " + name
	}
	return o.gap(i, start)
}

// gap says what is on both sides of the gap before the byte, which is in field
// i.
func (o Offset) gap(i, start int) string {
	m := o.in()
	f := m.fields[i]
	switch {
	case o.at == 0:
		return "before the first byte"
	case !utf8.RuneStart(m.bytes[o.at]) && utf8.Valid(m.bytes[start:start+f.Size]):
		return "inside a UTF-8 rune of the " + f.Name
	case o.at > start:
		return "inside the " + f.Name
	case f.Kind == faultdaemon.TerminatorField:
		return "at the " + f.Name
	}
	left := i - 1
	for m.fields[left].Size == 0 {
		left--
	}
	return fmt.Sprintf("between %s and %s", m.fields[left].Name, f.Name)
}

// position is the offset in words, with the offset's name.
func (o Offset) position(k Kind) string {
	if k == Flip {
		return fmt.Sprintf("%d (%s)", o.at, o.name(k))
	}
	return fmt.Sprintf("after %s (%s)", countBytes(o.at), o.name(k))
}

// dispensable is Survives where a reply can be cut and the client still have its
// answer: before its first byte, inside a message that the client does not wait
// for and, if that is allowed, where nothing but the terminator is missing.
func (o Offset) dispensable(unterminated bool) faultdaemon.Outcome {
	if o.at == 0 || o.in().optional || unterminated && o.lacksTerminatorOnly() {
		return faultdaemon.Survives
	}
	return 0
}

// lacksTerminatorOnly reports whether the bytes from the offset on are nothing
// but the message's terminator.
func (o Offset) lacksTerminatorOnly() bool {
	i, _ := o.field()
	return !slices.ContainsFunc(o.in().fields[i:], func(f faultdaemon.Field) bool {
		return f.Size > 0 && f.Kind != faultdaemon.TerminatorField
	})
}

// free reports whether the byte is data that can have another value.
func (o Offset) free() bool { return o.in().free[o.at] }

func countBytes(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

package faulttest

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A place is an offset in a message of a reply.
type place struct {
	reply   reply
	message int // which one of the reply, from 0
	at      int // the offset in the message
	before  int // how many bytes of the reply are before the message
}

// in returns the message.
func (p place) in() message { return p.reply.messages[p.message] }

// of says where the place is but for the offset: "reply 1".
func (p place) of() string {
	if len(p.reply.messages) == 1 {
		return fmt.Sprintf("reply %d", p.reply.exchange)
	}
	return fmt.Sprintf("message %d of reply %d", p.message+1, p.reply.exchange)
}

// isBefore reports whether the other is the next byte of the same message.
func (p place) isBefore(other place) bool {
	return p.reply.exchange == other.reply.exchange && p.message == other.message && p.at+1 == other.at
}

// String names the place: "reply 1 byte 27".
func (p place) String() string { return fmt.Sprintf("%s byte %d", p.of(), p.at) }

// field returns the number of the field that has the byte, and where it begins.
func (p place) field() (i, start int) {
	for i, f := range p.in().fields {
		if p.at < start+f.Size {
			return i, start
		}
		start += f.Size
	}
	return len(p.in().fields), start
}

// name says what a flipped byte is part of, or what a cut before it is
// between.
func (p place) name(w Way) string {
	i, start := p.field()
	if w == Flip {
		name := p.in().fields[i].Name
		switch free := p.free(); {
		case free:
			return "in the data of the " + name
		case p.in().fields[i].Kind == faultdaemon.DataField:
			return "in the syntax of the " + name
		}
		return "in the " + name
	}
	return p.gap(i, start)
}

// gap says what is on both sides of the gap before the byte, which is in field
// i.
func (p place) gap(i, start int) string {
	m := p.in()
	f := m.fields[i]
	switch {
	case p.at == 0:
		return "before the first byte"
	case !utf8.RuneStart(m.bytes[p.at]) && utf8.Valid(m.bytes[start:start+f.Size]):
		return "inside a UTF-8 rune of the " + f.Name
	case p.at > start:
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

// position is the offset in words, with the place's name.
func (p place) position(w Way) string {
	if w == Flip {
		return fmt.Sprintf("%d (%s)", p.at, p.name(w))
	}
	return fmt.Sprintf("after %s (%s)", countBytes(p.at), p.name(w))
}

// spared is Survives where a reply can be cut and the client still have its
// answer: before its first byte, inside a message that the client does not wait
// for and, if that is allowed, where nothing but the terminator is missing.
func (p place) spared(unterminated bool) faultdaemon.Outcome {
	if p.at == 0 || p.in().optional || unterminated && p.lacksTerminatorOnly() {
		return faultdaemon.Survives
	}
	return 0
}

// lacksTerminatorOnly reports whether the bytes from the place on are nothing
// but the message's terminator.
func (p place) lacksTerminatorOnly() bool {
	i, _ := p.field()
	return !slices.ContainsFunc(p.in().fields[i:], func(f faultdaemon.Field) bool {
		return f.Size > 0 && f.Kind != faultdaemon.TerminatorField
	})
}

// free reports whether the byte is data that can have another value.
func (p place) free() bool { return p.in().free[p.at] }

func countBytes(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

package faultdaemon

import (
	"bufio"
	"bytes"
	"io"
	"slices"
)

// A Dissector is a [Protocol] that tells what the bytes of its messages are.
// Sweeps name offsets by it, and know from it which bytes a client could tell
// to be wrong.
type Dissector interface {
	// Dissect returns the fields of a message in their order, framing
	// included. Their sizes add up to the message's, which may be cut short: a
	// handler may reply what is none.
	Dissect(message []byte) []Field
}

// A Field is a run of a message's bytes that are one thing.
type Field struct {
	Name string // one or two words: "length", "header", "body", "terminator"
	Size int    // in bytes; may be 0
	Kind FieldKind
}

// A FieldKind says what a field's bytes are to a client.
type FieldKind uint8

const (
	// FramingField: what the protocol puts around and into what is carried:
	// lengths, magic numbers, ids, checksums. So is a payload that a checksum
	// covers: another byte can be told to be wrong.
	FramingField FieldKind = iota

	// DataField: the payload's own bytes. Another byte there may make
	// another valid message.
	DataField

	// TerminatorField: what ends the message and carries nothing. Where it
	// alone is missing, the payload is whole.
	TerminatorField
)

// Dissect returns the fields of a message of p. Where p is no
// [Dissector], they are what p's Payload finds, and what stands around that;
// where it is no [Payloader] either, the whole message is data.
func Dissect(p Protocol, message []byte) []Field {
	switch p := p.(type) {
	case Dissector:
		return p.Dissect(message)
	case Payloader:
		payload, err := p.Payload(message)
		at := bytes.LastIndex(message, payload)
		switch {
		case err != nil || at < 0:
		case len(payload) == 0:
			return []Field{{Name: "framing", Size: len(message)}}
		default:
			return []Field{
				{Name: "framing", Size: at},
				{Name: "payload", Size: len(payload), Kind: DataField},
				{Name: "framing", Size: len(message) - at - len(payload)},
			}
		}
	}
	return []Field{{Name: "message", Size: len(message), Kind: DataField}}
}

// Messages cuts R into its messages, which are parts of it. What p passes over
// between two messages belongs to the one behind it. What is left over at the
// end of an R that is not made of whole messages is a message too.
func Messages(p Protocol, r []byte) [][]byte {
	var list [][]byte
	source := bytes.NewReader(r)
	for in := bufio.NewReader(source); len(r) > 0; {
		message, err := p.ReadMessage(in, len(r))
		switch {
		case err == io.EOF && len(message) == 0 && len(list) > 0: // nothing but what the protocol passes over
			last := len(list) - 1
			list[last] = slices.Concat(list[last], r)
			return list
		case err != nil || len(message) == 0:
			return append(list, r)
		}
		size := len(r) - source.Len() - in.Buffered() // with what the protocol passes over before it
		list = append(list, r[:size:size])
		r = r[size:]
	}
	return list
}

package lengthprefix_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// FuzzLayout reads any stream as messages of any layout.
func FuzzLayout(f *testing.F) {
	f.Add(0, 4, 0, 0, false, false, "", []byte("\x00\x00\x00\x02hi\x00\x00\x00\x00"))
	f.Add(6, 4, 4, 0, true, false, "i3-ipc", []byte("i3-ipc\x02\x00\x00\x00\x01\x00\x00\x00[]"))
	f.Add(1, 4, -4, 0, false, true, "", []byte("Z\x00\x00\x00\x05I"))
	f.Add(0, 8, 0, 0, false, false, "", []byte("\x40\x00\x00\x00\x00\x00\x00\x00z"))
	f.Add(1, 2, -3, 3, false, false, "", []byte("\xca\x00\x06abc"))
	f.Fuzz(func(t *testing.T, offset, width, adjust, strip int, little, signed bool, magic string, stream []byte) {
		layout := lengthprefix.Layout{
			LengthOffset: offset, LengthWidth: width, LengthAdjust: adjust, StripBytes: strip, Magic: magic, Signed: signed,
		}
		if little {
			layout.Order = binary.LittleEndian
		}
		if layout.Validate() != nil {
			_, _, err := readsOne(layout, stream, noLimit)
			if err == nil {
				t.Fatal("a layout that Validate refuses reads")
			}
			return
		}
		fuzz(t, layout, stream, layout.Reply)
		roundTrip(t, layout, stream, layout.Payload)
	})
}

// FuzzVarint reads any stream as messages with a varint before them.
func FuzzVarint(f *testing.F) {
	f.Add([]byte("\x02hi\x00"))
	f.Add([]byte("\x82\x80\x00hi"))
	f.Add([]byte("\x80\x80\x80\x80\x80\x80\x80\x80\x40z"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		v := lengthprefix.Varint{}
		fuzz(t, v, stream, v.Reply)
		roundTrip(t, v, stream, v.Payload)
	})
}

// fuzz reads a stream to its end or to what is no message.
func fuzz(t *testing.T, p faultdaemon.Protocol, stream []byte, reply func(request, payload []byte) ([]byte, error)) {
	const limit = 1 << 16
	r := bufio.NewReader(bytes.NewReader(stream))
	for rest := stream; ; {
		message, err := p.ReadMessage(r, limit)
		if !bytes.HasPrefix(rest, message) {
			t.Fatalf("read %x of %x", message, rest)
		}
		switch {
		case err == nil && (len(message) == 0 || len(message) > limit):
			t.Fatalf("read a message of %d bytes", len(message))
		case err == io.EOF && len(rest) > 0:
			t.Fatalf("a clean end with %x unread", rest)
		case err != nil:
			known := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
				errors.Is(err, faultdaemon.ErrTooLarge) || errors.Is(err, lengthprefix.ErrCorrupt)
			if !known {
				t.Fatalf("an error that is none of the documented: %v", err)
			}
			return
		}
		rest = rest[len(message):]
		if left, _ := r.Peek(r.Buffered()); !bytes.HasPrefix(rest, left) {
			t.Fatalf("%x comes next, want %x", left, rest)
		}
		_, _ = reply(message, stream) // may not fit its length; must not panic
	}
}

// roundTrip frames a payload, reads the message and takes the payload out.
func roundTrip(t *testing.T, p faultdaemon.Protocol, payload []byte, of func([]byte) ([]byte, error)) {
	message, err := p.Frame(payload)
	if err != nil {
		return // too long for its length, or too short for its header
	}
	got, rest, err := readsOne(p, append(message, "next"...), noLimit)
	if err != nil || !bytes.Equal(got, message) || string(rest) != "next" {
		t.Fatalf("read %x and %q is left, %v: want %x", got, rest, err, message)
	}
	back, err := of(got)
	if err != nil || !bytes.Equal(back, payload) {
		t.Fatalf("the payload is %x, %v: want %x", back, err, payload)
	}
}

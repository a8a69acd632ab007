package resp_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// FuzzReadMessage reads any stream: what is read is the stream's, reads the same by itself,
// carries what it is framed with, and has fields that add up to it.
func FuzzReadMessage(f *testing.F) {
	for _, message := range whole {
		f.Add([]byte(message + message))
		f.Add([]byte(message[:len(message)/2]))
	}
	f.Add([]byte("*4611686018427387904\r\n*4611686018427387904\r\n"))
	f.Add([]byte("$?\r\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 1 << 16
		r := bufio.NewReaderSize(bytes.NewReader(stream), 64)
		for rest := stream; ; {
			message, err := resp.Protocol{}.ReadMessage(r, limit)
			if !bytes.HasPrefix(rest, message) {
				t.Fatalf("read %q of %q", message, rest)
			}
			if err != nil {
				known := err == io.EOF && len(rest) == 0 || errors.Is(err, io.ErrUnexpectedEOF) ||
					errors.Is(err, faultdaemon.ErrTooLarge) || errors.Is(err, resp.ErrCorrupt) || errors.Is(err, resp.ErrStreamed)
				if !known {
					t.Fatalf("an error that is none of the documented, of %q: %v", rest, err)
				}
				return
			}
			holds(t, bytes.Clone(message), limit)
			rest = rest[len(message):]
		}
	})
}

// holds says what holds for every message.
func holds(t *testing.T, message []byte, limit int) {
	if len(message) == 0 || len(message) > limit {
		t.Fatalf("read a message of %d bytes", len(message))
	}
	again, err := resp.Protocol{}.SkipMessage(bufio.NewReader(bytes.NewReader(message)), limit)
	if err != nil || !bytes.Equal(again, message) {
		t.Fatalf("%q alone reads as %q, %v", message, again, err)
	}
	sum := 0
	for _, field := range (resp.Protocol{}).Dissect(message) {
		sum += field.Size
	}
	if sum != len(message) {
		t.Fatalf("the fields of %q have %d bytes", message, sum)
	}
	_ = resp.Protocol{}.Selectors(message)
	_ = resp.Protocol{}.ExpectsReply(message)
	_ = resp.Protocol{}.Pushed(message)
	framed, err := resp.Protocol{}.Frame(message)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := resp.Protocol{}.Payload(framed)
	if err != nil || !bytes.Equal(payload, message) {
		t.Fatalf("%q framed carries %q, %v", message, payload, err)
	}
}

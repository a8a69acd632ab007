// Package framingtest is the table that every framing goes through: it runs a
// protocol over messages of every shape, split at every byte and glued in
// pairs. Beside it is a server of few words, for a protocol in front of one.
package framingtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Shape is a kind of payload. All but the empty one are JSON texts without a
// newline, so that every protocol can carry them.
type Shape struct {
	Name    string
	Payload string
}

// Shapes returns every shape, the empty one first.
func Shapes() []Shape {
	text := func(size int, of string) string {
		return `"` + strings.Repeat(of, (size-2)/len(of)) + `"`
	}
	return []Shape{
		{"empty", ""},
		{"one byte", "1"},
		{"object", `{"id":1,"method":"status"}`},
		{"runes", text(200, "aé€😀")},
		{"64 KiB", text(64<<10, "x")},
		{"64 KiB and 1", text(64<<10+1, "x")},
		{"240 kB", text(240_000, "é")},
	}
}

// Run puts the protocol through the table. Where shapes are named it runs
// those alone: a framing that cannot carry the empty payload names
// Shapes()[1:].
func Run(t *testing.T, p faultdaemon.Protocol, shapes ...Shape) {
	t.Helper()
	if len(shapes) == 0 {
		shapes = Shapes()
	}
	for _, shape := range shapes {
		t.Run(shape.Name, func(t *testing.T) {
			message, err := p.Frame([]byte(shape.Payload))
			if err != nil {
				t.Fatalf("Frame: %v", err)
			}
			message = bytes.Clone(message)
			if !bytes.Contains(message, []byte(shape.Payload)) {
				t.Fatalf("Frame: the message %s does not hold the payload", short(message))
			}
			split(t, p, message)
			trickle(t, p, message)
			cut(t, p, message)
			limit(t, p, message)
			dissect(t, p, message, []byte(shape.Payload))
			for _, other := range shapes {
				pair(t, p, shape, other)
			}
		})
	}
	none(t, p)
}

// split reads the message when it comes in two reads.
func split(t *testing.T, p faultdaemon.Protocol, message []byte) {
	for _, at := range offsets(len(message)) {
		r := bufio.NewReader(io.MultiReader(bytes.NewReader(message[:at]), bytes.NewReader(message[at:])))
		if err := reads(p, r, message); err != nil {
			t.Fatalf("split at byte %d of %d: %v", at, len(message), err)
		}
	}
}

// trickle reads the message when it comes byte by byte, and when its last bytes
// come together with the end.
func trickle(t *testing.T, p faultdaemon.Protocol, message []byte) {
	for name, r := range map[string]io.Reader{
		"byte by byte":          iotest.OneByteReader(bytes.NewReader(message)),
		"together with the end": iotest.DataErrReader(bytes.NewReader(message)),
	} {
		if err := reads(p, bufio.NewReader(r), message); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// cut reads a message that ends too early: what came of it is there.
func cut(t *testing.T, p faultdaemon.Protocol, message []byte) {
	for _, at := range offsets(len(message)) {
		got, err := p.ReadMessage(bufio.NewReader(bytes.NewReader(message[:at])), 1<<20)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.Equal(got, message[:at]) {
			t.Fatalf("cut off at byte %d of %d: read %s, %v: want what was there, and io.ErrUnexpectedEOF", at, len(message), short(got), err)
		}
	}
}

// limit reads the message under a limit that it just keeps, and under one that
// it just exceeds.
func limit(t *testing.T, p faultdaemon.Protocol, message []byte) {
	got, err := p.ReadMessage(bufio.NewReader(bytes.NewReader(message)), len(message))
	if err != nil || !bytes.Equal(got, message) {
		t.Fatalf("limit %d: read %s, %v: want the message", len(message), short(got), err)
	}
	_, err = p.ReadMessage(bufio.NewReader(bytes.NewReader(message)), len(message)-1)
	if !errors.Is(err, faultdaemon.ErrTooLarge) {
		t.Fatalf("limit %d for a message of %d bytes: got %v, want ErrTooLarge", len(message)-1, len(message), err)
	}
}

// dissect adds the message's fields up, and holds that data and terminator are
// told from the framing.
func dissect(t *testing.T, p faultdaemon.Protocol, message, payload []byte) {
	sum := 0
	for _, f := range faultdaemon.Dissect(p, message) {
		if f.Kind == faultdaemon.DataField && !bytes.Contains(payload, message[sum:sum+f.Size]) {
			t.Fatalf("the field %q has data that is not of the payload: %s", f.Name, short(message[sum:sum+f.Size]))
		}
		if sum += f.Size; f.Size < 0 || f.Name == "" || sum > len(message) {
			t.Fatalf("a message of %d bytes has the field %+v up to byte %d", len(message), f, sum)
		}
	}
	if sum != len(message) {
		t.Fatalf("the fields of a message of %d bytes have %d", len(message), sum)
	}
}

// pair reads two messages that come in one read.
func pair(t *testing.T, p faultdaemon.Protocol, first, second Shape) {
	one, err1 := p.Frame([]byte(first.Payload))
	one = bytes.Clone(one)
	two, err2 := p.Frame([]byte(second.Payload))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatalf("Frame: %v", err)
	}
	r := bufio.NewReaderSize(bytes.NewReader(append(bytes.Clone(one), two...)), len(one)+len(two))
	for _, message := range [][]byte{one, two} {
		if err := reads(p, r, message); err != nil {
			t.Fatalf("%s glued to %s: %v", first.Name, second.Name, err)
		}
	}
	if _, err := p.ReadMessage(r, 1<<20); err != io.EOF {
		t.Fatalf("%s glued to %s, and then: got %v, want io.EOF", first.Name, second.Name, err)
	}
}

// none reads a stream that ends before its first byte.
func none(t *testing.T, p faultdaemon.Protocol) {
	got, err := p.ReadMessage(bufio.NewReader(strings.NewReader("")), 1<<20)
	if err != io.EOF || len(got) != 0 {
		t.Errorf("an empty stream: read %s, %v, want io.EOF itself", short(got), err)
	}
}

// reads returns nil when the next message of r is the one wanted.
func reads(p faultdaemon.Protocol, r *bufio.Reader, want []byte) error {
	got, err := p.ReadMessage(r, 1<<20)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("read %s, want %s", short(got), short(want))
	}
	return nil
}

// offsets returns every offset inside a message of n bytes; for a long one the
// offsets at its beginning, at its end and where a buffer of 4096 bytes was
// filled once, twice, or sixteen times.
func offsets(n int) (list []int) {
	for at := 1; at < n; at++ {
		full := (at + 1) / 4096
		near := (at+1)%4096 <= 2 && (full == 1 || full == 2 || full == 16)
		if n <= 1024 || at < 64 || n-at < 16 || near {
			list = append(list, at)
		}
	}
	return list
}

// short quotes bytes, the first of many.
func short(p []byte) string {
	if len(p) > 40 {
		return fmt.Sprintf("%q... (%d bytes)", p[:40], len(p))
	}
	return fmt.Sprintf("%q", p)
}

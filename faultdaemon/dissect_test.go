package faultdaemon_test

import (
	"bufio"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// fieldsOf writes a message's fields down: name, bytes, kind.
func fieldsOf(p faultdaemon.Protocol, message string) (list []string) {
	kinds := map[faultdaemon.FieldKind]string{
		faultdaemon.FramingField: "framing", faultdaemon.DataField: "data", faultdaemon.TerminatorField: "terminator",
	}
	at := 0
	for _, f := range faultdaemon.Dissect(p, []byte(message)) {
		list = append(list, fmt.Sprintf("%s %q %s", f.Name, message[at:at+f.Size], kinds[f.Kind]))
		at += f.Size
	}
	return list
}

// boxed is a protocol that cannot dissect, but has payloads: "<ping>".
type boxed struct{ bare }

func (boxed) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return faultdaemon.ReadDelimited(r, '>', limit)
}

func (boxed) Payload(message []byte) ([]byte, error) { return message[1 : len(message)-1], nil }

// ended is a protocol whose payload begins its message: "ping>".
type ended struct{ boxed }

func (ended) Payload(message []byte) ([]byte, error) { return message[:len(message)-1], nil }

// padded is a protocol that passes over spaces before a line.
type padded struct{ bare }

func (p padded) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	for {
		if first, err := r.Peek(1); err != nil || first[0] != ' ' {
			return p.bare.ReadMessage(r, limit)
		}
		_, _ = r.Discard(1)
	}
}

func TestDissect(t *testing.T) {
	require.Equal(t, []string{`line "pong" data`, `terminator "\n" terminator`}, fieldsOf(faultdaemon.Lines, "pong\n"))
	require.Equal(t, []string{`line "pong" data`, `terminator "" terminator`}, fieldsOf(faultdaemon.Lines, "pong"))
	require.Equal(t, []string{`framing "<" framing`, `payload "pong" data`, `framing ">" framing`}, fieldsOf(boxed{}, "<pong>"))
	require.Equal(t, []string{`framing "<>" framing`}, fieldsOf(boxed{}, "<>"))
	require.Equal(t, []string{`framing "" framing`, `payload "pong" data`, `framing ">" framing`}, fieldsOf(ended{}, "pong>"))
	require.Equal(t, []string{`message "pong|" data`}, fieldsOf(bars{}, "pong|"))
}

func TestMessages(t *testing.T) {
	for r, want := range map[string][]string{
		"":               nil,
		"pong\n":         {"pong\n"},
		"50%\n\npong\n":  {"50%\n", "\n", "pong\n"},
		"50%\npong":      {"50%\n", "pong"},
		"no line at all": {"no line at all"},
	} {
		var got []string
		for _, m := range faultdaemon.Messages(faultdaemon.Lines, []byte(r)) {
			got = append(got, string(m))
		}
		require.Equal(t, want, got, r)
	}
}

// What the protocol passes over belongs to the message behind it, else to the one
// before, else it is one.
func TestMessagesWithSomethingBetweenThem(t *testing.T) {
	for r, want := range map[string][]string{
		" one\n  two\n": {" one\n", "  two\n"},
		"one\n  ":       {"one\n  "},
		"  ":            {"  "},
		" " + lineOf(3000) + lineOf(3000) + "  " + lineOf(3000): {" " + lineOf(3000), lineOf(3000), "  " + lineOf(3000)},
	} {
		var got []string
		for _, m := range faultdaemon.Messages(padded{bare{faultdaemon.Lines}}, []byte(r)) {
			got = append(got, string(m))
		}
		require.Equal(t, want, got)
	}
}

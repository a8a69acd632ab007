package recall_test

import (
	"bytes"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// Clients that take what one read returns for a message, or split a stream
// where no message ends.
func streams() []claim {
	const inside = len("Content-Length: 43\r\n\r\n"+`{"jsonrpc":"2.0","result":"note `) + 1 // of the é
	one, two := lined.asks("milk").timely, pipelined(lined).timely
	return []claim{
		{fault: faultdaemon.FaultChunkedResponse, daemon: onLines(), right: one, buggy: reading(oneRead).timely, verdict: faulttest.Rejected},
		{fault: faultdaemon.FaultCoalescedResponses, daemon: onLines(), right: two, buggy: pipelined(style{line, firstOfRead, rightly}).timely, verdict: faulttest.TimedOut},
		{
			fault: faultdaemon.FaultSplitAt.With(inside), daemon: onHeaders(), verdict: faulttest.Rejected,
			right: headed.asks("é").timely, buggy: style{header, decodesEachRead, rightly}.asks("é").timely,
		},
		{fault: ndjson.FaultOversizedLine, daemon: onLines(), right: one, buggy: scanned.asks("milk").timely, verdict: faulttest.Rejected},
		{fault: ndjson.FaultUnicodeLineSeparator, daemon: onLines(), right: one, buggy: reading(splitsAtSeparators).timely, verdict: faulttest.Rejected},
	}
}

// reading makes one call and reads its texts so.
func reading(read func(*peer) ([]byte, error)) use { return style{line, read, rightly}.asks("milk") }

// oneRead takes what one read returns for a message.
func oneRead(p *peer) ([]byte, error) {
	b := make([]byte, 4<<10)
	n, err := p.Read(b)
	return b[:n], err
}

// firstOfRead takes the first line of what one read returns.
func firstOfRead(p *peer) ([]byte, error) {
	text, err := oneRead(p)
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return first, err
}

// decodesEachRead turns what each read returns into text by itself.
func decodesEachRead(p *peer) ([]byte, error) {
	text := ""
	for {
		part, err := oneRead(p)
		if err != nil {
			return nil, err
		}
		text += strings.ToValidUTF8(string(part), "\ufffd")
		head, body, found := strings.Cut(text, "\r\n\r\n")
		if !found {
			continue
		}
		n, err := length(head)
		if err != nil || len(body) >= n {
			return []byte(body)[:min(n, len(body))], err
		}
	}
}

// splitsAtSeparators ends a line at U+2028 too.
func splitsAtSeparators(p *peer) ([]byte, error) {
	text, err := readLine(p)
	first, _, _ := bytes.Cut(text, []byte("\u2028"))
	return first, err
}

// pipelined makes a call, and a moment later another, and waits for both.
func pipelined(s style) use {
	return func(p *peer) (string, error) {
		written := make(chan struct{})
		defer func() { <-written }()
		go func() {
			defer close(written)
			_, _ = p.Write([]byte(s.request(1, "milk")))
			<-time.After(time.Millisecond)
			_, _ = p.Write([]byte(s.request(2, "bread")))
		}()
		first, err := s.await(p, 1)
		if err != nil {
			return "", err
		}
		second, err := s.await(p, 2)
		return first + second, err
	}
}

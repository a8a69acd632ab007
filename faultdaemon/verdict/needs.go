package verdict

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// largeWrite is what a connection's buffer holds, in bytes.
const largeWrite = 208 << 10

// capabilities are what the client was seen to do of the things that faults
// need.
func (l Log) capabilities(calls []faultdaemon.RPCCall, p faultdaemon.Protocol) (seen faultdaemon.Need) {
	unanswered := make(map[int64]int) // requests, of a connection
	for _, ev := range l {
		if ev.Connection > 1 {
			seen |= faultdaemon.SecondConnection
		}
		switch {
		case isWrite(ev):
			unanswered[ev.Connection] = 0
		case ev.Kind == faultdaemon.EventRead:
			if ev.Exchange > 1 {
				seen |= faultdaemon.SecondExchange
			}
			if unanswered[ev.Connection]++; unanswered[ev.Connection] > 1 {
				seen |= faultdaemon.Pipelining
			}
			if ev.Bytes > largeWrite {
				seen |= faultdaemon.LargeWrite
			}
		}
	}
	for _, call := range calls {
		if bytes.HasPrefix(bytes.TrimSpace(payload(p, call.Request)), []byte("[")) {
			seen |= faultdaemon.Batch
		}
	}
	return seen
}

// payload returns what a message carries, or all of it where the protocol
// cannot tell.
func payload(p faultdaemon.Protocol, message []byte) []byte {
	if p, ok := p.(faultdaemon.Payloader); ok {
		if inner, err := p.Payload(message); err == nil {
			return inner
		}
	}
	return message
}

package recall_test

import (
	"bufio"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Clients that wait when nothing comes any more, or nothing that is theirs.
func silences() []claim {
	one := lined.asks("milk")
	headed := headed.asks("milk")
	return []claim{
		{fault: faultdaemon.FaultHangBeforeResponse, daemon: onLines(), right: one.timely, buggy: one.forever, verdict: faulttest.Hung},
		{fault: jsonrpc.FaultStallAfterHeader, daemon: onHeaders(), right: headed.timely, buggy: headed.forever, verdict: faulttest.Hung},
		{fault: jsonrpc.FaultWrongID, daemon: onLines(), right: one.timely, buggy: one.forever, verdict: faulttest.Hung},
		{fault: jsonrpc.FaultIDTypeChanged, daemon: onLines(), right: one.timely, buggy: one.forever, verdict: faulttest.Hung},
		{fault: faultdaemon.FaultCloseAfterRead, daemon: onLines(), right: one.timely, buggy: missesTheEnd(lined).timely, verdict: faulttest.TimedOut},
		{fault: faultdaemon.FaultResponseTooLarge, daemon: onLines(), right: one.timely, buggy: missesTheEnd(scanned).timely, verdict: faulttest.TimedOut},
	}
}

// scanned reads lines of 64 KiB at the most.
var scanned = style{line, func(p *peer) ([]byte, error) {
	s := bufio.NewScanner(p.r)
	s.Scan()
	return s.Bytes(), s.Err()
}, rightly}

// missesTheEnd reads in a goroutine whose end a call does not see.
func missesTheEnd(s style) use {
	return func(p *peer) (string, error) {
		done := make(chan string, 1)
		go func() {
			if answer, err := s.asks("milk")(p); err == nil {
				done <- answer
			}
		}()
		return receive(p, done)
	}
}

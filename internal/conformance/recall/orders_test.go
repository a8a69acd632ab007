package recall_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// Clients that meet a response, or the end, when they do not expect it.
func orders() []claim {
	oneOfEachRead := style{line, readOnce, rightly}.asks("milk", "bread").timely
	thrift := prefixed(4, maxBody)
	one, two := lined.asks("milk").timely, lined.asks("milk", "bread").timely
	return []claim{
		{fault: faultdaemon.FaultMultipleResponses, daemon: onLines(), right: two, buggy: use(handsOver).timely, verdict: faulttest.TimedOut},
		{fault: jsonrpc.FaultDuplicateResponse, daemon: onLines(), right: two, buggy: use(handsOver).timely, verdict: faulttest.TimedOut},
		{
			fault: jsonrpc.FaultLateReply, daemon: onLines(), verdict: faulttest.WrongAnswer,
			right: givesUpOnce(lined).timely, buggy: givesUpOnce(style{line, readLine, anything}).timely,
		},
		{fault: jsonrpc.FaultInstantReply, daemon: onLines(), right: two, buggy: use(asksTooLate).forever, verdict: faulttest.Hung},
		{fault: jsonrpc.FaultCloseRaceWithReply, daemon: onLines(), right: one, buggy: use(closesItsCalls).timely, verdict: faulttest.Crashed},
		{fault: jsonrpc.FaultCoalescedNotification, daemon: onLines(), right: two, buggy: oneOfEachRead, verdict: faulttest.TimedOut},
		{fault: jsonrpc.FaultCoalescedDuplicate, daemon: onLines(), right: two, buggy: oneOfEachRead, verdict: faulttest.TimedOut},
		{fault: ndjson.FaultCoalescedDuplicate, daemon: onLines(), right: two, buggy: oneOfEachRead, verdict: faulttest.TimedOut},
		{
			fault: lengthprefix.FaultCoalescedDuplicate, daemon: lengthprefix.Thrift().Config(answers), verdict: faulttest.TimedOut,
			right: thrift.asks("milk", "bread").timely, buggy: style{thrift.write, readOnePrefixed, rightly}.asks("milk", "bread").timely,
		},
	}
}

// handsOver has its reader wait until a response is taken, and nobody takes the
// second one to a call.
func handsOver(p *peer) (string, error) {
	calls := []chan string{make(chan string), make(chan string)}
	over := make(chan struct{})
	defer close(over)
	go func() {
		for text, err := readLine(p); err == nil; text, err = readLine(p) {
			m, _ := parse(text)
			id, _ := strconv.Atoi(string(m.ID))
			select {
			case calls[id-1] <- string(m.Result):
			case <-over:
				return
			}
		}
	}()
	answers := ""
	for i, key := range []string{"milk", "bread"} {
		if _, err := p.Write([]byte(lined.request(i+1, key))); err != nil {
			return "", err
		}
		answer, err := receive(p, calls[i])
		if err != nil {
			return "", err
		}
		answers += answer
	}
	return answers, nil
}

// readOnce takes the first line of what one read of the connection brings, and
// drops what is behind it.
func readOnce(p *peer) ([]byte, error) {
	buf := make([]byte, 64<<10)
	n, err := p.Conn.Read(buf)
	if err != nil {
		return nil, err
	}
	first, _, _ := bytes.Cut(buf[:n], []byte("\n"))
	return first, nil
}

// readOnePrefixed does the same with a length of four bytes.
func readOnePrefixed(p *peer) ([]byte, error) {
	buf := make([]byte, 64<<10)
	n, err := p.Conn.Read(buf)
	if err != nil {
		return nil, err
	}
	return buf[4:min(n, 4+int(binary.BigEndian.Uint32(buf)))], nil
}

// givesUpOnce makes one call whose answer need not come in time, and another.
func givesUpOnce(s style) use {
	return func(p *peer) (string, error) {
		for i, key := range []string{"milk", "bread"} {
			id := i + 1
			if _, err := p.Write([]byte(s.request(id, key))); err != nil {
				return "", err
			}
			if err := p.SetReadDeadline(time.Now().Add(callTime)); err != nil {
				return "", err
			}
			answer, err := s.await(p, id)
			if id == 2 || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				return answer, err
			}
		}
		return "", nil
	}
}

// asksTooLate passes over what comes before its second call is in its table.
func asksTooLate(p *peer) (string, error) {
	if _, err := lined.asks("milk")(p); err != nil {
		return "", err
	}
	if err := p.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return "", err
	}
	for _, err := readLine(p); err == nil; _, err = readLine(p) {
	}
	if err := p.SetReadDeadline(time.Time{}); err != nil {
		return "", err
	}
	if _, err := p.Write([]byte(lined.request(2, "bread"))); err != nil {
		return "", err
	}
	return lined.await(p, 2)
}

// closesItsCalls closes a call's channel at the end of the stream, while the
// response is still being handled.
func closesItsCalls(p *peer) (string, error) {
	answer, err := lined.asks("milk")(p)
	if err != nil {
		return "", err
	}
	call := make(chan string, 1)
	if err := p.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return "", err
	}
	if _, err := p.r.Peek(1); errors.Is(err, io.EOF) {
		close(call)
	}
	call <- answer
	return <-call, nil
}

package recall_test

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Clients whose writes block.
func writes() []claim {
	return []claim{
		{
			fault: faultdaemon.FaultHangOnAccept, daemon: onLines(), verdict: faulttest.Hung,
			right: lined.asks(large).timely, buggy: writesForever(large).timely,
		},
		{
			fault: faultdaemon.FaultStopReading, daemon: onLines(), verdict: faulttest.Hung,
			right: lined.asks("milk", large).timely, buggy: closesBehindWrite,
		},
		{
			fault: jsonrpc.FaultResponseFloodWhileClientWrites, daemon: onLines(), verdict: faulttest.Hung,
			right: lined.asks("milk", large).timely, buggy: writesForever("milk", large).timely,
		},
		{
			fault: faultdaemon.FaultCloseReadSide, daemon: onLines(), verdict: faulttest.Crashed,
			right: asksInTurn.timely, buggy: use(panicsOnWrite).timely,
		},
	}
}

// asksInTurn makes two calls and returns the error of a write.
var asksInTurn use = func(p *peer) (answers string, err error) {
	for i, key := range []string{"milk", "bread"} {
		if _, err := p.Write([]byte(lined.request(i+1, key))); err != nil {
			return "", err
		}
		answer, err := lined.await(p, i+1)
		if err != nil {
			return "", err
		}
		answers += answer
	}
	return answers, nil
}

// panicsOnWrite does the same and has nobody to return that error to.
func panicsOnWrite(p *peer) (answers string, err error) {
	answers, err = asksInTurn(p)
	if errors.Is(err, syscall.EPIPE) {
		panic(err)
	}
	return answers, err
}

// writesForever gives its context's deadline to its reads alone, and does not
// read while it writes.
func writesForever(keys ...string) use {
	return func(p *peer) (answers string, err error) {
		if err := p.SetWriteDeadline(time.Time{}); err != nil {
			return "", err
		}
		for i, key := range keys {
			if _, err := p.Write([]byte(lined.request(i+1, key))); err != nil {
				return "", err
			}
			answer, err := lined.await(p, i+1)
			if err != nil {
				return "", err
			}
			answers += answer
		}
		return answers, nil
	}
}

// closesBehindWrite gives a call up in time, and closes the connection when
// what is being written has been.
func closesBehindWrite(ctx context.Context, dial faulttest.Dialer) (string, error) {
	return use(func(p *peer) (string, error) {
		first, err := lined.asks("milk")(p)
		if err != nil {
			return "", err
		}
		written := make(chan struct{})
		go func() {
			defer close(written)
			_, _ = p.Write([]byte(lined.request(2, large)))
		}()
		defer func() { <-written }()
		deadline, _ := ctx.Deadline()
		if err := p.SetReadDeadline(deadline); err != nil {
			return "", err
		}
		second, err := lined.await(p, 2)
		return first + second, err
	}).forever(ctx, dial)
}

// receive waits for an answer until the connection's reads would end by
// themselves.
func receive(p *peer, done <-chan string) (string, error) {
	select {
	case answer := <-done:
		return answer, nil
	case <-time.After(callTime):
		return "", os.ErrDeadlineExceeded
	}
}

// callTime is how long a client waits that has a timer of its own.
const callTime = 2 * time.Second

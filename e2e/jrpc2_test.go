package e2e

import (
	"context"
	"net"
	"testing"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestJRPC2Line(t *testing.T) {
	run(t, client{
		config: jsonrpc.Lines.Config(methods),
		dial:   onSocket(openJRPC2(channel.Line)),
		faults: []trial{
			{faultdaemon.FaultHangBeforeResponse, timesOut, timesOut, inTurn},
			{faultdaemon.FaultResetAfterRead, fails("connection reset"), fails("connection reset"), inTurn},
			{faultdaemon.FaultInvalidJSON, fails("[-32700]"), fails("[-32700]"), inTurn},
			{faultdaemon.FaultMultilineResponse, fails("[-32700]"), fails("[-32700]"), inTurn},
			{faultdaemon.FaultResponseWithoutNewline, timesOut, fails("[-32700]"), inTurn},
			{jsonrpc.FaultWrongID, timesOut, answers, inTurn},
			{jsonrpc.FaultIDNullError, timesOut, answers, inTurn},
			{jsonrpc.FaultVersionMissing, fails("invalid version marker"), answers, inTurn},
			{jsonrpc.FaultResultAndError, fails("Internal error"), answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved.With(3), answers, answers, inTurn},
			{jsonrpc.FaultServerRequestIDCollision, answers, answers, inTurn},
			{jsonrpc.FaultBatchArrayForSingle, answers, answers, inTurn},
			{jsonrpc.FaultLateReply, timesOut, answers, inTurn},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// The daemon closed the connection, and nobody cancelled the call.
			{faultdaemon.FaultCloseAfterRead, fails("context canceled"), fails("EOF"), inTurn},

			// Members that a client does not know should not disturb it.
			{jsonrpc.FaultExtraMembers, fails("extra fields"), answers, inTurn},

			// Each message is delivered by a goroutine of its own, so that the second
			// response can be the answer.
			{jsonrpc.FaultDuplicateResponse, either(answers, returns("another")), answers, inTurn},

			// The deadline of a call does not cover its writing, and what is being
			// written keeps every other call waiting.
			{faultdaemon.FaultStopReading.With(0), hangs, hangs, withLargeRequest},
		},
	})
}

func TestJRPC2LSP(t *testing.T) {
	run(t, client{
		config: jsonrpc.Headers.Config(methods),
		dial:   onSocket(openJRPC2(channel.LSP)),
		faults: []trial{
			{faultdaemon.FaultPartialResponse, fails("unexpected EOF"), fails("unexpected EOF"), inTurn},
			{jsonrpc.FaultHeaderCase, answers, answers, inTurn},
			{jsonrpc.FaultHeaderLFOnly, answers, answers, inTurn},
			{jsonrpc.FaultHeaderMissingLength, fails("missing required content-length"), fails("missing required content-length"), inTurn},
			{jsonrpc.FaultHeaderBadNumber, fails("invalid content-length"), fails("invalid content-length"), inTurn},
			{jsonrpc.FaultHeaderLengthHuge.With("100000000000000000000"), fails("invalid content-length"), fails("invalid content-length"), inTurn},
			{jsonrpc.FaultHeaderLengthShort, fails("[-32700]"), fails("[-32700]"), inTurn},
			{jsonrpc.FaultHeaderLengthLong, timesOut, fails("[-32700]"), inTurn},
			{jsonrpc.FaultHeaderWrongCharset, fails("content type mismatch"), fails("content type mismatch"), inTurn},
			{jsonrpc.FaultStallAfterHeader, timesOut, timesOut, inTurn},
		},
	})
}

func TestJRPC2RawJSON(t *testing.T) {
	run(t, client{
		config: jsonrpc.Values.Config(methods),
		dial:   onSocket(openJRPC2(channel.RawJSON)),
		faults: []trial{
			{faultdaemon.FaultChunkedResponse, answers, answers, inTurn},
			{faultdaemon.FaultCoalescedResponses, answers, answers, together},
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{faultdaemon.FaultCorruptResponse, fails("invalid character"), fails("invalid character"), inTurn},
			{faultdaemon.FaultPartialResponse, fails("unexpected EOF"), fails("unexpected EOF"), inTurn},
		},
	})
}

func openJRPC2(framing channel.Framing) opener {
	return func(_ context.Context, conn net.Conn) (session, error) {
		return jrpc2Session{jrpc2.NewClient(framing(conn, conn), nil)}, nil
	}
}

type jrpc2Session struct{ client *jrpc2.Client }

func (s jrpc2Session) call(ctx context.Context, method, text string) (got string, err error) {
	err = s.client.CallResult(ctx, method, []string{text}, &got)
	return got, err
}

func (s jrpc2Session) notify(ctx context.Context) error {
	return s.client.Notify(ctx, notification, nil)
}

func (s jrpc2Session) batch(ctx context.Context, method string, texts [2]string) (got [2]string, err error) {
	responses, err := s.client.Batch(ctx, []jrpc2.Spec{
		{Method: method, Params: []string{texts[0]}},
		{Method: method, Params: []string{texts[1]}},
	})
	if err != nil {
		return got, err
	}
	for i, r := range responses {
		if err := r.UnmarshalResult(&got[i]); err != nil {
			return got, err
		}
	}
	return got, nil
}

func (s jrpc2Session) close() error { return s.client.Close() }

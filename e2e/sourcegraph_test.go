package e2e

import (
	"context"
	"net"
	"testing"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

func TestSourcegraphPlain(t *testing.T) {
	run(t, client{
		config: jsonrpc.Values.Config(methods),
		dial:   onSocket(openSourcegraph(plainStream)),
		faults: []trial{
			{faultdaemon.FaultHangBeforeResponse, timesOut, timesOut, inTurn},
			{faultdaemon.FaultCloseAfterRead, fails("connection is closed"), fails("connection is closed"), inTurn},
			{faultdaemon.FaultCorruptResponse, fails("connection is closed"), fails("connection is closed"), inTurn},
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{faultdaemon.FaultCoalescedResponses, answers, answers, together},
			{jsonrpc.FaultWrongID, timesOut, answers, inTurn},
			{jsonrpc.FaultIDTypeChanged, timesOut, answers, inTurn},
			{jsonrpc.FaultVersionMissing, answers, answers, inTurn},
			{jsonrpc.FaultResultAndError, fails("Internal error"), answers, inTurn},
			{jsonrpc.FaultDuplicateResponse, answers, answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved.With(3), answers, answers, inTurn},
			{jsonrpc.FaultServerRequestIDCollision, answers, answers, inTurn},
			{jsonrpc.FaultLateReply, timesOut, answers, inTurn},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// One response that is wrong ends the connection, with no word of why.
			{jsonrpc.FaultNeitherResultNorError, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultErrorNotObject, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultBatchArrayForSingle, fails("connection is closed"), fails("connection is closed"), inTurn},

			// No id, and the id null, are taken for 0: that of the first call.
			{jsonrpc.FaultIDMissing, answers, answers, inTurn},
			{jsonrpc.FaultIDNullError, fails("Invalid Request"), answers, inTurn},

			// Names are case-sensitive.
			{jsonrpc.FaultCaseVariantKeys, answers, answers, inTurn},

			// The deadline of a call does not cover its writing, and what is being
			// written keeps every other call waiting.
			{faultdaemon.FaultStopReading.With(0), hangs, hangs, withLargeRequest},
		},
	})
}

func TestSourcegraphVSCode(t *testing.T) {
	run(t, client{
		config: jsonrpc.Headers.Config(methods),
		dial:   onSocket(openSourcegraph(vscodeStream)),
		faults: []trial{
			{faultdaemon.FaultPartialResponse, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultHeaderMissingLength, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultHeaderBadNumber, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultHeaderLengthHuge.With("100000000000000000000"), fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultHeaderLengthShort, fails("connection is closed"), fails("connection is closed"), inTurn},
			{jsonrpc.FaultHeaderLFOnly, timesOut, fails("connection is closed"), inTurn},
			{jsonrpc.FaultStallAfterHeader, timesOut, timesOut, inTurn},

			// Names of header fields are not case-sensitive.
			{jsonrpc.FaultHeaderCase, fails("connection is closed"), fails("connection is closed"), inTurn},

			// The JSON value is read and not the length: a lie passes unseen.
			{jsonrpc.FaultHeaderLengthLong, answers, answers, inTurn},

			// A line that is no field, and a charset that is not UTF-8, are passed over.
			{jsonrpc.FaultHeaderNoColon, answers, answers, inTurn},
			{jsonrpc.FaultHeaderWrongCharset, answers, answers, inTurn},
		},
	})
}

func TestSourcegraphVarint(t *testing.T) {
	run(t, client{
		config: varintConfig(),
		dial:   onSocket(openSourcegraph(varintStream)),
		faults: []trial{
			{faultdaemon.FaultPartialResponse, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultLengthMax, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultLengthShort, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultLengthZero, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultVarintUnterminated, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultVarintOverlong, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultVarintOverlong.With(5), answers, answers, inTurn},
			{lengthprefix.FaultWrongProtocolBanner, fails("connection is closed"), fails("connection is closed"), inTurn},
			{lengthprefix.FaultStallAfterHeader, timesOut, timesOut, inTurn},

			// The JSON value is read and not the length: a lie passes unseen, but white
			// space behind the value is taken for the next length.
			{lengthprefix.FaultLengthLong, answers, answers, inTurn},
			{faultdaemon.FaultResponseTooLarge.With(1000), answers, fails("connection is closed"), inTurn},
		},
	})
}

// varintConfig is JSON-RPC behind a length: what answers is the handler of the
// framing that adds nothing to a text.
func varintConfig() faultdaemon.Config {
	answer := jsonrpc.Values.Handler(methods)
	return lengthprefix.Varint{}.Config(func(text []byte) []byte {
		if reply := answer(text); len(reply) > 0 {
			return reply
		}
		return nil // a notification; an empty slice would be a message without a payload
	})
}

// The three streams that the library comes with.
func plainStream(conn net.Conn) jsonrpc2.ObjectStream { return jsonrpc2.NewPlainObjectStream(conn) }

func vscodeStream(conn net.Conn) jsonrpc2.ObjectStream {
	return jsonrpc2.NewBufferedStream(conn, jsonrpc2.VSCodeObjectCodec{})
}

func varintStream(conn net.Conn) jsonrpc2.ObjectStream {
	return jsonrpc2.NewBufferedStream(conn, jsonrpc2.VarintObjectCodec{})
}

// openSourcegraph gives the connection a context of its own: the library closes
// it when that ends.
func openSourcegraph(stream func(net.Conn) jsonrpc2.ObjectStream) opener {
	return func(ctx context.Context, conn net.Conn) (session, error) {
		// The handler gets what the daemon asks for, and answers nothing.
		handler := jsonrpc2.HandlerWithError(func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) (any, error) {
			return nil, nil
		})
		return sourcegraphSession{jsonrpc2.NewConn(context.WithoutCancel(ctx), stream(conn), handler)}, nil
	}
}

type sourcegraphSession struct{ conn *jsonrpc2.Conn }

func (s sourcegraphSession) call(ctx context.Context, method, text string) (got string, err error) {
	err = s.conn.Call(ctx, method, []string{text}, &got)
	return got, err
}

func (s sourcegraphSession) notify(ctx context.Context) error {
	return s.conn.Notify(ctx, notification, nil)
}

func (s sourcegraphSession) close() error { return s.conn.Close() }

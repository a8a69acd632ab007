package e2e

import (
	"context"
	"io"
	"net"
	"testing"

	"golang.org/x/exp/jsonrpc2"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestXExpRaw(t *testing.T) {
	run(t, client{
		config: jsonrpc.Values.Config(methods),
		dial:   onSocket(openXExp(jsonrpc2.RawFramer())),
		faults: []trial{
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{faultdaemon.FaultCoalescedResponses, answers, answers, together},
			{jsonrpc.FaultWrongID, timesOut, answers, inTurn},
			{jsonrpc.FaultIDTypeChanged, timesOut, answers, inTurn},
			{jsonrpc.FaultResultAndError, fails("Internal error"), answers, inTurn},
			{jsonrpc.FaultDuplicateResponse, answers, answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved.With(3), answers, answers, inTurn},
			{jsonrpc.FaultServerRequestIDCollision, answers, answers, inTurn},
			{jsonrpc.FaultLateReply, timesOut, answers, inTurn},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// Calls that are out do not learn that the connection is over: reading has
			// ended, with an error that only Wait and Close return.
			{faultdaemon.FaultCloseAfterRead, timesOut, fails("broken pipe"), inTurn},
			{faultdaemon.FaultPartialResponse, timesOut, fails("broken pipe"), inTurn},
			{faultdaemon.FaultCorruptResponse, timesOut, timesOut, inTurn},
			{jsonrpc.FaultVersionMissing, timesOut, timesOut, inTurn},
			{jsonrpc.FaultIDNullError, timesOut, timesOut, inTurn},
			{jsonrpc.FaultReplyToNotification, timesOut, timesOut, afterNotification},

			// Nothing is no result.
			{jsonrpc.FaultNeitherResultNorError, returns(""), answers, inTurn},

			// Names are case-sensitive.
			{jsonrpc.FaultCaseVariantKeys, answers, answers, inTurn},

			// The deadline of a call does not cover its writing, and what is being
			// written keeps every other call waiting.
			{faultdaemon.FaultStopReading.With(0), hangs, hangs, withLargeRequest},
		},
	})
}

func TestXExpHeader(t *testing.T) {
	run(t, client{
		config: jsonrpc.Headers.Config(methods),
		dial:   onSocket(openXExp(jsonrpc2.HeaderFramer())),
		faults: []trial{
			{faultdaemon.FaultChunkedResponse, answers, answers, inTurn},
			{jsonrpc.FaultHeaderLFOnly, answers, answers, inTurn},
			{jsonrpc.FaultHeaderWrongCharset, answers, answers, inTurn},
			{jsonrpc.FaultStallAfterHeader, timesOut, timesOut, inTurn},

			// Calls that are out do not learn that reading has ended.
			{jsonrpc.FaultHeaderMissingLength, timesOut, timesOut, inTurn},
			{jsonrpc.FaultHeaderBadNumber, timesOut, timesOut, inTurn},
			{jsonrpc.FaultHeaderLengthShort, timesOut, timesOut, inTurn},

			// Names of header fields are not case-sensitive.
			{jsonrpc.FaultHeaderCase, timesOut, timesOut, inTurn},
		},
	})
}

// openXExp gives the connection a context of its own, as the one that it is
// dialed with is its handler's too.
func openXExp(framer jsonrpc2.Framer) opener {
	return func(ctx context.Context, conn net.Conn) (session, error) {
		c, err := jsonrpc2.Dial(context.WithoutCancel(ctx), dialed{conn}, jsonrpc2.ConnectionOptions{Framer: framer})
		return xExpSession{c}, err
	}
}

// dialed is the library's Dialer of a connection that is there already.
type dialed struct{ net.Conn }

func (d dialed) Dial(context.Context) (io.ReadWriteCloser, error) { return d.Conn, nil }

type xExpSession struct{ conn *jsonrpc2.Connection }

func (s xExpSession) call(ctx context.Context, method, text string) (got string, err error) {
	err = s.conn.Call(ctx, method, []string{text}).Await(ctx, &got)
	return got, err
}

func (s xExpSession) notify(ctx context.Context) error {
	return s.conn.Notify(ctx, notification, nil)
}

func (s xExpSession) close() error { return s.conn.Close() }

package e2e

import (
	"context"
	"net"
	"net/rpc"
	netjsonrpc "net/rpc/jsonrpc"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// The client of the standard library speaks JSON-RPC 1.0: requests without a
// version, and no notifications. It has no deadlines: what ends a call is its
// reply or the end of the connection.
func TestNetRPC(t *testing.T) {
	run(t, client{
		config: jsonrpc.Values.Config(methods),
		dial:   onSocket(openNetRPC),
		faults: []trial{
			{faultdaemon.FaultCloseAfterRead, fails("unexpected EOF"), fails("connection is shut down"), inTurn},
			{faultdaemon.FaultResetAfterRead, fails("connection reset"), fails("connection is shut down"), inTurn},
			{faultdaemon.FaultCorruptResponse, fails("invalid character"), fails("connection is shut down"), inTurn},
			{faultdaemon.FaultMultilineResponse, answers, answers, inTurn},
			{faultdaemon.FaultCoalescedResponses, answers, answers, together},
			{jsonrpc.FaultDuplicateResponse, answers, answers, inTurn},
			{jsonrpc.FaultOutOfOrder, answers, answers, together},

			// JSON-RPC 1.0 has no version, and errors that are texts.
			{jsonrpc.FaultVersionWrong, answers, answers, inTurn},
			{jsonrpc.FaultErrorNotObject, fails("no such note"), answers, inTurn},

			// Silence has no end without a deadline.
			{faultdaemon.FaultHangBeforeResponse, hangs, hangs, inTurn},
			{faultdaemon.FaultStopReading.With(0), hangs, hangs, withLargeRequest},
			{jsonrpc.FaultWrongID, hangs, answers, inTurn},
			{jsonrpc.FaultLateReply, hangs, answers, inTurn},

			// Every message is taken for a response, and one without an id for that to
			// call 0, the first.
			{jsonrpc.FaultIDMissing, answers, answers, inTurn},
			{jsonrpc.FaultNotificationInterleaved, fails("invalid error <nil>"), fails("connection is shut down"), inTurn},
			{jsonrpc.FaultServerRequestIDCollision, fails("invalid error <nil>"), fails("connection is shut down"), inTurn},
		},
	})
}

func openNetRPC(_ context.Context, conn net.Conn) (session, error) {
	return netRPCSession{netjsonrpc.NewClient(conn)}, nil
}

type netRPCSession struct{ client *rpc.Client }

func (s netRPCSession) call(_ context.Context, method, text string) (got string, err error) {
	err = s.client.Call(method, text, &got)
	return got, err
}

func (s netRPCSession) close() error { return s.client.Close() }

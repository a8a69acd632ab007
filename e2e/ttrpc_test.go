package e2e

import (
	"context"
	"net"
	"strconv"
	"testing"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// ttrpc's messages are binary, and a call has no notification beside it.
func TestTTRPC(t *testing.T) {
	run(t, client{
		config: ttrpcConfig(),
		dial:   onSocket(openTTRPC),
		faults: []trial{
			{faultdaemon.FaultHangBeforeResponse, timesOut, timesOut, inTurn},
			{faultdaemon.FaultCloseAfterRead, fails("ttrpc: closed"), fails("ttrpc: closed"), inTurn},
			{faultdaemon.FaultResetAfterRead, fails("ttrpc: closed"), fails("ttrpc: closed"), inTurn},
			{faultdaemon.FaultPartialResponse, either(fails("ttrpc: closed"), fails("unexpected EOF")), fails("ttrpc: closed"), inTurn},
			{faultdaemon.FaultChunkedResponse, answers, answers, inTurn},
			{faultdaemon.FaultCoalescedResponses, answers, answers, together},
			{faultdaemon.FaultCorruptResponse, fails("cannot parse"), answers, inTurn},
			{lengthprefix.FaultPayloadFlipAt, fails("cannot parse"), answers, inTurn},
			{lengthprefix.FaultPartialLengthField, either(fails("ttrpc: closed"), fails("unexpected EOF")), fails("ttrpc: closed"), inTurn},
			{lengthprefix.FaultLengthOverLimitByOne, fails("exceed maximum message size"), answers, inTurn},
			{lengthprefix.FaultLengthShort, fails("cannot parse"), timesOut, inTurn},
			{lengthprefix.FaultLengthLong, timesOut, timesOut, inTurn},
			{lengthprefix.FaultStallAfterHeader, timesOut, timesOut, inTurn},
			{lengthprefix.FaultWrongHeaderByte, timesOut, answers, inTurn},

			// A length over the limit is refused only once so many bytes have come and
			// gone: up to 4 GiB, which every later reply is taken for.
			{lengthprefix.FaultLengthMax, timesOut, timesOut, inTurn},
			{lengthprefix.FaultLengthWrongEndian, timesOut, timesOut, inTurn},
			{lengthprefix.FaultWrongProtocolBanner, timesOut, timesOut, inTurn},

			// A response without data, and so without a status, is an empty answer.
			{lengthprefix.FaultLengthZero, returns(""), answers, inTurn},

			// The deadline of a call does not cover its writing, and what is being
			// written keeps every other call waiting.
			{faultdaemon.FaultStopReading.With(0), hangs, hangs, withLargeRequest},
		},
	})
}

// ttrpcConfig is a service of protobuf's own StringValue, so that nothing has
// to be generated.
func ttrpcConfig() faultdaemon.Config {
	return lengthprefix.TTRPC().Config(func(data []byte) []byte {
		reply, err := proto.Marshal(ttrpcReply(data))
		if err != nil {
			panic(err)
		}
		return reply
	})
}

func ttrpcReply(data []byte) *ttrpc.Response {
	var request ttrpc.Request
	if err := proto.Unmarshal(data, &request); err != nil {
		return &ttrpc.Response{Status: status.New(codes.InvalidArgument, err.Error()).Proto()}
	}
	switch request.Method {
	case "echo":
		return &ttrpc.Response{Payload: request.Payload}
	case "size":
		var text wrapperspb.StringValue
		if err := proto.Unmarshal(request.Payload, &text); err != nil {
			return &ttrpc.Response{Status: status.New(codes.InvalidArgument, err.Error()).Proto()}
		}
		return ttrpcText(strconv.Itoa(len(text.Value)))
	case "big":
		return ttrpcText(big())
	}
	return &ttrpc.Response{Status: status.New(codes.NotFound, failMessage).Proto()}
}

func openTTRPC(_ context.Context, conn net.Conn) (session, error) {
	return ttrpcSession{ttrpc.NewClient(conn)}, nil
}

func ttrpcText(text string) *ttrpc.Response {
	payload, err := proto.Marshal(wrapperspb.String(text))
	if err != nil {
		panic(err)
	}
	return &ttrpc.Response{Payload: payload}
}

type ttrpcSession struct{ client *ttrpc.Client }

func (s ttrpcSession) call(ctx context.Context, method, text string) (string, error) {
	var got wrapperspb.StringValue
	err := s.client.Call(ctx, "e2e.Notes", method, wrapperspb.String(text), &got)
	return got.GetValue(), err
}

func (s ttrpcSession) close() error { return s.client.Close() }

package e2e

import (
	"context"
	"net/rpc/jsonrpc"
	"strings"
	"testing"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/gomodule/redigo/redis"
	sourcegraph "github.com/sourcegraph/jsonrpc2"
	"github.com/stretchr/testify/require"
	xexp "golang.org/x/exp/jsonrpc2"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	protocol "github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// The daemon reads nothing. The call's context ends after 5 s; the call does
// not.
func TestJRPC2HangsWhenNobodyReads(t *testing.T) {
	report := faulttest.Judge(t, protocol.Lines.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (size string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client := jrpc2.NewClient(channel.Line(conn, conn), nil)
		err = client.CallResult(ctx, "size", []string{strings.Repeat("x", 512<<10)}, &size)
		return size, err
	}, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultHangOnAccept}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Hung, report.Results[0].Verdict)
}

// The header says that a body of 4 EiB follows.
func TestJRPC2CrashesOnALength(t *testing.T) {
	report := faulttest.Judge(t, protocol.Headers.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (text string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client := jrpc2.NewClient(channel.LSP(conn, conn), nil)
		defer client.Close()
		err = client.CallResult(ctx, "echo", []string{"hello"}, &text)
		return text, err
	}, &faulttest.Options{Isolate: true, Only: []faultdaemon.Fault{protocol.FaultHeaderLengthHuge.With("4611686018427387904")}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Crashed, report.Results[0].Verdict)
	require.Contains(t, report.Results[0].Crash, "panic: runtime error: makeslice: len out of range")
}

// The daemon answers each call with its result and then with "another". In some
// of many calls, the second is the answer.
func TestJRPC2TakesTheSecondResponse(t *testing.T) {
	report := faulttest.Judge(t, protocol.Lines.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (text string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client := jrpc2.NewClient(channel.Line(conn, conn), nil)
		defer client.Close()
		for range 10_000 {
			err = client.CallResult(ctx, "echo", []string{"hello"}, &text)
			if err != nil || text != "hello" {
				break
			}
		}
		return text, err
	}, &faulttest.Options{Only: []faultdaemon.Fault{protocol.FaultDuplicateResponse}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.WrongAnswer, report.Results[0].Verdict)
	require.Equal(t, "another", report.Results[0].Answer)
}

// The response has no id, so it answers nobody.
func TestSourcegraphTakesAResponseWithoutAnID(t *testing.T) {
	report := faulttest.Judge(t, protocol.Values.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (text string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client := sourcegraph.NewConn(ctx, sourcegraph.NewPlainObjectStream(conn), nil)
		defer client.Close()
		err = client.Call(ctx, "echo", []string{"hello"}, &text)
		return text, err
	}, &faulttest.Options{Only: []faultdaemon.Fault{protocol.FaultIDMissing}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Survived, report.Results[0].Verdict)
	require.Equal(t, verdict.Lenient, report.Results[0].Grade)
}

// The response is {"jsonrpc":"2.0","id":1}.
func TestXExpReturnsNothingForNoResult(t *testing.T) {
	report := faulttest.Judge(t, protocol.Values.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (text string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client, err := xexp.Dial(ctx, dialed{conn}, xexp.ConnectionOptions{Framer: xexp.RawFramer()})
		if err != nil {
			return "", err
		}
		defer client.Close()
		err = client.Call(ctx, "echo", []string{"hello"}).Await(ctx, &text)
		return text, err
	}, &faulttest.Options{Only: []faultdaemon.Fault{protocol.FaultNeitherResultNorError}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.WrongAnswer, report.Results[0].Verdict)
	require.Empty(t, report.Results[0].Answer)
}

// The daemon says nothing for ever, or sends notifications while a large
// request is being written.
func TestNetRPCHangs(t *testing.T) {
	report := faulttest.Judge(t, protocol.Values.Config(methods), func(ctx context.Context, dial faulttest.Dialer) (size string, err error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		client := jsonrpc.NewClient(conn)
		defer client.Close()
		if err := client.Call("size", "small", &size); err != nil {
			return "", err
		}
		err = client.Call("size", strings.Repeat("x", 512<<10), &size)
		return size, err
	}, &faulttest.Options{Real: true, Only: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, protocol.FaultResponseFloodWhileClientWrites}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Hung, report.Results[0].Verdict)
	require.Equal(t, faulttest.Hung, report.Results[1].Verdict)
}

// The daemon replies twice to one GET. The pool takes the connection back with the
// second reply unread, and the next GET, of another key, is given that.
func TestRedigoPoolMixesReplies(t *testing.T) {
	d := faulttest.Start(t, redisConfig())
	pool := &redis.Pool{MaxIdle: 1, Dial: func() (redis.Conn, error) { return redis.Dial("unix", d.SocketPath()) }}
	defer pool.Close()
	get := func(key string) (string, error) {
		conn := pool.Get()
		defer conn.Close()
		return redis.String(conn.Do("GET", key))
	}
	d.SetFault(faultdaemon.FaultMultipleResponses)
	_, err := get("mine")
	require.NoError(t, err)
	d.SetFault(faultdaemon.FaultNone)
	value, err := get("yours")
	require.NoError(t, err)
	require.Equal(t, "value of mine", value)
}

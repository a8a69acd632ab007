package relay_test

import (
	"bufio"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

// realDaemon is a daemon that answers JSON-RPC, at the path that is returned.
func realDaemon(t *testing.T) (path string) {
	status := func(json.RawMessage) (any, error) { return "fine", nil }
	return faulttest.Start(t, faultdaemon.Config{
		Protocol: jsonrpc.Lines, ResponseHandler: jsonrpc.Lines.Handler(jsonrpc.Methods{"status": status}),
	}).SocketPath()
}

func TestTheSecondReplyIsLate(t *testing.T) {
	front := faulttest.Start(t, faultdaemon.Config{
		Protocol:   jsonrpc.Lines,
		Upstream:   relay.Unix(realDaemon(t)),
		Catalogues: []*faultdaemon.Catalogue{relay.Faults},
		Plan:       faultdaemon.InOrder(faultdaemon.FaultNone, relay.FaultDelayRequest.With(100*time.Millisecond)),
	})
	require.Less(t, ask(t, front.SocketPath()), 50*time.Millisecond)
	require.GreaterOrEqual(t, ask(t, front.SocketPath()), 100*time.Millisecond)
}

// ask makes a call and returns how long the reply took.
func ask(t *testing.T, path string) time.Duration {
	conn, err := relay.Unix(path)(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	began := time.Now()
	_, err = io.WriteString(conn, `{"jsonrpc":"2.0","id":1,"method":"status"}`+"\n")
	require.NoError(t, err)
	reply, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, reply, "fine")
	return time.Since(began)
}

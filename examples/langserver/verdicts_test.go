package langserver_test

import (
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Every fault of the core and of JSON-RPC, in virtual time: a subtest for
// each, which fails when the client does what is not right under it. The
// document is larger than a socket's buffer, for the faults that need that.
func TestClientUnderEveryFault(t *testing.T) {
	daemon := jsonrpc.Headers.Config(todod)
	large := catsAndSongs + strings.Repeat("la ", 72<<10)
	faulttest.Run(t, daemon, edit(large), nil)
}

// The same faults once the session has begun, so that they reach calls of which
// several are out at once.
func TestSessionUnderEveryFault(t *testing.T) {
	daemon := jsonrpc.Headers.Config(todod)
	daemon.FaultMatcher = jsonrpc.AfterHandshake
	faulttest.Run(t, daemon, edit(catsAndSongs), nil)
}

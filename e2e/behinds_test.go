package e2e

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/relay"
)

// behinds are all of them, in the order of their columns.
func behinds() []behind {
	return []behind{
		{daemon: "redis-server", client: "redigo", version: moduleVersion("github.com/gomodule/redigo"),
			start: startRedisForRedigo, deadline: time.Second,
			faults: withAnyBytes(relay.FaultReorderRequests, relay.FaultSwapReplies),
			pushes: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultMultipleResponses}},
		{daemon: "redis-server", client: "redis-cli", version: []string{"redis-cli", "--version"},
			start: startRedisForCLI, deadline: time.Second, socket: "s",
			faults: withAnyBytes()},
		{daemon: "postgres", client: "pgx", version: moduleVersion("github.com/jackc/pgx/v5"),
			start: startPostgresForPGX, deadline: 5 * time.Second / 2,
			faults: withAnyBytes(lengthprefix.FaultLengthShort, lengthprefix.FaultLengthLong, lengthprefix.FaultLengthBelowHeader),
			pushes: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultCorruptResponse}},
		{daemon: "postgres", client: "psql", version: []string{"psql", "--version"},
			start: startPostgresForPSQL, deadline: time.Second, socket: postgresSocket,
			faults: withAnyBytes(),
			// Whether the second reply is there when it takes the first.
			either: map[faultdaemon.Fault][]faulttest.Verdict{relay.FaultDuplicateRequest: {faulttest.Survived, faulttest.WrongAnswer}}},
		{daemon: "gopls", client: "jrpc2", version: moduleVersion(moduleJRPC2),
			start: startGopls, deadline: 6 * time.Second,
			faults: withAnyBytes(jsonrpc.FaultWrongID, jsonrpc.FaultHeaderLengthShort, jsonrpc.FaultHeaderLFOnly),
			pushes: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultCorruptResponse, jsonrpc.FaultHeaderMissingLength}},
		modelContext(),
		plainHTTP(),
	}
}

// modelContext is a server in Node, which the relay spawns.
func modelContext() behind {
	return behind{daemon: "serve-mcp.js", client: "go-sdk", version: moduleVersion(moduleMCP),
		start: startMCP, deadline: 4 * time.Second, socket: "s",
		faults: withAnyBytes(jsonrpc.FaultWrongID, jsonrpc.FaultDuplicateResponse, jsonrpc.FaultNeitherResultNorError),
		pushes: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultCorruptResponse, faultdaemon.FaultMultipleResponses}}
}

// plainHTTP is a server of which the relay understands no more than heads.
func plainHTTP() behind {
	return behind{daemon: "http.Server", client: "http.Client", version: []string{"go", "env", "GOVERSION"},
		start: startHTTP, deadline: time.Second,
		faults: withAnyBytes(faultdaemon.FaultCloseImmediately, faultdaemon.FaultCutAt, relay.FaultBandwidth)}
}

// withAnyBytes are faults that need nothing of a protocol, and more.
func withAnyBytes(more ...faultdaemon.Fault) []faultdaemon.Fault {
	return slices.Concat([]faultdaemon.Fault{
		faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultResetAfterRead,
		relay.FaultDelayRequest, relay.FaultDropRequest, relay.FaultDuplicateRequest, relay.FaultCorruptRequest,
		relay.FaultTruncateRequest, relay.FaultUpstreamGone, relay.FaultLatency,
	}, more)
}

// moduleVersion prints the version of a module that these tests are built with.
func moduleVersion(module string) []string {
	return []string{"go", "list", "-m", "-f", "{{.Version}}", module}
}

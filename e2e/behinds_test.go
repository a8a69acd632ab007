package e2e

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/relay"
)

// anyBytes are faults that need nothing of a protocol.
var anyBytes = []faultdaemon.Fault{
	faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultPartialResponse, faultdaemon.FaultResetAfterRead,
	relay.FaultDropRequest, relay.FaultDuplicateRequest, relay.FaultCorruptRequest, relay.FaultTruncateRequest,
	relay.FaultUpstreamGone, relay.FaultDelayRequest, relay.FaultLatency,
}

// behinds are all clients that are judged behind the relay.
func behinds() []behind {
	return []behind{
		{name: "redigo", daemon: "redis-server", start: startRedisForRedigo, deadline: time.Second,
			faults: append(anyBytes[:len(anyBytes):len(anyBytes)], relay.FaultReorderRequests, relay.FaultSwapReplies),
			pushes: []faultdaemon.Fault{faultdaemon.FaultPartialResponse, faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultMultipleResponses}},
		{name: "pgx", daemon: "postgres", start: startPostgresForPGX, deadline: time.Second,
			faults: append(anyBytes[:len(anyBytes):len(anyBytes)], lengthprefix.FaultLengthShort, lengthprefix.FaultLengthLong, lengthprefix.FaultLengthBelowHeader),
			pushes: []faultdaemon.Fault{faultdaemon.FaultPartialResponse, faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultCorruptResponse}},
		{name: "psql", daemon: "postgres", start: startPostgresForPSQL, deadline: time.Second, socket: postgresSocket, faults: anyBytes},
		{name: "redis-cli", daemon: "redis-server", start: startRedisForCLI, deadline: time.Second, socket: "s", faults: anyBytes},
	}
}

package lookup

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Faults that the sample exchanges cannot set off: they need a batch, a
// notification, several messages or calls at once.
var idle = map[string]bool{
	"stop_after_messages": true, "jsonrpc_reply_to_notification": true,
	"jsonrpc_batch_reordered": true, "jsonrpc_batch_partial": true, "jsonrpc_batch_empty": true, "jsonrpc_late_reply": true,
	"swap_replies": true, "reorder_requests": true,
}

// Faults of the listen stage under which the first connection is served.
var servesFirst = map[string]bool{"socket_gap": true, "replaced": true, "old_version": true, "refuse_after": true}

func TestEveryFaultIsShown(t *testing.T) {
	x := newIndex(t)
	for _, info := range x.known.All() {
		if info.Name == "ndjson_out_of_order" || info.Name == "jsonrpc_out_of_order" {
			continue // they wait for a second call for exactly as long as a trial lasts
		}
		t.Run(string(info.Name), func(t *testing.T) {
			check := func(t *testing.T) {
				on, err := x.applicable(info)
				require.NoError(t, err)
				shown, err := x.try(t.Context(), info.Fault(), on)
				require.NoError(t, err)
				assert.Equal(t, idle[string(info.Name)], shown.idle != "", "does not act: %s", shown.idle)
				assert.Equal(t, info.Stage == faultdaemon.StageListen && !servesFirst[string(info.Name)], len(shown.sent) == 0)
			}
			if ofProcesses(info) {
				t.Parallel() // time is real
				check(t)
				return
			}
			synctest.Test(t, check)
		})
	}
}

// Without a fault, each sample gets its reply.
func TestSamplesAreMessages(t *testing.T) {
	list, err := protocols(nil)
	require.NoError(t, err)
	x, err := New(setup.Own{})
	require.NoError(t, err)
	for _, p := range list {
		t.Run(p.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				shown, err := x.run(t.Context(), "cut_at(10000)", p)
				require.NoError(t, err)
				assert.Contains(t, shown.idle, "10000")
				require.Len(t, shown.pieces, 2)
				assert.Equal(t, string(p.Reply), string(shown.pieces[0].bytes))
				assert.Equal(t, 1, shown.pieces[1].reply, "the connection serves a second request")
			})
		})
	}
}

package lookup

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

func TestPicturesOfSockets(t *testing.T) {
	x := newIndex(t)
	for fault, want := range map[string][]string{
		"socket_absent":       {"client --x daemon  the connect fails: no such file or directory"},
		"socket_forbidden":    {"client --x daemon  the connect fails: permission denied"},
		"backlog_full":        {"client --x daemon  the connect fails: resource temporarily unavailable"},
		"socket_gap":          {`client <-- daemon  "pong\n"`, "client <-| daemon  EOF"},
		"refuse_after":        {`client <-- daemon  "pong\n"`, "client --x daemon  the connect fails: connection refused"},
		"connection_limit":    {`client <-- daemon  "pong\n"`, "(a second connection, while the first is open)", "client <-| daemon  EOF"},
		"keepalive_silent":    {`client <-- daemon  "pong\n"`, "still open after 1s"},
		"idle_close(50ms)":    {`client <-- daemon  "pong\n"`, "+50ms  client <-| daemon  EOF"},
		"socket_absent(10ms)": {"client --x daemon  the connect fails: no such file or directory"},
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b strings.Builder
				require.NoError(t, x.Explain(t.Context(), &b, "faultdaemon", fault, ""))
				for _, line := range want {
					require.Contains(t, b.String(), line)
				}
				require.Contains(t, b.String(), "listen.Faults")
			})
		})
	}
}

func TestFaultsOfSocketsAreListedByThemselves(t *testing.T) {
	list, err := newIndex(t).List(Filter{})
	require.NoError(t, err)
	require.Len(t, list.OfSockets, len(listen.Faults.All()))
	var b strings.Builder
	require.NoError(t, list.Table(&b))
	_, below, found := strings.Cut(b.String(), "\nFaults of where the daemon listens, and of its restarts\n\nfault ")
	require.True(t, found, b.String())
	require.Contains(t, below, "\nsocket_absent ")
	require.NotContains(t, below, "\ncut_at ")
}

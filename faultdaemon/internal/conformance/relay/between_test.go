package relay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// What an upstream sends by itself before a reply comes through, although the fault
// that waits for that reply has written, whether both are read together or not.
func TestPushBetweenTheWritesOfAFault(t *testing.T) {
	for name, pause := range map[string]time.Duration{"together": 0, "apart": time.Millisecond} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { pushBetween(t, pause) }) })
	}
}

// pushBetween has an upstream push a message and, after a pause, reply.
func pushBetween(t *testing.T, pause time.Duration) {
	const push = `{"jsonrpc":"2.0","method":"progress"}` + "\n"
	reply := func(id int) string { return fmt.Sprintf(`{"jsonrpc":"2.0","result":%d,"id":%[1]d}`+"\n", id) }
	upstream := func(context.Context) (net.Conn, error) {
		near, far := memnet.Pipe()
		go func() {
			defer far.Close()
			requests := bufio.NewReader(far)
			for id := 1; ; id++ {
				if _, err := requests.ReadBytes('\n'); err != nil {
					return
				}
				if pause > 0 {
					_, _ = io.WriteString(far, push) // the next write fails, too
					<-time.After(pause)
					_, _ = io.WriteString(far, reply(id))
				} else {
					_, _ = io.WriteString(far, push+reply(id))
				}
			}
		}()
		return near, nil
	}
	d := faultdaemon.New("", faultdaemon.Config{
		Protocol: jsonrpc.Lines, Upstream: upstream, Fault: jsonrpc.FaultCoalescedDuplicate,
	})
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	replies := bufio.NewReader(conn)
	for i, want := range []string{push + reply(1), push + reply(1) + reply(2)} {
		_, err = fmt.Fprintf(conn, `{"jsonrpc":"2.0","method":"m","id":%d}`+"\n", i+1)
		require.NoError(t, err)
		got := make([]byte, len(want))
		_, err = io.ReadFull(replies, got)
		require.NoError(t, err, "%q", got)
		require.Equal(t, want, string(got))
	}
}

package faultdaemon_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// starred is lines, of which those that begin with a star are pushes.
type starred struct{ faultdaemon.Protocol }

func (starred) Pushed(message []byte) bool { return bytes.HasPrefix(message, []byte("*")) }

// pushesFirst is an upstream that pushes a line before each reply, which is the request in
// capital letters.
func pushesFirst(context.Context) (net.Conn, error) {
	near, far := memnet.Pipe()
	go func() {
		defer far.Close()
		for lines := bufio.NewReader(far); ; {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			if _, err := far.Write(append([]byte("*push\n"), bytes.ToUpper(line)...)); err != nil {
				return
			}
		}
	}()
	return near, nil
}

// Without ids, a push belongs to no reply, and has faults of its own.
func TestPushesOfAProtocolWithoutIDs(t *testing.T) {
	for plan, want := range map[string]string{
		"partial_response":               "*push\nON",
		"1*none->partial_response":       "*push\nONE\n*push\nTW",
		"<-1*none-><-1*partial_response": "*push\nONE\n*pu",
		"<-1*multiple_responses":         "*push\n*push\nONE\n*push\nTWO\n",
	} {
		t.Run(plan, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := faultdaemon.ParsePlan(plan)
				require.NoError(t, err)
				d := faultdaemon.New("", faultdaemon.Config{Protocol: starred{faultdaemon.Lines}, Upstream: pushesFirst, Plan: p})
				require.NoError(t, d.Start())
				defer d.Stop()
				conn, err := d.Dial(t.Context())
				require.NoError(t, err)
				defer conn.Close()
				_, err = io.WriteString(conn, "one\ntwo\n")
				require.NoError(t, err)
				require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
				got, _ := io.ReadAll(conn)
				require.Equal(t, want, string(got))
				pushes := 0
				for _, ev := range d.Events() {
					if ev.Push && (ev.Kind == faultdaemon.EventFault || ev.Kind == faultdaemon.EventHealthy) {
						pushes++
						require.Equal(t, pushes, ev.Exchange, "they count by themselves")
					}
				}
				require.Equal(t, strings.HasPrefix(plan, "<-"), pushes > 0)
			})
		})
	}
}

// Where nothing tells pushes from replies, nothing can be done to them.
func TestPushesNeedAProtocolThatTells(t *testing.T) {
	plan, err := faultdaemon.ParsePlan("<-corrupt_response")
	require.NoError(t, err)
	d := faultdaemon.New("", faultdaemon.Config{Upstream: pushesFirst, Plan: plan})
	require.ErrorContains(t, d.Start(), "it is neither a Correlator nor a Pusher")
}

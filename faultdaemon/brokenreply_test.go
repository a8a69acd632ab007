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

// dotted is short lines, of which one with a dot ends a reply.
type dotted struct{ faultdaemon.Protocol }

const longest = 100

func (p dotted) ReadMessage(r *bufio.Reader, _ int) ([]byte, error) {
	return p.Protocol.ReadMessage(r, longest)
}

func (dotted) EndsReply(message []byte) bool { return bytes.Equal(message, []byte(".\n")) }

// What has come of a reply whose rest does not come is passed on, whatever fault has waited
// for it.
func TestAReplyThatBreaksOff(t *testing.T) {
	for name, sends := range map[string]string{
		"at the end of the stream": "one\ntwo\n",
		"inside a message":         "one\ntw",
		"before what is too long":  "one\n" + strings.Repeat("x", longest) + "\n.\n",
		"not at all":               "one\n.\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := faultdaemon.New("", faultdaemon.Config{
					Protocol: dotted{faultdaemon.Lines}, Upstream: sendsAndEnds(sends), Fault: faultdaemon.FaultChunkedResponse,
				})
				require.NoError(t, d.Start())
				defer d.Stop()
				conn, err := d.Dial(t.Context())
				require.NoError(t, err)
				defer conn.Close()
				_, err = io.WriteString(conn, "go\n")
				require.NoError(t, err)
				got, err := io.ReadAll(conn)
				require.NoError(t, err)
				require.Equal(t, sends, string(got), "%v", d.Events())
			})
		})
	}
}

// sendsAndEnds is an upstream that replies to the first byte with text, and ends.
func sendsAndEnds(text string) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		near, far := memnet.Pipe()
		go func() {
			defer far.Close()
			if _, err := far.Read(make([]byte, 100)); err == nil {
				_, _ = io.WriteString(far, text)
			}
		}()
		return near, nil
	}
}

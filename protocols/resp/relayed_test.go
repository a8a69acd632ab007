package resp_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// behind holds the conversation as the client of a relay with this plan. It returns what the
// last turn ends with when the relay ends it, and what else it was sent.
func behind(t *testing.T, plan string, conversation []framingtest.Turn) string {
	t.Helper()
	terms, err := faultdaemon.ParsePlan(plan)
	require.NoError(t, err)
	d := faultdaemon.New("", faultdaemon.Config{Protocol: resp.Protocol{}, Plan: terms, Upstream: framingtest.Upstream(conversation)})
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	last := len(conversation) - 1
	for _, turn := range conversation[:last] {
		_, err := io.WriteString(conn, turn[0])
		require.NoError(t, err)
		got := make([]byte, len(turn[1]))
		_, err = io.ReadFull(conn, got)
		require.NoError(t, err)
		require.Equal(t, turn[1], string(got))
	}
	_, err = io.WriteString(conn, conversation[last][0])
	require.NoError(t, err)
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}

const (
	get       = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"
	ping      = "*1\r\n$4\r\nPING\r\n"
	subscribe = "*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n"
	message   = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"

	confirmations = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"
)

// A command of several channels has as many confirmations, which are no replies: the reply to
// GET is found among what is pushed, and nothing else is cut.
func TestReplyAmongPushes(t *testing.T) {
	for name, pushed := range map[string]string{
		"RESP2": message,
		"RESP3": ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := behind(t, "GET:cut_at(6)", []framingtest.Turn{
				{subscribe, confirmations},
				{ping, "+PONG\r\n" + pushed},
				{ping + ping + get, pushed + "+PONG\r\n" + "+PONG\r\n" + pushed + "$5\r\nhello\r\n"},
			})
			require.Equal(t, pushed+"+PONG\r\n+PONG\r\n"+pushed+"$5\r\nhe", got)
		})
	}
}

// A term for what is pushed takes messages of a channel.
func TestAPlanForPushes(t *testing.T) {
	got := behind(t, "<-message a:cut_at(5)", []framingtest.Turn{
		{subscribe, confirmations},
		{ping, "+PONG\r\n" + message},
	})
	require.Equal(t, "+PONG\r\n"+message[:5], got)
}

// An inline command is selected as any other, and an empty line has no reply.
func TestInlineCommandsBehindARelay(t *testing.T) {
	got := behind(t, "GET a:cut_at(6)", []framingtest.Turn{
		{"GET b\r\n", "$2\r\nbb\r\n"},
		{"\r\nget a\r\n", "$5\r\nhello\r\n"},
	})
	require.Equal(t, "$5\r\nhe", got)
}

package lengthprefix_test

import (
	"bufio"
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// The messages of a connection, by their names in PostgreSQL's documentation.
const (
	pgSSLRequest    = "\x00\x00\x00\x08\x04\xd2\x16\x2f"
	pgCancelRequest = "\x00\x00\x00\x10\x04\xd2\x16\x2e\x00\x00\x00\x01\x00\x00\x00\x02"
	pgStartup       = "\x00\x00\x00\x10\x00\x03\x00\x00user\x00u\x00\x00"
	pgPassword      = "p\x00\x00\x00\x06x\x00"
	pgQuery         = "Q\x00\x00\x00\x0eSELECT 1;\x00"
	pgParse         = "P\x00\x00\x00\x08\x00\x00\x00\x00"
	pgSync          = "S\x00\x00\x00\x04"
	pgFlush         = "H\x00\x00\x00\x04"
	pgCopyData      = "d\x00\x00\x00\x051"
	pgCopyDone      = "c\x00\x00\x00\x04"
	pgTerminate     = "X\x00\x00\x00\x04"

	pgAuthOK        = "R\x00\x00\x00\x08\x00\x00\x00\x00"
	pgAuthPassword  = "R\x00\x00\x00\x08\x00\x00\x00\x03"
	pgAuthSASLFinal = "R\x00\x00\x00\x0c\x00\x00\x00\x0cv=x="
	pgStatus        = "S\x00\x00\x00\x08a\x00b\x00"
	pgParseComplete = "1\x00\x00\x00\x04"
	pgRow           = "D\x00\x00\x00\x0b\x00\x01\x00\x00\x00\x011"
	pgComplete      = "C\x00\x00\x00\x0dSELECT 1\x00"
	pgReady         = "Z\x00\x00\x00\x05I"
	pgError         = "E\x00\x00\x00\x14SERROR\x00VERROR\x00\x00"
	pgFatal         = "E\x00\x00\x00\x14SFATAL\x00VFATAL\x00\x00"
	pgNotification  = "A\x00\x00\x00\x0a\x00\x00\x00\x01a\x00"
	pgCopyIn        = "G\x00\x00\x00\x07\x00\x00\x00"
)

func TestPostgresConnectionReads(t *testing.T) {
	for name, messages := range map[string][]string{
		"what a client sends": {pgSSLRequest, pgStartup, pgPassword, pgQuery, pgParse, pgSync, pgTerminate},
		"a cancellation":      {pgCancelRequest},
		"what a server sends": {pgAuthOK, pgStatus, pgReady, pgParseComplete, pgRow, pgComplete, pgNotification, pgReady},
		"no encryption":       {"N"},
	} {
		t.Run(name, func(t *testing.T) {
			r := bufio.NewReader(bytes.NewBufferString(join(messages)))
			for _, want := range messages {
				got, err := lengthprefix.PostgresConnection().ReadMessage(r, noLimit)
				require.NoError(t, err)
				require.Equal(t, want, string(got))
			}
			_, err := lengthprefix.PostgresConnection().ReadMessage(r, noLimit)
			require.Equal(t, io.EOF, err)
		})
	}
	handshake := bufio.NewReader(bytes.NewBufferString("\x16\x03\x01\x02\x00\x01\x00\x01\xfc"))
	_, err := lengthprefix.PostgresConnection().ReadMessage(handshake, noLimit)
	require.ErrorIs(t, err, lengthprefix.ErrCorrupt, "the handshake of TLS")
}

func join(messages []string) string {
	var all bytes.Buffer
	for _, m := range messages {
		all.WriteString(m)
	}
	return all.String()
}

func TestPostgresConnectionTellsWhatIsARequest(t *testing.T) {
	p := lengthprefix.PostgresConnection()
	for _, m := range []string{pgSSLRequest, pgStartup, pgPassword, pgQuery, pgSync, pgCopyDone} {
		require.True(t, p.ExpectsReply([]byte(m)), "%q", m)
	}
	for _, m := range []string{pgCancelRequest, pgParse, pgFlush, pgCopyData, pgTerminate} {
		require.False(t, p.ExpectsReply([]byte(m)), "%q", m)
	}
	require.False(t, p.ExpectsReply(nil))
	ends := p.(faultdaemon.ReplyEnder)
	for _, m := range []string{"N", pgAuthPassword, pgReady, pgFatal, pgCopyIn} {
		require.True(t, ends.EndsReply([]byte(m)), "%q", m)
	}
	for _, m := range []string{pgAuthOK, pgAuthSASLFinal, pgStatus, pgRow, pgComplete, pgError} {
		require.False(t, ends.EndsReply([]byte(m)), "%q", m)
	}
	pushes := p.(faultdaemon.Pusher)
	require.True(t, pushes.Pushed([]byte(pgNotification)))
	require.False(t, pushes.Pushed([]byte(pgRow)))
	words := p.(faultdaemon.Selector)
	require.Equal(t, []string{"Q"}, words.Selectors([]byte(pgQuery)))
	require.Equal(t, []string{"startup"}, words.Selectors([]byte(pgStartup)))
}

// A fault acts on the reply to the message that a plan selects, and a notification that comes
// before that is none of it.
func TestPostgresConnectionInFrontOfAServer(t *testing.T) {
	plan, err := faultdaemon.ParsePlan("Q:cut_at(20)")
	require.NoError(t, err)
	d := faultdaemon.New("", faultdaemon.Config{Protocol: lengthprefix.PostgresConnection(), Plan: plan, Upstream: framingtest.Upstream(conversation)})
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	for _, step := range conversation {
		_, err := io.WriteString(conn, step[0])
		require.NoError(t, err)
		want := step[1]
		if step[0] == pgQuery {
			want = (pgNotification + pgRow + pgComplete)[:len(pgNotification)+20]
		}
		got := make([]byte, len(want))
		_, err = io.ReadFull(conn, got)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	_, err = conn.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err)
}

// conversation is what a client and a server say in turn.
var conversation = []framingtest.Turn{
	{pgSSLRequest, "N"},
	{pgStartup, pgAuthPassword},
	{pgPassword, pgAuthOK + pgStatus + pgReady},
	{pgParse + pgSync, pgReady},
	{pgQuery, pgNotification + pgRow + pgComplete + pgReady},
}

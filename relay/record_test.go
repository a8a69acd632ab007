package relay_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

// conversation has a client send text to an echoing daemon through a relay, and
// returns what was recorded.
func conversation(t *testing.T, p faultdaemon.Protocol, text string, o relay.RecordOptions) string {
	t.Helper()
	var recorded bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		<-time.After(time.Until(time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)))
		daemon := start(t, faultdaemon.Config{Protocol: p, Fault: faultdaemon.FaultSlowResponse.With(time.Second)})
		recorder := relay.Record(&recorded, o)
		front := start(t, faultdaemon.Config{
			Protocol: p, Tap: recorder.Tap, Upstream: daemon.Dial,
		})
		conn, err := front.Dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, text)
		require.NoError(t, err)
		require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
		_, err = io.ReadAll(conn)
		require.NoError(t, err)
		front.Stop()
		require.NoError(t, recorder.Close())
	})
	return recorded.String()
}

func start(t *testing.T, cfg faultdaemon.Config) *faultdaemon.FaultDaemon {
	t.Helper()
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	return d
}

func TestRecord(t *testing.T) {
	got := conversation(t, faultdaemon.Lines, "ping <&>\n\xff\n", relay.RecordOptions{Protocol: "lines"})
	lines := strings.SplitAfter(got, "\n")
	require.Equal(t, `{"faultdaemon":"transcript","version":1,"protocol":"lines","start":"2000-01-01T00:00:01Z"}`+"\n", lines[0])
	require.ElementsMatch(t, []string{ // the directions are recorded side by side
		`{"ns":0,"conn":1,"dir":"->","text":"ping <&>\n"}` + "\n",
		`{"ns":0,"conn":1,"dir":"->","hex":"ff0a"}` + "\n",
		`{"ns":0,"conn":1,"dir":"->","end":true}` + "\n",
		`{"ns":1000000000,"conn":1,"dir":"<-","text":"ping <&>\n"}` + "\n",
		`{"ns":2000000000,"conn":1,"dir":"<-","hex":"ff0a"}` + "\n",
		`{"ns":2000000000,"conn":1,"dir":"<-","end":true}` + "\n", "",
	}, lines[1:])
}

// What a client has begun and not ended is in the transcript, too.
func TestRecordKeepsWhatIsNoWholeMessage(t *testing.T) {
	got := conversation(t, faultdaemon.Lines, "ping\npi", relay.RecordOptions{})
	require.Contains(t, got, `{"ns":0,"conn":1,"dir":"->","text":"pi","raw":true}`+"\n"+`{"ns":0,"conn":1,"dir":"->","end":true}`+"\n")
}

// A relay that stops ends both sides: neither has ended by itself.
func TestRecordHasNoEndOfWhatTheRelayEnds(t *testing.T) {
	var recorded bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		daemon := start(t, faultdaemon.Config{})
		recorder := relay.Record(&recorded, relay.RecordOptions{})
		front := start(t, faultdaemon.Config{Tap: recorder.Tap, Upstream: daemon.Dial})
		conn, err := front.Dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "ping\n")
		require.NoError(t, err)
		_, err = io.ReadFull(conn, make([]byte, len("ping\n")))
		require.NoError(t, err)
		front.Stop()
	})
	require.Equal(t, 2, strings.Count(recorded.String(), "ping"))
	require.NotContains(t, recorded.String(), "end")
}

func TestRecordMasksSecretsAndKeepsLengths(t *testing.T) {
	request := `{"jsonrpc":"2.0","id":"key-7","method":"login","params":{"token":"s\"r3t","n":12}}`
	text := "Content-Length: 82\r\n\r\n" + request
	got := conversation(t, jsonrpc.Headers, text, relay.RecordOptions{Redact: []*regexp.Regexp{
		regexp.MustCompile(`"token"\s*:\s*"((?:[^"\\]|\\.)*)"`), regexp.MustCompile(`key-\d+`),
	}})
	require.NotContains(t, got, "r3t")
	require.NotContains(t, got, "key-7")
	transcript, err := relay.ReadTranscript(strings.NewReader(got))
	require.NoError(t, err)
	masked := `{"jsonrpc":"2.0","id":"*****","method":"login","params":{"token":"******","n":12}}`
	require.Equal(t, "Content-Length: 82\r\n\r\n"+masked, string(transcript.Messages[0].Data))
	require.Equal(t, `"*****"`, transcript.Messages[0].ID)
	message, err := jsonrpc.Headers.ReadMessage(bufio.NewReader(bytes.NewReader(transcript.Messages[0].Data)), 1000)
	require.NoError(t, err)
	require.Equal(t, len(text), len(message))
}

// A failing writer takes so many lines and no more.
type failing struct{ lines int }

var errFull = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	if f.lines--; f.lines < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestRecordEndsWithTheFirstError(t *testing.T) {
	w := &failing{lines: 2}
	r := relay.Record(w, relay.RecordOptions{})
	m := faultdaemon.Message{Connection: 1, Direction: faultdaemon.ToClient, Data: []byte("x")}
	r.Tap(m)
	require.NoError(t, r.Err())
	r.Tap(m)
	w.lines = 5
	r.Tap(m)
	require.Equal(t, 5, w.lines, "nothing is written behind a gap")
	require.ErrorIs(t, r.Err(), errFull)
	require.ErrorIs(t, r.Close(), errFull)
	require.ErrorIs(t, r.Close(), errFull)
}

func TestRecordWritesNothingAfterClose(t *testing.T) {
	var b bytes.Buffer
	r := relay.Record(&b, relay.RecordOptions{})
	require.NoError(t, r.Close())
	before := b.Len()
	r.Tap(faultdaemon.Message{Connection: 1, Direction: faultdaemon.ToClient})
	require.Equal(t, before, b.Len())
	require.NoError(t, r.Close())
	require.EqualError(t, r.Err(), "relay: the recorder is closed")
}

func TestMask(t *testing.T) {
	for _, c := range []struct{ secret, message, want string }{
		{`pass\w*`, "my password, passed\n", "my ********, ******\n"},
		{`user=(\w+)(?: pass=(\w+))?`, "user=ab pass=cde; user=f", "user=** pass=***; user=*"},
		{`(?s)a.*z`, "a\r\nz", "*\r\n*"},
		{`é`, "é", "**"},
		{`x*`, "abc", "abc"},
		{`()`, "", ""},
	} {
		message := []byte(c.message)
		require.Equal(t, c.want, string(relay.Mask(message, []*regexp.Regexp{regexp.MustCompile(c.secret)})), c.secret)
		require.Equal(t, c.message, string(message))
	}
	require.Equal(t, "***", string(relay.Mask([]byte("abc"), []*regexp.Regexp{regexp.MustCompile("ab"), regexp.MustCompile("bc")})),
		"each is looked for in the message as it was")
}

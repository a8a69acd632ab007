package handlers_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// replays starts a daemon that replays lines of a transcript.
func replays(t *testing.T, p faultdaemon.Protocol, lines string, o handlers.ReplayOptions) *faultdaemon.FaultDaemon {
	t.Helper()
	upstream, err := handlers.Replay(transcript(t, lines), p, o)
	require.NoError(t, err)
	return start(t, faultdaemon.Config{Protocol: p, Upstream: upstream})
}

const counting = `{"ns":5,"conn":1,"dir":"->","text":"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"count\"}\n"}
{"ns":6,"conn":1,"dir":"<-","text":"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\n"}
{"ns":7,"conn":1,"dir":"->","text":"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"count\"}\n"}
{"ns":8,"conn":1,"dir":"<-","text":"{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"id\":2}}\n"}
{"ns":9,"conn":2,"dir":"->","text":"[{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"b\"}]\n"}
{"ns":9,"conn":2,"dir":"<-","text":"[{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":\"b\"}, {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":\"a\"}]\n"}
`

func TestReplayGivesRepliesTheRequestsID(t *testing.T) {
	d := replays(t, jsonrpc.Lines, counting, handlers.ReplayOptions{})
	conn := dial(t, d)
	exchange(t, conn, `{"id":"x","method":"count","jsonrpc":"2.0"}`+"\n", `{"jsonrpc":"2.0","id":"x","result":1}`+"\n")
	exchange(t, conn, `{"jsonrpc":"2.0","id":77,"method":"count"}`+"\n", `{"jsonrpc":"2.0","id":77,"result":{"id":2}}`+"\n")
	exchange(t, conn, `[{"jsonrpc":"2.0","id":8,"method":"a"},{"jsonrpc":"2.0","id":9,"method":"b"}]`+"\n",
		`[{"jsonrpc":"2.0","id":9,"result":"b"}, {"jsonrpc":"2.0","id":8,"result":"a"}]`+"\n")
}

func TestReplayRepeatsTheLastReplyAndEachDaemonBeginsWithTheFirst(t *testing.T) {
	upstream, err := handlers.Replay(transcript(t, counting), jsonrpc.Lines, handlers.ReplayOptions{})
	require.NoError(t, err)
	for range 2 {
		d := start(t, faultdaemon.Config{Protocol: jsonrpc.Lines, Upstream: upstream})
		for _, result := range []string{`1`, `{"id":2}`, `{"id":2}`} { // each on a connection of its own
			exchange(t, dial(t, d), `{"jsonrpc":"2.0","id":5,"method":"count"}`+"\n", `{"jsonrpc":"2.0","id":5,"result":`+result+"}\n")
		}
	}
}

const subscription = `{"ns":1000,"conn":1,"dir":"<-","text":"{\"type\":\"hello\"}\n"}
{"ns":2000000000,"conn":1,"dir":"->","text":"{\"id\":1,\"type\":\"watch\",\"token\":\"t1\",\"at\":1}\n"}
{"ns":3000000000,"conn":1,"dir":"<-","text":"{\"id\":1,\"percent\":50,\"token\":\"t1\"}\n"}
{"ns":4000000000,"conn":1,"dir":"<-","text":"{\"id\":1,\"ok\":true}\n"}
{"ns":9000000000,"conn":1,"dir":"<-","text":"{\"type\":\"event\",\"for\":{\"token\":\"t1\"}}\n"}
{"ns":9500000000,"conn":1,"dir":"<-","end":true}
`

// A watcher reads what comes after it has asked, and when.
func watch(t *testing.T, o handlers.ReplayOptions) (got []string) {
	synctest.Test(t, func(t *testing.T) {
		conn := dial(t, replays(t, ndjson.Lines, subscription, o))
		exchange(t, conn, "", "{\"type\":\"hello\"}\n")
		began := time.Now()
		_, err := io.WriteString(conn, `{"id":7,"type":"watch","token":"t2","at":2}`+"\n")
		require.NoError(t, err)
		buffer := make([]byte, 1000)
		for {
			n, err := conn.Read(buffer)
			got = append(got, time.Since(began).String()+" "+string(buffer[:n]))
			if err != nil {
				require.ErrorIs(t, err, io.EOF)
				return
			}
		}
	})
	return got
}

func TestReplayPushesAndPausesAsRecorded(t *testing.T) {
	ignore := []string{"token", "at"}
	require.Equal(t, []string{
		`1s {"id":7,"percent":50,"token":"t2"}` + "\n",
		`2s {"id":7,"ok":true}` + "\n",
		`7s {"type":"event","for":{"token":"t2"}}` + "\n",
		`7.5s `,
	}, watch(t, handlers.ReplayOptions{Ignore: ignore}))
	all := ""
	for _, read := range watch(t, handlers.ReplayOptions{Ignore: ignore, NoPauses: true}) {
		at, text, _ := strings.Cut(read, " ")
		require.Equal(t, "0s", at)
		all += text
	}
	require.Equal(t, `{"id":7,"percent":50,"token":"t2"}`+"\n"+`{"id":7,"ok":true}`+"\n"+`{"type":"event","for":{"token":"t2"}}`+"\n", all)
}

// The end that was recorded is not for a client that goes on, and a client that
// ends what it sends still gets its reply.
func TestReplayEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := replays(t, ndjson.Lines, subscription, handlers.ReplayOptions{Ignore: []string{"at"}})
		conn := dial(t, d)
		request := `{"id":1,"type":"watch","token":"t1","at":2}` + "\n"
		exchange(t, conn, request, "{\"type\":\"hello\"}\n{\"id\":1,\"percent\":50,\"token\":\"t1\"}\n{\"id\":1,\"ok\":true}\n")
		<-time.After(5200 * time.Millisecond) // the event has come, the end has not
		exchange(t, conn, request, `{"type":"event","for":{"token":"t1"}}`+"\n"+`{"id":1,"percent":50,"token":"t1"}`+"\n")
		began := time.Now()
		require.Equal(t, "{\"id\":1,\"ok\":true}\n", all(t, conn, ""))
		require.Equal(t, time.Second, time.Since(began))
	})
}

func TestReplayOfWhatWasNotRecorded(t *testing.T) {
	const lines = `{"ns":1,"conn":1,"dir":"->","text":"{\"id\":1,\"type\":\"get\",\"name\":\"a\",\"deep\":{\"n\":[1]},\"at\":1}\n"}
{"ns":2,"conn":1,"dir":"<-","text":"{\"id\":1,\"ok\":true}\n"}
{"ns":3,"conn":1,"dir":"->","text":"{\"id\":2,\"type\":\"forget\"}\n"}
`
	for request, want := range map[string]string{
		`{"id":9,"type":"get","name":"b","deep":{"n":[2]},"extra":0}`: `handlers: replay: "{\"id\":9,\"type\":\"get\",\"name\":\"b\",\"deep\":{\"n\":[2]},\"extra\":0}" was not recorded: ` +
			`the nearest is line 2, "{\"at\":1,\"deep\":{\"n\":[1]},\"name\":\"a\",\"type\":\"get\"}": ` +
			`at is missing, deep.n is "[2]", recorded "[1]", extra was not recorded, 1 more: record it too, or ignore what differs`,
		`{"type":"forge"}`: `handlers: replay: "{\"type\":\"forge\"}" was not recorded: the nearest is line 4, "{\"type\":\"forget\"}": ` +
			`type is "\"forge\"", recorded "\"forget\"": record it too, or ignore what differs`,
		`forget`: `handlers: replay: "forget" was not recorded: the nearest is line 4, "{\"type\":\"forget\"}": they differ from byte 0 on: record it too, or ignore what differs`,
	} {
		d := replays(t, ndjson.Lines, lines, handlers.ReplayOptions{})
		require.Empty(t, all(t, dial(t, d), request+"\n"))
		require.Equal(t, []string{want}, details(d, faultdaemon.EventUpstreamEnded))
	}
}

// Of two that are as near, the first is named; what is no JSON is compared byte by byte.
func TestReplayNamesTheNearest(t *testing.T) {
	const lines = `{"ns":1,"conn":1,"dir":"->","text":"get one\n"}
{"ns":2,"conn":1,"dir":"<-","text":"1\n"}
{"ns":3,"conn":1,"dir":"->","text":"get two\n"}
{"ns":4,"conn":1,"dir":"<-","text":"2\n"}
{"ns":5,"conn":1,"dir":"->","text":"{\"a\":1,\"b\":2,\"c\":3}\n"}
`
	for request, want := range map[string]string{
		"get":                 `line 2, "get one": they differ from byte 3 on`,
		"get 123":             `line 2, "get one": they differ from byte 4 on`,
		"get one more":        `line 2, "get one": they differ from byte 7 on`,
		`{"a":4,"b":5,"c":6}`: `line 6, "{\"a\":1,\"b\":2,\"c\":3}": a is "4", recorded "1", b is "5", recorded "2", c is "6", recorded "3"`,
	} {
		d := replays(t, faultdaemon.Lines, lines, handlers.ReplayOptions{})
		require.Empty(t, all(t, dial(t, d), request+"\n"))
		ended := details(d, faultdaemon.EventUpstreamEnded)
		require.Len(t, ended, 1)
		require.Contains(t, ended[0], "the nearest is "+want+": record it too")
	}
}

func TestReplayPassesOverWhatExpectsNoReply(t *testing.T) {
	d := replays(t, jsonrpc.Lines, counting, handlers.ReplayOptions{})
	exchange(t, dial(t, d), `{"jsonrpc":"2.0","method":"notifications/cancelled"}`+"\n"+
		`{"jsonrpc":"2.0","id":5,"method":"count"}`+"\n", `{"jsonrpc":"2.0","id":5,"result":1}`+"\n")
	require.Empty(t, details(d, faultdaemon.EventUpstreamEnded))
}

func TestReplayOfBinaryMessages(t *testing.T) {
	const lines = `{"ns":1,"conn":1,"dir":"->","hex":"00000006 0001 00000007"}
{"ns":1,"conn":1,"dir":"->","hex":"00000006 0002 00000008"}
{"ns":2,"conn":1,"dir":"<-","hex":"00000005 00000008 bb"}
{"ns":2,"conn":1,"dir":"<-","hex":"00000005 00000007 aa"}
`
	id := handlers.Field{Request: 6, Reply: 4, Size: 4}
	d := replays(t, lengthprefix.Kafka(), unspaced(lines), handlers.ReplayOptions{ID: id})
	conn := dial(t, d)
	exchange(t, conn, "\x00\x00\x00\x06\x00\x01\x00\x00\x01\x00", "\x00\x00\x00\x05\x00\x00\x01\x00\xaa")
	exchange(t, conn, "\x00\x00\x00\x06\x00\x02\x00\x00\x01\x01", "\x00\x00\x00\x05\x00\x00\x01\x01\xbb")
}

func TestTranscriptsThatCannotBeReplayed(t *testing.T) {
	const good = `{"ns":1,"conn":1,"dir":"->","text":"a\n"}` + "\n"
	for lines, want := range map[string]string{
		"": `handlers: replay: the transcript has no request: record a client that sends some`,
		good + `{"ns":1,"conn":1,"dir":"<-","text":"b","raw":true}`: `handlers: replay: line 3 is a piece of a stream that is not cut into messages: record with the protocol that is spoken`,
	} {
		_, err := handlers.Replay(transcript(t, lines), faultdaemon.Lines, handlers.ReplayOptions{})
		require.EqualError(t, err, want)
	}
	_, err := handlers.Replay(transcript(t, good), faultdaemon.Lines, handlers.ReplayOptions{ID: handlers.Field{Size: -1}})
	require.EqualError(t, err, "handlers: replay: ReplayOptions.ID is {Request:0 Reply:0 Size:-1}: want offsets and a size of 0 or more")
}

// What has no id is replied to in the order of the requests, also where they come closer
// to each other than when they were recorded.
func TestRepliesWithoutIDsKeepTheirOrder(t *testing.T) {
	const lines = `{"ns":0,"conn":1,"dir":"->","text":"a\n"}
{"ns":15000000,"conn":1,"dir":"->","text":"b\n"}
{"ns":20000000,"conn":1,"dir":"<-","text":"A\n"}
{"ns":21000000,"conn":1,"dir":"<-","text":"B\n"}
`
	d := replays(t, faultdaemon.Lines, lines, handlers.ReplayOptions{})
	exchange(t, dial(t, d), "a\nb\n", "A\nB\n")
}

// What a daemon sends of its own accord is no reply, where the protocol can tell.
func TestAPushIsNoReply(t *testing.T) {
	const lines = `{"ns":0,"conn":1,"dir":"->","text":"PING\r\n"}
{"ns":1,"conn":1,"dir":"->","text":"GET a\r\n"}
{"ns":2,"conn":1,"dir":"<-","text":">1\r\n+news\r\n"}
{"ns":3,"conn":1,"dir":"<-","text":"+PONG\r\n"}
{"ns":4,"conn":1,"dir":"<-","text":"+text\r\n"}
`
	d := replays(t, resp.Protocol{}, lines, handlers.ReplayOptions{})
	conn := dial(t, d)
	exchange(t, conn, "PING\r\n", "+PONG\r\n")
	exchange(t, conn, "GET a\r\n", ">1\r\n+news\r\n+text\r\n")
}

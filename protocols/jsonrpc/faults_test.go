package jsonrpc_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// under returns what a client reads that sends requests to a daemon with this
// fault, until nothing more comes for an hour, in virtual time.
func under(t *testing.T, p jsonrpc.Protocol, fault faultdaemon.Fault, requests string, handler faultdaemon.ResponseHandler) string {
	t.Helper()
	var got []byte
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{Protocol: p, Fault: fault, ResponseHandler: handler})
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		_, err = io.WriteString(conn, requests)
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Hour)))
		got, _ = io.ReadAll(conn) // its end is the deadline
	})
	return string(got)
}

// replies returns a handler that makes the same R for every request.
func replies(r string) faultdaemon.ResponseHandler {
	return func([]byte) []byte { return []byte(r) }
}

const (
	request  = `{"jsonrpc":"2.0","method":"get","id":"r1"}`
	response = `{"jsonrpc":"2.0","result":{"id":7,"name":"pong"},"id":"r1"}`
)

// TestGenericFaultsKeepTheID: what ties the response to its request is not
// what is damaged.
func TestGenericFaultsKeepTheID(t *testing.T) {
	for _, p := range framings {
		for fault, want := range map[faultdaemon.Fault]string{
			faultdaemon.FaultInvalidJSON:       "{\"jsonrpc\":\"2.0\",\"result\":{\"id\":7,\"name\":\"\x01pong\"},\"id\":\"r1\"}",
			faultdaemon.FaultEmbeddedNewlines:  `{"jsonrpc":"2.0","result":{"id":7,"name":"one\ntwo\npong"},"id":"r1"}`,
			faultdaemon.FaultMultilineResponse: "{\n  \"jsonrpc\": \"2.0\",\n  \"result\": {\n    \"id\": 7,\n    \"name\": \"pong\"\n  },\n  \"id\": \"r1\"\n}",
			faultdaemon.FaultCorruptResponse:   "\x00\xfe\xffgarbage\x00",
		} {
			require.Equal(t, framed(p, want), under(t, p, fault, framed(p, request), replies(framed(p, response))), "%s under %s", p, fault)
		}
		got := under(t, p, "response_too_large(5000)", framed(p, request), replies(framed(p, response)))
		require.GreaterOrEqual(t, len(got), 5000)
		require.Less(t, len(got), 5004)
		list, err := messages(p, got)
		require.Equal(t, io.EOF, err)
		require.Len(t, list, 1)
		require.JSONEq(t, response, list[0][strings.IndexByte(list[0], '{'):])
	}
}

func TestLinesHaveATerminator(t *testing.T) {
	got := under(t, jsonrpc.Lines, faultdaemon.FaultResponseWithoutNewline, request+"\n", replies(response+"\n"))
	require.Equal(t, response, got)
}

func TestFloodIsWhole(t *testing.T) {
	list, err := messages(jsonrpc.Headers, under(t, jsonrpc.Headers, jsonrpc.FaultNotificationFlood,
		framed(jsonrpc.Headers, request), replies(framed(jsonrpc.Headers, response))))
	require.Equal(t, io.EOF, err)
	require.Len(t, list, 10_001)
	for i, message := range list[:10_000] {
		require.Contains(t, message, fmt.Sprintf(`"data":"%d of 10000"`, i+1))
	}
	require.Equal(t, framed(jsonrpc.Headers, response), list[10_000])
}

func TestGenericFaultsOfOtherResponses(t *testing.T) {
	for _, c := range []struct{ reply, want string }{
		{`{"jsonrpc":"2.0","id":"a","result":"ok"}`, `{"jsonrpc":"2.0","id":"a","result":"one\ntwo\nok"}`},
		{`{"jsonrpc":"2.0","id":"a","result":19}`, `{"jsonrpc":"2.0","id":"a","result":19,"text":"one\ntwo\n"}`},
		{`{"jsonrpc":"2.0","id":"a","result":{"n":1}}`, `{"jsonrpc":"2.0","id":"a","result":{"n":1,"text":"one\ntwo\n"}}`},
		{`{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"no"}}`, `{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"one\ntwo\nno"}}`},
		{`[{"jsonrpc":"2.0","result":"a","id":"1"},{"jsonrpc":"2.0","result":"b","id":"2"}]`,
			`[{"jsonrpc":"2.0","result":"one\ntwo\na","id":"1"},{"jsonrpc":"2.0","result":"b","id":"2"}]`},
		{`{"jsonrpc":"2.0","method":"m","params":["x"]}`, `{"jsonrpc":"2.0","method":"m","params":["one\ntwo\nx"]}`},
		{`pong`, `pong`},
		{`"pong"`, `"pong"`},
		{`[]`, `[]`},
		{`[1]`, `[1]`},
	} {
		require.Equal(t, c.want+"\n", under(t, jsonrpc.Lines, faultdaemon.FaultEmbeddedNewlines, request+"\n", replies(c.reply+"\n")))
	}
}

// TestFaultsLeaveProgressAlone: they are about the response, which comes last.
func TestFaultsLeaveProgressAlone(t *testing.T) {
	const half = `{"jsonrpc":"2.0","method":"progress","params":[50]}`
	for _, p := range framings {
		r := replies(framed(p, half) + framed(p, response))
		for fault, want := range map[faultdaemon.Fault][]string{
			jsonrpc.FaultResultNull:               {half, `{"jsonrpc":"2.0","result":null,"id":"r1"}`},
			jsonrpc.FaultDuplicateResponse:        {half, response, `{"jsonrpc":"2.0","result":"another","id":"r1"}`},
			jsonrpc.FaultBatchArrayForSingle:      {half, "[" + response + "]"},
			jsonrpc.FaultServerRequestIDCollision: {`{"jsonrpc":"2.0","method":"ping","id":"r1"}`, half, response},
		} {
			var all string
			for _, text := range want {
				all += framed(p, text)
			}
			require.Equal(t, all, under(t, p, fault, framed(p, request), r), "%s under %s", p, fault)
		}
	}
}

// TestFaultsAndWhiteSpace: what a handler puts around its reply.
func TestFaultsAndWhiteSpace(t *testing.T) {
	for _, p := range []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Values} {
		require.Equal(t, framed(p, `{"jsonrpc":"2.0","result":null,"id":"r1"}`),
			under(t, p, jsonrpc.FaultResultNull, framed(p, request), replies("\n"+response+" \n\n")), p)
	}
}

// TestFaultsOfOtherReplies: what is no response is left as it is.
func TestFaultsOfOtherReplies(t *testing.T) {
	for _, reply := range []string{"pong\n", "[1]\n", `{"jsonrpc":"2.0","method":"m"}` + "\n", "{}\n"} {
		for _, fault := range []faultdaemon.Fault{
			jsonrpc.FaultWrongID, jsonrpc.FaultResultAndError, jsonrpc.FaultInstantReply, jsonrpc.FaultServerRequestIDCollision,
		} {
			require.Equal(t, reply, under(t, jsonrpc.Lines, fault, request+"\n", replies(reply)), fault)
		}
	}
}

func TestApplicability(t *testing.T) {
	for _, info := range jsonrpc.Faults.All() {
		require.NoError(t, info.Applies(jsonrpc.Headers), info.Name)
		aboutHeaders := strings.Contains(string(info.Name), "header")
		for _, p := range []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Values} {
			err := info.Applies(p)
			if aboutHeaders {
				require.ErrorContains(t, err, p.String()+" has no header", info.Name)
			} else {
				require.NoError(t, err, info.Name)
			}
		}
	}
	for _, info := range faultdaemon.Builtin().All() {
		require.NoError(t, info.Applies(jsonrpc.Lines), info.Name)
		for _, p := range []jsonrpc.Protocol{jsonrpc.Headers, jsonrpc.Values} {
			if err := info.Applies(p); info.Name == faultdaemon.FaultResponseWithoutNewline {
				require.ErrorContains(t, err, p.String()+" has no terminator")
			} else {
				require.NoError(t, err, info.Name)
			}
		}
	}
}

// TestSequencesInEveryFraming: white space that follows a request is none, so
// that a wait for the next one ends when it should.
func TestSequencesInEveryFraming(t *testing.T) {
	methods := jsonrpc.Methods{"get": func(json.RawMessage) (any, error) { return "ok", nil }}
	call := func(id string) string { return `{"jsonrpc":"2.0","method":"get","id":` + id + `}` }
	ok := func(id string) string { return `{"jsonrpc":"2.0","result":"ok","id":` + id + `}` }
	const cancel = `{"jsonrpc":"2.0","method":"cancel"}`
	for _, p := range framings {
		between := "\n" // as json.Encoder writes it
		if p == jsonrpc.Headers {
			between = ""
		}
		for _, c := range []struct {
			fault      faultdaemon.Fault
			send, want []string
		}{
			{jsonrpc.FaultOutOfOrder, []string{call("1")}, []string{ok("1")}},
			{jsonrpc.FaultOutOfOrder, []string{call("1"), call("2"), call("3")}, []string{ok("2"), ok("1"), ok("3")}},
			{jsonrpc.FaultOutOfOrder.With(3), []string{call("1"), cancel, call("2")}, []string{ok("2"), ok("1")}},
			{jsonrpc.FaultLateReply, []string{call("1"), cancel}, []string{ok("1")}},
			{jsonrpc.FaultLateReply, []string{call("1"), cancel, call("2"), call("3")}, []string{ok("1"), ok("2"), ok("3")}},
			{jsonrpc.FaultInstantReply, []string{call(`"a09"`), cancel, call(`"a10"`), call("7")}, []string{ok(`"a09"`), ok(`"a10"`), ok("7"), ok("8")}},
			{jsonrpc.FaultInstantReply, []string{call("-1"), "[" + call("0") + "]"}, []string{ok("-1"), ok("0"), "[" + ok("0") + "]"}},
			{jsonrpc.FaultReplyToNotification, []string{cancel}, []string{`{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":null}`}},
			{faultdaemon.FaultCoalescedResponses, []string{call("1")}, []string{ok("1")}},
		} {
			var send, want string
			for _, text := range c.send {
				send += strings.TrimSuffix(framed(p, text), "\n") + between
			}
			for _, text := range c.want {
				want += framed(p, text)
			}
			require.Equal(t, want, under(t, p, c.fault, send, p.Handler(methods)), "%s under %s: %s", p, c.fault, send)
		}
	}
}

// TestFloodMeetsAClientThatWrites: the daemon does not read while it floods,
// so a client that does not read while it writes gets no further; one that
// does has every message.
func TestFloodMeetsAClientThatWrites(t *testing.T) {
	large := `{"jsonrpc":"2.0","method":"get","params":["` + strings.Repeat("a", 1<<19) + `"],"id":2}` + "\n"
	methods := jsonrpc.Methods{"get": func(json.RawMessage) (any, error) { return "ok", nil }}
	synctest.Test(t, func(t *testing.T) {
		cfg := jsonrpc.Lines.Config(methods)
		cfg.Fault = jsonrpc.FaultResponseFloodWhileClientWrites.With(1 << 20)
		d := faultdaemon.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()

		deaf, err := d.Dial(context.Background())
		require.NoError(t, err)
		require.NoError(t, deaf.SetWriteDeadline(time.Now().Add(time.Hour)))
		_, err = io.WriteString(deaf, ask("get")+"\n"+large)
		require.ErrorContains(t, err, "timeout", "a client that only writes")
		require.NoError(t, deaf.Close())

		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		go func() { _, _ = io.WriteString(conn, ask("get")+"\n"+large) }() // ends with the connection
		lines := bufio.NewScanner(conn)
		noise := 0
		for lines.Scan() && lines.Text() != `{"jsonrpc":"2.0","result":"ok","id":2}` {
			if strings.Contains(lines.Text(), `"notifications/message"`) {
				noise++
			}
		}
		require.Equal(t, 256, noise)
		require.NoError(t, conn.Close())
	})
}

// TestServerRepliesAreRecorded: what the client answers to a request of the
// daemon's is a call like any other, and gets nothing.
func TestServerRepliesAreRecorded(t *testing.T) {
	const answer = `{"jsonrpc":"2.0","result":{},"id":1}` + "\n"
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", jsonrpc.Lines.Config(nil))
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		_, err = io.WriteString(conn, answer)
		require.NoError(t, err)
		require.NoError(t, d.WaitForCalls(t.Context(), 1))
		require.Equal(t, answer, string(d.GetCalls()[0].Request))
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Hour)))
		got, _ := io.ReadAll(conn)
		require.Empty(t, got)
	})
}

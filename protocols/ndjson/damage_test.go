package ndjson_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// under returns what a client reads that sends a request to a daemon with this
// fault, before the daemon stops.
func under(t *testing.T, p faultdaemon.Protocol, fault faultdaemon.Fault, request, reply string) string {
	t.Helper()
	d := faultdaemon.New("", faultdaemon.Config{
		Protocol: p, Fault: fault, ResponseHandler: func([]byte) []byte { return []byte(reply) },
		Catalogues: []*faultdaemon.Catalogue{ndjson.Faults},
	})
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}

// What ties a reply to its request, under whatever name, is not damaged.
func TestFaultsLeaveTheTieAlone(t *testing.T) {
	const request = `{"type":"add","request_id":"r1","seq":7,"first":"one"}` + "\n"
	const reply = `{"request_id":"r1","seq":7.0,"first":"two","count":3}` + "\n"
	for fault, want := range map[faultdaemon.Fault]string{
		ndjson.FaultInvalidUTF8:                 "{\"request_id\":\"r1\",\"seq\":7.0,\"first\":\"\xe9two\",\"count\":3}\n",
		ndjson.FaultHugeNumber:                  `{"request_id":"r1","seq":7.0,"first":"two","count":1e999}` + "\n",
		ndjson.FaultDuplicateKeys:               `{"request_id":"r1","seq":7.0,"first":"two","count":3,"first":"duplicate"}` + "\n",
		faultdaemon.FaultInvalidJSON:            "{\"request_id\":\"r1\",\"seq\":7.0,\"first\":\"\x01two\",\"count\":3}\n",
		faultdaemon.FaultEmbeddedNewlines:       `{"request_id":"r1","seq":7.0,"first":"one\ntwo\ntwo","count":3}` + "\n",
		faultdaemon.FaultMultilineResponse:      "{\n  \"request_id\": \"r1\",\n  \"seq\": 7.0,\n  \"first\": \"two\",\n  \"count\": 3\n}\n",
		"response_too_large(60)":                `{      "request_id":"r1","seq":7.0,"first":"two","count":3}` + "\n",
		ndjson.FaultUnicodeLineSeparator:        `{"request_id":"r1","seq":7.0,"first":"` + "\u2028" + `two","count":3}` + "\n",
		faultdaemon.FaultResponseWithoutNewline: `{"request_id":"r1","seq":7.0,"first":"two","count":3}`,
	} {
		require.Equal(t, want, under(t, ndjson.Lines, fault, request, reply), fault)
	}
	// Nor is it in a batch, where a valid reply would be none any more.
	require.Equal(t, `[{"v":"2","id":1,"result":"`+"\u2028"+`ok"},{"v":"2","id":2,"result":"ok"}]`+"\n",
		under(t, ndjson.Lines, ndjson.FaultUnicodeLineSeparator, `[{"v":"2","id":1},{"v":"2","id":2}]`+"\n",
			`[{"v":"2","id":1,"result":"ok"},{"v":"2","id":2,"result":"ok"}]`+"\n"))
}

// A reply that is no object, or no JSON at all, is put into one where a fault
// needs one.
func TestFaultsOfOtherReplies(t *testing.T) {
	for _, c := range []struct {
		fault       faultdaemon.Fault
		reply, want string
	}{
		{ndjson.FaultLoneSurrogate, "pong", `{"data":"\ud800pong"}`},
		{ndjson.FaultLoneSurrogate, `"pong"`, `"\ud800pong"`},
		{ndjson.FaultLoneSurrogate, `[1]`, `{"data":[1],"text":"\ud800"}`},
		{ndjson.FaultLoneSurrogate, `[{"a":"b"},{"a":"c"}]`, `[{"a":"\ud800b"},{"a":"c"}]`},
		{ndjson.FaultLoneSurrogate, `[{"a":1}, 2]`, `[{"a":1,"text":"\ud800"}, 2]`},
		{ndjson.FaultHugeNumber, `3`, `{"data":1e999}`},
		{ndjson.FaultHugeNumber, `{"a":0}`, `{"a":1e999}`},
		{ndjson.FaultHugeNumber, `{"a":9}`, `{"a":1e999}`},
		{ndjson.FaultHugeNumber, `[3]`, `{"data":[3],"number":1e999}`},
		{ndjson.FaultDuplicateKeys, `"a"`, `{"data":"a","data":"duplicate"}`},
		{ndjson.FaultDuplicateKeys, `{"a":{}}`, `{"a":{},"a":{"duplicate":true}}`},
		{ndjson.FaultDuplicateKeys, `{"a":[]}`, `{"a":[],"a":["duplicate"]}`},
		{ndjson.FaultDuplicateKeys, `{"a":false}`, `{"a":false,"a":true}`},
		{ndjson.FaultDuplicateKeys, `{"a":0}`, `{"a":0,"a":1}`},
		{ndjson.FaultDuplicateKeys, `{}`, `{}`},
		{ndjson.FaultEscapedNames, `{"":1,"\n":2," b":3}`, `{"":1,"\n":2," b":3}`},
		{ndjson.FaultEscapedNames, "{\"\x7f\":1,\"~\":2}", "{\"\x7f\":1,\"\\u007e\":2}"},
		{ndjson.FaultEscapedNames, `[{"a":1}]`, `[{"a":1}]`},
		{ndjson.FaultEscapedNames, "pong", "pong"},
		{ndjson.FaultDeepNesting.With(2), `[]`, `{"data":[],"deep":[]}`},
		{ndjson.FaultBOM, "pong", "\xef\xbb\xbfpong"},
		{ndjson.FaultGlued, "pong", "pongpong"},
	} {
		require.Equal(t, c.want+"\n", under(t, ndjson.Lines, c.fault, "{}\n", c.reply+"\n"), "%s: %s", c.fault, c.reply)
	}
}

func TestFaultsOfAnotherDelimiter(t *testing.T) {
	for fault, want := range map[faultdaemon.Fault]string{
		ndjson.FaultWrongDelimiter:              "{\"ok\":true}\n",
		ndjson.FaultBlankLines:                  "\x00{\"ok\":true}\x00\x00",
		ndjson.FaultCRLF:                        "{\"ok\":true}\r\x00",
		ndjson.FaultGarbagePrefix:               "INFO: listening on the socket\n{\"ok\":true}\x00",
		faultdaemon.FaultCorruptResponse:        "\xfe\xffgarbage\x00",
		faultdaemon.FaultMultilineResponse:      "{\n  \"ok\": true\n}\x00",
		"response_too_large(16)":                "{    \"ok\":true}\x00",
		faultdaemon.FaultResponseWithoutNewline: "{\"ok\":true}",
	} {
		require.Equal(t, want, under(t, ndjson.Delimited(0), fault, "{}\x00", "{\"ok\":true}\x00"), fault)
	}
	require.Equal(t, "{\"s\":\"\x02\"}\x01", under(t, ndjson.Delimited(1), faultdaemon.FaultInvalidJSON, "{}\x01", "{\"s\":\"\"}\x01"))
}

// delimited is a protocol of somebody else that says how its messages end.
type delimited struct{ faultdaemon.Protocol }

func (delimited) Delimiter() byte { return '\n' }

func TestFaultsApplyToOtherProtocols(t *testing.T) {
	require.Equal(t, "\xef\xbb\xbfpong\n", under(t, delimited{faultdaemon.Lines}, ndjson.FaultBOM, "ping\n", "pong\n"))
	err := faultdaemon.New("", faultdaemon.Config{Fault: ndjson.FaultBOM, Catalogues: []*faultdaemon.Catalogue{ndjson.Faults}}).Start()
	var notApplicable *faultdaemon.NotApplicableError
	require.ErrorAs(t, err, &notApplicable)
}

// TestWhatGoMakesOfIt holds what the catalogue says about encoding/json and
// bufio.
func TestWhatGoMakesOfIt(t *testing.T) {
	const request, reply = "{\"id\":1}\n", "{\"id\":1,\"name\":\"pong\",\"size\":3}\n"
	type answer struct {
		ID   int
		Name string
		Size any
	}
	healthy := answer{1, "pong", 3.0}
	for fault, want := range map[faultdaemon.Fault]struct {
		line    any // what json.Unmarshal makes of the first line, or its error
		decoder any // what json.Decoder makes of the stream, or its error
	}{
		ndjson.FaultBlankLines:    {"unexpected end of JSON input", healthy},
		ndjson.FaultCRLF:          {healthy, healthy},
		ndjson.FaultGarbagePrefix: {"invalid character 'I' looking for beginning of value", "invalid character 'I' looking for beginning of value"},
		ndjson.FaultGlued:         {"invalid character '{' after top-level value", healthy},
		ndjson.FaultOversizedLine: {"bufio.Scanner: token too long", healthy},
		ndjson.FaultBOM:           {"invalid character 'ï' looking for beginning of value", "invalid character 'ï' looking for beginning of value"},

		ndjson.FaultInvalidUTF8:                         {answer{1, "\ufffdpong", 3.0}, answer{1, "\ufffdpong", 3.0}},
		ndjson.FaultLoneSurrogate:                       {answer{1, "\ufffdpong", 3.0}, answer{1, "\ufffdpong", 3.0}},
		ndjson.FaultUnicodeLineSeparator:                {answer{1, "\u2028pong", 3.0}, answer{1, "\u2028pong", 3.0}},
		ndjson.FaultUnicodeLineSeparator.With("U+0085"): {answer{1, "\u0085pong", 3.0}, answer{1, "\u0085pong", 3.0}},
		ndjson.FaultDeepNesting:                         {"exceeded max depth", "exceeded max depth"},
		ndjson.FaultDeepNesting.With(10000):             {healthy, healthy},
		ndjson.FaultDuplicateKeys:                       {answer{1, "duplicate", 3.0}, answer{1, "duplicate", 3.0}},
		ndjson.FaultHugeNumber:                          {"cannot unmarshal number 1e999", "cannot unmarshal number 1e999"},
		ndjson.FaultHugeNumber.With("9007199254740993"): {answer{1, "pong", 9007199254740992.0}, answer{1, "pong", 9007199254740992.0}},
		ndjson.FaultNotANumber:                          {"invalid character 'N' looking for beginning of value", "invalid character 'N' looking for beginning of value"},
		ndjson.FaultEscapedNames:                        {healthy, healthy},
		ndjson.FaultTopLevelScalar:                      {answer{}, answer{}},
		ndjson.FaultTopLevelScalar.With(42):             {"cannot unmarshal number into Go value", "cannot unmarshal number into Go value"},
	} {
		t.Run(string(fault), func(t *testing.T) {
			got := under(t, ndjson.Lines, fault, request, reply)
			compare := func(err error, got answer, want any) {
				if text, fails := want.(string); fails {
					require.ErrorContains(t, err, text)
					return
				}
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
			var line, value answer
			scanner := bufio.NewScanner(strings.NewReader(got))
			scanner.Scan()
			err := scanner.Err()
			if err == nil {
				err = json.Unmarshal(scanner.Bytes(), &line)
			}
			compare(err, line, want.line)
			compare(json.NewDecoder(strings.NewReader(got)).Decode(&value), value, want.decoder)
		})
	}
}

func TestEndlessLineEndsWithItsClient(t *testing.T) {
	cfg := ndjson.Lines.Config(func(json.RawMessage) (any, error) { return "pong", nil })
	cfg.Fault = ndjson.FaultEndlessLine.With(int64(1 << 40))
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "{}\n")
	require.NoError(t, err)
	got := make([]byte, 1<<20)
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, `{"data":"pong","text":"`, string(got[:23]))
	require.Equal(t, bytes.Repeat([]byte{'x'}, len(got)-23), got[23:])
	require.NoError(t, conn.Close())
	d.Stop() // with what it wrote for nobody
}

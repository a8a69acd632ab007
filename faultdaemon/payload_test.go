package faultdaemon_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// numbered is a handler whose replies are "1\n", "2\n", ...
func numbered() faultdaemon.ResponseHandler {
	var n atomic.Int64
	return func([]byte) []byte { return fmt.Appendf(nil, "%d\n", n.Add(1)) }
}

func TestMultipleResponsesPutAClientBehindForEver(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultMultipleResponses, ResponseHandler: numbered()}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		h.SetConfig(faultdaemon.Config{Fault: faultdaemon.FaultMultipleResponses, ResponseHandler: numbered()})
		c := h.client()
		c.exchange("a\n", "1\n")
		h.SetFault(faultdaemon.FaultNone)
		for i := 1; i < 50; i++ {
			c.exchange("b\n", fmt.Sprintf("%d\n", i)) // the reply to the request before
		}
		c.reads("50\n")
		c.isSilent()
	})
}

func TestMultipleResponsesOfEveryRequest(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		h.SetConfig(faultdaemon.Config{Fault: faultdaemon.FaultMultipleResponses, ResponseHandler: numbered()})
		c := h.client()
		for _, stale := range []string{"1\n", "1\n", "2\n", "2\n", "3\n"} {
			c.exchange("a\n", stale)
		}
		c.reads("3\n4\n4\n5\n5\n")
	})
}

func TestChunkedPausesShrink(t *testing.T) {
	for _, test := range []struct {
		bytes int
		fault faultdaemon.Fault
		took  time.Duration
	}{
		{1, faultdaemon.FaultChunkedResponse, 0},
		{2, faultdaemon.FaultChunkedResponse, 2 * time.Millisecond},
		{26, faultdaemon.FaultChunkedResponse, 50 * time.Millisecond},
		{27, faultdaemon.FaultChunkedResponse, 50 * time.Millisecond / 26 * 26},
		{1001, faultdaemon.FaultChunkedResponse, 50 * time.Millisecond},
		{1001, faultdaemon.FaultChunkedResponse.With(10 * time.Millisecond), 10 * time.Second},
		{11, faultdaemon.FaultChunkedResponse.With("0s"), 0},
	} {
		t.Run(fmt.Sprintf("%d bytes %s", test.bytes, test.fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reply := strings.Repeat("x", test.bytes-1) + "\n"
				h := start(t, "memory", faultdaemon.Config{Fault: test.fault, ResponseHandler: returns(reply)})
				c := h.client()
				began := time.Now()
				c.exchange("ping\n", reply)
				require.Equal(t, test.took, time.Since(began))
				synctest.Wait()
				var offsets []int
				for _, ev := range h.Events() {
					if ev.Kind == faultdaemon.EventWrote {
						require.Equal(t, 1, ev.Bytes)
						offsets = append(offsets, ev.Offset)
					}
				}
				require.Len(t, offsets, test.bytes)
				require.IsIncreasing(t, append([]int{-1}, offsets...))
			})
		})
	}
}

// The pauses between longer pieces shrink by the number of pieces, not of bytes.
func TestPausesBetweenLongerPieces(t *testing.T) {
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "by_fours", Stage: faultdaemon.StageRespond,
		Params: []faultdaemon.Param{{Name: "pause", Kind: faultdaemon.KindDuration, Default: "0s"}},
		Do:     faultdaemon.SendEach(faultdaemon.Response, 4, "pause"),
	})
	require.NoError(t, err)
	for bytes, took := range map[int]time.Duration{4: 0, 5: 2 * time.Millisecond, 8: 2 * time.Millisecond, 401: 50 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			cfg := faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: "by_fours", ResponseHandler: returns(lineOf(bytes))}
			c := start(t, "memory", cfg).client()
			began := time.Now()
			c.exchange("ping\n", lineOf(bytes))
			require.Equal(t, took, time.Since(began), "%d bytes", bytes)
		})
	}
}

// A step of one value of a parameter is done with that value and with no other.
func TestIf(t *testing.T) {
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "own", Stage: faultdaemon.StageRespond,
		Params: []faultdaemon.Param{{Name: "how", Kind: faultdaemon.KindChoice, Default: "twice", Choices: []string{"once", "twice"}}},
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response),
			faultdaemon.If("how", "twice", faultdaemon.Send(faultdaemon.Response)), faultdaemon.Close),
	})
	require.NoError(t, err)
	for fault, want := range map[faultdaemon.Fault]string{"own(once)": "ping\n", "own(twice)": "ping\nping\n", "own": "ping\nping\n"} {
		c := start(t, "memory", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: fault}).client()
		c.send("ping\n")
		c.ends(want, faultdaemon.EndEOF)
	}
}

func TestResponseTooLarge(t *testing.T) {
	const reply = `{"id":7,"name":"pong"}`
	for _, test := range []struct {
		name  string
		fault faultdaemon.Fault
		size  int // Config.LargeSizeBytes
		want  int
	}{
		{"default", faultdaemon.FaultResponseTooLarge, 0, 2097152},
		{"config", faultdaemon.FaultResponseTooLarge, 5000, 5000},
		{"argument", faultdaemon.FaultResponseTooLarge.With(300), 5000, 300},
		{"smaller than R", faultdaemon.FaultResponseTooLarge.With(3), 0, len(reply) + 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := faultdaemon.Config{Fault: test.fault, LargeSizeBytes: test.size, ResponseHandler: returns(reply + "\n")}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				c := h.client()
				c.send("ping\n")
				h.called(1)
				h.SetFault(faultdaemon.FaultCloseAfterRead)
				c.send("end\n")
				got, end, err := readToEnd(c)
				require.NoError(t, err)
				require.Equal(t, faultdaemon.EndEOF, end)
				require.Len(t, got, test.want)
				require.Equal(t, len(got)-1, strings.IndexByte(got, '\n'))
				require.JSONEq(t, reply, got)
			})
		})
	}
}

// modest says how large a message it would make.
type modest struct{ bare }

func (modest) TooLarge(_, _ []byte, size int) ([]byte, error) {
	return fmt.Appendf(nil, "%d\n", size), nil
}

func TestTheLargestMessageIsOfOneGiB(t *testing.T) {
	const most = 1073741824
	cfg := faultdaemon.Config{Protocol: modest{bare{faultdaemon.Lines}}, Fault: faultdaemon.FaultResponseTooLarge.With(most)}
	h := start(t, "memory", cfg)
	c := h.client()
	c.exchange("ping\n", "1073741824\n")
	h.SetFault(faultdaemon.FaultResponseTooLarge.With(most + 1))
	c.send("ping\n")
	c.ends("", faultdaemon.EndEOF)
	require.Equal(t, "size is 1073741825 bytes: at most 1073741824 (1 GiB) are made in memory", h.event(faultdaemon.EventError).Detail)
}

func TestTheHalfOfAShortReply(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultPartialResponse, ResponseHandler: func(r []byte) []byte { return r[:len(r)-1] }}
	h := start(t, "memory", cfg)
	c := h.client()
	c.exchange("1\n", "1")
	require.Equal(t, "a reply of 1 byte has no half", h.event(faultdaemon.EventNotFired).Detail)
	c.send("12\n")
	c.ends("1", faultdaemon.EndEOF)
}

// An offset beyond R: the client gets R, and the events say why.
func TestOffsetBeyondTheReplyDoesNotFire(t *testing.T) {
	for fault, reason := range map[faultdaemon.Fault]string{
		faultdaemon.FaultCutAt.With(10):                             "offset 10 is beyond the reply of 10 bytes",
		faultdaemon.FaultCutAt.With("9223372036854775807", "reset"): "offset 9223372036854775807 is beyond the reply of 10 bytes",
		faultdaemon.FaultFlipAt.With(11):                            "offset 11 is beyond the reply of 10 bytes",
		faultdaemon.FaultStopAfterMessages.With(2):                  "the reply ends with message 2: nothing comes after the first 2",
	} {
		t.Run(string(fault), func(t *testing.T) {
			cfg := faultdaemon.Config{Fault: fault, ResponseHandler: returns("half\npong\n")}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				c := h.client()
				c.exchange("ping\n", "half\npong\n")
				c.exchange("ping\n", "half\npong\n")
				c.isSilent()
				ev := h.event(faultdaemon.EventNotFired)
				require.Equal(t, reason, ev.Detail)
				require.Equal(t, fault, ev.Fault)
				require.Equal(t, fmt.Sprintf("connection 1, exchange 1: fault did not fire: %s [%s]", reason, fault), ev.String())
			})
		})
	}
}

// Where there is no reply, nobody waits for one: faults that send pass the
// exchange over and take no time.
func TestEmptyReplyIsPassedOver(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{
		faultdaemon.FaultPartialResponse, faultdaemon.FaultHalfClose, faultdaemon.FaultCutAt.With(0),
		faultdaemon.FaultStopAfterMessages.With(0), faultdaemon.FaultCorruptResponse, faultdaemon.FaultInvalidJSON,
		faultdaemon.FaultEmbeddedNewlines, faultdaemon.FaultMultilineResponse, faultdaemon.FaultResponseTooLarge,
		faultdaemon.FaultResponseWithoutNewline, faultdaemon.FaultFlipAt, faultdaemon.FaultMultipleResponses,
		faultdaemon.FaultCoalescedResponses, faultdaemon.FaultSlowResponse, faultdaemon.FaultVerySlowResponse,
		faultdaemon.FaultChunkedResponse, faultdaemon.FaultWriteHalfThenHang, faultdaemon.FaultAckLost, faultdaemon.FaultAckLate,
	} {
		t.Run(string(fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				cfg := faultdaemon.Config{Fault: fault, ResponseHandler: func(request []byte) []byte {
					if string(request) == "note\n" {
						asked++
						return []byte{}
					}
					return request
				}}
				h := start(t, "memory", cfg)
				c := h.client()
				began := time.Now()
				c.send("note\nnote\n")
				synctest.Wait()
				require.Equal(t, []faultdaemon.EventKind{
					faultdaemon.EventAccepted,
					faultdaemon.EventRead, faultdaemon.EventFault, faultdaemon.EventHandled, faultdaemon.EventNotFired,
					faultdaemon.EventRead, faultdaemon.EventFault, faultdaemon.EventHandled, faultdaemon.EventNotFired,
				}, h.kinds(1))
				require.Equal(t, 2, asked, "the handler is asked once an exchange")
				h.SetFault(faultdaemon.FaultNone)
				c.exchange("ping\n", "ping\n") // and not a byte before
				require.Zero(t, time.Since(began))
			})
		})
	}
}

func TestJSONRenderingsAreWhatTheyPromise(t *testing.T) {
	for _, test := range []struct {
		reply     string
		same      string // the JSON that multiline_response sends
		embedded  string
		wrongJSON string
	}{
		{`{"id":1,"name":"pong"}`, `{"id":1,"name":"pong"}`, `{"id":1,"name":"one\ntwo\npong"}`, "{\"id\":1,\"name\":\"\x01pong\"}"},
		{`["a","b"]`, `["a","b"]`, `["one\ntwo\na","b"]`, "[\"\x01a\",\"b\"]"},
		{`[1,2]`, `[1,2]`, `{"data":[1,2],"text":"one\ntwo\n"}`, "{\"data\":[1,2],\"text\":\"\x01\"}"},
		{`"pong"`, `{"data":"pong"}`, `"one\ntwo\npong"`, "\"\x01pong\""},
		{`{}`, `{}`, `{"text":"one\ntwo\n"}`, "{\"text\":\"\x01\"}"},
		{`pong`, `{"data":"pong"}`, `{"data":"one\ntwo\npong"}`, "{\"data\":\"\x01pong\"}"},
		{`true`, `{"data":true}`, `{"data":true,"text":"one\ntwo\n"}`, "{\"data\":true,\"text\":\"\x01\"}"},
	} {
		t.Run(test.reply, func(t *testing.T) {
			send := func(fault faultdaemon.Fault) string {
				h := start(t, "memory", faultdaemon.Config{Fault: fault, ResponseHandler: returns(test.reply + "\n")})
				c := h.client()
				c.send("ping\n")
				h.called(1)
				h.SetFault(faultdaemon.FaultCloseAfterRead)
				c.send("end\n")
				got, _, err := readToEnd(c)
				require.NoError(t, err)
				return got
			}
			multiline := send(faultdaemon.FaultMultilineResponse)
			require.JSONEq(t, test.same, multiline)
			require.Greater(t, strings.Count(multiline, "\n"), 1)
			require.Equal(t, test.embedded+"\n", send(faultdaemon.FaultEmbeddedNewlines))
			wrong := send(faultdaemon.FaultInvalidJSON)
			require.Equal(t, test.wrongJSON+"\n", wrong)
			require.False(t, json.Valid([]byte(wrong)))
			require.True(t, json.Valid([]byte(strings.ReplaceAll(wrong, "\x01", ""))))
		})
	}
}

// A size that no memory holds is refused, not tried.
func TestResponseLargerThanMemory(t *testing.T) {
	h := start(t, "memory", faultdaemon.Config{Fault: "response_too_large(9000000000000000000)"})
	c := h.client()
	require.NoError(t, writeAll(c, "ping\n"))
	got, end, err := readToEnd(c)
	require.NoError(t, err)
	require.Empty(t, got)
	require.Equal(t, faultdaemon.EndEOF, end)
	require.Contains(t, fmt.Sprint(h.Events()), "size is 9000000000000000000 bytes: at most 1073741824 (1 GiB) are made in memory")
}

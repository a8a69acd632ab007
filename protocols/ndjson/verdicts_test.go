package ndjson_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// notes answers what the reference client asks, every request otherwise, so
// that one answer in the place of another shows.
func notes(request json.RawMessage) (any, error) {
	var r struct {
		ID         int64
		Type, Text string
	}
	if err := json.Unmarshal(request, &r); err != nil {
		return nil, err
	}
	type reply struct {
		ID      int64  `json:"id"`
		OK      bool   `json:"ok,omitempty"`
		Text    string `json:"text,omitempty"`
		Percent int    `json:"percent,omitempty"`
	}
	switch r.Type {
	case "status":
		return ndjson.Messages{reply{ID: r.ID, Percent: 50}, reply{ID: r.ID, OK: true, Text: "fine"}}, nil
	case "get":
		return reply{ID: r.ID, OK: true, Text: "note " + r.Text}, nil
	case "put":
		return reply{ID: r.ID, OK: true, Text: fmt.Sprintf("%d bytes", len(r.Text))}, nil
	}
	return nil, errors.New("unknown type")
}

// useEverything is what a program does with the reference client: a call, once
// more when it takes too long; nothing for a while; and then three calls at
// once, one of them with a request that no buffer of a socket holds.
func useEverything(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	c := newClient(conn)
	defer c.Close()
	status, err := callTwice(ctx, c, "status")
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(20 * time.Millisecond):
	case <-c.ended:
	}
	answers := []string{status}
	var calls []*call
	for _, r := range [][2]string{{"get", "milk"}, {"get", "bread"}, {"put", strings.Repeat("x", 210<<10)}} {
		call, err := c.Start(ctx, r[0], r[1])
		if err != nil {
			return nil, err
		}
		calls = append(calls, call)
	}
	for _, call := range calls {
		text, failure := c.Wait(ctx, call)
		answers, err = append(answers, text), errors.Join(err, failure)
	}
	return answers, err
}

// callTwice gives a call half of the time that there is, and makes it once more
// when that was not enough. The late reply is nobody's then.
func callTwice(ctx context.Context, c *client, kind string) (string, error) {
	deadline, _ := ctx.Deadline()
	half, cancel := context.WithTimeout(ctx, time.Until(deadline)/2)
	defer cancel()
	text, err := c.Call(half, kind, "")
	if errors.Is(err, context.DeadlineExceeded) {
		text, err = c.Call(ctx, kind, "")
	}
	return text, err
}

// The verdicts on it. None of these faults is untested.
var verdicts = map[faultdaemon.Fault]faulttest.Verdict{
	"hang_on_accept":                faulttest.TimedOut,
	"close_immediately":             faulttest.Rejected,
	"drop_connection":               faulttest.Rejected,
	"slow_accept":                   faulttest.Survived,
	"refuse_after_accept":           faulttest.Rejected,
	"stop_reading":                  faulttest.TimedOut,
	"close_after_read":              faulttest.Rejected,
	"reset_after_read":              faulttest.Rejected,
	"ack_lost":                      faulttest.Rejected,
	"panic_in_handler":              faulttest.Rejected,
	"partial_response":              faulttest.Rejected,
	"half_close":                    faulttest.Rejected,
	"close_read_side":               faulttest.Rejected,
	"cut_at":                        faulttest.Rejected,
	"stop_after_messages":           faulttest.Rejected,
	"corrupt_response":              faulttest.Rejected,
	"invalid_json":                  faulttest.Rejected,
	"embedded_newlines":             faulttest.WrongAnswer,
	"multiline_response":            faulttest.Rejected,
	"response_too_large":            faulttest.Rejected,
	"response_without_newline":      faulttest.Rejected,
	"flip_at":                       faulttest.Rejected,
	"multiple_responses":            faulttest.Survived,
	"coalesced_responses":           faulttest.Survived,
	"hang_before_response":          faulttest.TimedOut,
	"slow_response":                 faulttest.Survived,
	"very_slow_response":            faulttest.TimedOut,
	"ack_late":                      faulttest.TimedOut,
	"chunked_response":              faulttest.Survived,
	"split_at":                      faulttest.Survived,
	"write_half_then_hang":          faulttest.TimedOut,
	"deadlock":                      faulttest.TimedOut,
	"ndjson_blank_lines":            faulttest.Survived,
	"ndjson_crlf":                   faulttest.Survived,
	"ndjson_garbage_prefix":         faulttest.Rejected,
	"ndjson_glued":                  faulttest.Rejected,
	"ndjson_oversized_line":         faulttest.Survived,
	"ndjson_endless_line":           faulttest.Rejected,
	"ndjson_bom":                    faulttest.Rejected,
	"ndjson_wrong_delimiter":        faulttest.Rejected,
	"ndjson_invalid_utf8":           faulttest.Rejected,
	"ndjson_lone_surrogate":         faulttest.WrongAnswer,
	"ndjson_unicode_line_separator": faulttest.WrongAnswer,
	"ndjson_deep_nesting":           faulttest.Rejected,
	"ndjson_duplicate_keys":         faulttest.Rejected,
	"ndjson_huge_number":            faulttest.Survived,
	"ndjson_not_a_number":           faulttest.Rejected,
	"ndjson_escaped_names":          faulttest.Survived,
	"ndjson_top_level_scalar":       faulttest.Rejected,
	"ndjson_out_of_order":           faulttest.Survived,
	"ndjson_coalesced_duplicate":    faulttest.Survived,
}

func TestReferenceClient(t *testing.T) {
	report := faulttest.Judge(t, ndjson.Lines.Config(notes), useEverything, &faulttest.Options{StrictGrades: true})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	require.Empty(t, report.NotApplicable)
	got := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		got[r.Info.Name] = r.Verdict
	}
	core := slices.Concat(faultdaemon.Builtin().All(), listen.Faults.All())
	require.Len(t, got, len(core)+len(ndjson.Faults.All()))
	for _, info := range core {
		if _, listed := verdicts[info.Name]; !listed { // new in the core: judged by its entry alone
			delete(got, info.Name)
		}
	}
	require.Equal(t, verdicts, got)
	require.NotContains(t, slices.Collect(maps.Values(got)), faulttest.Untested)
}

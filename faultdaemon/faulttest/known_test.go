package faulttest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// one judges a client under close_after_read alone.
func one(t *testing.T, client clientFunc, opts faulttest.Options) faulttest.Result {
	opts.Only = []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}
	report := faulttest.Judge(t, statusDaemon(), client, &opts)
	require.NoError(t, report.Err)
	require.Len(t, report.Results, 1)
	return report.Results[0]
}

// A known weakness is as good as right until it changes, for worse or better.
func TestKnown(t *testing.T) {
	known := faulttest.Options{Known: []faulttest.Known{
		{Fault: "close_after_read", Verdict: faulttest.TimedOut, Why: "waits for a restart"}}}
	same := one(t, waitsAfterEOF, known)
	require.True(t, same.OK)
	require.Equal(t, "waits for a restart", same.Known)

	better := one(t, status, known)
	require.False(t, better.OK)
	require.Equal(t, `this is expected, but Options.Known says "timed out": take it out`, better.Why)

	worse := one(t, panics, known)
	require.False(t, worse.OK)
	require.Equal(t, `Options.Known says "timed out"`, worse.Why)
}

func TestBaseline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baseline.json")
	t.Setenv("FAULTDAEMON_UPDATE", "1")
	require.True(t, one(t, waitsAfterEOF, faulttest.Options{Baseline: path}).OK)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, `[{"fault": "close_after_read", "verdict": "timed out"}]`, string(text))

	t.Setenv("FAULTDAEMON_UPDATE", "")
	require.True(t, one(t, waitsAfterEOF, faulttest.Options{Baseline: path}).OK)
	require.False(t, one(t, status, faulttest.Options{Baseline: path}).OK, "it has become better")

	require.NoError(t, os.WriteFile(path, []byte(`[{"fault": "cut_at", "verdict": "hung", "why": "old"}]`), 0o600))
	fresh := one(t, waitsAfterEOF, faulttest.Options{Baseline: path})
	require.True(t, fresh.New)
	require.True(t, fresh.OK, "a release with new faults fails nobody")
	strict := one(t, waitsAfterEOF, faulttest.Options{Baseline: path, Strict: true})
	require.True(t, strict.New)
	require.False(t, strict.OK)

	t.Setenv("FAULTDAEMON_UPDATE", "1")
	one(t, status, faulttest.Options{Baseline: path})
	text, err = os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, `[{"fault": "close_after_read", "verdict": "rejected"},
		{"fault": "cut_at", "verdict": "hung", "why": "old"}]`, string(text), "what did not run is kept")
}

func TestReportAsJSON(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), waitsAfterEOF,
		&faulttest.Options{Only: []faultdaemon.Fault{"cut_at(0, eof)", "slow_response(1s)"}})
	text, err := json.Marshal(report.Detailed())
	require.NoError(t, err)
	require.JSONEq(t, `{"patience": 5000000000, "results": [
		{"fault": "cut_at(0, eof)", "stage": "respond", "verdict": "timed out", "grade": "late", "ok": false,
		 "error": "status: read: EOF", "took": 5000000000, "calls": 1, "connections": 1,
		 "summary": "writes the first n bytes of the response, and then ends the connection, hangs or goes on.",
		 "client": "returned the error \"status: read: EOF\" after 5s",
		 "expected": "rejects: the evidence is on the wire, there is nothing to wait for and no answer to give",
		 "cure": "return an error as soon as the stream ends or a message cannot be read, instead of waiting for a timer",
		 "timeline": [
			{"after": 1, "kind": "accepted", "connection": 1},
			{"after": 1, "kind": "request read", "connection": 1, "exchange": 1, "bytes": 27},
			{"after": 1, "kind": "fault", "connection": 1, "exchange": 1, "fault": "cut_at(0, eof)"},
			{"after": 1, "kind": "request handled", "connection": 1, "exchange": 1, "fault": "cut_at(0, eof)", "bytes": 25},
			{"after": 1, "kind": "closed", "connection": 1, "exchange": 1}]},
		{"fault": "slow_response(1s)", "stage": "respond", "verdict": "survived", "grade": "ok", "ok": true,
		 "took": 1000000000, "calls": 1, "connections": 1,
		 "summary": "writes the response after a delay.",
		 "client": "returned \"fine\" after 1s",
		 "expected": "survives: the answer comes whole and unchanged; where it comes too late, a timeout of the client's own ends the wait",
		 "timeline": [
			{"after": 1, "kind": "accepted", "connection": 1},
			{"after": 1, "kind": "request read", "connection": 1, "exchange": 1, "bytes": 27},
			{"after": 1, "kind": "fault", "connection": 1, "exchange": 1, "fault": "slow_response(1s)"},
			{"after": 1, "kind": "request handled", "connection": 1, "exchange": 1, "fault": "slow_response(1s)", "bytes": 25},
			{"after": 1000000001, "kind": "waited", "connection": 1, "exchange": 1, "fault": "slow_response(1s)", "waited": 1000000000},
			{"after": 1000000001, "kind": "bytes written", "connection": 1, "exchange": 1, "fault": "slow_response(1s)", "bytes": 25},
			{"after": 1000000001, "kind": "client gone", "connection": 1, "exchange": 1}]}]}`, string(text))
	var back faulttest.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.EqualError(t, back.Results[0].Err, "status: read: EOF")
	again, err := json.Marshal(back.Detailed())
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again))
}

func TestReportAsTable(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), waitsAfterEOF,
		&faulttest.Options{Only: []faultdaemon.Fault{"cut_at(0, eof)", "slow_response(1s)", "stop_reading"}})
	require.Equal(t, ""+
		"FAIL  cut_at(0, eof)     timed out  5s  late, expected: rejects\n"+
		"ok    slow_response(1s)  survived   1s\n"+
		"-     stop_reading       untested   0s  it needs a second exchange, which the client does not make\n"+
		"1 passed, 1 failed (1 late), 1 untested; the client gives up after 5s\n", report.String())
}

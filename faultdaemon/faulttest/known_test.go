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
	require.Equal(t, `this is right, but Options.Known says "timed out": take it out`, better.Why)

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
	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, `{"patience": 5000000000, "results": [
		{"fault": "cut_at(0, eof)", "verdict": "timed out", "ok": false, "error": "status: read: EOF",
		 "took": 5000000000, "calls": 1, "connections": 1},
		{"fault": "slow_response(1s)", "verdict": "survived", "ok": true,
		 "took": 1000000000, "calls": 1, "connections": 1}]}`, string(text))
	var back faulttest.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.EqualError(t, back.Results[0].Err, "status: read: EOF")
}

func TestReportAsTable(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), waitsAfterEOF,
		&faulttest.Options{Only: []faultdaemon.Fault{"cut_at(0, eof)", "slow_response(1s)", "stop_reading"}})
	require.Equal(t, ""+
		"FAIL  cut_at(0, eof)     timed out  5s  right: rejects\n"+
		"ok    slow_response(1s)  survived   1s\n"+
		"-     stop_reading       untested   0s  it needs a second exchange, which the client does not make\n"+
		"1 right, 1 wrong, 1 untested; the client gives up after 5s\n", report.String())
}

package faulttest_test

import (
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// A spawnCase is a client, a fault and what comes of them.
type spawnCase struct {
	client spawner
	fault  faultdaemon.Fault
	want   faulttest.Verdict
	grade  faulttest.Grade
}

// judge judges clients, several at once: they mostly wait. In a server's process it
// does not return.
func judge(t *testing.T, cases map[string]spawnCase) map[string]faulttest.Report {
	respawn.Serve()
	var mu sync.Mutex
	var running sync.WaitGroup
	slots, reports := make(chan struct{}, 8), make(map[string]faulttest.Report)
	for name, c := range cases {
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			report := faulttest.JudgeSpawn(t, statusDaemon(), c.client, &faulttest.Options{Deadline: busy, Only: []faultdaemon.Fault{c.fault}})
			mu.Lock()
			defer mu.Unlock()
			reports[name] = report
		})
	}
	running.Wait()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			report := reports[name]
			require.NoError(t, report.Err)
			require.Empty(t, report.Leaks)
			result := report.Results[0]
			require.Equal(t, c.want, result.Verdict, "%s", result.Explain(""))
			require.Equal(t, c.grade, result.Grade, "%s", result.Explain(""))
		})
	}
	return reports
}

// Each client is wrong under one fault of processes.
func TestSpawnBrokenClients(t *testing.T) {
	namesItsFaults(t)
	judge(t, map[string]spawnCase{
		"ignores that there is no server":      {ignoresStart, stdio.FaultNotFound, faulttest.Crashed, "unsafe"},
		"tries to start until time is over":    {startsUntilTimeIsOver, stdio.FaultNotExecutable, faulttest.TimedOut, "late"},
		"returns no error":                     {returnsNoError, stdio.FaultExitAtStart, faulttest.WrongAnswer, "unsafe"},
		"takes a banner for an error":          {watchesStderr(func([]byte) bool { return true }), stdio.FaultSlowStart.With(time.Millisecond), faulttest.Rejected, "overstrict"},
		"waits for ever for its server":        {uses(waitsForTheServer), stdio.FaultNeverReady, faulttest.Hung, "unsafe"},
		"writes without a deadline":            {uses(writesMuch), stdio.FaultStdinNotRead, faulttest.Hung, "unsafe"},
		"waits after the end of stdout":        {uses(ignoresEOF), stdio.FaultExitMidCall, faulttest.TimedOut, "late"},
		"takes half a line for one":            {uses(scansLines), stdio.FaultKilledMidCall, faulttest.WrongAnswer, "unsafe"},
		"takes any line for the reply":         {uses(scansLines), stdio.FaultDirtyStdout, faulttest.WrongAnswer, "unsafe"},
		"knows one end of a line":              {uses(cutsNewline), stdio.FaultCRLFStdout, faulttest.WrongAnswer, "unsafe"},
		"waits for the process alone":          {waitsForExit, stdio.FaultClosesStdout, faulttest.TimedOut, "late"},
		"ignores EPIPE":                        {ignoresEPIPE, stdio.FaultClosesStdin, faulttest.TimedOut, "late"},
		"never drains stderr":                  {neverDrains, stdio.FaultStderrFlood, faulttest.TimedOut, "overstrict"},
		"takes stderr for text":                {watchesStderr(func(b []byte) bool { return !utf8.Valid(b) }), stdio.FaultStderrBinary, faulttest.Rejected, "overstrict"},
		"drains lines of stderr":               {scansStderr, stdio.FaultStderrEndlessLine, faulttest.TimedOut, "overstrict"},
		"takes stderr's end for the server's":  {endsWithStderr, stdio.FaultClosesStderr, faulttest.Rejected, "overstrict"},
		"waits for EOF after closing stdin":    {endsBy(readsToTheEnd), stdio.FaultIgnoresEOF, faulttest.Hung, "unsafe"},
		"sends SIGTERM and waits":              {endsBy(terminates), stdio.FaultIgnoresSigterm, faulttest.Hung, "unsafe"},
		"leaves a goroutine when a call fails": {uses(leavesGoroutine), stdio.FaultExitMidCall, faulttest.Leaked, "unsafe"},
		"waits for pipes that others hold":     {waitsForPipes, stdio.FaultChildHoldsPipes, faulttest.Hung, "unsafe"},
	})
}

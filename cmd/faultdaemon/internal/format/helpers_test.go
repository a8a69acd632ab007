package format_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

var update = flag.Bool("update", false, "write the golden files")

// document has a result of each kind, with what is hard to write: markup,
// control characters, percent signs.
func document() format.Document {
	info := func(name faultdaemon.Fault, summary string) faultdaemon.Info {
		return faultdaemon.Info{Name: name, Stage: faultdaemon.StageRespond, Summary: summary}
	}
	start := time.Time{}
	report := verdict.Report{
		Patience: 500 * time.Millisecond,
		Results: []verdict.Result{
			{
				Fault: "slow_response", Info: info("slow_response", "delays the response."), Verdict: verdict.Survived, Grade: verdict.OK,
				OK: true, Expected: "survives: it comes whole", Took: 300 * time.Millisecond, Client: "exited with status 0 after 300ms",
			},
			{
				Fault: "cut_at(1, eof)", Info: info("cut_at", "writes the first n bytes."), Verdict: verdict.WrongAnswer, Grade: verdict.Unsafe,
				Expected: "rejects: the evidence is on the wire", Cure: "check <all> of it, 100%", Took: 12 * time.Millisecond,
				Client: "exited with status 0 after 12ms", Started: start,
				Output: []verdict.Output{{Name: "the client's stdout", Lines: []string{"</script><b>\x1b[31mred ]]> 50%", "second"}}},
				Events: []faultdaemon.Event{
					{Time: start.Add(time.Millisecond), Kind: faultdaemon.EventAccepted, Connection: 1},
					{Time: start.Add(2 * time.Millisecond), Kind: faultdaemon.EventRead, Connection: 1, Exchange: 1, Bytes: 5},
					{Time: start.Add(3 * time.Millisecond), Kind: faultdaemon.EventWrote, Connection: 1, Exchange: 1, Bytes: 1, Fault: "cut_at(1, eof)"},
					{Time: start.Add(4 * time.Millisecond), Kind: faultdaemon.EventClosed, Connection: 1, Exchange: 1},
				},
			},
			{
				Fault: "garbage_first", Info: info("garbage_first", "writes garbage."), Verdict: verdict.Survived, Grade: verdict.Lenient, OK: true,
				Expected: "rejects: it is no message", Took: 7 * time.Millisecond, Client: "exited with status 0 after 7ms",
			},
			{
				Fault: "stop_reading", Info: info("stop_reading", "stops reading."), Verdict: verdict.Untested, OK: true,
				Why: "it needs a client that writes more", Expected: "the fault acts",
			},
			{
				Fault: "lock", Info: info("lock", "takes the lock."), Verdict: verdict.Hung, Grade: verdict.Unsafe, OK: true,
				Known: "fixed | in 2.0", Expected: "times out: silence", Took: 2 * time.Second, Client: "was killed after 2s",
			},
		},
		NotApplicable: []verdict.NotApplicable{{Fault: "wrong_id", Reason: "lines have no id"}},
	}
	return format.Document{Clients: []format.Client{{
		Name: "bin/client", Report: report,
		Alone: func(f faultdaemon.Fault) string { return "faultdaemon check --fault '" + string(f) + "' -- bin/client" },
	}}}
}

// another is a document of a second client.
func another() format.Document {
	return format.Document{Clients: []format.Client{{Name: "other", Report: verdict.Report{Results: []verdict.Result{
		{Fault: "lock", Info: faultdaemon.Info{Name: "lock", Summary: "takes the lock."}, Verdict: verdict.TimedOut, Grade: verdict.OK, OK: true},
	}}}}}
}

// swept is a document of a sweep.
func swept() format.Document {
	return format.Document{Clients: []format.Client{{Name: "bin/client", Sweep: &sweep.Report{Ranges: []sweep.Range{
		{Kind: sweep.Cut, Reply: 2, Message: 1, From: 3, To: 7, Where: "inside the line", Verdict: verdict.Rejected, Grade: verdict.OK, OK: true},
	}}}}}
}

// written is what a format makes of a document.
func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.String()
}

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "go test -update writes what is new; read it")
}

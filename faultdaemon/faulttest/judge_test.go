package faulttest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

type clientFunc = func(context.Context, faulttest.Dialer) (string, error)

// right are clients that do nothing wrong.
var right = map[string]clientFunc{
	"status": status, "twice": twice, "pipelined": pipelined, "own timer": ownTimer,
}

func TestACorrectClientIsRightUnderEveryFault(t *testing.T) {
	for name, client := range right {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), client, &faulttest.Options{StrictGrades: true})
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
			require.Len(t, report.Results, len(faultdaemon.Builtin().All())+len(listen.Faults.All()))
		})
	}
}

// verdictsOfTwice are the verdicts of a correct client that makes two calls,
// written by hand. What tests say of a client, they say of these faults: one
// that is new in the catalogue changes none of them.
var verdictsOfTwice = map[faultdaemon.Fault]faulttest.Verdict{
	"hang_on_accept":           faulttest.TimedOut,
	"close_immediately":        faulttest.Rejected,
	"drop_connection(1)":       faulttest.Rejected,
	"slow_accept":              faulttest.Survived,
	"refuse_after_accept":      faulttest.Rejected,
	"stop_reading":             faulttest.TimedOut,
	"close_after_read":         faulttest.Rejected,
	"reset_after_read":         faulttest.Rejected,
	"panic_in_handler":         faulttest.Rejected,
	"partial_response":         faulttest.Rejected,
	"half_close":               faulttest.Rejected, // the second call
	"cut_at(1, eof)":           faulttest.Rejected,
	"stop_after_messages":      faulttest.Untested,
	"corrupt_response":         faulttest.Rejected,
	"invalid_json":             faulttest.Rejected,
	"embedded_newlines":        faulttest.WrongAnswer,
	"multiline_response":       faulttest.Rejected,
	"response_too_large":       faulttest.Rejected,
	"response_without_newline": faulttest.TimedOut,
	"flip_at":                  faulttest.Rejected,
	"multiple_responses":       faulttest.Rejected, // the second call
	"coalesced_responses":      faulttest.Untested,
	"hang_before_response":     faulttest.TimedOut,
	"slow_response":            faulttest.Survived,
	"very_slow_response":       faulttest.TimedOut,
	"chunked_response":         faulttest.Survived,
	"split_at":                 faulttest.Survived,
	"write_half_then_hang":     faulttest.TimedOut,
	"deadlock":                 faulttest.TimedOut,
}

func TestVerdictsOfACorrectClient(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), twice, nil)
	require.NoError(t, report.Err)
	got := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		if _, listed := verdictsOfTwice[r.Fault]; listed {
			got[r.Fault] = r.Verdict
		}
	}
	require.Equal(t, verdictsOfTwice, got)
	require.Equal(t, 5*time.Second, report.Patience)
}

func TestThreeRunsGiveTheSameReport(t *testing.T) {
	var reports [3]string
	for i := range reports {
		report := faulttest.Judge(t, statusDaemon(), leaksOnErrors, nil)
		text, err := json.Marshal(report)
		require.NoError(t, err)
		reports[i] = report.String() + string(text)
	}
	require.Contains(t, reports[0], "neverEnds")
	require.Equal(t, reports[0], reports[1])
	require.Equal(t, reports[0], reports[2])
}

// A delay is survived exactly when it ends before the client gives up.
func TestDelays(t *testing.T) {
	only := []faultdaemon.Fault{"slow_response(900ms)", "slow_response(1100ms)", "slow_accept(0.9s)", "slow_accept(1.1s)"}
	report := faulttest.Judge(t, statusDaemon(), ownTimer, &faulttest.Options{Only: only})
	require.NoError(t, report.Err)
	require.Equal(t, time.Second, report.Patience)
	for i, verdict := range []faulttest.Verdict{faulttest.Survived, faulttest.TimedOut, faulttest.Survived, faulttest.TimedOut} {
		require.Equal(t, only[i], report.Results[i].Fault, "unchanged")
		require.Equal(t, verdict, report.Results[i].Verdict)
		require.True(t, report.Results[i].OK)
	}
}

// A client may wait longer for a reply than for a connection that is served,
// and each delay is measured against its own: this one gives up its call after
// 3 s, and then waits for 2 s to say goodbye.
func TestPatienceAtEachStage(t *testing.T) {
	patient := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		c, err := connect(ctx, dial)
		if err != nil {
			return "", err
		}
		defer c.Close()
		greeting, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := c.Call(greeting, "hello"); err != nil {
			return "", err
		}
		call, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		answer, err := c.Call(call, "status")
		if err != nil {
			<-time.After(2 * time.Second)
		}
		return answer, err
	}
	cfg := statusDaemon()
	cfg.FaultMatcher = func(request []byte) bool { return !bytes.Contains(request, []byte("hello")) }
	report := faulttest.Judge(t, cfg, patient, &faulttest.Options{Deadline: time.Minute, Only: []faultdaemon.Fault{
		"slow_accept(2s)", "slow_response(6s)", "slow_response(2s)"}})
	require.NoError(t, report.Err)
	require.Equal(t, 5*time.Second, report.Patience)
	for i, verdict := range []faulttest.Verdict{faulttest.TimedOut, faulttest.TimedOut, faulttest.Survived} {
		require.Equal(t, verdict, report.Results[i].Verdict)
		require.True(t, report.Results[i].OK, "%s", report)
	}
}

// A client that tries again is as patient as one try.
func TestPatienceOfAClientThatTriesAgain(t *testing.T) {
	again := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := ownTimer(ctx, dial)
		if err != nil {
			return ownTimer(ctx, dial)
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), again, &faulttest.Options{Only: []faultdaemon.Fault{
		faultdaemon.FaultVerySlowResponse, faultdaemon.FaultSlowAccept, faultdaemon.FaultHangBeforeResponse}})
	require.NoError(t, report.Err)
	require.Equal(t, time.Second, report.Patience)
	require.True(t, report.OK(), "%s", report)
}

// What a client begins when its time is over is none of its answer: it dials in
// the instant in which it returns.
func TestAClientThatTriesAgainWhenItsTimeIsOver(t *testing.T) {
	again := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := status(ctx, dial)
		if err != nil {
			return status(ctx, dial)
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), again, &faulttest.Options{Only: []faultdaemon.Fault{
		faultdaemon.FaultVerySlowResponse, faultdaemon.FaultHangBeforeResponse}})
	require.NoError(t, report.Err)
	require.Equal(t, 5*time.Second, report.Patience)
	require.True(t, report.OK(), "%s", report)
}

// A delay that has ended is no excuse: the answer was there, and the client
// waited on.
func TestAClientThatWaitsOnAfterADelay(t *testing.T) {
	waitsOn := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		start := time.Now()
		answer, err := status(ctx, dial)
		if err == nil && time.Since(start) > time.Millisecond {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return answer, err
	}
	only := []faultdaemon.Fault{"slow_response(1s)", "chunked_response", "chunked_response(1s)"}
	report := faulttest.Judge(t, statusDaemon(), waitsOn, &faulttest.Options{Only: only})
	require.NoError(t, report.Err)
	for i, right := range []bool{false, false, true} {
		require.Equal(t, faulttest.TimedOut, report.Results[i].Verdict)
		require.Equal(t, right, report.Results[i].OK, "%s", only[i])
	}
}

// Nor is it an excuse that the calls which the client did not come to make have
// no answer.
func TestAClientThatWaitsOnBeforeItsSecondCall(t *testing.T) {
	waitsOn := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		start := time.Now()
		_, err := status(ctx, dial)
		if err == nil && time.Since(start) > time.Millisecond {
			<-ctx.Done()
			return "", ctx.Err()
		}
		if err != nil {
			return "", err
		}
		return status(ctx, dial)
	}
	only := []faultdaemon.Fault{"slow_response(1s)", "slow_response(10s)", "slow_accept(1s)", "slow_accept(10s)"}
	report := faulttest.Judge(t, statusDaemon(), waitsOn, &faulttest.Options{Only: only})
	require.NoError(t, report.Err)
	for i, right := range []bool{false, true, false, true} {
		require.Equal(t, faulttest.TimedOut, report.Results[i].Verdict)
		require.Equal(t, right, report.Results[i].OK, "%s", only[i])
	}
}

// The same entry, other arguments, other evidence.
func TestWhatIsRightDependsOnTheWire(t *testing.T) {
	opts := &faulttest.Options{Only: []faultdaemon.Fault{"cut_at(3, eof)", "cut_at(3, reset)", "cut_at(3, hang)", "cut_at(3, continue)"}}
	report := faulttest.Judge(t, statusDaemon(), waitsAfterEOF, opts)
	require.NoError(t, report.Err)
	for i, right := range []bool{false, false, true, true} {
		require.Equal(t, faulttest.TimedOut, report.Results[i].Verdict)
		require.Equal(t, right, report.Results[i].OK, "%s", report.Results[i].Fault)
	}
}

func TestRun(t *testing.T) {
	faulttest.Run(t, statusDaemon(), status, nil)
}

// Retrying after a pause that is short beside the client's own timer is no
// waiting.
func TestBackOffIsForgiven(t *testing.T) {
	for pause, verdict := range map[time.Duration]faulttest.Verdict{
		499 * time.Millisecond: faulttest.Rejected, 500 * time.Millisecond: faulttest.TimedOut,
	} {
		report := faulttest.Judge(t, statusDaemon(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			answer, err := status(ctx, dial)
			if errors.Is(err, io.EOF) {
				<-time.After(pause)
			}
			return answer, err
		}, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}})
		require.NoError(t, report.Err)
		require.Equal(t, verdict, report.Results[0].Verdict, "%s", pause)
	}
}

// With a plan, a client that tries again is judged by whether it recovers.
func TestPlan(t *testing.T) {
	retry := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := status(ctx, dial)
		if err != nil {
			return status(ctx, dial)
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), retry, &faulttest.Options{
		Only: []faultdaemon.Fault{faultdaemon.FaultSlowAccept, faultdaemon.FaultCloseAfterRead},
		Plan: func(f faultdaemon.Fault) faultdaemon.Plan { return faultdaemon.FirstN(1, f) },
	})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Survived, report.Results[1].Verdict)
	require.True(t, report.OK(), "a plan that ends leaves room for recovery: %s", report)
}

// An answer with something in it that nobody can know is compared as Equal says,
// the healthy one first.
func TestEqual(t *testing.T) {
	type stamped struct {
		text string
		n    int
	}
	n := 0
	stamps := func(ctx context.Context, dial faulttest.Dialer) (stamped, error) {
		n++
		text, err := status(ctx, dial)
		return stamped{text, n}, err
	}
	equal := func(healthy, got any) bool {
		require.Less(t, healthy.(stamped).n, got.(stamped).n)
		return healthy.(stamped).text == got.(stamped).text
	}
	only := []faultdaemon.Fault{faultdaemon.FaultSplitAt, "flip_at(19)"}
	report := faulttest.Judge(t, statusDaemon(), stamps, &faulttest.Options{Only: only})
	require.ErrorContains(t, report.Err, "Options.Equal")
	report = faulttest.Judge(t, statusDaemon(), stamps, &faulttest.Options{Only: only, Equal: equal})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Survived, report.Results[0].Verdict)
	require.Equal(t, faulttest.WrongAnswer, report.Results[1].Verdict)
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  faultdaemon.Config
		opts faulttest.Options
		says string
	}{
		"a fault in the config": {cfg: faultdaemon.Config{Fault: faultdaemon.FaultCutAt}, says: "leave both out"},
		"unknown":               {opts: faulttest.Options{Only: []faultdaemon.Fault{"slow_reponse"}}, says: "did you mean slow_response"},
		"none":                  {opts: faulttest.Options{Only: []faultdaemon.Fault{"none"}}, says: "is no fault"},
		"all skipped":           {opts: faulttest.Options{Only: []faultdaemon.Fault{"cut_at(3)"}, Skip: []faultdaemon.Fault{"cut_at"}}, says: "no fault is left"},
		"no baseline":           {opts: faulttest.Options{Baseline: "testdata/none"}, says: "FAULTDAEMON_UPDATE=1"},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, c.cfg, status, &c.opts)
			require.ErrorContains(t, report.Err, c.says)
			require.False(t, report.OK())
		})
	}
}

// The whole built-in catalogue against a well-behaved client: its faults sum to
// more than a minute of virtual time. A bubble needs a test, so there is one.
func BenchmarkJudge(b *testing.B) {
	inTest(b, func(t *testing.T) {
		if report := faulttest.Judge(t, statusDaemon(), twice, nil); !report.OK() {
			t.Fatal(report)
		}
	})
}

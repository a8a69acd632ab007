package notes_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// A judged is what the client does, and the answer that it has.
type judged func(ctx context.Context, dial faulttest.Dialer) (any, error)

func listing(timeout time.Duration) judged {
	return func(ctx context.Context, dial faulttest.Dialer) (any, error) {
		c := notes.Client{Dial: dial, Timeout: timeout}
		return c.List(ctx)
	}
}

func adding(ctx context.Context, dial faulttest.Dialer) (any, error) {
	c := notes.Client{Dial: dial}
	return nil, c.Add(ctx, "eggs")
}

// importing has the progress that was told for an answer.
func importing(ctx context.Context, dial faulttest.Dialer) (any, error) {
	c := notes.Client{Dial: dial}
	var told []int
	err := c.Import(ctx, fiveNotes, func(percent int) { told = append(told, percent) })
	return told, err
}

// Every call is right under every fault, with the daemon's own replies: under
// one that stays, and under one that is over when the client tries again. From
// those that end its connection it recovers then; silence is not asked again,
// and what is no reply would be none again.
func TestEveryCallUnderEveryFault(t *testing.T) {
	lost := []fd.Fault{
		fd.FaultCloseImmediately, fd.FaultDropConnection, fd.FaultRefuseAfterAccept,
		fd.FaultCloseAfterRead, fd.FaultResetAfterRead, fd.FaultAckLost, fd.FaultPanicInHandler, fd.FaultPartialResponse, fd.FaultCutAt,
	}
	unseen := []fd.Fault{fd.FaultStopReading, fd.FaultCloseReadSide, fd.FaultCoalescedResponses, ndjson.FaultOutOfOrder, ndjson.FaultCoalescedDuplicate, // by a client of one request a connection
		listen.FaultSocketGap, listen.FaultIdleClose, listen.FaultReplaced, listen.FaultOldVersion, listen.FaultRefuseAfter, listen.FaultConnectionLimit, listen.FaultKeepaliveSilent}
	several := []fd.Fault{fd.FaultStopAfterMessages} // is about replies of several messages
	for name, tt := range map[string]struct {
		client             judged
		recovers, untested []fd.Fault
	}{
		"list":              {listing(0), lost, slices.Concat(unseen, several)},
		"list, impatiently": {listing(25 * time.Millisecond), lost, slices.Concat(unseen, several)}, // no time for a second pause
		"add":               {adding, lost, slices.Concat(unseen, several)},
		"import":            {importing, slices.Concat(lost, several), unseen},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := keeping(newNotes(t, "milk", "bread"))
			always := judge(t, cfg, tt.client, nil)
			once := judge(t, cfg, tt.client, &faulttest.Options{Plan: func(f fd.Fault) fd.Plan { return fd.FirstN(1, f) }})
			for _, verdicts := range []map[fd.Fault]faulttest.Verdict{always, once} {
				assert.ElementsMatch(t, tt.untested, having(verdicts, faulttest.Untested))
			}
			recovered := slices.DeleteFunc(having(once, faulttest.Survived), func(f fd.Fault) bool { return always[f] == faulttest.Survived })
			assert.ElementsMatch(t, tt.recovers, recovered)
		})
	}
}

// What the client makes of odd JSON. A wrong answer is none of its making: the
// note itself says something else.
func TestVerdictsOnJSON(t *testing.T) {
	var faults []fd.Fault
	for _, info := range ndjson.Faults.All() {
		faults = append(faults, info.Name)
	}
	got := judge(t, keeping(newNotes(t, "milk")), listing(0), &faulttest.Options{Only: faults})
	assert.Equal(t, map[fd.Fault]faulttest.Verdict{
		ndjson.FaultBlankLines:    faulttest.Survived,
		ndjson.FaultCRLF:          faulttest.Survived,
		ndjson.FaultEscapedNames:  faulttest.Survived,
		ndjson.FaultHugeNumber:    faulttest.Survived, // in a member that is not known
		ndjson.FaultOversizedLine: faulttest.Survived,

		ndjson.FaultBOM:            faulttest.Rejected,
		ndjson.FaultDeepNesting:    faulttest.Rejected,
		ndjson.FaultDuplicateKeys:  faulttest.Rejected,
		ndjson.FaultEndlessLine:    faulttest.Rejected,
		ndjson.FaultGarbagePrefix:  faulttest.Rejected,
		ndjson.FaultGlued:          faulttest.Rejected,
		ndjson.FaultInvalidUTF8:    faulttest.Rejected,
		ndjson.FaultNotANumber:     faulttest.Rejected,
		ndjson.FaultTopLevelScalar: faulttest.Rejected,

		ndjson.FaultWrongDelimiter: faulttest.TimedOut,

		ndjson.FaultLoneSurrogate:        faulttest.WrongAnswer,
		ndjson.FaultUnicodeLineSeparator: faulttest.WrongAnswer,

		ndjson.FaultOutOfOrder:         faulttest.Untested, // one request a connection
		ndjson.FaultCoalescedDuplicate: faulttest.Untested,
	}, got)
}

// judge returns the verdicts, by the names of the faults. All are right.
func judge(t *testing.T, cfg fd.Config, client judged, opts *faulttest.Options) map[fd.Fault]faulttest.Verdict {
	t.Helper()
	report := faulttest.Judge(t, cfg, client, opts)
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	verdicts := make(map[fd.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		verdicts[r.Info.Name] = r.Verdict
	}
	return verdicts
}

// having are the faults with a verdict.
func having(verdicts map[fd.Fault]faulttest.Verdict, v faulttest.Verdict) (list []fd.Fault) {
	for f, got := range verdicts {
		if got == v {
			list = append(list, f)
		}
	}
	return list
}

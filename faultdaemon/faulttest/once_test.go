package faulttest_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// triesTwice asks again after any error, on another connection.
func triesTwice(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		return status(ctx, dial)
	}
	return answer, err
}

// A client that asks again has its answer, and may have had it carried out
// twice: that counts where the request must not be repeated.
func TestOnce(t *testing.T) {
	once := func(f faultdaemon.Fault) faultdaemon.Plan { return faultdaemon.FirstN(1, f) }
	isStatus := func(request []byte) bool { return bytes.Contains(request, []byte("status")) }
	for name, c := range map[string]struct {
		client clientFunc
		once   faultdaemon.FaultMatcher
		fault  faultdaemon.Fault
		want   faulttest.Verdict
	}{
		"carried out, and asked again":           {triesTwice, isStatus, faultdaemon.FaultAckLost, faulttest.Repeated},
		"carried out, reset, and asked again":    {triesTwice, isStatus, faultdaemon.FaultAckLost.With("reset"), faulttest.Repeated},
		"carried out, half a reply, and again":   {triesTwice, isStatus, faultdaemon.FaultPartialResponse, faulttest.Repeated},
		"carried out, and not asked again":       {status, isStatus, faultdaemon.FaultAckLost, faulttest.Rejected},
		"not carried out, and asked again":       {triesTwice, isStatus, faultdaemon.FaultCloseAfterRead, faulttest.Survived},
		"not even read, and asked again":         {triesTwice, isStatus, faultdaemon.FaultCloseImmediately, faulttest.Survived},
		"a request that may be repeated":         {triesTwice, nil, faultdaemon.FaultAckLost, faulttest.Survived},
		"of others that must not be, this is no": {triesTwice, func([]byte) bool { return false }, faultdaemon.FaultAckLost, faulttest.Survived},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), c.client, &faulttest.Options{Plan: once, Once: c.once, Only: []faultdaemon.Fault{c.fault}})
			require.NoError(t, report.Err)
			require.Equal(t, c.want, report.Results[0].Verdict, "%s", report)
			require.Equal(t, c.want != faulttest.Repeated, report.OK())
		})
	}
}

// A reply that comes after the client's deadline does not excuse it either.
func TestOnceWhenTheReplyIsLate(t *testing.T) {
	patient := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := ownTimer(ctx, dial)
		if err != nil {
			return ownTimer(ctx, dial)
		}
		return answer, err
	}
	opts := &faulttest.Options{
		Once: func([]byte) bool { return true }, Only: []faultdaemon.Fault{faultdaemon.FaultAckLate},
		Plan: func(f faultdaemon.Fault) faultdaemon.Plan { return faultdaemon.FirstN(1, f) },
	}
	report := faulttest.Judge(t, statusDaemon(), patient, opts)
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Repeated, report.Results[0].Verdict, "%s", report)
	require.Contains(t, report.Results[0].Why, "which the daemon had carried out")
}

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// What clients do after a fault that make connections as they need them. A call that
// meets a silent connection of a pool takes all of its time, so that the next one has to
// have some left.
func TestPools(t *testing.T) {
	opts := &faulttest.Options{Recover: 12 * time.Second}
	for _, c := range []struct {
		name   string
		report faulttest.Report
		counts map[faulttest.Verdict]int
		failed map[faultdaemon.Fault]faulttest.Verdict
	}{
		{"docker", faulttest.JudgeSession(t, dockerConfig(), openDocker, opts), map[faulttest.Verdict]int{
			faulttest.Survived: 11, faulttest.Rejected: 21, faulttest.TimedOut: 8, faulttest.Untested: 1,
		}, map[faultdaemon.Fault]faulttest.Verdict{}},
		{"redigo", faulttest.JudgeSession(t, redisConfig(), openRedigo, opts), map[faulttest.Verdict]int{
			faulttest.Survived: 11, faulttest.Rejected: 21, faulttest.TimedOut: 8, faulttest.WrongAnswer: 1, faulttest.Untested: 2,
		}, map[faultdaemon.Fault]faulttest.Verdict{faultdaemon.FaultMultipleResponses: faulttest.WrongAnswer}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.report.Err)
			require.Empty(t, c.report.Leaks, "even when the daemon is healthy")
			counts, failed := make(map[faulttest.Verdict]int), make(map[faultdaemon.Fault]faulttest.Verdict)
			for _, r := range c.report.Results {
				counts[r.Verdict]++
				if !r.OK {
					failed[r.Fault] = r.Verdict
				}
			}
			require.Equal(t, c.failed, failed)
			require.Equal(t, c.counts, counts, "%s", c.report)
		})
	}
}

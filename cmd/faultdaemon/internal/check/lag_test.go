package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

func TestLag(t *testing.T) {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(s int) time.Time { return epoch.Add(time.Duration(s) * time.Second) }
	assert.True(t, new(lag).busy(after(1), after(2)), "nobody has watched")
	l := lag{since: epoch, late: []time.Time{after(10)}}
	assert.True(t, l.busy(after(-1), after(2)), "nobody had watched")
	assert.False(t, l.busy(after(1), after(9)))
	assert.True(t, l.busy(after(9), after(11)))
	assert.False(t, l.busy(after(11), after(12)))

	connected := &verdict.Observation{Started: after(9), TimedFrom: after(11), Ended: after(12)}
	assert.False(t, l.during(connected), "it was busy while the client started")
	assert.True(t, l.during(&verdict.Observation{Started: after(9), Ended: after(12)}))
	assert.False(t, l.during(&verdict.Observation{Started: after(11), Ended: after(12)}), "a client that never connected")
}

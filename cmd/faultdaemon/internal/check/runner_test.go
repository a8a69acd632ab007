package check

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// When a run is killed that has 5 s to connect and then 10 s, by when it connects.
func TestTheDeadlineCountsFromTheFirstConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		connects []time.Duration
		want     time.Duration
	}{
		"never":     {nil, 5 * time.Second},
		"at once":   {[]time.Duration{0}, 10 * time.Second},
		"late":      {[]time.Duration{4700 * time.Millisecond}, 14700 * time.Millisecond},
		"twice":     {[]time.Duration{time.Second, 4 * time.Second}, 11 * time.Second},
		"too late":  {[]time.Duration{6 * time.Second}, 5 * time.Second},
		"last call": {[]time.Duration{4999 * time.Millisecond}, 14999 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := fd.New("", fd.Config{})
				require.NoError(t, d.Start())
				defer d.Stop()
				started := time.Now()
				ctx, cancel := withDeadline(t.Context(), d, func() {}, 5*time.Second, 10*time.Second)
				defer cancel()
				for _, after := range tt.connects {
					time.AfterFunc(after, func() {
						if conn, err := d.Dial(t.Context()); assert.NoError(t, err) {
							_ = conn.Close()
						}
					})
				}
				<-ctx.Done()
				assert.Equal(t, tt.want, time.Since(started))
			})
		})
	}
}

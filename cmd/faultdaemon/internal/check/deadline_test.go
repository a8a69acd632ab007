package check

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// When a run is killed that has 10 s, by when it connects.
func TestTheDeadlineCountsFromTheFirstConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		connects []time.Duration
		want     time.Duration
	}{
		"never":     {nil, 10 * time.Second},
		"at once":   {[]time.Duration{0}, 10 * time.Second},
		"late":      {[]time.Duration{6700 * time.Millisecond}, 16700 * time.Millisecond},
		"twice":     {[]time.Duration{time.Second, 5 * time.Second}, 11 * time.Second},
		"too late":  {[]time.Duration{11 * time.Second}, 10 * time.Second},
		"last call": {[]time.Duration{9999 * time.Millisecond}, 19999 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := fd.New("", fd.Config{})
				require.NoError(t, d.Start())
				defer d.Stop()
				started := time.Now()
				ctx, cancel := withDeadline(t.Context(), d, 10*time.Second)
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

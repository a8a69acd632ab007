package faultdaemon_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Stop and Disconnect may come in the moment in which a step shapes a connection: the
// race detector sees whether they meet.
func TestAConnectionIsShapedWhileTheDaemonEndsIt(t *testing.T) {
	for name, end := range map[string]func(*faultdaemon.FaultDaemon){
		"Stop": (*faultdaemon.FaultDaemon).Stop, "Disconnect": (*faultdaemon.FaultDaemon).Disconnect,
	} {
		t.Run(name, func(t *testing.T) {
			for range 100 {
				began := make(chan struct{})
				shapes, err := faultdaemon.NewCatalogue(faultdaemon.Info{
					Name: "shapes", Stage: faultdaemon.StageAccept,
					Do: func(e *faultdaemon.Exchange) error {
						close(began)
						if err := e.Shape(nil, 0); err != nil {
							return err
						}
						return e.Hang()
					},
				})
				require.NoError(t, err)
				h := start(t, "memory", faultdaemon.Config{
					Catalogues: []*faultdaemon.Catalogue{shapes}, Fault: "shapes",
				})
				c := h.client()
				<-began
				end(h.FaultDaemon)
				c.ends("", faultdaemon.EndEOF)
			}
		})
	}
}

// shaping is a Config with a fault of a stage that shapes the connection and serves on.
func shaping(t *testing.T, stage faultdaemon.Stage, delay func() time.Duration, rate int64) faultdaemon.Config {
	t.Helper()
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "shapes", Stage: stage, Do: func(e *faultdaemon.Exchange) error { return e.Shape(delay, rate) },
	})
	require.NoError(t, err)
	return faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: "shapes"}
}

// A reply is late by the delay, and then takes as long as its bytes do at the rate.
func TestAShapedReplyTakesItsTime(t *testing.T) {
	late := func() time.Duration { return 50 * time.Millisecond }
	for name, c := range map[string]struct {
		delay func() time.Duration
		rate  int64
		took  time.Duration
	}{
		"late":          {late, 0, 50 * time.Millisecond},
		"slow":          {nil, 1000, 100 * time.Millisecond},
		"very slow":     {nil, 20, 5 * time.Second},
		"late and slow": {late, 1000, 150 * time.Millisecond},
		"neither":       {nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "memory", shaping(t, faultdaemon.StageAccept, c.delay, c.rate))
				client := h.client()
				for range 2 {
					began := time.Now()
					client.exchange(lineOf(100), lineOf(100))
					require.Equal(t, c.took, time.Since(began))
				}
				require.Equal(t, 1, h.Fired()["shapes"])
			})
		})
	}
}

// What is under way when the daemon stops reaches no client any more.
func TestAShapedReplyEndsWithTheDaemon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", shaping(t, faultdaemon.StageAccept, nil, 1000))
		c := h.client()
		c.send(lineOf(100))
		c.reads(lineOf(100)[:50])
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
	})
}

// Once something has been read, a connection keeps its shape.
func TestShapingComesTooLateForARequest(t *testing.T) {
	h := start(t, "memory", shaping(t, faultdaemon.StageRespond, nil, 1))
	h.client().exchange("ping\n", "ping\n")
	require.Contains(t, h.event(faultdaemon.EventNotFired).Detail, "only a fault of the accept stage shapes a connection")
}

package faultdaemon_test

import (
	"testing"

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

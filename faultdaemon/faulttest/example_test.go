package faulttest_test

import (
	"context"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// The test of a client under every fault: connect with dial, do what the
// client always does, return the answer.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestClientUnderEveryFault(t *testing.T)
		faulttest.Run(t, statusDaemon(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			c, err := connect(ctx, dial)
			if err != nil {
				return "", err
			}
			defer c.Close()
			return c.Call(ctx, "status")
		}, nil)
	}
}

package check

import (
	"context"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// withDeadline returns a context that ends so long after the daemon's first
// connection, and after now where there is none until then: what a program does
// before it connects is no part of what is judged.
func withDeadline(ctx context.Context, d *faultdaemon.FaultDaemon, deadline time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		start, connected := context.WithTimeout(ctx, deadline)
		defer connected()
		if d.WaitForConnections(start, 1) != nil {
			return
		}
		select {
		case <-time.After(deadline):
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

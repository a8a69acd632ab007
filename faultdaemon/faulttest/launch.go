package faulttest

import (
	"context"
	"errors"
)

// Launch does what the command does that starts the daemon of this run. A client that
// starts its daemon when it finds none is given Launch in the place of that command. It
// returns when the daemon listens; where a daemon is alive already it fails, as a
// second daemon does, and the client gets the verdict [SecondDaemon]: see
// [faultdaemon.FaultDaemon.Launch]. ctx is the client's context, or one derived
// from it. Launch may be called concurrently:
//
//	client := myclient.New(dial, func() error { return faulttest.Launch(ctx) })
func Launch(ctx context.Context) error {
	d := daemonOf(ctx)
	if d == nil {
		return errors.New("faulttest: Launch: the context is not that of a client that is judged: pass the one that the client is called with")
	}
	return d.Launch()
}

// Package listen has the [Faults] of a daemon's life: what clients find before they
// are connected, and when the daemon restarts, is replaced, or goes away.
//
//	d := faultdaemon.New(path, faultdaemon.Config{
//		Catalogues: []*faultdaemon.Catalogue{listen.Faults},
//		Fault:      listen.FaultSocketStale,
//	})
//
// They act on the socket's path, on a TCP port or in memory, whichever the daemon
// listens on; where clients cannot find there what a fault is about, it does not fire,
// and an event says why.
package listen

// Package faultdaemon is a real daemon that misbehaves on purpose: it hangs,
// cuts, corrupts, floods and resets, one named [Fault] at a time, so that the
// client side of local IPC is tested before production does it.
//
//	d := faultdaemon.New(path, faultdaemon.Config{
//		Fault:           faultdaemon.FaultPartialResponse,
//		ResponseHandler: func(request []byte) []byte { return []byte("pong\n") },
//	})
//	if err := d.Start(); err != nil { ... }
//	defer d.Stop()
//	// run the client against path, and look at what it does
//
// # Exchanges
//
// A connection carries many exchanges: the daemon reads one message, records
// it, asks the [ResponseHandler] for the reply R and writes R in one write.
// With a fault in force the fault acts in place of that. The connection stays
// open until the client closes it, the fault ends it or the daemon stops.
//
// # Faults
//
// The faults of this package are generated from a catalogue: see [Builtin]
// and the constants, each of which says what a client sees. A protocol brings
// faults of its own; a project adds more in the same way (Config.Catalogues).
// What a fault does is a [Step], made of the primitives of this package.
//
// # Transports
//
// A daemon listens on a Unix socket, on any listener ([FaultDaemon.Serve]), or
// in memory (a New with an empty path, [FaultDaemon.Dial]). What a client's
// reads report is the same everywhere. In memory, every wait is durable under
// testing/synctest, so that 15 seconds of silence take no real time.
//
// Resetting a Unix socket is exact on Linux; elsewhere a client may read EOF
// instead, and a hang sees that its client has left only while the client has
// written less than 64 KiB.
package faultdaemon

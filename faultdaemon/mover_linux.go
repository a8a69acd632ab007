package faultdaemon

import "io"

// mover returns how the kernel moves bytes from one TCP connection to another, nil for
// anything else: over a Unix socket descriptors may come with them.
func mover(from, to wire) func(int64) (int64, error) {
	source, ok := from.(*tcpWire)
	if !ok {
		return nil
	}
	sink, ok := to.(*tcpWire)
	if !ok {
		return nil
	}
	return func(n int64) (int64, error) {
		return sink.ReadFrom(&io.LimitedReader{R: source.TCPConn, N: n}) // splice(2)
	}
}

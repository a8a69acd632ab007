//go:build !unix

package faultdaemon

import "net"

// rights are file descriptors on their way. There are none here.
type rights struct{}

func (*rights) close() int { return 0 }

// newPlainWire returns the wire on a connection that no other wire is for.
func newPlainWire(c net.Conn, stop <-chan struct{}) wire { return &plainWire{Conn: c, stop: stop} }

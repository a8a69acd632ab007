//go:build !unix

package faultdaemon

import (
	"io"
	"net"
)

// fill cannot make the backlog of a listener short here.
func fill(net.Listener) ([]io.Closer, error) {
	return nil, NotFired("the backlog of a socket cannot be made short on this system")
}

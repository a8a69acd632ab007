//go:build unix

package faultdaemon

import "net"

var _ rightsWire = (*plainUnixWire)(nil)

// plainUnixWire is a plainWire on a Unix socket, which descriptors are passed over too.
type plainUnixWire struct {
	*plainWire
	*received
	unix *net.UnixConn
}

// newPlainWire returns the wire on a connection that no other wire is for.
func newPlainWire(c net.Conn, stop <-chan struct{}) wire {
	unix, ok := c.(*net.UnixConn) // itself: what wraps one may change its bytes
	if !ok {
		return &plainWire{Conn: c, stop: stop}
	}
	beside := &received{}
	return &plainUnixWire{&plainWire{Conn: rightsConn{unix, beside}, stop: stop}, beside, unix}
}

func (w *plainUnixWire) writeRights(p []byte, r *rights) (int, error) { return r.send(w.unix, p) }

// rightsConn is a Unix socket that keeps the descriptors that come with its bytes.
type rightsConn struct {
	*net.UnixConn
	*received
}

func (c rightsConn) Read(p []byte) (int, error) {
	if c.control == nil {
		return c.UnixConn.Read(p)
	}
	n, controls, _, _, err := c.ReadMsgUnix(p, c.control)
	c.keep(controls)
	return n, err
}

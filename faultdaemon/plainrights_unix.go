//go:build unix

package faultdaemon

import "net"

var _ rightsWire = (*plainUnixWire)(nil)

// plainUnixWire is a plainWire on a Unix socket, which descriptors are passed over too.
type plainUnixWire struct {
	*plainWire
	conn *rightsConn
}

// newPlainWire returns the wire on a connection that no other wire is for.
func newPlainWire(c net.Conn, stop <-chan struct{}) wire {
	unix, ok := c.(*net.UnixConn) // itself: what wraps one may change its bytes
	if !ok {
		return &plainWire{Conn: c, stop: stop}
	}
	conn := &rightsConn{UnixConn: unix}
	return &plainUnixWire{&plainWire{Conn: conn, stop: stop}, conn}
}

func (w *plainUnixWire) collectRights() { w.conn.control = rightsRoom() }

func (w *plainUnixWire) takeRights() *rights {
	r := w.conn.rights
	w.conn.rights = nil
	return r
}

func (w *plainUnixWire) writeRights(p []byte, r *rights) (int, error) {
	return r.send(w.conn.UnixConn, p)
}

// rightsConn is a Unix socket that keeps the descriptors that come with its bytes.
type rightsConn struct {
	*net.UnixConn
	control []byte  // room for what comes beside bytes; nil: that is not wanted
	rights  *rights // that have come
}

func (c *rightsConn) Read(p []byte) (int, error) {
	if c.control == nil {
		return c.UnixConn.Read(p)
	}
	n, controls, _, _, err := c.ReadMsgUnix(p, c.control)
	c.rights = c.rights.withRights(c.control[:controls])
	return n, err
}

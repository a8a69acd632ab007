package faultdaemon

import "net"

// A listener may know more of a connection than its bytes: which process is at the
// other end, who the peer is. Steps reach that by Conn and Listener.
type (
	// carried is a connection that is read, written and ended by what it
	// unwraps to. It is closed when that has ended.
	carried interface{ Unwrap() net.Conn }

	// beginner is a connection that wants to know when the faults of the
	// process stage are over, and nothing has been read or written yet.
	beginner interface{ Begin() error }
)

// carrier returns what a connection is read and written by.
func carrier(c net.Conn) net.Conn {
	if c, ok := c.(carried); ok {
		return c.Unwrap()
	}
	return c
}

// begin tells the connection that it is about to be read and written.
func (c *connection) begin() error {
	if b, ok := c.conn.(beginner); ok {
		if err := b.Begin(); err != nil {
			return c.lost(err)
		}
	}
	return nil
}

// Conn returns the connection as the listener of [FaultDaemon.Serve] has
// returned it, for steps that ask it for more than its bytes; nil at the listen
// stage. A step that reads, writes or closes it by itself is in the daemon's way.
func (e *Exchange) Conn() net.Conn { return e.conn.conn }

// Listener returns what the daemon accepts the connection from.
func (e *Exchange) Listener() net.Listener { return e.conn.listener }

// open does the fault of the listen stage, if one is due, before the listener
// accepts. Where the run has a presence, such a fault acts there.
func (d *FaultDaemon) open(l net.Listener, r *run) error {
	if r.present() != nil {
		return nil
	}
	c := d.unconnected(r, r.ctx, d.state.Load())
	c.listener = l
	defer c.end()
	return c.early(StageListen)
}

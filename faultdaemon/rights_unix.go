//go:build unix

package faultdaemon

import (
	"net"
	"syscall"
)

// rights are file descriptors on their way: received, and not sent on yet.
type rights struct{ descriptors []int }

// close closes them, and returns how many there were.
func (r *rights) close() int {
	for _, fd := range r.descriptors {
		_ = syscall.Close(fd)
	}
	return len(r.descriptors)
}

// maxRights is how many descriptors one message may have: Linux's SCM_MAX_FD.
const maxRights = 253

// received is what has come over a wire beside its bytes.
type received struct {
	control []byte  // room for that of one message; nil: it is not wanted
	rights  *rights // that have come, and were not taken yet
}

func (r *received) collectRights() { r.control = make([]byte, syscall.CmsgSpace(4*maxRights)) }

func (r *received) takeRights() *rights {
	taken := r.rights
	r.rights = nil
	return taken
}

// keep keeps the descriptors of a message, which has put so many bytes into control.
func (r *received) keep(controls int) { r.rights = r.rights.withRights(r.control[:controls]) }

// withRights adds the descriptors of a control message to those that came before; nil
// where there are none.
func (r *rights) withRights(control []byte) *rights {
	messages, _ := syscall.ParseSocketControlMessage(control)
	for _, m := range messages {
		descriptors, err := syscall.ParseUnixRights(&m)
		if err != nil {
			continue // credentials
		}
		if r == nil {
			r = &rights{}
		}
		r.descriptors = append(r.descriptors, descriptors...)
	}
	return r
}

// send writes p and the descriptors together, and closes those.
func (r *rights) send(c *net.UnixConn, p []byte) (int, error) {
	defer r.close()
	n, _, err := c.WriteMsgUnix(p, syscall.UnixRights(r.descriptors...), nil)
	if err == nil && n < len(p) {
		var rest int
		rest, err = c.Write(p[n:])
		n += rest
	}
	return n, err
}

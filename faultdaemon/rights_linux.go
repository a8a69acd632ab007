package faultdaemon

import (
	"fmt"
	"os"
	"syscall"
)

var _ rightsWire = (*unixWire)(nil)

// rights are file descriptors on their way: received, and not sent on yet.
type rights struct{ descriptors []int }

// close closes them, and returns how many there were.
func (r *rights) close() int {
	for _, fd := range r.descriptors {
		_ = syscall.Close(fd)
	}
	return len(r.descriptors)
}

// maxRights is how many descriptors the kernel lets one message have, SCM_MAX_FD.
const maxRights = 253

func (w *unixWire) collectRights() { w.control = make([]byte, syscall.CmsgSpace(4*maxRights)) }

func (w *unixWire) takeRights() *rights {
	r := w.rights
	w.rights = nil
	return r
}

func (w *unixWire) writeRights(p []byte, r *rights) (int, error) {
	defer r.close()
	n, _, err := w.WriteMsgUnix(p, syscall.UnixRights(r.descriptors...), nil)
	if err == nil && n < len(p) {
		var rest int
		rest, err = w.Write(p[n:])
		n += rest
	}
	return n, err
}

// receive is one look or one read that also takes the descriptors that come with the
// bytes.
func (w *unixWire) receive(fd uintptr, p []byte, flags int) (int, error) {
	for {
		n, controls, _, _, err := syscall.Recvmsg(int(fd), p, w.control, flags|syscall.MSG_DONTWAIT|syscall.MSG_CMSG_CLOEXEC)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, err
		case controls > 0:
			w.keep(w.control[:controls])
		}
		return n, nil
	}
}

func (w *unixWire) keep(control []byte) {
	messages, _ := syscall.ParseSocketControlMessage(control)
	for _, m := range messages {
		descriptors, err := syscall.ParseUnixRights(&m)
		if err != nil {
			continue // credentials
		}
		if w.rights == nil {
			w.rights = &rights{}
		}
		w.rights.descriptors = append(w.rights.descriptors, descriptors...)
	}
}

// strangers says that the peer of a Unix socket is another user than this process,
// which an upstream cannot see; "" where it is the same.
func strangers(w wire) string {
	unix, ok := w.(*unixWire)
	if !ok {
		return ""
	}
	var peer *syscall.Ucred
	err := unix.raw.Control(func(fd uintptr) {
		peer, _ = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err != nil || peer == nil || int(peer.Uid) == os.Geteuid() {
		return ""
	}
	return fmt.Sprintf("the client is user %d, and its daemon sees user %d, which this process runs as: peer credentials cannot be passed on",
		peer.Uid, os.Geteuid())
}

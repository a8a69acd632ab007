package faultdaemon

import (
	"fmt"
	"os"
	"syscall"
)

var _ rightsWire = (*unixWire)(nil)

func (w *unixWire) writeRights(p []byte, r *rights) (int, error) { return r.send(w.UnixConn, p) }

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
			w.keep(controls)
		}
		return n, nil
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

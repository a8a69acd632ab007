//go:build unix

package faultdaemon

import (
	"context"
	"io"
	"net"
	"syscall"
	"time"
)

// A backlog of 0 still takes one connection, and on TCP two. Beyond that no connect
// succeeds; on TCP the kernel says nothing, and fillTime is how long it may take to.
const (
	fillMost = 4
	fillTime = 50 * time.Millisecond
)

// fill makes the backlog of a listener as short as it can be, and connects to it
// until it is full. What it returns keeps it so.
func fill(l interface {
	net.Listener
	syscall.Conn
}) (waiting []io.Closer, err error) {
	raw, err := l.SyscallConn()
	if err != nil {
		return nil, err
	}
	var listening error
	if err := raw.Control(func(fd uintptr) { listening = syscall.Listen(int(fd), 0) }); err != nil {
		return nil, err
	}
	if listening != nil {
		return nil, listening
	}
	dialer := net.Dialer{Timeout: fillTime}
	for range fillMost {
		c, err := dialer.DialContext(context.Background(), l.Addr().Network(), l.Addr().String())
		if err != nil {
			return waiting, nil // it is full
		}
		waiting = append(waiting, c)
	}
	return waiting, NotFired("the backlog is never full on this system")
}

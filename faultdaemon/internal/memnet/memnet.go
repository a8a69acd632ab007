// Package memnet provides stream sockets in memory that behave like Unix
// sockets on Linux: a write of up to [Buffer] bytes returns before anybody
// reads it, either direction can be shut on its own, and an end that is closed
// with unread bytes resets its peer.
//
// Every call that blocks is durably blocked in the sense of testing/synctest,
// provided that the [Conn] or [Listener] was made inside the bubble and, for
// [Listener.Dial], the context too. No call starts a goroutine that outlives
// it, and a connection holds memory only for the bytes that are under way.
//
// Errors are *[net.OpError] around what package net has around the same place:
// [net.ErrClosed], [os.ErrDeadlineExceeded], the error of a context, or an
// *[os.SyscallError] with [syscall.ECONNRESET], [syscall.EPIPE] or
// [syscall.ECONNREFUSED], on every platform alike. [io.EOF] comes bare.
package memnet

import (
	"io"
	"net"
	"sync"
)

// Buffer is the number of bytes that one direction of a connection holds
// before Write blocks: 208 KiB, what a Unix socket on Linux holds by default.
const Buffer = 208 << 10

// network is the name of the network and of every address in it.
const network = "memory"

// address is the address of every listener and of both ends of a connection.
type address struct{}

func (address) Network() string { return network }
func (address) String() string  { return network }

// Pipe returns the two ends of a new connection. What one end writes the other
// end reads.
func Pipe() (a, b *Conn) {
	p := new(pair)
	p.a.join(&p.b, &p.mu)
	p.b.join(&p.a, &p.mu)
	return &p.a, &p.b
}

// pair is the two ends of a connection and the lock over the state of both. It
// is held for the copying of bytes, never while a call waits.
type pair struct {
	mu   sync.Mutex
	a, b Conn
}

// opError says which operation of a connection err belongs to. EOF is no
// failure and stays as it is, like in package net.
func opError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: network, Source: address{}, Addr: address{}, Err: err}
}

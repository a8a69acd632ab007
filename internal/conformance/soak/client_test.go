package soak

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"
)

// patience is how long a client waits for a daemon that may be silent on purpose.
const patience = 30 * time.Millisecond

// visit is a connection of a client that sends some messages in pieces of any size,
// waits for replies or does not, and leaves at any byte in any way.
func visit(rng *rand.Rand, dial func() (net.Conn, error), book *ledger) {
	conn, err := dial()
	if err != nil {
		<-time.After(time.Millisecond) // nobody listens, on purpose
		return
	}
	defer func() { _ = conn.Close() }()
	if conn.SetDeadline(time.Now().Add(patience)) != nil {
		return
	}
	p := book.open()
	replies := bufio.NewReader(conn)
	waits := rng.IntN(3) > 0
	for range rng.IntN(6) {
		if !converse(rng, conn, replies, p, waits) {
			break
		}
	}
	leave(rng, conn)
}

// converse sends a message, all or a part of it, and reads what may be the reply. It
// reports whether the connection goes on.
func converse(rng *rand.Rand, conn net.Conn, replies *bufio.Reader, p *page, waits bool) bool {
	m := p.next(anyKind(rng), anySize(rng))
	raw := p.ledger.frame(m.request())
	part := len(raw)
	if rng.IntN(5) == 0 {
		part = rng.IntN(len(raw))
	}
	n, err := write(rng, conn, raw[:part])
	if n == len(raw) {
		p.sent(raw)
	}
	if err != nil || n < len(raw) {
		return false
	}
	if !waits || m.kind == notification {
		return true
	}
	reply, err := p.ledger.protocol.ReadMessage(replies, 4<<20)
	p.answered(m, reply) // right or not
	return err == nil
}

func anyKind(rng *rand.Rand) kind {
	switch rng.IntN(8) {
	case 0:
		return notification
	case 1:
		return batch
	}
	return call
}

// anySize draws how long the padding of a message is: most are short, some are
// around the sizes of buffers, a few are longer than what a socket holds.
func anySize(rng *rand.Rand) int {
	switch n := rng.IntN(400); {
	case n == 0:
		return 300 << 10
	case n < 5:
		return 64<<10 - 100 + rng.IntN(120)
	case n < 40:
		return 4096 - 120 + rng.IntN(140)
	}
	return rng.IntN(100)
}

// write writes p in up to four pieces, and returns how many bytes of it went.
func write(rng *rand.Rand, conn net.Conn, p []byte) (int, error) {
	sent := 0
	for range rng.IntN(4) {
		n, err := conn.Write(p[sent : sent+rng.IntN(len(p)-sent+1)])
		if sent += n; err != nil {
			return sent, err
		}
	}
	n, err := conn.Write(p[sent:])
	return sent + n, err
}

// leave ends the connection: with what was not read, with all of it read, after a
// half-close, or with a reset.
func leave(rng *rand.Rand, conn net.Conn) {
	switch rng.IntN(4) {
	case 0:
		_, _ = io.Copy(io.Discard, conn) // whatever comes, to the end or the deadline
	case 1:
		if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	case 2:
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
}

// behave is a client that does everything right, of a daemon that does.
func (l *ledger) behave(dial func() (net.Conn, error)) error {
	conn, err := dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	p := l.open()
	replies := bufio.NewReader(conn)
	for range 3 {
		m := p.next(call, 20)
		raw := l.frame(m.request())
		n, err := conn.Write(raw)
		if n == len(raw) {
			p.sent(raw)
		}
		reply, readErr := l.protocol.ReadMessage(replies, 1<<10)
		if err := errors.Join(err, readErr); err != nil {
			return fmt.Errorf("a healthy daemon: message %d: %w", m.number, err)
		}
		if !p.answered(m, reply) {
			return fmt.Errorf("a healthy daemon replied %q to message %d", reply, m.number)
		}
	}
	return nil
}

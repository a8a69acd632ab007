package soak

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A ledger is what the clients of one daemon know to be true: which messages they
// have sent whole, and which of them were answered.
type ledger struct {
	protocol faultdaemon.Protocol
	hash     maphash.Seed

	mu      sync.Mutex
	pages   []*page
	handled map[message]int // how often the handler was asked
}

// A page is one connection's. Only its client uses it.
type page struct {
	ledger *ledger
	number int
	drawn  int
	whole  []uint64 // the hash of each message that was sent whole, in order
	known  int      // how many of them the daemon has read for certain
	right  int      // how many replies were right
}

func newLedger(p faultdaemon.Protocol) *ledger {
	return &ledger{protocol: p, hash: maphash.MakeSeed(), handled: make(map[message]int)}
}

// open begins the page of one more connection.
func (l *ledger) open() *page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &page{ledger: l, number: len(l.pages)}
	l.pages = append(l.pages, p)
	return p
}

// frame returns the message that carries a payload.
func (l *ledger) frame(payload string) []byte {
	framed, err := l.protocol.Frame([]byte(payload))
	if err != nil {
		panic(err) // every framing can carry JSON on one line
	}
	return bytes.Clone(framed)
}

// handle is the daemon's handler.
func (l *ledger) handle(request []byte) []byte {
	m, ok := parse(request)
	if !ok {
		return nil // compare will say so
	}
	l.mu.Lock()
	l.handled[m]++
	l.mu.Unlock()
	if reply := m.reply(); reply != "" {
		return l.frame(reply)
	}
	return []byte{}
}

// next returns the connection's next message.
func (p *page) next(k kind, size int) message {
	p.drawn++
	return message{p.number, p.drawn, k, size}
}

// sent notes that a message went whole, as these bytes.
func (p *page) sent(raw []byte) {
	p.whole = append(p.whole, maphash.Bytes(p.ledger.hash, raw))
}

// answered notes that the newest message got this reply. Where that is the right
// one, the daemon has read the message and all before it.
func (p *page) answered(m message, reply []byte) bool {
	if !bytes.Equal(reply, p.ledger.frame(m.reply())) {
		return false
	}
	p.known = len(p.whole)
	p.right++
	return true
}

// answers returns how many replies were right.
func (l *ledger) answers() (n int) {
	for _, p := range l.pages {
		n += p.right
	}
	return n
}

// compare holds that the calls of each connection are the first that it has sent,
// byte for byte, each once and in order; that none is missing which the daemon has
// read for certain; and that the handler was asked about those alone, once.
func (l *ledger) compare(calls []faultdaemon.RPCCall) error {
	recorded := make([]int, len(l.pages))
	for _, call := range calls {
		m, ok := parse(call.Request)
		if !ok || m.connection >= len(l.pages) {
			return fmt.Errorf("recorded, and sent by nobody: %.200q", call.Request)
		}
		p := l.pages[m.connection]
		if m.number != recorded[m.connection]+1 {
			return fmt.Errorf("message %d of connection %d recorded after its message %d", m.number, m.connection, recorded[m.connection])
		}
		if m.number > len(p.whole) {
			return fmt.Errorf("message %d of connection %d recorded, of which %d were sent whole", m.number, m.connection, len(p.whole))
		}
		if maphash.Bytes(l.hash, call.Request) != p.whole[m.number-1] {
			return fmt.Errorf("message %d of connection %d recorded otherwise than it was sent: %.200q", m.number, m.connection, call.Request)
		}
		recorded[m.connection]++
	}
	for n, p := range l.pages {
		if recorded[n] < p.known {
			return fmt.Errorf("of connection %d, %d messages are recorded and %d were read", n, recorded[n], p.known)
		}
	}
	for m, times := range l.handled {
		if times > 1 || m.number > recorded[m.connection] {
			return fmt.Errorf("the handler was asked %d times about message %d of connection %d, of which %d are recorded",
				times, m.number, m.connection, recorded[m.connection])
		}
	}
	return nil
}

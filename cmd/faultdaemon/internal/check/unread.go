package check

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// maxUnread is how much is kept of what came to no message.
const maxUnread = 64 << 10

// An unreadKeeper is a protocol that remembers the bytes that it read and that
// came to no whole message: what a client sent that speaks another protocol. It
// has no renderings, and so is for healthy daemons alone.
type unreadKeeper struct {
	faultdaemon.Protocol

	mu     sync.Mutex
	unread []byte
}

var (
	_ faultdaemon.Payloader = (*unreadKeeper)(nil)
	_ faultdaemon.Replier   = (*unreadKeeper)(nil)
)

// ReadMessage reads as the protocol does.
func (k *unreadKeeper) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	message, err := k.Protocol.ReadMessage(r, limit)
	if err != nil && !(errors.Is(err, io.EOF) && len(message) == 0) {
		k.keep(message, r)
	}
	return message, err
}

// keep takes down what was read of a message, and what lies behind it. A
// protocol returns what it has only looked at, too.
func (k *unreadKeeper) keep(message []byte, r *bufio.Reader) {
	behind, _ := r.Peek(r.Buffered())
	if !bytes.HasPrefix(behind, message) {
		k.add(message)
	}
	k.add(behind)
}

// tap keeps what a client sends to an upstream and is not cut into messages.
func (k *unreadKeeper) tap(m faultdaemon.Message) {
	if m.Raw && m.Direction == faultdaemon.ToUpstream {
		k.add(m.Data)
	}
}

func (k *unreadKeeper) add(unread []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.unread = append(k.unread, unread[:min(len(unread), maxUnread-len(k.unread))]...)
}

// kept returns what was remembered. It is called when the daemon has stopped.
func (k *unreadKeeper) kept() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unread
}

// Validate returns what is wrong with the protocol's own settings.
func (k *unreadKeeper) Validate() error {
	if p, ok := k.Protocol.(interface{ Validate() error }); ok {
		return p.Validate()
	}
	return nil
}

// Payload returns what a message carries, as the protocol says where it can.
func (k *unreadKeeper) Payload(message []byte) ([]byte, error) {
	if p, ok := k.Protocol.(faultdaemon.Payloader); ok {
		return p.Payload(message)
	}
	return bytes.TrimRight(message, "\r\n"), nil
}

// Reply returns the message that carries the reply to a request.
func (k *unreadKeeper) Reply(request, payload []byte) ([]byte, error) {
	if p, ok := k.Protocol.(faultdaemon.Replier); ok {
		return p.Reply(request, payload)
	}
	return k.Protocol.Frame(payload)
}

package lengthprefix

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// PostgresConnection is PostgreSQL's protocol 3 on a whole connection, for a daemon in front of
// a real server: [Postgres], the start-up packet, which has no tag, and the reply of one
// byte to a request for encryption.
//
//	00 00 00 08  04 d2 16 2f           SSLRequest
//	4e                                 its reply: 'N', no
//	00 00 00 22  00 03 00 00  ...      start-up
//	51  00 00 00 0e  SELECT 1; 00      Query
//
// A reply is all messages up to ReadyForQuery, or up to one that the client has to
// answer before the server goes on: for a password, or for the data of a COPY. What
// comes of a LISTEN belongs to no reply. Bytes of encryption are no message: the connection is
// passed on as raw bytes from there on.
//
// In an extended query the reply is Sync's: what comes before is a part of it. A COPY in an
// extended query has a reply more than is counted, and those behind it are taken for
// their neighbours'.
//
// The words that select a message in a plan are its tag ("Q") or "startup".
func PostgresConnection() faultdaemon.Protocol { return postgresConnection{Postgres()} }

type postgresConnection struct{ Layout }

var (
	_ faultdaemon.ReplyEnder = postgresConnection{}
	_ faultdaemon.Pusher     = postgresConnection{}
	_ faultdaemon.Selector   = postgresConnection{}
	_ faultdaemon.Skipper    = postgresConnection{}
	_ faultdaemon.Sizer      = postgresConnection{}
)

// untagged is the layout of what a client sends first.
func untagged() Layout { return Layout{LengthWidth: 4, LengthAdjust: -4, Signed: true} }

// cancelRequest is the code of a packet that asks a server to cancel a query, in place
// of the protocol's version. Nothing replies to it.
const cancelRequest = 80877102

// ReadMessage reads one message. An S, N or G with which r has nothing more is the
// reply to a request for encryption: the server waits for the client then.
func (p postgresConnection) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	l, first, err := p.layout(r)
	switch {
	case err != nil:
		return first, err
	case isAnswer(r, first):
		_, err := r.Discard(1)
		return first, err
	}
	return l.ReadMessage(r, limit)
}

// SkipMessage reads over one message.
func (p postgresConnection) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	l, first, err := p.layout(r)
	if err != nil || isAnswer(r, first) {
		return p.ReadMessage(r, keep)
	}
	return l.SkipMessage(r, keep)
}

// MessageSize returns the size that the next message announces.
func (p postgresConnection) MessageSize(r *bufio.Reader) (int, error) {
	l, first, err := p.layout(r)
	if err != nil || isAnswer(r, first) {
		return len(first), err
	}
	return l.MessageSize(r)
}

// layout is that of the next message, by its first byte.
func (p postgresConnection) layout(r *bufio.Reader) (l Layout, first []byte, err error) {
	first, err = r.Peek(1)
	switch {
	case err != nil:
		return l, nil, err
	case first[0] == 0:
		return untagged(), first, nil
	case first[0] < '1' || first[0] > 'z':
		return l, first, fmt.Errorf("%w: it begins with %q, which is no tag: encrypted?", ErrCorrupt, first)
	}
	return p.Layout, first, nil
}

// isAnswer reports whether a byte is all that there is.
func isAnswer(r *bufio.Reader, first []byte) bool {
	return r.Buffered() == 1 && bytes.Contains([]byte("SNG"), first)
}

// ExpectsReply is true for start-up, Query, Sync, FunctionCall, the answer to a
// request for authentication, CopyDone and CopyFail.
func (postgresConnection) ExpectsReply(request []byte) bool {
	if len(request) >= 8 && request[0] == 0 {
		return binary.BigEndian.Uint32(request[4:]) != cancelRequest
	}
	return len(request) > 0 && bytes.IndexByte([]byte("QSFpcf"), request[0]) >= 0
}

// EndsReply is true for ReadyForQuery, CopyInResponse, CopyBothResponse, what asks the client to
// authenticate, the reply of one byte, and an error that ends the connection.
func (postgresConnection) EndsReply(message []byte) bool {
	if len(message) == 1 {
		return true // to a request for encryption
	}
	switch message[0] {
	case 'Z', 'G', 'W':
		return true
	case 'R':
		return asksToAuthenticate(message)
	case 'E':
		return bytes.Contains(message, []byte("\x00VFATAL\x00"))
	}
	return false
}

// asksToAuthenticate reports whether the client has to answer an Authentication message: all
// but AuthenticationOk and AuthenticationSASLFinal.
func asksToAuthenticate(message []byte) bool {
	const ok, saslFinal = 0, 12
	if len(message) < 9 {
		return false
	}
	kind := binary.BigEndian.Uint32(message[5:])
	return kind != ok && kind != saslFinal
}

// Pushed is true for NotificationResponse, which LISTEN asks for once and NOTIFY
// sends at any time.
func (postgresConnection) Pushed(message []byte) bool { return message[0] == 'A' }

// Selectors returns the message's tag, "Q", and "startup" for what has none.
func (postgresConnection) Selectors(request []byte) []string {
	if request[0] == 0 {
		return []string{"startup"}
	}
	return []string{string(request[:1])}
}

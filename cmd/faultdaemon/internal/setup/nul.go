package setup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// nul is what lines are, with a NUL in the newline's place: messages of any
// content, JSON in their renderings. It has no faults of its own.
type nul struct{ ndjson.Framing }

var nulTerminated = nul{ndjson.Delimited(0)}

func (nul) String() string { return "NUL-terminated messages" }

// ReadMessage reads to the first NUL.
func (nul) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return faultdaemon.ReadDelimited(r, 0, limit)
}

// Frame adds the NUL. A payload that has one inside is an error.
func (nul) Frame(payload []byte) ([]byte, error) {
	if i := bytes.IndexByte(payload, 0); i >= 0 {
		return nil, fmt.Errorf("a NUL-terminated message cannot carry the NUL at byte %d of the payload", i)
	}
	return append(payload[:len(payload):len(payload)], 0), nil
}

// Payload takes the NUL off.
func (nul) Payload(message []byte) ([]byte, error) {
	payload, found := bytes.CutSuffix(message, []byte{0})
	if !found {
		return nil, errors.New("the message does not end with a NUL")
	}
	return payload, nil
}

// Reply is Frame: nothing ties a reply to its request.
func (n nul) Reply(_, payload []byte) ([]byte, error) { return n.Frame(payload) }

// Catalogue returns nil.
func (nul) Catalogue() *faultdaemon.Catalogue { return nil }

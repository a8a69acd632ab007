package resp

import (
	"bytes"
	"errors"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The renderings that the generic faults need.
var (
	_ faultdaemon.GarbageRenderer           = Protocol{}
	_ faultdaemon.WithoutTerminatorRenderer = Protocol{}
)

// Garbage returns a line that begins with no type.
func (Protocol) Garbage(_, _ []byte) ([]byte, error) {
	return []byte("\x00\xfe\xffgarbage\x00\r\n"), nil
}

// WithoutTerminator takes the last \r\n off. A reply that has none does not fire.
func (Protocol) WithoutTerminator(_, reply []byte) ([]byte, error) {
	text, found := bytes.CutSuffix(reply, []byte("\r\n"))
	if !found {
		return nil, faultdaemon.NotFired(`the reply does not end with \r\n`)
	}
	return text, nil
}

// CanRender returns why RESP cannot have what a fault needs.
func (Protocol) CanRender(rendering string) error {
	switch rendering {
	case "TooLargeRenderer":
		return errors.New("nothing can be added to a value without making it another")
	case "InvalidJSONRenderer", "EmbeddedNewlinesRenderer", "MultilineRenderer":
		return errors.New("a value is bytes to this protocol, not JSON")
	}
	return nil
}

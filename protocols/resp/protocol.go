package resp

import (
	"bufio"
	"errors"
	"fmt"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Protocol is RESP, both versions in both directions. Its zero value is ready, and
// may be used concurrently.
type Protocol struct{}

var (
	_ faultdaemon.Protocol = Protocol{}
	_ faultdaemon.Skipper  = Protocol{}
)

// ErrCorrupt is wrapped by the error of bytes that are no RESP: a byte that is no type, a
// size that is no number, a line or a string that does not end with \r\n.
var ErrCorrupt = errors.New("corrupt message")

// ErrStreamed is wrapped by the error of a string or an aggregate that does not
// announce its size: "$?", "*?".
var ErrStreamed = errors.New("streamed values are not supported")

// ReadMessage reads one value with all that is nested in it, or one inline command.
func (Protocol) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	c := cursor{r: r, limit: limit, keep: math.MaxInt}
	err := c.message()
	return c.kept(), err
}

// SkipMessage reads over one message.
func (Protocol) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	c := cursor{r: r, limit: math.MaxInt, keep: keep}
	err := c.message()
	return c.kept(), err
}

// Frame returns a bulk string.
//
//	Frame([]byte("hi"))    $2\r\nhi\r\n
func (Protocol) Frame(payload []byte) ([]byte, error) {
	return fmt.Appendf(nil, "$%d\r\n%s\r\n", len(payload), payload), nil
}

// Catalogue returns nil: there are no faults of RESP alone.
func (Protocol) Catalogue() *faultdaemon.Catalogue { return nil }

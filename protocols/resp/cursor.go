package resp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A cursor reads one message of r. What fits r's buffer stays there until the message
// is whole, so that most messages are not copied.
type cursor struct {
	r     *bufio.Reader
	limit int // bytes that the message may have
	keep  int // bytes of it that are kept

	whole []byte // those that were taken out of r's buffer, the first keep of them
	taken int    // how many were taken out
	at    int    // how many of those in r's buffer are read
}

// size is how many bytes of the message are read.
func (c *cursor) size() int { return c.taken + c.at }

// left is how many more the message may have.
func (c *cursor) left() int { return c.limit - c.size() }

// next returns what r's buffer has behind the bytes that are read: at least one byte,
// for which it waits.
func (c *cursor) next() ([]byte, error) {
	if c.at == c.r.Size() {
		c.take()
	}
	if c.r.Buffered() == c.at {
		if _, err := c.r.Peek(c.at + 1); err != nil {
			return nil, err
		}
	}
	part, err := c.r.Peek(c.r.Buffered())
	return part[c.at:], err
}

// take takes the bytes that are read out of r's buffer.
func (c *cursor) take() {
	part, _ := c.r.Peek(c.at)
	c.whole = append(c.whole, part[:min(len(part), c.keep-len(c.whole))]...)
	_, _ = c.r.Discard(c.at) // they are buffered
	c.taken, c.at = c.taken+c.at, 0
}

// kept ends the message: it returns what is to be kept of it, which aliases r's buffer
// where that held it all.
func (c *cursor) kept() []byte {
	if c.taken > 0 {
		c.take()
		return c.whole
	}
	part, _ := c.r.Peek(c.at)
	_, _ = c.r.Discard(c.at)
	return part[:min(len(part), c.keep)]
}

// line reads a line.
func (c *cursor) line() (l line, err error) {
	for l.at = c.size(); ; {
		part, err := c.next()
		if err != nil {
			return l, c.cut(err, "the line at byte %d has no end", l.at)
		}
		if end := bytes.IndexByte(part, '\n'); end >= 0 {
			part = part[:end+1]
		}
		if over := len(part) - c.left(); over > 0 {
			c.at += c.left() + 1
			return l, fmt.Errorf("%w: more than %d bytes, in the line at byte %d", faultdaemon.ErrTooLarge, c.limit, l.at)
		}
		c.at += len(part)
		if l.add(part); l.ends[1] == '\n' {
			return l, nil
		}
	}
}

// text reads n bytes and the line end behind them.
func (c *cursor) text(n int) error {
	at := c.size()
	for missing := n; missing > 0; {
		part, err := c.next()
		if err != nil {
			return c.cut(err, "%d of the %d bytes of the string at byte %d", n-missing, n, at)
		}
		part = part[:min(len(part), missing)]
		c.at += len(part)
		missing -= len(part)
	}
	for _, want := range []byte("\r\n") {
		part, err := c.next()
		if err != nil {
			return c.cut(err, "the string at byte %d has no end", at)
		}
		if part[0] != want {
			return fmt.Errorf("%w: behind the %d bytes of the string at byte %d comes %q, want %q", ErrCorrupt, n, at, part[:1], want)
		}
		c.at++
	}
	return nil
}

// cut says what is missing where the stream ended inside the message.
func (c *cursor) cut(err error, format string, args ...any) error {
	if err != io.EOF || c.size() == 0 {
		return err
	}
	return fmt.Errorf("%w: %s: wrong protocol?", io.ErrUnexpectedEOF, fmt.Sprintf(format, args...))
}

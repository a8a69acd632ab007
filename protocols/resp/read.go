package resp

import (
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// leastValue is the size of the shortest value: "+\r\n".
const leastValue = len("+\r\n")

// message reads a message. Nesting takes no memory: the values that an aggregate announces
// are added to those that are still to come.
func (c *cursor) message() error {
	for missing := 1; missing > 0; missing-- {
		l, err := c.line()
		switch {
		case err != nil:
			return err
		case l.at == 0 && isInline(l.head[:1]):
			return nil
		}
		more, err := c.value(l, missing-1)
		if err != nil {
			return err
		}
		missing += more
	}
	return nil
}

// value reads what stands behind the line of a value, but for the values that it announces: of those
// it returns the number. Others are still missing behind them.
func (c *cursor) value(l line, missing int) (more int, err error) {
	if err := l.check(); err != nil || !l.is(stringTypes+aggregateTypes) {
		return 0, err
	}
	n, err := l.number()
	switch {
	case err != nil:
		return 0, err
	case n < 0:
		return 0, nil
	case l.is(stringTypes):
		if n > c.left()-len("\r\n") {
			return 0, c.tooLarge(l, n, "bytes")
		}
		return 0, c.text(n)
	}
	each, what := 1, "values"
	if l.is(pairTypes) {
		each, what = 2, "pairs of values"
	}
	if n > (c.left()/leastValue-missing)/each {
		return 0, c.tooLarge(l, n, what)
	}
	more = n * each
	if l.kind() == '|' {
		more++ // the value that the attribute is a part of
	}
	return more, nil
}

func (c *cursor) tooLarge(l line, n int, what string) error {
	return fmt.Errorf("%w: %q at byte %d announces %d %s, and a message may have %d bytes", faultdaemon.ErrTooLarge, l.kind(), l.at, n, what, c.limit)
}

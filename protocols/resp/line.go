package resp

import (
	"fmt"
	"math"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The types whose lines hold a size.
const (
	stringTypes    = "$!="   // of the text behind the line
	aggregateTypes = "*~>%|" // in values, or in pairs of them
	pairTypes      = "%|"
	nullableTypes  = "$*" // their size may be -1, in RESP2
)

// types are all of them.
const types = stringTypes + aggregateTypes + "+-:_#,("

// A line is what is known of a line once it is read.
type line struct {
	at   int      // the byte of the message at which it begins
	size int      // in bytes, its end included
	head [32]byte // its first bytes: a type, and a size whole
	ends [2]byte  // its last bytes
}

// add adds bytes to the line.
func (l *line) add(part []byte) {
	if l.size < len(l.head) {
		copy(l.head[l.size:], part)
	}
	l.size += len(part)
	l.ends[0] = l.ends[1]
	if len(part) > 1 {
		l.ends[0] = part[len(part)-2]
	}
	l.ends[1] = part[len(part)-1]
}

// kind is the line's first byte.
func (l *line) kind() byte { return l.head[0] }

// is reports whether the line's type is one of these.
func (l *line) is(kinds string) bool { return strings.IndexByte(kinds, l.kind()) >= 0 }

// isInline reports whether a message is an inline command: text whose first byte is no
// type, or nothing but a line end.
func isInline(message []byte) bool {
	if len(message) == 0 {
		return false
	}
	first := message[0]
	text := first >= ' ' && first <= '~' || first == '\t' || first == '\r' || first == '\n'
	return text && strings.IndexByte(types, first) < 0
}

// check returns what is wrong with the line of a value.
func (l *line) check() error {
	switch {
	case !l.is(types):
		return fmt.Errorf("%w: byte %d is %q, which begins no value: wrong protocol?", ErrCorrupt, l.at, l.kind())
	case l.ends != [2]byte{'\r', '\n'}:
		return fmt.Errorf("%w: the line at byte %d does not end with \\r\\n: wrong protocol?", ErrCorrupt, l.at)
	}
	return nil
}

// number returns the size that the line announces, -1 for a null.
func (l *line) number() (int, error) {
	text := l.head[1:min(l.size, len(l.head))]
	if l.size <= len(l.head) {
		text = text[:len(text)-len("\r\n")]
	}
	switch {
	case string(text) == "?":
		return 0, fmt.Errorf("%w: \"%c?\" at byte %d, want a size", ErrStreamed, l.kind(), l.at)
	case string(text) == "-1" && l.is(nullableTypes):
		return -1, nil
	}
	n := 0
	for _, digit := range text {
		switch {
		case digit < '0' || digit > '9':
			return 0, l.noSize(text)
		case n > (math.MaxInt-9)/10:
			return 0, fmt.Errorf("%w: %q at byte %d announces %s", faultdaemon.ErrTooLarge, l.kind(), l.at, string(text))
		}
		n = 10*n + int(digit-'0')
	}
	if len(text) == 0 || l.size > len(l.head) {
		return 0, l.noSize(text)
	}
	return n, nil
}

func (l *line) noSize(text []byte) error {
	return fmt.Errorf("%w: %q at byte %d announces %q, want a size: wrong protocol?", ErrCorrupt, l.kind(), l.at, string(text))
}

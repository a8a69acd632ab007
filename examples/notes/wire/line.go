package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// MaxLine is how long a message may be, in bytes, newline included.
const MaxLine = 1 << 20

// ErrTooLong is the error of a line that is longer than MaxLine.
var ErrTooLong = fmt.Errorf("longer than %d bytes", MaxLine)

// ReadLine reads to the next newline, which the line includes. At MaxLine
// bytes without one it is ErrTooLong, without a look at what comes then. A
// stream that ends inside a line is io.ErrUnexpectedEOF, and with any error
// what was read comes back. Memory grows with what arrives.
func ReadLine(r *bufio.Reader) (line []byte, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) > MaxLine || len(line)+len(piece) == MaxLine && err != nil {
			return line, ErrTooLong
		}
		line = append(line, piece...)
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// SkipLine reads over the rest of a line that was too long.
func SkipLine(r *bufio.Reader) error {
	for {
		_, err := r.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

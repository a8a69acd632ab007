package faultdaemon

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
)

// A flow is one direction of a relayed connection. What it reads it passes on
// before it reads more, whether or not a message has ended there. While something
// may happen to messages it holds them: it reads them whole, and who asked for the
// next decides whether that is passed on or taken out.
//
// One goroutine uses a flow.
type flow struct {
	source   io.Reader
	write    func([]byte) error // to the other side
	holds    func() bool        // whether something may happen to what was read last
	protocol Protocol
	limit    int         // of a message that is read whole, in bytes
	keep     int         // of a message that is not, in bytes
	watched  func() bool // whether somebody looks at whole messages
	size     int         // of what next has returned, in bytes of the stream

	reader  *bufio.Reader                // reads the flow; made with the first message
	holding bool                         // the message that is being read is held
	failed  error                        // of a write
	bulk    func(n int64) (int64, error) // passes on n bytes that nobody looks at; nil where the system cannot
	ended   error                        // of a read: nothing more comes

	// Offsets in the stream. All bytes between out and in are in held; of
	// these, those before clear may be passed on.
	in, at, out, clear int64 // read, returned by next, passed on or taken out
	end                int64 // of the message that next returned last
	held               []byte
}

// flowBuffer is how much a flow reads at once, in bytes.
const flowBuffer = 32 << 10

// Read is what the flow's reader reads by. What it reads is passed on with the next
// read at the latest, so that a message that came whole is known before it is on its
// way, unless it is held. Whether it is can change until its first byte is there.
func (f *flow) Read(p []byte) (int, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	n, err := f.source.Read(p)
	if err != nil {
		f.ended = err
	}
	f.in += int64(n)
	f.held = append(f.held, p[:n]...)
	if f.holding = f.holding || f.holds(); !f.holding {
		f.clear = f.in
	}
	return n, err
}

// next returns the next whole message, as ReadMessage does. begun says that its
// first bytes were passed on before it was whole: then the others follow, and only
// its first bytes are returned where nobody looks at those. Else it is for the caller
// to pass it or to take it out. The message is valid until the next one is read.
func (f *flow) next() (message []byte, begun bool, err error) {
	f.prepare()
	begins := f.at
	skipper, skips := f.protocol.(Skipper)
	skips = skips && !f.holding && !f.watched()
	large := 0
	if skips {
		large = f.large()
	}
	switch {
	case large > 0:
		message, err = f.passLarge(large)
	case skips:
		message, err = skipper.SkipMessage(f.reader, f.keep)
	default:
		message, err = f.protocol.ReadMessage(f.reader, f.limit)
	}
	f.at = f.in - int64(f.reader.Buffered())
	f.size = int(f.at - begins)
	if f.out > begins {
		f.clear = max(f.clear, f.at)
		return message, true, err
	}
	read := f.held[begins-f.out : f.at-f.out]
	before := max(bytes.Index(read, message), 0) // what the protocol has skipped: it is passed on in any case
	if skips && len(message) == f.keep {         // it may be only the beginning
		message = read[before:]
	}
	f.clear = begins + int64(before)
	f.end = f.clear + int64(len(message))
	return message, false, err
}

// large is the size of the next message where all that is behind its beginning can be
// passed on in bulk, else 0.
func (f *flow) large() int {
	sizer, ok := f.protocol.(Sizer)
	if !ok || f.bulk == nil {
		return 0
	}
	size, err := sizer.MessageSize(f.reader)
	if err != nil || size-f.reader.Buffered() < flowBuffer || f.flush() != nil || f.out < f.in {
		return 0
	}
	return size
}

// passLarge passes on a message of this size, and returns its beginning.
func (f *flow) passLarge(size int) ([]byte, error) {
	begun, _ := f.reader.Peek(f.reader.Buffered())
	head := bytes.Clone(begun[:min(f.keep, len(begun))])
	rest := int64(size - len(begun))
	_, _ = f.reader.Discard(len(begun))
	n, err := f.bulk(rest)
	f.in += n
	f.out, f.clear = f.in, f.in
	if n < rest {
		f.ended = cmp.Or(err, io.EOF)
		return head, fmt.Errorf("%w: %d bytes of the message are missing", io.ErrUnexpectedEOF, rest-n)
	}
	return head, nil
}

// prepare makes a buffer, and decides whether the next message is held. Where it
// is not, what was read already may be passed on.
func (f *flow) prepare() {
	if f.reader == nil {
		f.reader = bufio.NewReaderSize(f, flowBuffer)
	}
	if f.holding = f.holds(); !f.holding {
		f.clear = f.in
	}
}

// pass lets the message that next returned last be passed on, with the next read
// at the latest.
func (f *flow) pass() { f.clear = f.at }

// take takes the message that next returned last out of the stream. What comes
// before it is passed on at once.
func (f *flow) take() error {
	if err := f.flush(); err != nil {
		return err
	}
	f.held = f.held[:copy(f.held, f.held[f.end-f.out:])]
	f.out, f.clear = f.end, f.at
	return nil
}

// flush passes on what may be.
func (f *flow) flush() error {
	ready := f.held[:f.clear-f.out]
	if len(ready) == 0 {
		return nil
	}
	err := f.send(ready)
	f.held = f.held[:copy(f.held, f.held[len(ready):])]
	f.out = f.clear
	if len(f.held) == 0 && cap(f.held) > flowBuffer {
		f.held = nil
	}
	return err
}

// release passes on everything that was read.
func (f *flow) release() error {
	f.clear = f.in
	return f.flush()
}

// lost returns why nothing more is passed on: the error of a write, or of a read.
func (f *flow) lost() error {
	if f.failed != nil {
		return f.failed
	}
	return f.ended
}

// send writes to the other side, and keeps its error: it is none of a read.
func (f *flow) send(p []byte) error {
	err := f.write(p)
	if err != nil {
		f.failed = err
	}
	return err
}

// broken reports whether the source has ended with an error that is not EOF.
func (f *flow) broken() bool {
	return f.failed == nil && f.ended != nil && !errors.Is(f.ended, io.EOF)
}

// rest returns a copy of what next returned with an error and what was read behind it.
// A protocol returns what it has only looked at, too.
func (f *flow) rest(message []byte) []byte {
	behind, _ := f.reader.Peek(f.buffered())
	lookedAt := max(0, len(message)-f.size)
	return append(bytes.Clone(message), behind[min(lookedAt, len(behind)):]...)
}

// buffered is how many bytes were read and not returned by next.
func (f *flow) buffered() int { return int(f.in - f.at) }

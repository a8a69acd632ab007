package relay

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// RecordOptions say what a transcript holds beside messages, and what it must not hold.
type RecordOptions struct {
	// Protocol is the name of what is spoken, for the header: "jsonrpc".
	Protocol string

	// Redact are the secrets: what one of them matches is masked, as by [Mask].
	Redact []*regexp.Regexp
}

// A Recorder writes a transcript, which [ReadTranscript] reads. Its Tap is for
// [faultdaemon.Config.Tap]. It is safe for concurrent use.
type Recorder struct {
	redact []*regexp.Regexp
	start  time.Time

	mu  sync.Mutex
	w   io.Writer
	err error
}

// Record writes the header of a transcript to w and returns what writes the rest.
//
//	recorder := relay.Record(file, relay.RecordOptions{Protocol: "ndjson"})
//	cfg.Tap = recorder.Tap
//	...
//	err = errors.Join(recorder.Close(), file.Close())
//
// Each line is one Write: what was recorded before a process is killed is there. An
// error of a Write ends the recording and not the connection; Close returns it.
func Record(w io.Writer, o RecordOptions) *Recorder {
	r := &Recorder{redact: o.Redact, start: time.Now(), w: w}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write(header{Format: format, Version: version, Protocol: o.Protocol, Start: r.start.UTC()})
	return r
}

// Tap writes one line.
func (r *Recorder) Tap(m faultdaemon.Message) {
	l := line{
		Nanoseconds: max(0, m.Time.Sub(r.start).Nanoseconds()),
		Connection:  m.Connection, Direction: m.Direction, Raw: m.Raw, End: len(m.Data) == 0,
		ID: string(Mask([]byte(m.ID), r.redact)),
	}
	if !l.End {
		l.Text, l.Hex = encode(Mask(m.Data, r.redact))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write(l)
}

// Err returns why the recording has ended: the first error of a Write, or that it was closed.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// errClosed is what Err returns after Close.
var errClosed = errors.New("relay: the recorder is closed")

// Close ends the recording and returns the first error of a Write. It does not close
// the writer. What Tap is called with afterwards is not written.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = errClosed
		return nil
	}
	if errors.Is(r.err, errClosed) {
		return nil
	}
	return r.err
}

// write writes one value as a line, while r.mu is held.
func (r *Recorder) write(value any) {
	if r.err != nil {
		return
	}
	text, err := marshal(value)
	if err == nil {
		_, err = r.w.Write(text)
	}
	if err != nil {
		r.err = fmt.Errorf("relay: the recording ends here: %w", err)
	}
}

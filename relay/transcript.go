package relay

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What the first line of a transcript says.
const (
	format  = "transcript"
	version = 1
)

// limits are how many bytes a transcript may have at most.
type limits struct{ line, all int64 }

// A Transcript is what was said between clients and a real daemon.
type Transcript struct {
	Protocol string    // what was spoken, as the recording was told
	Start    time.Time // when the recording began
	Messages []faultdaemon.Message
}

// header is the first line.
type header struct {
	Format   string    `json:"faultdaemon"`
	Version  int       `json:"version"`
	Protocol string    `json:"protocol,omitempty"`
	Start    time.Time `json:"start"`
}

// line is every other one.
type line struct {
	Nanoseconds int64                 `json:"ns"` // since the start
	Connection  int64                 `json:"conn"`
	Direction   faultdaemon.Direction `json:"dir"`
	ID          string                `json:"id,omitempty"`
	Text        *string               `json:"text,omitempty"`
	Hex         *string               `json:"hex,omitempty"`
	Raw         bool                  `json:"raw,omitempty"`
	End         bool                  `json:"end,omitempty"`
}

// ReadTranscript reads what a [Recorder] has written, up to 1 GiB, in lines of up to
// 256 MiB. An error names the line and what to do about it.
func ReadTranscript(r io.Reader) (*Transcript, error) {
	return read(r, limits{line: 256 << 20, all: 1 << 30})
}

func read(r io.Reader, most limits) (*Transcript, error) {
	limited := &io.LimitedReader{R: r, N: most.all + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, int(most.line))
	t := &Transcript{}
	ended := map[flow]bool{}
	number := 0
	for lines.Scan() {
		number++
		err := t.add(lines.Bytes(), number == 1, ended)
		if err != nil && limited.N > 0 {
			return nil, fmt.Errorf("transcript: line %d: %w", number, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("transcript: line %d: it is over %d bytes: record without that message", number+1, most.line)
	case err != nil:
		return nil, fmt.Errorf("transcript: line %d: %w", number+1, err)
	case limited.N == 0:
		return nil, fmt.Errorf("transcript: line %d: the transcript is over %d bytes: keep its first line and fewer connections", number, most.all)
	case number == 0:
		return nil, errors.New("transcript: line 1: it is empty: record it again")
	}
	return t, nil
}

// flow is one direction of a connection.
type flow struct {
	connection int64
	direction  faultdaemon.Direction
}

func (t *Transcript) add(text []byte, first bool, ended map[flow]bool) error {
	if first {
		return t.begin(text)
	}
	var l line
	if err := decode(text, &l); err != nil {
		return fmt.Errorf("%w: if it was cut off when the recording ended, delete it", err)
	}
	m, err := l.message(t.Start)
	if err != nil {
		return err
	}
	f := flow{m.Connection, m.Direction}
	if ended[f] {
		return fmt.Errorf("%s of connection %d has ended before: delete the line, or the one that ends it", m.Direction, m.Connection)
	}
	ended[f] = l.End
	t.Messages = append(t.Messages, m)
	return nil
}

// begin reads the first line.
func (t *Transcript) begin(text []byte) error {
	var h header
	err := json.Unmarshal(text, &h) // whatever else a later version has there
	switch {
	case err != nil, h.Format != format:
		return fmt.Errorf(`no transcript begins with %s: want {"faultdaemon":%q,"version":%d,...}`, short(text), format, version)
	case h.Version != version:
		return fmt.Errorf("its version is %d, and this program reads %d: read it with the release that has recorded it", h.Version, version)
	}
	t.Protocol, t.Start = h.Protocol, h.Start
	return nil
}

// message returns the message that a line holds.
func (l line) message(start time.Time) (m faultdaemon.Message, err error) {
	m = faultdaemon.Message{
		Time: start.Add(time.Duration(l.Nanoseconds)), Connection: l.Connection,
		Direction: l.Direction, ID: l.ID, Raw: l.Raw,
	}
	switch {
	case l.Nanoseconds < 0:
		return m, fmt.Errorf("ns is %d: want nanoseconds since the start, 0 or more", l.Nanoseconds)
	case l.Connection < 1:
		return m, fmt.Errorf("conn is %d: want the number of a connection, 1 or more", l.Connection)
	case l.Direction != faultdaemon.ToUpstream && l.Direction != faultdaemon.ToClient:
		return m, fmt.Errorf("dir is %q: want %q or %q", l.Direction, faultdaemon.ToUpstream, faultdaemon.ToClient)
	}
	switch {
	case l.Text != nil && l.Hex == nil && !l.End:
		m.Data = []byte(*l.Text)
	case l.Hex != nil && l.Text == nil && !l.End:
		if m.Data, err = hex.DecodeString(*l.Hex); err != nil {
			return m, fmt.Errorf("hex is no hexadecimal: %w: write two digits for each byte", err)
		}
	case l.End && l.Text == nil && l.Hex == nil:
		return m, nil
	default:
		return m, errors.New("want one of text, hex and end")
	}
	if len(m.Data) == 0 {
		return m, errors.New("the message is empty: delete the line, or say end where nothing more comes")
	}
	return m, nil
}

// decode reads one JSON object that has no members but a value's.
func decode(text []byte, value any) error {
	if !utf8.Valid(text) {
		return fmt.Errorf("%s is not UTF-8", short(text))
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		return fmt.Errorf("%s is no line of a transcript: %w", short(text), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is more than one object", short(text))
	}
	return nil
}

// marshal returns a value as one line, with as few escapes as JSON has.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return b.Bytes(), err
}

// encode returns a message as text; as hexadecimal where it is none, or where that is shorter.
func encode(data []byte) (text, digits *string) {
	if utf8.Valid(data) {
		s := string(data)
		if quoted, err := marshal(s); err == nil && len(quoted) <= 2*len(data)+len("\"\"\n") {
			return &s, nil
		}
	}
	h := hex.EncodeToString(data)
	return nil, &h
}

// short quotes the beginning of a line.
func short(text []byte) string {
	const shown = 100
	if len(text) > shown {
		return fmt.Sprintf("%q...", text[:shown])
	}
	return fmt.Sprintf("%q", text)
}

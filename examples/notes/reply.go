package notes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// decode reads a message to the request with this id out of a line: progress,
// or the reply. A line that is not exactly one message, as package wire has
// them and to that request, is an error; members that are not known here are
// those of a later daemon, and passed over.
func decode(line []byte, id int64) (wire.Reply, error) {
	if !utf8.Valid(line) { // encoding/json would put U+FFFD in silently
		return wire.Reply{}, fmt.Errorf("the reply is not UTF-8: %s", short(line))
	}
	var r wire.Reply
	d := json.NewDecoder(bytes.NewReader(line))
	if err := d.Decode(&r); err != nil {
		return wire.Reply{}, fmt.Errorf("the reply %s cannot be read: %w", short(line), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return wire.Reply{}, fmt.Errorf("the reply %s has more than one value", short(line))
	}
	switch {
	case r.ID != id:
		return wire.Reply{}, fmt.Errorf("the reply is to request %d, not to %d", r.ID, id)
	case (r.OK == nil) == (r.Progress == nil):
		return wire.Reply{}, fmt.Errorf(`the reply %s says neither "ok" nor "progress", or both`, short(line))
	case r.OK != nil && !*r.OK:
		return wire.Reply{}, &DaemonError{r.Error}
	}
	for i, note := range r.Notes {
		if err := wire.CheckText(note); err != nil {
			return wire.Reply{}, fmt.Errorf("note %d of the reply: %w", i+1, err)
		}
	}
	return r, nil
}

// short quotes the beginning of a line.
func short(line []byte) string {
	const enough = 60
	line = bytes.TrimRight(line, "\n")
	if len(line) > enough {
		return fmt.Sprintf("%q...", line[:enough])
	}
	return fmt.Sprintf("%q", line)
}

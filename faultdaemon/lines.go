package faultdaemon

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// ErrTooLarge is wrapped by the error of a message that exceeds its limit.
var ErrTooLarge = errors.New("message too large")

// Lines is the protocol of a Config that names none: newline-terminated
// messages of any content, JSON in its renderings.
//
//	{"id":1,"method":"status"}\n
//	ping\n
//
// A message ends with the first 0x0A; a 0x0D before it belongs to the message.
// Every request expects a reply. Where a fault needs JSON and R is none, an
// object with the one member data stands in: {"data":"pong"}.
var Lines Protocol = lines{}

type lines struct{}

func (lines) String() string { return "lines" }

// ReadMessage reads to the first newline.
func (lines) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return ReadDelimited(r, '\n', limit)
}

// SkipMessage reads over a line.
func (lines) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	return SkipDelimited(r, '\n', keep)
}

// ReadDelimited reads to the first delim, as [Protocol.ReadMessage] does for
// protocols whose messages end so. It waits for no byte behind the one that
// makes the message too large.
func ReadDelimited(r *bufio.Reader, delim byte, limit int) ([]byte, error) {
	var whole []byte // what was taken out of r's buffer, before the message's end is known
	take := func(n int) {
		part, _ := r.Peek(n)
		whole = append(whole, part...)
		_, _ = r.Discard(n)
	}
	for searched := 0; ; {
		part, _ := r.Peek(r.Buffered())
		end := bytes.IndexByte(part[searched:], delim)
		if end >= 0 {
			part = part[:searched+end+1]
		}
		switch searched = len(part); {
		case len(whole)+len(part) > limit:
			take(limit + 1 - len(whole))
			return whole, fmt.Errorf("%w: more than %d bytes before the terminator", ErrTooLarge, limit)
		case end >= 0 && whole == nil:
			_, err := r.Discard(len(part))
			return part, err
		case end >= 0:
			take(len(part))
			return whole, nil
		case len(part) == r.Size():
			take(len(part))
			searched = 0
		}
		if _, err := r.Peek(searched + 1); err != nil {
			take(r.Buffered())
			if err == io.EOF && len(whole) > 0 {
				err = fmt.Errorf("%w: no terminator: wrong protocol?", io.ErrUnexpectedEOF)
			}
			return whole, err
		}
	}
}

// Frame adds the newline. A payload with a newline inside is an error.
func (lines) Frame(payload []byte) ([]byte, error) {
	if i := bytes.IndexByte(payload, '\n'); i >= 0 {
		return nil, fmt.Errorf("a line cannot carry the newline at byte %d of the payload", i)
	}
	return line(payload), nil
}

func (lines) ExpectsReply([]byte) bool { return true }

func (lines) Catalogue() *Catalogue { return nil }

// Selectors returns the members of a JSON object as name=value: "type=list".
func (lines) Selectors(request []byte) []string { return jsonedit.Scalars(request) }

// Dissect returns the line and its newline.
func (lines) Dissect(message []byte) []Field {
	text := bytes.TrimSuffix(message, []byte{'\n'})
	return []Field{
		{Name: "line", Size: len(text), Kind: DataField},
		{Name: "terminator", Size: len(message) - len(text), Kind: TerminatorField},
	}
}

// Garbage returns bytes that are neither UTF-8 nor JSON.
func (lines) Garbage(_, _ []byte) ([]byte, error) {
	return []byte("\x00\xfe\xffgarbage\x00\n"), nil
}

// WithoutTerminator takes the newline off.
func (lines) WithoutTerminator(_, reply []byte) ([]byte, error) {
	return bytes.TrimSuffix(reply, []byte{'\n'}), nil
}

// TooLarge pads with spaces, which mean nothing in JSON: behind the first
// brace, or at the end of a line that is none.
func (lines) TooLarge(_, reply []byte, size int) ([]byte, error) {
	payload := bytes.TrimRight(reply, "\r\n")
	if json.Valid(payload) && bytes.IndexAny(payload, "{[") == 0 {
		return line(jsonedit.Pad(payload, size-1)), nil
	}
	missing := max(size-1-len(payload), 0)
	return line(append(bytes.Clone(payload), bytes.Repeat([]byte{' '}, missing)...)), nil
}

// InvalidJSON puts the control character 0x01 into the first string.
func (lines) InvalidJSON(_, reply []byte) ([]byte, error) {
	return line(inFirstString(reply, "\x01")), nil
}

// EmbeddedNewlines puts two lines before the text of the first string.
func (lines) EmbeddedNewlines(_, reply []byte) ([]byte, error) {
	return line(inFirstString(reply, `one\ntwo\n`)), nil
}

// Multiline indents the JSON.
func (lines) Multiline(_, reply []byte) ([]byte, error) {
	payload := asJSON(reply)
	if bytes.IndexAny(payload, "{[") != 0 { // one token has no place for a newline
		payload = jsonedit.Data(payload)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, payload, "", "  "); err != nil {
		return nil, err
	}
	text := out.Bytes()
	if !bytes.Contains(text, []byte{'\n'}) { // {} and [] have nothing to indent
		text = jsonedit.Insert(text, 1, "\n")
	}
	return line(text), nil
}

// inFirstString puts bytes at the beginning of the first string value of a
// reply; where there is none, a member text is added that holds them, to an
// object that holds the reply where that is no object itself.
func inFirstString(reply []byte, what string) []byte {
	payload := asJSON(reply)
	if start, _, found := jsonedit.FirstString(payload); found {
		return jsonedit.Insert(payload, start, what)
	}
	if !jsonedit.IsObject(payload) {
		payload = jsonedit.Data(payload)
	}
	return jsonedit.AddMember(payload, `"text"`, `"`+what+`"`)
}

// asJSON returns the reply's payload when that is JSON, else an object that
// holds it.
func asJSON(reply []byte) []byte {
	payload := bytes.TrimSpace(reply)
	if json.Valid(payload) {
		return payload
	}
	return jsonedit.Data(payload)
}

func line(payload []byte) []byte { return append(payload[:len(payload):len(payload)], '\n') }

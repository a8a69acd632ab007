package ndjson

import (
	"bufio"
	"bytes"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A Framing is JSON texts that end with one byte, which is its value. It is a
// [faultdaemon.Protocol].
//
// A message is what comes before the delimiter and the delimiter itself; white
// space around the text belongs to the message and means nothing, so that
// 0x0D 0x0A ends a line as 0x0A does. A line of nothing but white space is no
// message: it is neither recorded nor answered. Every message expects a reply.
type Framing byte

// Lines ends every message with a newline, 0x0A.
//
//	{"id":1,"ok":true}\n
const Lines Framing = '\n'

// Delimited returns the framing that ends every message with delim, a control
// character below 0x20: no JSON text without white space has one. With another
// byte, Start returns an error.
//
//	Delimited(0):  {"method":"io.systemd.Hostname.Describe"}\x00
func Delimited(delim byte) Framing { return Framing(delim) }

var (
	_ faultdaemon.Protocol  = Lines
	_ faultdaemon.Payloader = Lines
	_ faultdaemon.Replier   = Lines
)

// String returns "ndjson.Lines" or "ndjson.Delimited(0x00)".
func (f Framing) String() string {
	if f == Lines {
		return "ndjson.Lines"
	}
	return fmt.Sprintf("ndjson.Delimited(0x%02x)", byte(f))
}

// Delimiter returns the byte that ends a message.
func (f Framing) Delimiter() byte { return byte(f) }

// Validate returns an error for a delimiter that a JSON text may hold.
func (f Framing) Validate() error {
	if f >= ' ' {
		return fmt.Errorf("%s: the text of a message may hold %q: want a control character, below 0x20", f, byte(f))
	}
	return nil
}

// ReadMessage reads to the first delimiter and passes blank lines over. The
// limit counts each of them by itself.
func (f Framing) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	for {
		message, err := faultdaemon.ReadDelimited(r, byte(f), limit)
		if err != nil || len(payload(message)) > 0 {
			return message, err
		}
	}
}

// SkipMessage reads over a message, and over blank lines before it.
func (f Framing) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	for {
		head, err := faultdaemon.SkipDelimited(r, byte(f), max(keep, 512))
		if err != nil || len(payload(head)) > 0 {
			return head[:min(keep, len(head))], err
		}
	}
}

// Frame adds the delimiter. A payload that has one inside and a blank one are
// errors; whether it is JSON is not looked at.
func (f Framing) Frame(text []byte) ([]byte, error) {
	if i := bytes.IndexByte(text, byte(f)); i >= 0 {
		return nil, fmt.Errorf("%s: a message cannot carry the delimiter at byte %d of the payload", f, i)
	}
	message := f.line(text)
	if len(payload(message)) == 0 {
		return nil, fmt.Errorf("%s: a message cannot carry the blank payload %q", f, text)
	}
	return message, nil
}

// ExpectsReply is true.
func (f Framing) ExpectsReply([]byte) bool { return true }

// Catalogue returns [Faults].
func (f Framing) Catalogue() *faultdaemon.Catalogue { return Faults }

// Selectors returns the members of a request as name=value: "type=list".
func (f Framing) Selectors(request []byte) []string { return jsonedit.Scalars(payload(request)) }

// Payload returns the JSON text of a message, without white space around it.
func (f Framing) Payload(message []byte) ([]byte, error) { return payload(message), nil }

// Reply frames a payload. Where the request has a member id and the payload is
// an object without one, the reply has the request's, as it stands there:
// {"ok":true} replies to {"id":7} as {"id":7,"ok":true}.
func (f Framing) Reply(request, text []byte) ([]byte, error) {
	return f.Frame(withID(payload(request), text))
}

func (f Framing) line(text []byte) []byte { return append(text[:len(text):len(text)], byte(f)) }

// payload returns the text of a message, whatever its delimiter.
func payload(message []byte) []byte {
	if last := len(message) - 1; last >= 0 && message[last] < ' ' {
		message = message[:last]
	}
	return bytes.Trim(message, " \t\r\n")
}

// withID gives an object the id of a request.
func withID(request, object []byte) []byte {
	id, found := member(request, "id")
	if _, has := member(object, "id"); !found || has || !isObject(object) {
		return object
	}
	text := `"id":` + string(id)
	if len(jsonedit.Members(object)) > 0 {
		text += ","
	}
	return jsonedit.Insert(object, bytes.IndexByte(object, '{')+1, text)
}

package jsonrpc

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// CanRender says what only one of the framings has: a terminator (Lines) and a
// header (Headers).
func (p Protocol) CanRender(rendering string) error {
	switch {
	case rendering == "WithoutTerminatorRenderer" && p.framing != lines{}:
		return fmt.Errorf("%s has no terminator", p)
	case rendering == "WithHeaderRenderer" && p.framing != headers{}:
		return fmt.Errorf("%s has no header", p)
	case (rendering == "jsonLineRenderer" || rendering == "endlessRenderer") && p.framing != lines{}:
		return fmt.Errorf("%s has no delimiter", p)
	}
	return nil
}

// Delimiter returns the newline that ends a message of [Lines]. It makes the
// faults of lines of JSON apply there too: give the catalogue of package
// ndjson to Config.Catalogues.
func (p Protocol) Delimiter() byte { return '\n' }

// Garbage returns bytes that are neither UTF-8 nor JSON, framed.
func (p Protocol) Garbage(_, _ []byte) ([]byte, error) {
	return p.message([]byte("\x00\xfe\xffgarbage\x00")), nil
}

// WithoutTerminator takes the newline off.
func (p Protocol) WithoutTerminator(_, reply []byte) ([]byte, error) {
	return bytes.TrimSuffix(reply, []byte{'\n'}), nil
}

// TooLarge puts spaces behind the first bracket of the text.
func (p Protocol) TooLarge(_, reply []byte, size int) ([]byte, error) {
	text, err := p.replyText(reply)
	if err != nil {
		return nil, err
	}
	return p.message(jsonedit.Pad(text, size-len(p.message(text))+len(text))), nil
}

// InvalidJSON puts the control character 0x01 into the first string of the
// result, or of the error.
func (p Protocol) InvalidJSON(_, reply []byte) ([]byte, error) {
	return p.inFirstString(reply, "\x01")
}

// EmbeddedNewlines puts two lines before the first string of the result, or of
// the error.
func (p Protocol) EmbeddedNewlines(_, reply []byte) ([]byte, error) {
	return p.inFirstString(reply, `one\ntwo\n`)
}

// Multiline indents the JSON.
func (p Protocol) Multiline(_, reply []byte) ([]byte, error) {
	text, err := p.replyText(reply)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	return p.message(out.Bytes()), nil
}

// replyText returns the text of a reply: an object or an array.
func (p Protocol) replyText(reply []byte) ([]byte, error) {
	text := bytes.Trim(body(reply), " \t\r\n")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' || !json.Valid(text) {
		return nil, faultdaemon.NotFired("the reply is no message of JSON-RPC: " + excerpt(reply))
	}
	return text, nil
}

// inFirstString puts bytes at the beginning of the first string of the reply,
// in a batch of its first response.
func (p Protocol) inFirstString(reply []byte, what string) ([]byte, error) {
	text, err := p.replyText(reply)
	if err != nil {
		return nil, err
	}
	responses, batch := readBatch(text)
	if !batch {
		responses = [][]byte{text}
	}
	if len(responses) == 0 {
		return nil, faultdaemon.NotFired("the reply is an empty batch")
	}
	o, ok := readObject(responses[0])
	if !ok {
		return nil, faultdaemon.NotFired("the reply is no message of JSON-RPC: " + excerpt(reply))
	}
	responses[0] = o.inFirstString(what).text()
	if batch {
		return p.message(array(responses)), nil
	}
	return p.message(responses[0]), nil
}

// inFirstString puts bytes at the beginning of the first string of what the
// message carries. Where there is none, a member text is added that holds
// them: to a result that is an object, else to the message. What ties the
// message to its request stays as it is.
func (o object) inFirstString(what string) object {
	for _, m := range o.carried() {
		if start, _, found := jsonedit.FirstString([]byte(m.value)); found {
			return o.with(m.name, m.value[:start]+what+m.value[start:])
		}
	}
	for _, m := range o.carried() {
		if jsonedit.IsObject([]byte(m.value)) {
			return o.with(m.name, string(jsonedit.AddMember([]byte(m.value), `"text"`, `"`+what+`"`)))
		}
	}
	return o.with("text", `"`+what+`"`)
}

// carried returns the members that are not the envelope.
func (o object) carried() object { return o.without("jsonrpc", "id", "method") }

package ndjson

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The renderings that the generic faults need.
var (
	_ faultdaemon.GarbageRenderer           = Lines
	_ faultdaemon.WithoutTerminatorRenderer = Lines
	_ faultdaemon.TooLargeRenderer          = Lines
	_ faultdaemon.InvalidJSONRenderer       = Lines
	_ faultdaemon.EmbeddedNewlinesRenderer  = Lines
	_ faultdaemon.MultilineRenderer         = Lines
)

// Garbage returns bytes that are neither UTF-8 nor JSON, one message of them.
func (f Framing) Garbage(_, _ []byte) ([]byte, error) {
	garbage := []byte("\x00\xfe\xffgarbage\x00")
	return f.line(bytes.ReplaceAll(garbage, []byte{byte(f)}, nil)), nil
}

// WithoutTerminator takes the delimiter off.
func (f Framing) WithoutTerminator(_, reply []byte) ([]byte, error) {
	return bytes.TrimSuffix(reply, []byte{byte(f)}), nil
}

// TooLarge pads with spaces, behind the first bracket of the text.
func (f Framing) TooLarge(request, reply []byte, size int) ([]byte, error) {
	lines := faultdaemon.Lines.(faultdaemon.TooLargeRenderer)
	return f.delimit(lines.TooLarge(request, payload(reply), size))
}

// InvalidJSON puts a control character into the first string that is the
// reply's own.
func (f Framing) InvalidJSON(request, text []byte) ([]byte, error) {
	control := "\x01"
	if f == Delimited(1) {
		control = "\x02"
	}
	return f.line(newReply(f, request, text).inFirstString(control)), nil
}

// EmbeddedNewlines puts two lines before the first string that is the reply's
// own.
func (f Framing) EmbeddedNewlines(request, text []byte) ([]byte, error) {
	return f.line(newReply(f, request, text).inFirstString(`one\ntwo\n`)), nil
}

// Multiline indents the JSON.
func (f Framing) Multiline(request, reply []byte) ([]byte, error) {
	lines := faultdaemon.Lines.(faultdaemon.MultilineRenderer)
	return f.delimit(lines.Multiline(request, payload(reply)))
}

// delimit gives a line this framing's delimiter.
func (f Framing) delimit(line []byte, err error) ([]byte, error) {
	return f.line(bytes.TrimSuffix(line, []byte{'\n'})), err
}

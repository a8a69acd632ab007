package ndjson

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// Damage to the framing.

// blankLines puts n empty lines before the reply and n behind it, n being an
// Int parameter.
func blankLines(n string) damage {
	return func(e *faultdaemon.Exchange, r reply) ([]byte, error) {
		blank := bytes.Repeat([]byte{r.end}, int(e.Arg(n).Int()))
		return append(append(bytes.Clone(blank), r.line(r.text)...), blank...), nil
	}
}

// crlf puts 0x0D before the delimiter.
func crlf(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	return r.line(append(bytes.Clone(r.text), '\r')), nil
}

// logLine puts a line of a log before the reply, which a newline ends whatever
// the delimiter is.
func logLine(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	return append([]byte("INFO: listening on the socket\n"), r.line(r.text)...), nil
}

// glued puts the reply on its line twice.
func glued(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	return r.line(bytes.Repeat(r.text, 2)), nil
}

// otherDelimiter ends the reply with NUL or, where NUL is the delimiter, with
// a newline.
func otherDelimiter(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	if r.end == 0 {
		r.end = '\n'
	} else {
		r.end = 0
	}
	return r.line(r.text), nil
}

// bom puts the byte order mark of UTF-8 before the reply.
func bom(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	return append([]byte("\xef\xbb\xbf"), r.line(r.text)...), nil
}

// opened is the reply with a string in it that does not end.
func opened(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	object := jsonedit.AddMember(r.object(), `"text"`, `"`)
	return object[:bytes.LastIndexByte(object, '}')], nil
}

type endlessRenderer interface{ jsonLineRenderer }

// endless writes R, the reply with a string in it that does not end, until at
// least as many bytes are written as the Int parameter size says.
func endless(size string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		piece, err := jsonLine(opened)(e)
		if err != nil {
			return err
		}
		filling := bytes.Repeat([]byte{'x'}, 32<<10)
		for left := e.Arg(size).Int() - int64(len(piece)); ; left -= int64(len(piece)) {
			if _, err := e.Write(piece); err != nil || left <= 0 {
				return err
			}
			piece = filling[:min(left, int64(len(filling)))]
		}
	}
}

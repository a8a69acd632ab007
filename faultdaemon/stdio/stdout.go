package stdio

import (
	"bytes"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Dirt is what programs print to a stdout that is meant for messages, by the Choice
// parameter: a "log" line, a "banner" of several, a line in "colour", a "bom" (the
// UTF-8 byte order mark), a "progress" bar that returns to the line's beginning, and
// a "partial" line without its newline.
func Dirt(kind string) faultdaemon.Bytes {
	texts := map[string]string{
		"log":      "2026-01-01 00:00:00 INFO server started\n",
		"banner":   "*** example-server 1.2.3 ***\nListening on stdio\n\n",
		"colour":   "\x1b[32minfo\x1b[0m: ready\n",
		"bom":      "\xef\xbb\xbf",
		"progress": "\rloading  50%\rloading 100%\n",
		"partial":  "Loading... ",
	}
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		name := e.Arg(kind).String()
		text, found := texts[name]
		if !found {
			return nil, fmt.Errorf("%s: %q is no kind of dirt", kind, name)
		}
		return []byte(text), nil
	}
}

// CRLF is R with a carriage return before every newline, as a stdout in text mode
// writes it on Windows. A reply without a newline does not come otherwise: the fault
// does not fire.
func CRLF(e *faultdaemon.Exchange) ([]byte, error) {
	r, err := faultdaemon.Response(e)
	if err == nil && !bytes.Contains(r, []byte("\n")) {
		err = faultdaemon.NotFired("the reply has no newline")
	}
	return bytes.ReplaceAll(r, []byte("\n"), []byte("\r\n")), err
}

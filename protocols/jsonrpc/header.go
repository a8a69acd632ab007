package jsonrpc

import (
	"bytes"
	"fmt"
	"math"
	"mime"
	"strconv"
	"strings"
)

// A header is what the fields before a body say, those that mean something.
type header struct {
	length      int    // -1 where there is none, math.MaxInt where an int cannot hold it
	digits      string // the length as it stands
	contentType string
}

// field reads one line of a header: a name, a colon and a value with optional
// white space around it (RFC 7230, section 3.2).
func (h *header) field(line []byte) error {
	name, value, found := bytes.Cut(line, []byte{':'})
	if !found || !isToken(name) {
		return fmt.Errorf("a line of the header is %s: want name: value, wrong protocol?", excerpt(line))
	}
	text := strings.Trim(string(value), " \t")
	switch strings.ToLower(string(name)) {
	case "content-length":
		return h.contentLength(text)
	case "content-type":
		h.contentType = text
	}
	return nil
}

// contentLength takes decimal digits and nothing else, twice only if they
// agree (RFC 7230, section 3.3.2).
func (h *header) contentLength(text string) error {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return fmt.Errorf("Content-Length is %s: want decimal digits", excerpt([]byte(text)))
	}
	n, err := strconv.Atoi(text)
	if err != nil { // only because it is too large
		n = math.MaxInt
	}
	if h.length >= 0 && h.length != n {
		return fmt.Errorf("Content-Length is %s and %s: want one", h.digits, text)
	}
	h.length, h.digits = n, text
	return nil
}

// readable returns an error for a charset other than UTF-8; "utf8" is another
// spelling of that (Language Server Protocol, base protocol).
func (h *header) readable() error {
	if h.contentType == "" {
		return nil
	}
	_, params, err := mime.ParseMediaType(h.contentType)
	if err != nil {
		return fmt.Errorf("Content-Type %q: %w", h.contentType, err)
	}
	switch charset := params["charset"]; strings.ToLower(charset) {
	case "", "utf-8", "utf8":
		return nil
	default:
		return fmt.Errorf("Content-Type has the charset %q: want utf-8", charset)
	}
}

// isToken reports whether a field can have this name (RFC 7230, section 3.2.6).
func isToken(name []byte) bool {
	for _, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(name) > 0
}

// excerpt quotes bytes for a message, the first of many.
func excerpt(p []byte) string {
	const most = 60
	if len(p) > most {
		return fmt.Sprintf("%q... (%d bytes)", p[:most], len(p))
	}
	return strconv.Quote(string(p))
}

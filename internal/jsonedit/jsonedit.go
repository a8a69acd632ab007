// Package jsonedit changes JSON texts without decoding them: what it does not
// touch stays byte for byte as it was, order, numbers and white space.
//
// All functions take valid JSON (RFC 8259); on anything else their results
// mean nothing.
package jsonedit

import (
	"bytes"
	"encoding/json"
)

// FirstString returns where the content of the first string value begins and
// ends, its quotes excluded. Names of members are no values.
func FirstString(text []byte) (start, end int, found bool) {
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		end := StringEnd(text, i)
		if next := SkipSpace(text, end+1); next >= len(text) || text[next] != ':' {
			return i + 1, end, true
		}
		i = end
	}
	return 0, 0, false
}

// StringEnd returns the offset of the quote that ends the string whose first
// quote is at start.
func StringEnd(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text)
}

// SkipSpace returns the offset of the first byte at or after i that is no
// JSON white space.
func SkipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}

// Insert returns text with these bytes put in at an offset.
func Insert(text []byte, at int, what string) []byte {
	out := make([]byte, 0, len(text)+len(what))
	out = append(out, text[:at]...)
	out = append(out, what...)
	return append(out, text[at:]...)
}

// AddMember returns an object with one more member at its end, name and value
// being JSON texts.
func AddMember(object []byte, name, value string) []byte {
	end := bytes.LastIndexByte(object, '}')
	member := name + ":" + value
	if first := SkipSpace(object, bytes.IndexByte(object, '{')+1); first < end {
		member = "," + member
	}
	return Insert(object, end, member)
}

// IsObject reports whether a valid text is an object.
func IsObject(text []byte) bool {
	first := SkipSpace(text, 0)
	return first < len(text) && text[first] == '{'
}

// Data returns an object with the one member data: text itself where that is
// valid JSON, else text as a string.
func Data(text []byte) []byte {
	if json.Valid(text) {
		return Insert(append(bytes.TrimSpace(bytes.Clone(text)), '}'), 0, `{"data":`)
	}
	quoted, err := json.Marshal(string(text))
	if err != nil { // a string always marshals
		panic(err)
	}
	return Insert(append(quoted, '}'), 0, `{"data":`)
}

// Pad returns an object or array of at least size bytes that means the same:
// spaces follow its first byte.
func Pad(text []byte, size int) []byte {
	if len(text) >= size {
		return text
	}
	at := SkipSpace(text, 0) + 1
	out := make([]byte, 0, size)
	out = append(out, text[:at]...)
	out = append(out, bytes.Repeat([]byte{' '}, size-len(text))...)
	return append(out, text[at:]...)
}

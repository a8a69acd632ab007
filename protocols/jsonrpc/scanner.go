package jsonrpc

import "strings"

// A scanner finds where a JSON text ends, in pieces as they arrive. It counts
// brackets and minds strings; whether the text is valid is not its concern.
// The zero scanner is at the first byte of a text.
type scanner struct {
	depth   int    // brackets that are open
	quoted  bool   // inside a string
	escaped bool   // behind a backslash in a string
	word    string // a number or literal outside of all brackets, as far as it matters
}

// longestLiteral is the length of the longest word that ends by itself.
const longestLiteral = len("false")

// scan looks at the next piece and returns how many of its bytes belong to the
// text and whether the text ends with them. The byte behind a number does not
// belong to it.
func (s *scanner) scan(piece []byte) (n int, whole bool) {
	for i, c := range piece {
		if s.quoted {
			if s.inString(c) {
				return i + 1, true
			}
			continue
		}
		if s.word != "" && strings.IndexByte(" \t\r\n\"[]{},:", c) >= 0 {
			return i, true
		}
		switch c {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
		case '}', ']':
			s.depth--
			if s.depth <= 0 {
				return i + 1, true
			}
		case ',', ':':
			if s.depth == 0 {
				return i + 1, true
			}
		default:
			if s.depth == 0 && s.inWord(c) {
				return i + 1, true
			}
		}
	}
	return len(piece), false
}

// inString takes a byte of a string and reports whether the text ends with it.
func (s *scanner) inString(c byte) bool {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case c == '"':
		s.quoted = false
		return s.depth == 0
	}
	return false
}

// inWord takes a byte of a word and reports whether the text ends with it. Of
// a long word it keeps the beginning.
func (s *scanner) inWord(c byte) bool {
	if len(s.word) > longestLiteral {
		return false
	}
	s.word += string(rune(c))
	return s.word == "true" || s.word == "false" || s.word == "null"
}

// endsAtEOF reports whether the text is whole when no more bytes come.
func (s *scanner) endsAtEOF() bool { return s.word != "" }

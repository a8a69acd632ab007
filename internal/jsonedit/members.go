package jsonedit

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// A Member is a member of an object: where its name and its value stand in the
// text.
type Member struct {
	Name       string // decoded: "id" is "id", and so is "\u0069d"
	NameStart  int    // of its first quote
	ValueStart int
	ValueEnd   int // the offset behind the value
}

// Members returns the members of an object in their order, those of a name
// that is there twice included; nil when the text is no object.
func Members(text []byte) []Member {
	var list []Member
	for i, more := firstMember(text); more; {
		m := Member{NameStart: i}
		name := nameAt(text, i)
		m.ValueStart = SkipSpace(text, SkipSpace(text, i+len(name))+1)
		m.ValueEnd = valueEnd(text, m.ValueStart)
		decoded, ok := Unquote(name)
		if !ok {
			return list
		}
		m.Name = string(decoded)
		list = append(list, m)
		i, more = memberBehind(text, m.ValueEnd)
	}
	return list
}

// Fields yields the members of an object in their order: the decoded name, and the
// value as it stands in the text. It allocates nothing but for a name with an escape.
func Fields(text []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i, more := firstMember(text); more; {
			name := nameAt(text, i)
			start := SkipSpace(text, SkipSpace(text, i+len(name))+1)
			end := valueEnd(text, start)
			decoded, ok := Unquote(name)
			if !ok || !yield(decoded, text[start:end:end]) {
				return
			}
			i, more = memberBehind(text, end)
		}
	}
}

// firstMember returns where the first member of an object begins, and whether there is
// one.
func firstMember(text []byte) (at int, found bool) {
	if !IsObject(text) {
		return 0, false
	}
	return memberAt(text, SkipSpace(text, 0)+1)
}

// memberBehind returns where the member after a value begins, which ends before i.
func memberBehind(text []byte, i int) (at int, found bool) {
	if i = SkipSpace(text, i); i < len(text) && text[i] == ',' {
		i++
	}
	return memberAt(text, i)
}

func memberAt(text []byte, i int) (at int, found bool) {
	i = SkipSpace(text, i)
	return i, i < len(text) && text[i] == '"'
}

// nameAt returns the name that begins at i, quotes included.
func nameAt(text []byte, i int) []byte { return text[i:min(StringEnd(text, i)+1, len(text))] }

// Unquote returns what a string says, which is part of the text where it has no escape.
// It returns false when the text is no string.
func Unquote(text []byte) (decoded []byte, ok bool) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return nil, false
	}
	if inner := text[1 : len(text)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner, true
	}
	var s string
	if json.Unmarshal(text, &s) != nil {
		return nil, false
	}
	return []byte(s), true
}

// valueEnd returns the offset behind the value that begins at start.
func valueEnd(text []byte, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = StringEnd(text, i); depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			switch depth {
			case 0:
				return i // of the object around a number or a literal
			case 1:
				return i + 1
			}
			depth--
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// Scalars returns the members of an object whose values are strings, numbers
// or literals, each as name=value, strings decoded: {"id":7,"type":"list"} has
// id=7 and type=list. It returns nil when the text is no valid object.
func Scalars(text []byte) []string {
	if !json.Valid(text) {
		return nil
	}
	var list []string
	for _, m := range Members(text) {
		value := text[m.ValueStart:m.ValueEnd]
		switch value[0] {
		case '{', '[':
			continue
		case '"':
			var s string
			if json.Unmarshal(value, &s) == nil {
				list = append(list, m.Name+"="+s)
			}
		default:
			list = append(list, m.Name+"="+string(value))
		}
	}
	return list
}

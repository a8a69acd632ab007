package jsonedit

import "encoding/json"

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
	if !IsObject(text) {
		return nil
	}
	var list []Member
	for i := SkipSpace(text, SkipSpace(text, 0)+1); i < len(text) && text[i] == '"'; {
		m := Member{NameStart: i}
		end := StringEnd(text, i) + 1
		if json.Unmarshal(text[i:end], &m.Name) != nil {
			return list
		}
		m.ValueStart = SkipSpace(text, SkipSpace(text, end)+1)
		m.ValueEnd = valueEnd(text, m.ValueStart)
		list = append(list, m)
		if i = SkipSpace(text, m.ValueEnd); i < len(text) && text[i] == ',' {
			i = SkipSpace(text, i+1)
		}
	}
	return list
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

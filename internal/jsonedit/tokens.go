package jsonedit

// A Span is where something stands in a text: from Start to before End.
type Span struct{ Start, End int }

// Elements returns the elements of an array; of any other value, that value.
func Elements(text []byte) []Span {
	start := SkipSpace(text, 0)
	if start >= len(text) || text[start] != '[' {
		return []Span{{start, valueEnd(text, start)}}
	}
	var list []Span
	for i := SkipSpace(text, start+1); i < len(text) && text[i] != ']'; {
		end := valueEnd(text, i)
		list = append(list, Span{i, end})
		if i = SkipSpace(text, end); i < len(text) && text[i] == ',' {
			i = SkipSpace(text, i+1)
		}
	}
	return list
}

// Free returns what can be changed in a text so that it is still JSON: the
// contents of its strings, quotes excluded, names of members among them, and
// its numbers. What is left is syntax.
func Free(text []byte) []Span {
	var list []Span
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			end := StringEnd(text, i)
			list = append(list, Span{i + 1, end})
			i = end
		case c == '-' || '0' <= c && c <= '9':
			end := valueEnd(text, i)
			list = append(list, Span{i, end})
			i = end - 1
		}
	}
	return list
}

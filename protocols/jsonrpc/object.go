package jsonrpc

import (
	"encoding/json"
	"slices"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A member is one member of a JSON object: its name and its value as it
// stands.
type member struct {
	name  string
	value string
}

// An object is a JSON object whose members keep their order and whose values
// stay byte for byte what they are. Its methods return a changed copy.
type object []member

// readObject reads an object, and returns false for anything else. White space
// between its tokens is lost.
func readObject(text []byte) (o object, ok bool) {
	if !json.Valid(text) || !jsonedit.IsObject(text) {
		return nil, false
	}
	for _, m := range jsonedit.Members(text) {
		o = append(o, member{m.Name, string(text[m.ValueStart:m.ValueEnd])})
	}
	return o, true
}

// text returns the object as JSON.
func (o object) text() []byte {
	text := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			text = append(text, ',')
		}
		name, err := marshal(m.name)
		if err != nil { // a string always marshals
			panic(err)
		}
		text = append(append(append(text, name...), ':'), m.value...)
	}
	return append(text, '}')
}

// index returns where the member with a name is, -1 when there is none.
func (o object) index(name string) int {
	return slices.IndexFunc(o, func(m member) bool { return m.name == name })
}

func (o object) has(name string) bool { return o.index(name) >= 0 }

// get returns a member's value, "" when there is none.
func (o object) get(name string) string {
	if i := o.index(name); i >= 0 {
		return o[i].value
	}
	return ""
}

// with sets a member's value, where it stands or at the end.
func (o object) with(name, value string) object {
	changed := slices.Clone(o)
	if i := o.index(name); i >= 0 {
		changed[i].value = value
		return changed
	}
	return append(changed, member{name, value})
}

// without takes members away.
func (o object) without(names ...string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return slices.Contains(names, m.name) })
}

// replaced puts a member in the place of another, at the end where there is no
// such.
func (o object) replaced(old, name, value string) object {
	i := o.index(old)
	if i < 0 {
		return o.with(name, value)
	}
	changed := slices.Clone(o)
	changed[i] = member{name, value}
	return changed
}

// isResponse reports whether o is a Response object.
func (o object) isResponse() bool {
	return !o.has("method") && (o.has("result") || o.has("error"))
}

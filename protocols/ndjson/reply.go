package ndjson

import (
	"encoding/json"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A jsonLineRenderer is a protocol whose messages are JSON texts that end with
// one byte. Faults are for such protocols.
type jsonLineRenderer interface{ Delimiter() byte }

// A damage returns what is written in a reply's place.
type damage func(e *faultdaemon.Exchange, r reply) ([]byte, error)

// jsonLine is R with its last message, the reply, damaged.
func jsonLine(how damage) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p jsonLineRenderer, request, text []byte) ([]byte, error) {
			return how(e, newReply(p, request, text))
		})
	}
}

// A reply is what the faults damage. Its methods change nothing.
type reply struct {
	request []byte // the request's text
	message []byte // the reply as it is on the wire
	text    []byte // its text, which need not be JSON
	end     byte   // the delimiter
}

func newReply(p jsonLineRenderer, request, message []byte) reply {
	return reply{payload(request), message, payload(message), p.Delimiter()}
}

// line ends a text.
func (r reply) line(text []byte) []byte { return append(text[:len(text):len(text)], r.end) }

// json returns the reply's text where that is JSON, else an object that holds
// it.
func (r reply) json() []byte {
	if json.Valid(r.text) {
		return r.text
	}
	return jsonedit.Data(r.text)
}

// object returns the reply's text where that is an object, else an object that
// holds it.
func (r reply) object() []byte {
	if text := r.json(); jsonedit.IsObject(text) {
		return text
	}
	return jsonedit.Data(r.text)
}

// own returns the members of the reply's object that do not tie it to its
// request.
func (r reply) own() (list []jsonedit.Member) {
	object := r.object()
	for _, m := range jsonedit.Members(object) {
		value, found := member(r.request, m.Name)
		if !found || !jsonedit.Equal(value, object[m.ValueStart:m.ValueEnd]) {
			list = append(list, m)
		}
	}
	return list
}

// inFirstString puts bytes at the beginning of the first string that is the
// reply's own, of a batch of its first response. Where there is none, a member
// text is added that holds them.
func (r reply) inFirstString(what string) []byte {
	if text := r.json(); !jsonedit.IsObject(text) {
		if first := firstElement(text); jsonedit.IsObject(text[first.Start:first.End]) {
			asked := firstElement(r.request)
			response := reply{request: r.request[asked.Start:asked.End], text: text[first.Start:first.End]}
			return slices.Concat(text[:first.Start], response.inFirstString(what), text[first.End:])
		}
		if at, _, found := jsonedit.FirstString(text); found {
			return jsonedit.Insert(text, at, what)
		}
	}
	object := r.object()
	for _, m := range r.own() {
		if at, _, found := jsonedit.FirstString(object[m.ValueStart:m.ValueEnd]); found {
			return jsonedit.Insert(object, m.ValueStart+at, what)
		}
	}
	return jsonedit.AddMember(object, `"text"`, `"`+what+`"`)
}

// firstElement returns where the first element of an array is; of any other
// value, that value.
func firstElement(text []byte) jsonedit.Span {
	if !json.Valid(text) {
		return jsonedit.Span{End: len(text)}
	}
	return append(jsonedit.Elements(text), jsonedit.Span{})[0]
}

// withNumber replaces the first member of the reply's own that is a number.
// Where there is none, a member number is added.
func (r reply) withNumber(number string) []byte {
	object := r.object()
	for _, m := range r.own() {
		if c := object[m.ValueStart]; c == '-' || '0' <= c && c <= '9' {
			return jsonedit.Insert(append(object[:m.ValueStart:m.ValueStart], object[m.ValueEnd:]...), m.ValueStart, number)
		}
	}
	return jsonedit.AddMember(object, `"number"`, number)
}

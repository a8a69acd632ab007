package handlers

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// What may differ between a request and the one that was recorded, and what ties
// a reply to its request.

// ties are the names of the ids of JSON messages: in a request, and in its reply.
var ties = [...]struct{ request, reply string }{{"id", "id"}, {"seq", "request_seq"}}

// content is what a request asks for, without what may differ.
func (r *recording) content(request []byte) string {
	inner := r.payload(r.options.ID.erased(request))
	value, ok := decoded(inner)
	if !ok {
		return string(inner)
	}
	switch v := value.(type) {
	case map[string]any:
		r.strip(v, true)
	case []any: // a batch
		for _, element := range v {
			r.strip(element, true)
		}
	}
	text, err := json.Marshal(value) // members in the order of their names
	if err != nil {
		return string(inner)
	}
	return string(text)
}

// decoded returns a JSON text's value, numbers as they are written.
func decoded(text []byte) (value any, ok bool) {
	if !json.Valid(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return value, d.Decode(&value) == nil
}

// strip takes out of a value the members that may differ; own says that it is
// the request itself.
func (r *recording) strip(value any, own bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if own && (name == "id" || name == "seq") || name == "_meta" || slices.Contains(r.options.Ignore, name) {
				delete(v, name)
				continue
			}
			r.strip(inner, false)
		}
	case []any:
		for _, element := range v {
			r.strip(element, false)
		}
	}
}

// payload returns what a message carries.
func (r *recording) payload(message []byte) []byte {
	if p, ok := r.protocol.(faultdaemon.Payloader); ok {
		if inner, err := p.Payload(message); err == nil {
			return inner
		}
	}
	return bytes.TrimRight(message, "\r\n")
}

// requestID returns what ties a reply to this request, "" for nothing.
func (r *recording) requestID(request []byte) string {
	if ids, ok := r.protocol.(faultdaemon.Correlator); ok {
		return ids.RequestID(request)
	}
	if r.options.ID.Size > 0 {
		return string(r.options.ID.inRequest(request))
	}
	own := memberValues(r.payload(request), nil)
	for _, tie := range ties {
		if ids := own[tie.request]; len(ids) > 0 {
			return tie.reply + " " + strings.Join(ids, " ")
		}
	}
	return ""
}

// replyID returns the requestID of the request that a message replies to, "" for none.
func (r *recording) replyID(message []byte) string {
	if ids, ok := r.protocol.(faultdaemon.Correlator); ok {
		return ids.ReplyID(message)
	}
	if r.options.ID.Size > 0 {
		return string(r.options.ID.inReply(message))
	}
	own := memberValues(r.payload(message), nil)
	for _, tie := range ties {
		if ids := own[tie.reply]; len(ids) > 0 {
			return tie.reply + " " + strings.Join(ids, " ")
		}
	}
	return ""
}

// retied returns what was recorded to be sent because of q, for a request of the same content.
func (r *recording) retied(q *recorded, a act, request []byte) []byte {
	if bytes.Equal(q.message, request) || len(q.message) == 0 {
		return a.data
	}
	inner := r.payload(a.data)
	renewed := r.renamed(q, inner, request)
	if a.reply {
		if p, ok := r.protocol.(faultdaemon.Replier); ok {
			if made, err := p.Reply(q.message, inner); err == nil && bytes.Equal(made, a.data) {
				if made, err = p.Reply(request, renewed); err == nil {
					return r.options.ID.copied(q.message, request, made)
				}
			}
		}
	}
	data := a.data
	if !bytes.Equal(inner, renewed) {
		if made, err := r.protocol.Frame(renewed); err == nil {
			data = made
		}
	}
	if a.reply {
		return r.options.ID.copied(q.message, request, data)
	}
	return data
}

// renamed returns a payload whose ids, and members to ignore, are the request's
// where they were those of the one that was recorded.
func (r *recording) renamed(q *recorded, payload, request []byte) []byte {
	was, is := memberValues(r.payload(q.message), r.options.Ignore), memberValues(r.payload(request), r.options.Ignore)
	changed := map[string]map[string]string{} // by name: old and new value
	change := func(name, from string) {
		old, fresh := was[from], is[from]
		for i := range min(len(old), len(fresh)) {
			if changed[name] == nil {
				changed[name] = map[string]string{}
			}
			changed[name][old[i]] = fresh[i]
		}
	}
	for _, tie := range ties {
		change(tie.reply, tie.request)
	}
	for _, name := range r.options.Ignore {
		change(name, name)
	}
	var out []byte
	last := 0
	eachMember(payload, r.options.Ignore, func(name string, at jsonedit.Span) {
		if value, found := changed[name][string(payload[at.Start:at.End])]; found {
			out = append(append(out, payload[last:at.Start]...), value...)
			last = at.End
		}
	})
	return append(out, payload[last:]...)
}

// memberValues are the values of a text's own members, and of those at any depth whose
// names are in deep, as they stand there.
func memberValues(text []byte, deep []string) map[string][]string {
	values := map[string][]string{}
	eachMember(text, deep, func(name string, at jsonedit.Span) {
		values[name] = append(values[name], string(text[at.Start:at.End]))
	})
	return values
}

// eachMember calls f for the ids of an object or of those in an array, and for
// the members at any depth whose names are in deep, in their order.
func eachMember(text []byte, deep []string, f func(name string, at jsonedit.Span)) {
	if !json.Valid(text) {
		return
	}
	for _, element := range jsonedit.Elements(text) {
		walk(text, element, true, deep, f)
	}
}

func walk(text []byte, at jsonedit.Span, own bool, deep []string, f func(string, jsonedit.Span)) {
	value := text[at.Start:at.End]
	switch value[0] {
	case '{':
		for _, m := range jsonedit.Members(value) {
			inner := jsonedit.Span{Start: at.Start + m.ValueStart, End: at.Start + m.ValueEnd}
			if own && isTie(m.Name) || slices.Contains(deep, m.Name) {
				f(m.Name, inner)
				continue
			}
			walk(text, inner, false, deep, f)
		}
	case '[':
		for _, e := range jsonedit.Elements(value) {
			walk(text, jsonedit.Span{Start: at.Start + e.Start, End: at.Start + e.End}, false, deep, f)
		}
	}
}

func isTie(name string) bool {
	for _, tie := range ties {
		if name == tie.request || name == tie.reply {
			return true
		}
	}
	return false
}

// inRequest returns the field of a request, nil where that is too short.
func (f Field) inRequest(message []byte) []byte { return f.in(message, f.Request) }

// inReply returns the field of a reply, nil where that is too short.
func (f Field) inReply(message []byte) []byte { return f.in(message, f.Reply) }

func (f Field) in(message []byte, at int) []byte {
	if f.Size == 0 || at+f.Size > len(message) {
		return nil
	}
	return message[at : at+f.Size]
}

// erased returns a request without what its field says.
func (f Field) erased(request []byte) []byte {
	if f.inRequest(request) == nil {
		return request
	}
	request = bytes.Clone(request)
	clear(f.inRequest(request))
	return request
}

// copied returns a reply whose field is the request's where it was that of the recorded one.
func (f Field) copied(recorded, request, reply []byte) []byte {
	was, is := f.inRequest(recorded), f.inRequest(request)
	if was == nil || is == nil || !bytes.Equal(f.inReply(reply), was) {
		return reply
	}
	reply = bytes.Clone(reply)
	copy(f.inReply(reply), is)
	return reply
}

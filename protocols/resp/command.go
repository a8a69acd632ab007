package resp

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var (
	_ faultdaemon.Selector = Protocol{}
	_ faultdaemon.Pusher   = Protocol{}
)

// A heading is what a command or a push begins with.
type heading struct {
	count int       // how many values it has
	words [3][]byte // the first ones' texts
	kinds [3]byte   // and their types
}

// headingOf returns the heading of an array, a push or an inline command. Of another value
// it is empty.
func headingOf(message []byte) (h heading) {
	if isInline(message) {
		for word := range bytes.FieldsSeq(message) {
			if h.count < len(h.words) {
				h.words[h.count] = word
			}
			h.count++
		}
		return h
	}
	v, ok := first(message)
	if !ok || v.kind != '*' && v.kind != '>' {
		return h
	}
	h.count = v.count
	for i := range min(max(h.count, 0), len(h.words)) {
		message = message[v.size:]
		if v, ok = first(message); !ok || v.aggregate() {
			break
		}
		h.words[i], h.kinds[i] = v.text, v.kind
	}
	return h
}

// ExpectsReply is true for every command but those of a subscription, whose confirmations
// are pushes, and those that turn replies off. An empty line and an empty array are no command.
func (Protocol) ExpectsReply(request []byte) bool {
	h := headingOf(request)
	is := func(i int, word string) bool { return bytes.EqualFold(h.words[i], []byte(word)) }
	switch {
	case h.count <= 0:
		return len(request) > 0 && request[0] != '*' && !isInline(request)
	case is(0, "CLIENT") && is(1, "REPLY"):
		return !is(2, "OFF") && !is(2, "SKIP")
	case is(0, "REPLCONF"):
		return !is(1, "ACK")
	}
	return !subscribes(h.words[0])
}

// subscribes reports whether a word is SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE, or one of them with
// UN in it.
func subscribes(word []byte) bool {
	const last = "SUBSCRIBE"
	return len(word) >= len(last) && bytes.EqualFold(word[len(word)-len(last):], []byte(last))
}

// Pushed is true for what begins with > and, of RESP2, for the messages of a
// subscription and the confirmations of SUBSCRIBE and its siblings.
func (Protocol) Pushed(message []byte) bool {
	if len(message) == 0 || message[0] != '*' {
		return len(message) > 0 && message[0] == '>'
	}
	h := headingOf(message)
	if h.kinds[0] != '$' {
		return false
	}
	switch string(h.words[0]) {
	case "message", "smessage":
		return h.count == 3
	case "pmessage":
		return h.count == 4
	}
	return h.count == 3 && h.kinds[2] == ':' && subscribes(h.words[0])
}

// Selectors returns a request's command in capital and in small letters, then each with the
// first argument: "GET", "get", "GET name", "get name"; "CONFIG GET". Of a push it returns its
// kind and the first value behind that: "message", "message news".
func (Protocol) Selectors(request []byte) (list []string) {
	h := headingOf(request)
	if h.words[0] == nil {
		return nil
	}
	names := []string{string(bytes.ToUpper(h.words[0])), string(bytes.ToLower(h.words[0]))}
	list = append(list, names...)
	if h.words[1] != nil {
		for _, name := range names {
			list = append(list, name+" "+string(h.words[1]))
		}
	}
	return list
}

package jsonrpc

import (
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var _ faultdaemon.Correlator = Protocol{}

// RequestID returns the id of a request as it stands there: 7, "a". For a batch
// it is the ids of its requests in order, for something invalid null, which is the
// id of the reply to it. A notification and the client's own reply have none.
func (p Protocol) RequestID(request []byte) string {
	text, err := p.framing.text(request)
	list, batch, ok := readAll(text)
	if err != nil || !ok {
		return string(null)
	}
	return joinIDs(list, batch, func(m message) bool { return m.kind == call || m.kind == invalid })
}

// ReplyID returns the id of a Response object as it stands there, those of a batch
// of them in order, and "" for a request or a notification of the daemon's.
func (p Protocol) ReplyID(raw []byte) string {
	text, err := p.framing.text(raw)
	list, batch, ok := readAll(text)
	if err != nil || !ok {
		return ""
	}
	return joinIDs(list, batch, func(m message) bool { return m.kind == reply })
}

// joinIDs returns the ids of the messages that are tied, sorted where they are a batch's.
func joinIDs(list []message, batch bool, tied func(message) bool) string {
	var ids []string
	for _, m := range list {
		switch {
		case !tied(m):
		case m.id == nil:
			ids = append(ids, string(null))
		default:
			ids = append(ids, string(m.id))
		}
	}
	if len(ids) == 0 || !batch {
		return strings.Join(ids, "")
	}
	slices.Sort(ids)
	return "[" + strings.Join(ids, ",") + "]"
}

package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A Script is requests and what is replied to each, read by [ReadScript]. Its
// methods [Script.InOrder] and [Script.ByContent] are for Config.Respond.
//
//	script, err := handlers.ReadScript("testdata/session.txtar")
//	...
//	cfg := faultdaemon.Config{Protocol: jsonrpc.Lines, Respond: script.ByContent}
//
// A Script holds payloads. A request is compared without its framing: with
// faultdaemon.Payloader where the protocol has it, else with line ends cut off.
// It matches when it is the same bytes or the same JSON. A JSON object matches
// where it has all members of the script's with the same values; it may have
// others, such as an id. A reply is framed, and given what ties it to its
// request, with faultdaemon.Replier where the protocol has it, else framed with
// Frame.
//
// A request that does not match is an error, which ends its connection and
// shows the nearest. What was used up is counted for all connections together.
// A Script is safe for concurrent use.
type Script struct {
	pairs []pair

	mu   sync.Mutex
	next int // in order
}

// A pair is a request and its replies, as payloads.
type pair struct {
	request []byte
	replies [][]byte
	where   string // "request 3", "line 3"
	used    bool   // by content
}

// InOrder replies to the nth request with the nth reply. A request that does
// not match the nth of the script is an error and uses nothing up, and so is
// one after the last.
func (s *Script) InOrder(e *faultdaemon.Exchange) ([]byte, error) {
	request, err := payload(e)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == len(s.pairs) {
		return nil, fmt.Errorf("handlers: script: it is over after %d requests, and this is another: %s", s.next, short(request))
	}
	p := s.pairs[s.next]
	if !matches(p.request, request) {
		return nil, fmt.Errorf("handlers: script: the request is %s: want %s, %s", short(request), p.where, short(p.request))
	}
	s.next++
	return frame(e, p.replies)
}

// ByContent replies to a request with the reply of the first that matches it,
// wherever that stands. Of several that match, each is used once, in their
// order; after that, the last again and again.
func (s *Script) ByContent(e *faultdaemon.Exchange) ([]byte, error) {
	request, err := payload(e)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := -1
	for i, p := range s.pairs {
		if !matches(p.request, request) {
			continue
		}
		found = i
		if !p.used {
			break
		}
	}
	if found < 0 {
		return nil, s.unmatched(request)
	}
	s.pairs[found].used = true
	return frame(e, s.pairs[found].replies)
}

// unmatched returns the error of a request that is not in the script.
func (s *Script) unmatched(request []byte) error {
	if len(s.pairs) == 0 {
		return fmt.Errorf("handlers: script: it is empty, and this is a request: %s", short(request))
	}
	nearest := nearest(s.pairs, request)
	return fmt.Errorf("handlers: script: none of its %d requests is %s: the nearest is %s, %s",
		len(s.pairs), short(request), nearest.where, short(nearest.request))
}

// matches reports whether a request is what the script has.
func matches(want, got []byte) bool {
	if bytes.Equal(want, got) || jsonedit.Equal(want, got) {
		return true
	}
	if !json.Valid(want) || !json.Valid(got) || !jsonedit.IsObject(want) {
		return false
	}
	has := members(got)
	for name, value := range members(want) {
		if other, found := has[name]; !found || !jsonedit.Equal(value, other) {
			return false
		}
	}
	return jsonedit.IsObject(got)
}

// members returns the values of an object's members; of a name that is there
// twice, the last.
func members(object []byte) map[string][]byte {
	values := map[string][]byte{}
	for _, m := range jsonedit.Members(object) {
		values[m.Name] = object[m.ValueStart:m.ValueEnd]
	}
	return values
}

// payload returns what a request carries.
func payload(e *faultdaemon.Exchange) ([]byte, error) {
	if p, ok := e.Protocol().(faultdaemon.Payloader); ok {
		return p.Payload(e.Request())
	}
	return bytes.TrimRight(e.Request(), "\r\n"), nil
}

// frame returns replies as messages; without any, nothing is sent.
func frame(e *faultdaemon.Exchange, payloads [][]byte) ([]byte, error) {
	r := []byte{} // not nil, which would echo the request
	for _, p := range payloads {
		message, err := frameOne(e, p)
		if err != nil {
			return nil, fmt.Errorf("handlers: script: the reply %s: %w", short(p), err)
		}
		r = append(r, message...)
	}
	return r, nil
}

func frameOne(e *faultdaemon.Exchange, payload []byte) ([]byte, error) {
	if p, ok := e.Protocol().(faultdaemon.Replier); ok {
		return p.Reply(e.Request(), payload)
	}
	return e.Protocol().Frame(payload)
}

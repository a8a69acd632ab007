package verdict

import (
	"bytes"
	"encoding/json"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// place is where a request came: an exchange of a connection.
type place struct {
	connection int64
	exchange   int
}

// repeated returns a request that must be carried out once at most, that the
// daemon carried out, and that the client sent again, more often than when the
// daemon is healthy; nil where there is none. A request that was not carried out
// may be sent again.
func (c *Client) repeated(o Observation) []byte {
	if c.Once == nil {
		return nil
	}
	done := o.Log.carriedOut()
	at := o.Log.reads()
	after := make(map[string]int) // how often a request came since it was carried out
	for i, call := range o.Requests {
		if !c.Once(call.Request) {
			continue
		}
		key := c.content(o.Protocol, call.Request)
		if n := after[key]; n > 0 {
			if after[key]++; n+1 > max(c.sent[key], 1) {
				return call.Request
			}
		} else if i < len(at) && done[at[i]] {
			after[key] = 1
		}
	}
	return nil
}

// counted is how often each request came that must not be repeated.
func (c *Client) counted(o Observation) map[string]int {
	n := make(map[string]int)
	if c.Once == nil {
		return n
	}
	for _, call := range o.Requests {
		if c.Once(call.Request) {
			n[c.content(o.Protocol, call.Request)]++
		}
	}
	return n
}

// content is what a request asks for, without what ties it to its reply and the
// members that may differ.
func (c *Client) content(p faultdaemon.Protocol, request []byte) string {
	inner := payload(p, request)
	var members map[string]any
	decoder := json.NewDecoder(bytes.NewReader(inner))
	decoder.UseNumber()
	if decoder.Decode(&members) != nil {
		return string(inner)
	}
	delete(members, "id")
	delete(members, "seq")
	for _, name := range append([]string{"_meta"}, c.OnceIgnore...) {
		remove(members, name)
	}
	text, err := json.Marshal(members) // in the order of their names
	if err != nil {
		return string(inner)
	}
	return string(text)
}

// remove takes a member out of an object and of the objects in it.
func remove(members map[string]any, name string) {
	delete(members, name)
	for _, value := range members {
		if inner, ok := value.(map[string]any); ok {
			remove(inner, name)
		}
	}
}

// reads are the places of the requests, in order.
func (l Log) reads() (list []place) {
	for _, ev := range l {
		if ev.Kind == faultdaemon.EventRead {
			list = append(list, place{ev.Connection, ev.Exchange})
		}
	}
	return list
}

// carriedOut tells the places whose request the daemon carried out: its handler
// ran, for a healthy reply or for a fault that acts on the reply.
func (l Log) carriedOut() map[place]bool {
	done := make(map[place]bool)
	for _, ev := range l {
		at := place{ev.Connection, ev.Exchange}
		switch ev.Kind {
		case faultdaemon.EventRead, faultdaemon.EventNotFired:
			done[at] = true
		case faultdaemon.EventFault:
			done[at] = false
		case faultdaemon.EventHandled:
			done[at] = true
		}
	}
	return done
}

package handlers

import (
	"errors"
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

// A recording is a transcript by its requests. It never changes.
type recording struct {
	protocol  faultdaemon.Protocol
	options   ReplayOptions
	greetings []*recorded       // what each connection got before its first request
	groups    map[string]*group // by content
	order     []*group          // as first recorded
}

// A group is the requests of the same content.
type group struct{ requests []*recorded }

// recorded is one message of a client, and what the daemon did because of it.
type recorded struct {
	message []byte
	line    int // of the transcript
	at      time.Time
	acts    []act
}

// An act is what the daemon did, so long after the message.
type act struct {
	after time.Duration
	data  []byte // empty: it ended the connection
	reply bool   // data is tied to the message
	turn  bool   // by the order of requests alone
}

// recordedConnection is one connection while the transcript is read.
type recordedConnection struct {
	last    *recorded            // the client's last message
	byID    map[string]*recorded // those that a reply is tied to
	open    []*recorded          // those that have no reply yet, where nothing ties it
	leaving bool                 // the client has ended its direction
}

func (r *recording) read(t *relay.Transcript) error {
	connections := map[int64]*recordedConnection{}
	for i, m := range t.Messages {
		line := i + 2 // the first is the header
		if m.Raw {
			return fmt.Errorf("line %d is a piece of a stream that is not cut into messages: record with the protocol that is spoken", line)
		}
		c := connections[m.Connection]
		if c == nil {
			c = &recordedConnection{last: &recorded{line: line, at: m.Time}, byID: map[string]*recorded{}}
			connections[m.Connection] = c
			r.greetings = append(r.greetings, c.last)
		}
		if m.Direction == faultdaemon.ToUpstream {
			r.asked(c, m, line)
		} else {
			r.did(c, m)
		}
	}
	if len(r.order) == 0 {
		return errors.New("the transcript has no request: record a client that sends some")
	}
	return nil
}

// asked takes note of a client's message.
func (r *recording) asked(c *recordedConnection, m faultdaemon.Message, line int) {
	if len(m.Data) == 0 {
		c.leaving = true
		return
	}
	q := &recorded{message: m.Data, line: line, at: m.Time}
	key := r.content(m.Data)
	g := r.groups[key]
	if g == nil {
		g = &group{}
		r.groups[key] = g
		r.order = append(r.order, g)
	}
	g.requests = append(g.requests, q)
	c.last = q
	if !r.protocol.ExpectsReply(m.Data) {
		return
	}
	if id := r.requestID(m.Data); id != "" {
		c.byID[id] = q
	} else {
		c.open = append(c.open, q)
	}
}

// did takes note of what the daemon did, with the message that it was because of.
func (r *recording) did(c *recordedConnection, m faultdaemon.Message) {
	if len(m.Data) == 0 && c.leaving {
		return // the client has left first
	}
	cause, reply := c.last, false
	q, turn := r.repliesTo(c, m.Data)
	if q != nil {
		cause, reply = q, true
	}
	a := act{data: m.Data, reply: reply, turn: turn}
	if !r.options.NoPauses {
		a.after = max(0, m.Time.Sub(cause.at))
	}
	cause.acts = append(cause.acts, a)
}

// repliesTo returns the request that a message replies to, nil for none; turn says that
// it is so because the request is the first that has no reply.
func (r *recording) repliesTo(c *recordedConnection, message []byte) (q *recorded, turn bool) {
	if len(message) == 0 {
		return nil, false
	}
	if q := c.byID[r.replyID(message)]; q != nil {
		return q, false
	}
	if _, ok := r.protocol.(faultdaemon.Correlator); ok || len(c.open) == 0 {
		return nil, false
	}
	if p, ok := r.protocol.(faultdaemon.Pusher); ok && p.Pushed(message) {
		return nil, false
	}
	q = c.open[0]
	c.open = c.open[1:]
	return q, true
}

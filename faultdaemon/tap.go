package faultdaemon

import "time"

// A Message is one message that a client or an upstream has sent, as it came. What a
// fault then made of it is not said here.
type Message struct {
	Time       time.Time // when it was whole
	Connection int64     // as of [Exchange.Connection]
	Direction  Direction
	ID         string // where the protocol is a [Correlator]: what ties a request and its reply; "" for any other message
	Data       []byte // framing included; empty: nothing more comes in this direction
	Raw        bool   // Data is a piece of a stream that is not cut into messages
}

// A Direction is who sends a message to whom, in front of an upstream.
type Direction string

const (
	ToUpstream Direction = "->" // the client's
	ToClient   Direction = "<-" // the upstream's
)

// tap shows a message to Config.Tap. Each of the two goroutines calls it for one direction.
func (r *relayed) tap(d Direction, data []byte, raw bool) {
	tap := r.client.daemon.state.Load().config.Tap
	if tap == nil {
		return
	}
	m := Message{Time: time.Now(), Connection: r.client.number, Direction: d, Data: data, Raw: raw}
	switch ids := r.reply.ids; {
	case ids == nil, raw, len(data) == 0:
	case d == ToUpstream:
		if r.client.protocol.ExpectsReply(data) {
			m.ID = ids.RequestID(data)
		}
	default:
		m.ID = ids.ReplyID(data)
	}
	tap(m)
}

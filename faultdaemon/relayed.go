package faultdaemon

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// relayed is the other side of a connection whose replies come from a real
// daemon, the upstream.
//
// Two goroutines share it. The client's serves the connection: it alone reads the
// client, writes to the upstream and ends both. The upstream's, which ends before
// that does, alone reads the upstream. Both write to the client, in turn.
type relayed struct {
	client   *connection
	upstream wire
	requests flow
	replies  flow
	reply    *correlation
	pushes   *connection   // on which steps meet what the upstream sends by itself
	turn     *turn         // to write to the client
	hurting  chan struct{} // one slot: filled while a fault acts on a request
	raw      atomic.Bool   // nothing is cut into messages any more

	begun  bool      // the last request was passed on before it was whole
	parked *Exchange // one that was read and decided on while another waited for its reply

	ending    error         // how the upstream has ended; its goroutine's
	drained   chan struct{} // closed when the upstream sends no more
	over      chan struct{} // closed when the client's goroutine is done
	pushReset error         // what a step on a push ended the connection with

	mu      sync.Mutex
	reading bool // the client's goroutine waits for the client
	gone    bool // the upstream has gone
}

// keptOfReply is how much of a reply is looked at that nothing happens to, in bytes.
const keptOfReply = 512

// maxReply is the longest message of an upstream that is cut, in bytes.
const maxReply = 64 << 20

// relay serves the connection until it is over.
func (c *connection) relay() {
	r, err := c.front()
	for err == nil {
		err = r.exchange()
	}
}

// front connects to the upstream, once. The upstream's goroutine ends with the
// connection.
func (c *connection) front() (*relayed, error) {
	if c.relayed != nil {
		return c.relayed, nil
	}
	conn, err := c.dialUpstream()
	if err != nil {
		return nil, err
	}
	r := newRelayed(c, conn)
	c.relayed, c.turn = r, r.turn
	if who := strangers(c.wire); who != "" {
		c.note(EventError, who)
	}
	stopped := context.AfterFunc(c.era.ctx, func() { _ = r.upstream.SetDeadline(longAgo) })
	var upstream sync.WaitGroup
	upstream.Go(r.serveReplies)
	c.atEnd = append(c.atEnd, func() {
		close(r.over)
		_ = r.upstream.Close()
		upstream.Wait()
		stopped()
		dropRights(c.wire)
		dropRights(r.upstream)
	})
	return r, nil
}

// dialUpstream connects to the upstream, and gives up when the client leaves or
// the daemon stops.
func (c *connection) dialUpstream() (conn net.Conn, err error) {
	ctx, cancel := context.WithCancel((&Exchange{conn: c}).Context())
	c.atEnd = append(c.atEnd, cancel)
	var panicked any
	dialled := make(chan struct{})
	go func() {
		defer close(dialled)
		defer func() { panicked = recover() }()
		conn, err = c.upstream(ctx)
	}()
	over := c.await(dialled)
	if over != nil {
		cancel()
		<-dialled
	}
	switch {
	case panicked != nil:
		panic(panicked)
	case over != nil && conn != nil:
		_ = conn.Close()
		return nil, over
	case over != nil:
		return nil, over
	case err != nil:
		c.note(EventError, fmt.Sprintf("upstream: %v", err))
		return nil, ErrClosed
	}
	return conn, nil
}

func newRelayed(c *connection, conn net.Conn) *relayed {
	upstream := newWire(conn, func() bool { return false }, c.stop)
	if c.shape != nil {
		upstream = c.shape(upstream)
	}
	r := &relayed{
		client: c, upstream: upstream,
		reply: newCorrelation(c.protocol), hurting: make(chan struct{}, 1), ending: io.EOF,
		drained: make(chan struct{}), over: make(chan struct{}),
	}
	collectRights(c.wire)
	collectRights(upstream)
	r.turn = &turn{slot: make(chan struct{}, 1), over: r.over}
	r.requests = flow{
		source: c.wire, write: r.toUpstream, holds: r.holdsRequests, protocol: c.protocol,
		limit: c.limit, keep: flowBuffer, watched: r.watched,
	}
	r.replies = flow{
		source: r.upstream, write: r.toClient, holds: r.holdsReplies, protocol: c.protocol,
		limit: maxReply, keep: keptOfReply, watched: r.watched,
	}
	r.requests.bulk = r.bulk(c.wire, upstream)
	r.replies.bulk = r.bulk(upstream, c.wire)
	r.pushes = &connection{
		daemon: c.daemon, run: c.run, conn: c.conn, listener: c.listener, wire: &pushWire{c.wire, r},
		stop: c.stop, era: c.era, number: c.number, protocol: c.protocol, limit: c.limit,
		turn: r.turn, push: true, ctx: c.ctx,
	}
	return r
}

// holdsRequests reports whether a fault may act on a request.
func (r *relayed) holdsRequests() bool {
	if r.raw.Load() {
		return false
	}
	return r.client.current.fault != nil || r.client.run.awaited.Load() != nil || r.client.daemon.state.Load().policy.has(StageRespond)
}

// holdsReplies reports whether an exchange waits for its reply, or a fault may
// act on what the upstream sends by itself.
func (r *relayed) holdsReplies() bool {
	if r.raw.Load() {
		return false
	}
	return r.reply.waits() || r.client.daemon.state.Load().policy.reaches(StageRespond, true)
}

// watched reports whether a Tap sees whole messages.
func (r *relayed) watched() bool { return r.client.daemon.state.Load().config.Tap != nil }

func (r *relayed) toUpstream(p []byte) error {
	return r.carry(p, r.client.wire, r.upstream)
}

// bulk returns how bytes get from one wire to another without passing through this
// process, nil where the system has no way. The client's turn is taken for it.
func (r *relayed) bulk(from, to wire) func(int64) (int64, error) {
	move := mover(from, to)
	if move == nil || to != r.client.wire {
		return move
	}
	return func(n int64) (int64, error) {
		if err := r.turn.take(); err != nil {
			return 0, err
		}
		defer r.turn.give()
		r.logReply(int(n))
		return move(n)
	}
}

// toClient writes to the client when nobody else does.
func (r *relayed) toClient(p []byte) error {
	if err := r.turn.take(); err != nil {
		return err
	}
	defer r.turn.give()
	r.logReply(len(p))
	return r.carry(p, r.upstream, r.client.wire)
}

// logReply says that bytes are written to the client. It comes before they are: the
// client's next request must not seem to have come first.
func (r *relayed) logReply(n int) {
	r.client.daemon.events.add(&Event{Kind: EventReplied, Connection: r.client.number, Bytes: n})
}

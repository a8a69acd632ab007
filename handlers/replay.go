package handlers

import (
	"context"
	"fmt"
	"net"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

// ReplayOptions say how a transcript is replayed. The zero value compares everything but
// ids and keeps the recorded pauses.
type ReplayOptions struct {
	// Ignore are the names of JSON members, at any depth, in which a request may
	// differ from the recorded one, such as times. Where a member of that name in a
	// reply has the value that the recorded request had, it gets the request's. The
	// "id" and "seq" of a request itself, and "_meta", may always differ.
	Ignore []string

	// ID is where the id of a message is that is not JSON.
	ID Field

	// NoPauses has everything sent at once that was recorded with pauses.
	NoPauses bool
}

// A Field is a part of binary messages, framing included. The zero Field is none.
type Field struct {
	Request int // its offset in requests, in bytes
	Reply   int // in replies
	Size    int // in bytes
}

// Replay returns an upstream that does again what a real daemon did when it was
// recorded, for [faultdaemon.Config.Upstream] with the same Protocol.
//
//	cfg := faultdaemon.Config{Protocol: jsonrpc.Lines, Upstream: upstream}
//
// It looks for a request among those of all recorded connections, by its content. What
// the daemon sent because of it is sent again, with the pauses that were recorded: the
// reply, with the request's id, and what the daemon sent of its own accord between that
// request and the next. Of several recorded requests with the same content, each is
// used once by a daemon that has the config, in their order; after that, the last
// again and again. What was sent before the first request of a connection is sent to
// the connection of the same number, or as to the last. Where the real daemon ended a
// connection, Replay does, unless another request comes before that.
//
// A request that was not recorded ends its connection. The event that says so
// ([faultdaemon.EventUpstreamEnded]) shows the nearest that was, and what differs. A
// message that expects no reply and was not recorded is passed over.
//
// An error says what of the transcript cannot be replayed.
func Replay(t *relay.Transcript, p faultdaemon.Protocol, o ReplayOptions) (relay.Upstream, error) {
	if o.ID.Size < 0 || o.ID.Request < 0 || o.ID.Reply < 0 {
		return nil, fmt.Errorf("handlers: replay: ReplayOptions.ID is %+v: want offsets and a size of 0 or more", o.ID)
	}
	r := &recording{protocol: p, options: o, groups: map[string]*group{}}
	if err := r.read(t); err != nil {
		return nil, fmt.Errorf("handlers: replay: %w", err)
	}
	return func(ctx context.Context) (net.Conn, error) { return r.connect(ctx), nil }, nil
}

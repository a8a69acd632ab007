package faultdaemon

import (
	"context"
	"net"
	"time"
)

// A ResponseHandler makes R: it takes a request message as it came and returns
// the bytes to write to the client, framing included in both. Nil echoes the
// request; an empty slice that is not nil sends nothing.
//
// It is called concurrently for different connections, at most once for each
// exchange: a fault that needs no reply does not ask for one. The request is
// the handler's to keep. A handler that panics ends its connection; the daemon
// serves on and keeps the panic as an event. [FaultDaemon.Stop] waits for
// handlers to return.
type ResponseHandler func(request []byte) []byte

// A FaultMatcher reports whether the fault applies to a request message, given
// as it came. It is called concurrently, like a ResponseHandler. It may keep
// the request and must not change it.
type FaultMatcher func(request []byte) bool

// Config says how a daemon behaves. The zero value is a healthy daemon that
// echoes newline-terminated messages.
type Config struct {
	// Fault is how the daemon misbehaves; FaultNone, the zero value, not at
	// all.
	Fault Fault

	// Plan decides which connection and which exchange gets which fault; nil
	// leaves that to Fault. It and a Fault exclude each other. Its counters
	// begin when it is put in force, by Start or SetConfig.
	Plan Plan

	// Seed is where all chance comes from: the same seed makes the same
	// decisions and the same bytes for the same exchange of the same
	// connection. 0 draws one, which the first event says.
	Seed uint64

	// SlowResponseDelay is how long FaultSlowResponse and FaultSlowAccept
	// wait where their argument does not say it. 0 leaves 200 ms and 3 s.
	SlowResponseDelay time.Duration

	// DropEveryN makes FaultDropConnection drop every Nth connection, where
	// its argument does not say it; 0 drops none.
	DropEveryN int

	// ResponseHandler makes the replies; nil echoes the requests.
	ResponseHandler ResponseHandler

	// FaultMatcher picks the requests that the fault applies to; nil picks
	// all. Faults of the accept stage act before there is a request and do
	// not ask it.
	FaultMatcher FaultMatcher

	// LargeSizeBytes is the least size of the message that
	// FaultResponseTooLarge sends, where its argument does not say it; 0 is
	// 2 MiB (2,097,152 bytes).
	LargeSizeBytes int

	// Protocol says how messages are framed; nil is [Lines].
	Protocol Protocol

	// Catalogues are faults that the daemon knows beside the built-in ones
	// and the protocol's.
	Catalogues []*Catalogue

	// MaxRequestBytes is the longest request message that is served, framing
	// included; 0 is 1 MiB. A longer one is not given to the handler and
	// ends its connection.
	MaxRequestBytes int

	// CloseAfterReply ends every connection with a clean EOF after its first
	// exchange, for clients that read to the end of the stream.
	CloseAfterReply bool

	// MaxCalls is how many calls are kept, the newest; 0 keeps all.
	MaxCalls int

	// Trace is called with every event as it happens, by the goroutine in
	// which it happens: concurrently, and not to block. It must not call
	// methods of the daemon that wait.
	Trace func(Event)

	// Upstream connects to a real daemon, from which the replies come: the daemon
	// is in front of it. It is called once for each connection, concurrently, after
	// the faults of the accept stage; an error ends the client's connection and is kept as an
	// event. It and ResponseHandler, Respond and CloseAfterReply exclude each other.
	//
	// What either side sends is passed on at once, as it came. R is what the upstream
	// sends in reply to the request: where the protocol is a [Correlator], the message
	// with the request's id; else the replies come in the order of the requests. A request
	// reaches the upstream before its fault acts where that needs R, and not at all where
	// the fault needs none. Of a request of more than 32 KiB that passes unhurt, only the
	// first 32 KiB are recorded. Bytes that are no message of the protocol, and messages of
	// more than MaxRequestBytes that a fault could act on, have the connection passed on as raw bytes from there on.
	Upstream func(context.Context) (net.Conn, error)

	// Tap is called with every message that passes between a client and the Upstream,
	// before a fault acts on it, concurrently and in the order of each direction of a
	// connection. It must not keep Data, nor wait: the connection waits for it. It needs
	// an Upstream.
	Tap func(Message)

	// Respond is a ResponseHandler that sees the exchange, and may fail: an
	// error ends the connection and is kept as an event. It and
	// ResponseHandler exclude each other.
	Respond func(*Exchange) ([]byte, error)
}

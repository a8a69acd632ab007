package handlers

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Echo returns the request: every message comes back as it came, also where no
// reply is expected. A daemon without a handler does the same but for those,
// and keeps an event of it.
func Echo(request []byte) []byte { return request }

var _ faultdaemon.ResponseHandler = Echo

// Static returns a handler that replies to every request with a message, or
// with several, framing included. An empty message sends nothing.
//
//	handlers.Static([]byte("pong\n"))
func Static(message []byte) faultdaemon.ResponseHandler {
	return func([]byte) []byte {
		return append([]byte{}, message...) // not nil, which would echo the request
	}
}

// ask asks a handler that may be nil, which echoes.
func ask(h faultdaemon.ResponseHandler, request []byte) []byte {
	if h == nil {
		return nil
	}
	return h(request)
}

package jsonrpc

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Method returns the matcher of the requests and notifications that name one
// of these methods, in any framing; of a batch when one of its messages does.
func Method(names ...string) faultdaemon.FaultMatcher {
	names = slices.Clone(names)
	return func(request []byte) bool {
		list, _, _ := readAll(body(request))
		return slices.ContainsFunc(list, func(m message) bool {
			return m.isRequest() && slices.Contains(names, m.method)
		})
	}
}

// AfterHandshake is the [faultdaemon.FaultMatcher] of what comes after a
// session has begun, so that a fault reaches the calls that matter: all but
//
//	initialize  initialized  notifications/initialized
//	server/discover  notifications/server/discover
//
// and a client's replies, which are no calls. A batch matches when one of its
// messages does.
func AfterHandshake(request []byte) bool {
	list, _, ok := readAll(body(request))
	return !ok || len(list) == 0 || slices.ContainsFunc(list, func(m message) bool {
		return m.kind == invalid || m.isRequest() && !opensSession(m.method)
	})
}

// isRequest reports whether m has a method.
func (m message) isRequest() bool { return m.kind == call || m.kind == notification }

// opensSession reports whether a method belongs to the handshake of the
// Language Server Protocol or of the Model Context Protocol.
func opensSession(method string) bool {
	switch method {
	case "initialize", "initialized", "notifications/initialized",
		"server/discover", "notifications/server/discover":
		return true
	}
	return false
}

// Selectors returns the methods of a request, so that a line of a plan can
// name one: "tools/call:2*close_after_read". A batch has several.
func (p Protocol) Selectors(request []byte) (methods []string) {
	list, _, _ := readAll(body(request))
	for _, m := range list {
		if m.isRequest() {
			methods = append(methods, m.method)
		}
	}
	return methods
}

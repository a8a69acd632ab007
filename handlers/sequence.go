package handlers

import (
	"sync/atomic"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Sequence returns a handler that gives the nth request to the nth of these
// handlers, and to the last one all that follow. It counts all requests that
// it is asked about, of all connections, and starts at the first again where
// Sequence is called again. A nil handler echoes; Sequence panics without any.
//
// It is safe for concurrent use; which of two requests that come at once is
// the first is open.
func Sequence(handlers ...faultdaemon.ResponseHandler) faultdaemon.ResponseHandler {
	if len(handlers) == 0 {
		panic("handlers: Sequence needs a handler")
	}
	var asked atomic.Int64
	return func(request []byte) []byte {
		n := min(asked.Add(1), int64(len(handlers)))
		return ask(handlers[n-1], request)
	}
}

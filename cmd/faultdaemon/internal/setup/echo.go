package setup

import (
	"encoding/json"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// useEcho replies with what the request carries: over JSON-RPC a result that is
// the params, over a protocol whose replies have another header than requests a
// reply with the same payload, else the request.
func useEcho(s *Setup) {
	s.Replies, s.Cure = "the request itself", "requests are echoed unless --reply says what a healthy daemon replies"
	switch p := s.Config.Protocol.(type) {
	case jsonrpc.Protocol:
		s.Config.ResponseHandler = echoParams(p)
		s.Replies = "a result that is the request's params"
		s.Cure = "params are echoed as the result unless --methods or --reply says what a healthy daemon replies"
	case interface {
		Handler(func([]byte) []byte) faultdaemon.ResponseHandler
	}:
		s.Config.ResponseHandler = p.Handler(func(payload []byte) []byte { return payload })
		s.Replies = "the request's payload"
	}
}

// echoParams answers every method with its params, null where there are none.
func echoParams(p jsonrpc.Protocol) faultdaemon.ResponseHandler {
	echo := func(params json.RawMessage) (any, error) { return params, nil }
	return func(request []byte) []byte {
		methods := jsonrpc.Methods{}
		for _, name := range p.Selectors(request) {
			methods[name] = echo
		}
		return p.Handler(methods)(request)
	}
}

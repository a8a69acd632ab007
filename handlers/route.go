package handlers

import "github.com/faultdaemon/toolkit/faultdaemon"

// A Rule gives some requests to a handler.
type Rule struct {
	Match  faultdaemon.FaultMatcher    // nil matches every request
	Handle faultdaemon.ResponseHandler // nil echoes
}

// On returns the rule that gives the requests that match to a handler.
func On(match faultdaemon.FaultMatcher, handle faultdaemon.ResponseHandler) Rule {
	return Rule{match, handle}
}

// Route returns a handler that gives each request to the first rule that
// matches it.
//
//	handlers.Route(
//		handlers.On(ndjson.Member("type", "status"), status),
//		handlers.On(ndjson.Member("type", "add"), handlers.Static(ok)),
//		handlers.On(nil, handlers.Static(unknown)),
//	)
//
// A request that no rule matches is echoed as by a daemon without a handler,
// with an event that says so: end with On(nil, ...) to answer it otherwise.
func Route(rules ...Rule) faultdaemon.ResponseHandler {
	return func(request []byte) []byte {
		for _, r := range rules {
			if r.Match == nil || r.Match(request) {
				return ask(r.Handle, request)
			}
		}
		return nil
	}
}

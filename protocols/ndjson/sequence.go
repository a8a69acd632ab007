package ndjson

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// The order of replies.

type matchedRenderer interface{ jsonLineRenderer }

// matched is R where a client can tell from the last message, the reply, which
// request it is for: both have a member id with the same value, and not null.
// Other replies have to come in the order of their requests.
func matched(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, func(_ matchedRenderer, request, message []byte) ([]byte, error) {
		want, asked := member(payload(request), "id")
		got, has := member(payload(message), "id")
		if !asked || !has || string(want) == "null" || !jsonedit.Equal(want, got) {
			return nil, faultdaemon.NotFired("the reply has no id of its request")
		}
		return message, nil
	})
}

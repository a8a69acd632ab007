package ndjson

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// The order of replies.

// distinct says where a client can tell the replies to two requests apart: by
// their ids, which differ.
func distinct(first, second *faultdaemon.Exchange) error {
	before, _ := member(payload(first.Request()), "id")
	now, _ := member(payload(second.Request()), "id")
	if jsonedit.Equal(before, now) {
		return faultdaemon.NotFired("both requests have the id " + string(before))
	}
	return nil
}

// matched is the reply as it is, where a client can tell from it which request
// it is for: both have a member id with the same value, and not null. Other
// replies have to come in the order of their requests.
func matched(_ *faultdaemon.Exchange, r reply) ([]byte, error) {
	want, asked := member(r.request, "id")
	got, has := member(r.text, "id")
	if !asked || !has || string(want) == "null" || !jsonedit.Equal(want, got) {
		return nil, faultdaemon.NotFired("the reply has no id of its request")
	}
	return r.message, nil
}

package ndjson

import (
	"encoding/json"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// Member returns a FaultMatcher that picks the requests that are objects and
// have this member, at the top level, with this value: anything that
// encoding/json can write.
//
//	ndjson.Member("type", "add")                picks {"id":1,"type":"add"}
//	ndjson.Member("id", 9007199254740993)       and not 9007199254740992
//	ndjson.Member("range", []int{1, 2})
//	ndjson.Member("id", json.RawMessage("1e3")) picks {"id":1000} too
//
// Names are case-sensitive; of a name that is there twice, the last counts.
// Values are compared as JSON: members of objects in any order, strings however
// they are escaped, numbers digit for digit, never as a float64.
//
// Member panics when encoding/json cannot write the value.
func Member(name string, value any) faultdaemon.FaultMatcher {
	want, err := marshal(value)
	if err != nil {
		panic(fmt.Sprintf("ndjson: the value of Member(%q) cannot be JSON: %v", name, err))
	}
	return func(request []byte) bool {
		got, found := member(payload(request), name)
		return found && jsonedit.Equal(got, want)
	}
}

// member returns the value of an object's member.
func member(text []byte, name string) (value []byte, found bool) {
	if !isObject(text) {
		return nil, false
	}
	for _, m := range jsonedit.Members(text) {
		if m.Name == name {
			value, found = text[m.ValueStart:m.ValueEnd], true
		}
	}
	return value, found
}

func isObject(text []byte) bool { return json.Valid(text) && jsonedit.IsObject(text) }

package handlers

import (
	"encoding/json"
	"fmt"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// nearest returns the pair whose request takes the fewest changed bytes to
// become this one; members that only this one has count for nothing.
func nearest(pairs []pair, request []byte) pair {
	best, least := pairs[0], -1
	for _, p := range pairs {
		if d := distance(p.request, likeness(p.request, request)); least < 0 || d < least {
			best, least = p, d
		}
	}
	return best
}

// likeness returns the members of a request that the script asks for, in its
// order; where they are no objects, the request.
func likeness(want, request []byte) []byte {
	if !json.Valid(want) || !json.Valid(request) || !jsonedit.IsObject(want) || !jsonedit.IsObject(request) {
		return request
	}
	has := members(request)
	like := []byte("{}")
	for _, m := range jsonedit.Members(want) {
		if value, found := has[m.Name]; found {
			name := want[m.NameStart : jsonedit.StringEnd(want, m.NameStart)+1]
			like = jsonedit.AddMember(like, string(name), string(value))
		}
	}
	return like
}

// looked is how many bytes of a payload are compared, and shown.
const looked = 200

// distance counts the bytes to insert, take out or replace that make b of a,
// as far as they are looked at.
func distance(a, b []byte) int {
	a, b = a[:min(len(a), looked)], b[:min(len(b), looked)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// short quotes a payload, the beginning of a long one.
func short(p []byte) string {
	if len(p) > looked {
		return fmt.Sprintf("%q... (%d bytes)", p[:looked], len(p))
	}
	return fmt.Sprintf("%q", p)
}

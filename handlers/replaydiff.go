package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// unrecorded returns the error of a request that was not recorded: the nearest that was,
// and what differs.
func (r *recording) unrecorded(request []byte) error {
	content := []byte(r.content(request))
	var near []byte
	var line, least int
	for i, g := range r.order {
		q := g.requests[0]
		c := []byte(r.content(q.message))
		if d := distance(c, content); i == 0 || d < least {
			near, line, least = c, q.line, d
		}
	}
	return fmt.Errorf("handlers: replay: %s was not recorded: the nearest is line %d, %s: %s: record it too, or ignore what differs",
		short(r.payload(request)), line, short(near), difference(near, content))
}

// difference says where two contents differ.
func difference(want, got []byte) string {
	one, ok := decoded(want)
	two, both := decoded(got)
	if !ok || !both {
		at := 0
		for at < min(len(want), len(got)) && want[at] == got[at] {
			at++
		}
		return fmt.Sprintf("they differ from byte %d on", at)
	}
	var list []string
	differ("", one, two, &list)
	const shown = 3
	if more := len(list) - shown; more > 0 {
		list = append(list[:shown], fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}

// differ adds to list what differs between two values at a path.
func differ(path string, want, got any, list *[]string) {
	one, ok := want.(map[string]any)
	two, both := got.(map[string]any)
	if !ok || !both {
		if a, b := text(want), text(got); a != b {
			*list = append(*list, fmt.Sprintf("%s is %s, recorded %s", name(path), short([]byte(b)), short([]byte(a))))
		}
		return
	}
	names := maps.Clone(one)
	maps.Copy(names, two)
	for _, n := range slices.Sorted(maps.Keys(names)) {
		inner := strings.TrimPrefix(path+"."+n, ".")
		a, recorded := one[n]
		b, asked := two[n]
		switch {
		case !asked:
			*list = append(*list, fmt.Sprintf("%s is missing", inner))
		case !recorded:
			*list = append(*list, fmt.Sprintf("%s was not recorded", inner))
		default:
			differ(inner, a, b, list)
		}
	}
}

func name(path string) string {
	if path == "" {
		return "it"
	}
	return path
}

func text(value any) string {
	b, _ := json.Marshal(value) // what was JSON is
	return string(bytes.TrimSpace(b))
}

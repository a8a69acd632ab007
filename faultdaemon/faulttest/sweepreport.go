package faulttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A SweepReport is what became of a client, offset by offset. Two sweeps of the
// same client give the same report.
type SweepReport struct {
	// Ranges are in the order of the ways, the replies and the offsets.
	Ranges []SweepRange `json:"ranges"`

	// Patience is after how long a silence the client gives up, in
	// nanoseconds; 0 is never.
	Patience time.Duration `json:"patience"`

	// Leaks are the stacks of goroutines that the client leaves behind even
	// when the daemon is healthy.
	Leaks []string `json:"leaks,omitempty"`

	// Err is why there are no ranges: the healthy runs are not in order, or
	// the config or the options cannot be used.
	Err error `json:"-"`
}

// A SweepRange is neighbouring offsets of one message at which the client did
// the same.
type SweepRange struct {
	Way     Way     `json:"way"`
	Reply   int     `json:"reply"`   // the number of its exchange, from 1, of those that the FaultMatcher picks
	Message int     `json:"message"` // in the reply, from 1
	From    int     `json:"from"`    // the first offset, from 0
	To      int     `json:"to"`      // the last
	Where   string  `json:"where"`   // what the offsets are: "inside the length"
	Verdict Verdict `json:"verdict"`
	OK      bool    `json:"ok"`     // whether that is right
	Result  Result  `json:"result"` // at the first

	of   string // the message in words
	name string // of the first place
}

// ranges joins what belongs together.
func ranges(w Way, places []place, results []Result) (list []SweepRange) {
	for from := 0; from < len(places); {
		to := from
		for to+1 < len(places) && places[to].isBefore(places[to+1]) && results[from].same(results[to+1]) {
			to++
		}
		list = append(list, newRange(w, places[from:to+1], results[from]))
		from = to + 1
	}
	return list
}

// same reports whether the client did the same, and was as right in it.
func (r Result) same(other Result) bool { return r.Verdict == other.Verdict && r.OK == other.OK }

func newRange(w Way, places []place, r Result) SweepRange {
	first, last := places[0], places[len(places)-1]
	return SweepRange{
		Way: w, Reply: first.reply.exchange, Message: first.message + 1, From: first.at, To: last.at,
		Where: names(w, places), Verdict: r.Verdict, OK: r.OK, Result: r, of: first.of(), name: first.String(),
	}
}

// names are what the places are, each once, the first and the last of many.
func names(w Way, places []place) string {
	const enough = 4
	var list []string
	for _, p := range places {
		if name := p.name(w); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if n := len(list); n > enough {
		list = slices.Concat(list[:enough-2], []string{"..."}, list[n-1:])
	}
	return strings.Join(list, ", ")
}

// OK reports whether there is nothing that [Sweep] would fail a test for.
func (r SweepReport) OK() bool {
	for _, rng := range r.Ranges {
		if !rng.OK {
			return false
		}
	}
	return r.Err == nil && len(r.Leaks) == 0 && len(r.Ranges) > 0
}

// String returns the report as a table, one range a line, and a summary; the
// error where there is one.
func (r SweepReport) String() string {
	if r.Err != nil {
		return r.Err.Error() + "\n"
	}
	var rows [][]string
	for _, rng := range r.Ranges {
		rows = append(rows, []string{rng.mark(), string(rng.Way), rng.of, rng.span(), string(rng.Verdict), rng.Where})
	}
	return table(rows) + r.Summary() + "\n"
}

// Summary is the report in one line.
func (r SweepReport) Summary() string {
	right, wrong := 0, 0
	for _, rng := range r.Ranges {
		n := rng.To - rng.From + 1
		if rng.OK {
			right += n
		} else {
			wrong += n
		}
	}
	return fmt.Sprintf("%d offsets right, %d wrong; %s", right, wrong, patienceWords(r.Patience))
}

// MarshalJSON returns the report as an object: ranges, patience and leaks as
// the fields are, and error where there is one.
func (r SweepReport) MarshalJSON() ([]byte, error) {
	type fields SweepReport
	w := struct {
		fields
		Error string `json:"error,omitempty"`
	}{fields: fields(r)}
	if r.Err != nil {
		w.Error = r.Err.Error()
	}
	return json.Marshal(w)
}

func (r SweepRange) mark() string {
	if r.OK {
		return "ok"
	}
	return "FAIL"
}

// span are the offsets: "byte 7", "bytes 0-41".
func (r SweepRange) span() string {
	if r.From == r.To {
		return fmt.Sprintf("byte %d", r.From)
	}
	return fmt.Sprintf("bytes %d-%d", r.From, r.To)
}

// explain tells what led to a wrong verdict at the first offset, what would be
// right, and how to run that offset alone: test is the name of its subtest.
func (r SweepRange) explain(test string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s of %s, %s: %s; at the first of them:\n", r.Way, r.span(), r.of, r.Where, r.Verdict)
	b.WriteString(r.Result.explain(test))
	return b.String()
}

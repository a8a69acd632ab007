package sweep

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A Report is the results of a client, offset by offset. Two sweeps of the same
// client give the same report.
type Report struct {
	// Ranges are in the order of the kinds, then of the replies, then of the
	// offsets.
	Ranges []Range `json:"ranges"`

	// Patience is the length of the silence, in nanoseconds, after which the
	// client gives up; 0 means never.
	Patience time.Duration `json:"patience"`

	// Leaks are the stacks of goroutines that the client leaves behind even
	// when the daemon is healthy.
	Leaks []string `json:"leaks,omitempty"`

	// Err is why there are no ranges: a healthy run failed, or the config or
	// the options cannot be used.
	Err error `json:"-"`
}

// A Range is a run of neighbouring offsets of one message at which the client
// did the same.
type Range struct {
	Kind    Kind            `json:"kind"`
	Reply   int             `json:"reply"`   // the number of its exchange, from 1, of those that the FaultMatcher picks
	Message int             `json:"message"` // in the reply, from 1
	From    int             `json:"from"`    // the first offset, from 0
	To      int             `json:"to"`      // the last
	Where   string          `json:"where"`   // what the offsets are: "inside the length"
	Verdict verdict.Verdict `json:"verdict"`
	Grade   verdict.Grade   `json:"grade"`
	OK      bool            `json:"ok"`     // whether it does not fail the test
	Result  verdict.Result  `json:"result"` // at the first

	of   string // the message in words
	name string // of the first place
}

// Ranges joins neighbouring offsets with equal results. results has one result
// for each offset.
func Ranges(k Kind, offsets []Offset, results []verdict.Result) (list []Range) {
	for from := 0; from < len(offsets); {
		to := from
		for to+1 < len(offsets) && offsets[to].isBefore(offsets[to+1]) && results[from].Same(results[to+1]) {
			to++
		}
		list = append(list, newRange(k, offsets[from:to+1], results[from]))
		from = to + 1
	}
	return list
}

func newRange(k Kind, offsets []Offset, r verdict.Result) Range {
	first, last := offsets[0], offsets[len(offsets)-1]
	return Range{
		Kind: k, Reply: first.reply.exchange, Message: first.message + 1, From: first.at, To: last.at,
		Where: names(k, offsets), Verdict: r.Verdict, Grade: r.Grade, OK: r.OK, Result: r, of: first.of(), name: first.String(),
	}
}

// names are what the offsets are, each once, the first and the last of many.
func names(k Kind, offsets []Offset) string {
	const enough = 4
	var list []string
	for _, o := range offsets {
		if name := o.name(k); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if n := len(list); n > enough {
		list = slices.Concat(list[:enough-2], []string{"..."}, list[n-1:])
	}
	return strings.Join(list, ", ")
}

// OK reports whether there are ranges, none of them fails, and the client
// leaves nothing behind when the daemon is healthy.
func (r Report) OK() bool {
	for _, rng := range r.Ranges {
		if !rng.OK {
			return false
		}
	}
	return r.Err == nil && len(r.Leaks) == 0 && len(r.Ranges) > 0
}

// String returns the report as a table, one range per line, and a summary. If
// Err is set, it returns the error.
func (r Report) String() string {
	if r.Err != nil {
		return r.Err.Error() + "\n"
	}
	var rows [][]string
	for _, rng := range r.Ranges {
		rows = append(rows, []string{rng.mark(), string(rng.Kind), rng.of, rng.span(), string(rng.Verdict), rng.Where})
	}
	return verdict.Table(rows) + r.Summary() + "\n"
}

// Summary returns the report in one line.
func (r Report) Summary() string {
	passed, failed := 0, 0
	for _, rng := range r.Ranges {
		n := rng.To - rng.From + 1
		if rng.OK {
			passed += n
		} else {
			failed += n
		}
	}
	return fmt.Sprintf("%d offsets passed, %d failed; %s", passed, failed, verdict.PatienceWords(r.Patience))
}

// MarshalJSON returns the report as an object: ranges, patience and leaks hold
// the fields, and error the text of Err if it is set.
func (r Report) MarshalJSON() ([]byte, error) {
	type fields Report
	w := struct {
		fields
		Error string `json:"error,omitempty"`
	}{fields: fields(r)}
	if r.Err != nil {
		w.Error = r.Err.Error()
	}
	return json.Marshal(w)
}

// mark is the range in a word: "FAIL" or the grade.
func (r Range) mark() string { return r.Result.Mark() }

// span are the offsets: "byte 7", "bytes 0-41".
func (r Range) span() string {
	if r.From == r.To {
		return fmt.Sprintf("byte %d", r.From)
	}
	return fmt.Sprintf("bytes %d-%d", r.From, r.To)
}

// Name returns the name of the first offset: "reply 1 byte 27".
func (r Range) Name() string { return r.name }

// Explain returns, as text, what led to the result at the first offset. alone
// is the command that runs only that offset.
func (r Range) Explain(alone string) string {
	return fmt.Sprintf("%s at %s of %s, %s: %s; at the first of them:\n%s",
		r.Kind, r.span(), r.of, r.Where, r.Verdict, r.Result.Explain(alone))
}

package faulttest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// A Report is what became of a client, fault by fault. Two runs of the same
// client in virtual time give the same report.
type Report struct {
	// Results are in the order of the catalogues, or of Options.Only.
	Results []Result `json:"results"`

	// NotApplicable are the faults that the protocol cannot have.
	NotApplicable []NotApplicable `json:"not_applicable,omitempty"`

	// Patience is after how long a silence the client gives up, in
	// nanoseconds; 0 is never.
	Patience time.Duration `json:"patience"`

	// Leaks are the stacks of goroutines that the client leaves behind even
	// when the daemon is healthy. They are in no result.
	Leaks []string `json:"leaks,omitempty"`

	// Err is why there are no results: the healthy runs are not in order, or
	// the config or the options cannot be used.
	Err error `json:"-"`

	elsewhere bool // of a call that does nothing, because its process is for another
}

// A Result is what the client did under one fault.
type Result struct {
	Fault       faultdaemon.Fault
	Verdict     Verdict
	OK          bool          // whether that is right, or known
	New         bool          // whether the Baseline does not have it
	Known       string        // the reason why a weakness is known; empty for others
	Err         error         // what the client returned
	Answer      any           // what the client returned
	Why         string        // why it is untested, or not what was known
	Crash       string        // the panic and its stack
	Leaks       []string      // the stacks of goroutines that were left behind
	Took        time.Duration // from the client's start to its return
	Calls       int           // the requests that the daemon read
	Connections int
	Events      []faultdaemon.Event // what the daemon did until the client returned
	Info        faultdaemon.Info    // the fault's entry

	started time.Time
	ending  func() string // of the client, as a phrase; nil where nothing is known
}

// NotApplicable is a fault that was left out.
type NotApplicable struct {
	Fault  faultdaemon.Fault `json:"fault"`
	Reason string            `json:"reason"`
}

// OK reports whether there is nothing that [Run] would fail a test for.
func (r Report) OK() bool {
	right, wrong, untested := r.Count()
	return r.elsewhere || r.Err == nil && wrong == 0 && len(r.Leaks) == 0 && right+untested > 0
}

// Count returns how many verdicts are right, how many are wrong, and how many
// faults could not be tested and need not be.
func (r Report) Count() (right, wrong, untested int) {
	for _, res := range r.Results {
		switch {
		case !res.OK:
			wrong++
		case res.Verdict == Untested:
			untested++
		default:
			right++
		}
	}
	return right, wrong, untested
}

// String returns the report as a table, one fault a line, and a summary; the
// error where there is one.
func (r Report) String() string {
	if r.Err != nil {
		return r.Err.Error() + "\n"
	}
	var rows [][]string
	for _, res := range r.Results {
		rows = append(rows, []string{res.mark(), string(res.Fault), string(res.Verdict), evidence.Brief(res.Took), res.remark()})
	}
	return table(rows) + r.Summary() + "\n"
}

// Summary is the report in one line.
func (r Report) Summary() string {
	right, wrong, untested := r.Count()
	return fmt.Sprintf("%d right, %d wrong, %d untested; %s", right, wrong, untested, patienceWords(r.Patience))
}

// mark is the first column of a result.
func (r Result) mark() string {
	switch {
	case !r.OK:
		return "FAIL"
	case r.New:
		return "new"
	case r.Known != "":
		return "known"
	case r.Verdict == Untested:
		return "-"
	}
	return "ok"
}

// remark is the last column of a result.
func (r Result) remark() string {
	switch {
	case r.Why != "":
		return r.Why
	case r.Known != "":
		return r.Known
	case !r.OK && r.Verdict != Leaked:
		what, _, _ := strings.Cut(r.right(), ":") // the failure itself says why
		return "right: " + what
	case r.OK && r.Verdict == WrongAnswer:
		return "as the wire has it"
	}
	return ""
}

// MarshalJSON returns the report as an object: results, not_applicable,
// patience and leaks as the fields are, and error where there is one.
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

// MarshalJSON returns the result as an object: fault, verdict, ok, took in
// nanoseconds, calls, connections and, where there are any, new, known, error,
// why, crash, leaks.
func (r Result) MarshalJSON() ([]byte, error) { return json.Marshal(r.toWire()) }

// UnmarshalJSON reads what MarshalJSON writes. The error comes back as its
// text.
func (r *Result) UnmarshalJSON(text []byte) error {
	var w wireResult
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*r = w.result()
	return nil
}

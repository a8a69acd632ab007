package verdict

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Result is what the client did under one fault, and whether that passes.
type Result struct {
	Fault       faultdaemon.Fault
	Verdict     Verdict
	Grade       Grade  // how serious the verdict is; "" for Untested
	OK          bool   // whether it does not fail the test
	New         bool   // whether the baseline does not have it
	Known       string // the reason why a weakness is accepted; otherwise empty
	Err         error  // what the client failed with
	Answer      any    // what the client answered
	Client      string // what the client did, a phrase: "returned the error ... after 5s"
	Why         string // why it is untested, repeated, grew, spun, removed, a second daemon or stuck, which call of a session decided, or differs from the known verdict
	Note        string // what else is to be said of it, and weighs nothing: that an error does not name the socket, or why the server ended
	Expected    string // what is expected of a client, and why
	Cure        string // what to change in the client; empty if nothing
	Crash       string // how it crashed, with the stack
	Leaks       []string
	Memory      int64         // how many bytes it took beyond the healthy run; 0 also if that was not measured
	Took        time.Duration // from the client's start to its end
	Calls       int           // the requests that the daemon read
	Connections int
	Output      []Output            // what it printed
	Events      []faultdaemon.Event // what the daemon did until the client ended
	Started     time.Time           // when the client did
	Info        faultdaemon.Info    // the fault's entry
}

// An Output is what a client wrote to one of its streams.
type Output struct {
	Name  string   `json:"name"` // "stderr"
	Lines []string `json:"lines"`
}

// newResult takes over what an observation says by itself.
func newResult(fault Case, o Observation) Result {
	return Result{
		Fault: fault.Fault, Info: fault.Info, Err: o.Err, Answer: o.Answer, Client: o.Ending, Crash: o.Crash,
		Memory: o.Memory, Took: o.Took(), Calls: len(o.Requests), Connections: o.Connections,
		Output: o.Output, Events: o.Log, Started: o.Started,
	}
}

// Failed returns a failing result for a fault that could not be tested, with
// the reason.
func Failed(fault Case, why string) Result {
	r := Result{Fault: fault.Fault, Info: fault.Info, Verdict: Untested, Why: why}
	r.Expected, r.Cure = expectation(Untested, fault.Info, false), cure(r, false)
	return r
}

// Same reports whether two results have the same verdict and grade, and both
// pass or both fail.
func (r Result) Same(other Result) bool {
	return r.Verdict == other.Verdict && r.Grade == other.Grade && r.OK == other.OK
}

// Mark returns the result in one word: "FAIL", "new", "known", "-" for
// untested, or the grade.
func (r Result) Mark() string {
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
	return string(r.Grade)
}

// Remark returns a short comment on the result, or "" if there is nothing to
// add.
func (r Result) Remark() string {
	switch {
	case r.Why != "":
		return r.Why
	case r.Known != "":
		return r.Known
	case r.Grade == Lenient, r.Grade == Late, r.Grade == Overstrict, !r.OK && r.Verdict != Leaked:
		what, _, _ := strings.Cut(r.Expected, ":")
		return strings.TrimPrefix(string(r.Grade)+", expected: "+what, "ok, ")
	case r.Note != "":
		return r.Note
	case r.OK && r.Verdict == WrongAnswer:
		return "as the wire has it"
	case r.Memory >= 1<<20:
		return "took " + Bytes(r.Memory) + " more than when healthy"
	}
	return ""
}

// MarshalJSON returns the result as an object with the parts that are the same
// in every run in virtual time. docs/verdicts.md lists its members; times are
// in nanoseconds.
func (r Result) MarshalJSON() ([]byte, error) { return json.Marshal(r.toWire()) }

// UnmarshalJSON reads the JSON of a Result or a [DetailedResult]. Of the error
// only the text is restored, and of the entry only the name, stage, summary and
// bug; the answer is lost. The times of events count from the client's start.
func (r *Result) UnmarshalJSON(text []byte) error {
	var w wireResult
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*r = w.result()
	return nil
}

// A DetailedResult is a result whose JSON also contains what led to it: what
// the client did and printed, and what the daemon did and when.
type DetailedResult Result

// MarshalJSON returns the object of a [Result], with the members client, output
// and timeline added.
func (r DetailedResult) MarshalJSON() ([]byte, error) {
	w := Result(r).toWire()
	w.addDetail(Result(r))
	return json.Marshal(w)
}

// UnmarshalJSON reads the JSON that MarshalJSON writes, with the same losses as
// for a [Result].
func (r *DetailedResult) UnmarshalJSON(text []byte) error { return (*Result)(r).UnmarshalJSON(text) }

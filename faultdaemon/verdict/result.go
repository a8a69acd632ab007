package verdict

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Result is what the client did under one fault.
type Result struct {
	Fault       faultdaemon.Fault
	Verdict     Verdict
	Grade       Grade  // how much the verdict weighs; "" for Untested
	OK          bool   // whether it fails nothing
	New         bool   // whether the baseline does not have it
	Known       string // the reason why a weakness is known; empty for others
	Err         error  // what the client failed with
	Answer      any    // what the client answered
	Client      string // what the client did, a phrase: "returned the error ... after 5s"
	Why         string // why it is untested, repeated or grew, or not what was known
	Expected    string // what is expected of a client, and why
	Cure        string // what to change in the client; empty where nothing is to be
	Crash       string // what ended it, with the stack
	Leaks       []string
	Memory      int64         // how many bytes it took beyond the healthy run; 0 also where that is not measured
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

// Failed returns a result that says why a fault could not be tested, and fails.
func Failed(fault Case, why string) Result {
	r := Result{Fault: fault.Fault, Info: fault.Info, Verdict: Untested, Why: why}
	r.Expected, r.Cure = expectation(Untested, fault.Info, false), cure(r)
	return r
}

// Same reports whether the client did the same as in another result, and it
// weighs as much.
func (r Result) Same(other Result) bool {
	return r.Verdict == other.Verdict && r.Grade == other.Grade && r.OK == other.OK
}

// Mark is the result in a word: "FAIL", "new", "known", "-" for untested, or
// the grade.
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

// Remark is what there is to say about a result in a few words; empty where
// there is nothing.
func (r Result) Remark() string {
	switch {
	case r.Why != "":
		return r.Why
	case r.Known != "":
		return r.Known
	case r.Grade == Lenient, r.Grade == Late, r.Grade == Overstrict, !r.OK && r.Verdict != Leaked:
		what, _, _ := strings.Cut(r.Expected, ":")
		return strings.TrimPrefix(string(r.Grade)+", expected: "+what, "ok, ")
	case r.OK && r.Verdict == WrongAnswer:
		return "as the wire has it"
	case r.Memory >= 1<<20:
		return "took " + Bytes(r.Memory) + " more than when healthy"
	}
	return ""
}

// MarshalJSON returns the result as an object with what repeats from run to run
// in virtual time. docs/verdicts.md lists its members; times are in nanoseconds.
func (r Result) MarshalJSON() ([]byte, error) { return json.Marshal(r.toWire()) }

// UnmarshalJSON reads what the MarshalJSON of a Result or a [DetailedResult]
// writes. The error comes back as its text, the answer not at all, and of the
// entry the name, stage, summary and bug; events count their time from the
// client's start.
func (r *Result) UnmarshalJSON(text []byte) error {
	var w wireResult
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*r = w.result()
	return nil
}

// A DetailedResult is a result whose JSON also has what led to it: what the
// client did and printed, and what the daemon did and when.
type DetailedResult Result

// MarshalJSON returns the object of a [Result] with client, output and timeline.
func (r DetailedResult) MarshalJSON() ([]byte, error) {
	w := Result(r).toWire()
	w.addDetail(Result(r))
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes, as that of a [Result] does.
func (r *DetailedResult) UnmarshalJSON(text []byte) error { return (*Result)(r).UnmarshalJSON(text) }

package check

import (
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// A Report is what became of the client, fault by fault.
type Report struct {
	Results  []Result
	Patience time.Duration // how long the client waits for a reply; 0 for ever
	Deadline time.Duration // how long it was let run from its first connection
}

// A Result is what the client did under one fault.
type Result struct {
	Fault     faultdaemon.Fault
	Info      faultdaemon.Info
	Verdict   Verdict
	Right     bool          // whether a client may do that; not said of Untested
	Untested  string        // the reason, for Untested
	Outlasted bool          // it is right only because the fault takes longer than the client waits
	Took      time.Duration // from its start to its end

	trial *trial
}

// Count returns how many verdicts are right, how many are wrong, and how many
// faults could not be tested.
func (r *Report) Count() (right, wrong, untested int) {
	for _, res := range r.Results {
		switch {
		case res.Verdict == Untested:
			untested++
		case res.Right:
			right++
		default:
			wrong++
		}
	}
	return right, wrong, untested
}

// Summary is the report in one line.
func (r *Report) Summary() string {
	right, wrong, untested := r.Count()
	patience := fmt.Sprintf("the client gives up after %s", evidence.Brief(r.Patience))
	if r.Patience == 0 {
		patience = fmt.Sprintf("the client never gives up: it was killed after %s", evidence.Brief(r.Deadline))
	}
	return fmt.Sprintf("%d of %d right, %d wrong, %d untested; %s", right, len(r.Results), wrong, untested, patience)
}

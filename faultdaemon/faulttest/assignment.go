package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// assignmentVariable is the environment variable that tells a process what it
// was started for.
const assignmentVariable = "FAULTDAEMON_ISOLATED"

// An assignment is what a process of its own has to do: to judge one fault and
// to write the record into a file.
type assignment struct {
	Test  string            // the test's name
	Call  int               // of Run or Judge in that test
	Fault faultdaemon.Fault // with its arguments; FaultNone: to learn how the client behaves
	File  string

	Options  optionsSeen
	Patience verdict.Patience // of the client, once it is known
}

// optionsSeen is what has to be the same in both processes.
type optionsSeen struct {
	Faults   []faultdaemon.Fault // in the order of their names
	Deadline time.Duration
	Real     bool
	Calls    int
}

// seen is what this process's options say.
func (r *runner) seen() optionsSeen {
	seen := optionsSeen{Deadline: r.opts.Deadline, Real: r.opts.Real, Calls: r.calls}
	for _, c := range r.cases {
		seen.Faults = append(seen.Faults, c.Fault)
	}
	slices.Sort(seen.Faults)
	return seen
}

// differs says how the options of the process that was started differ from
// those of the one that started it; nil where they do not.
func (o optionsSeen) differs(child optionsSeen) error {
	const cure = "let Options be the same each time the test runs: no random choice, no clock, no state of the machine"
	switch {
	case !slices.Equal(o.Faults, child.Faults):
		return fmt.Errorf("with Options.Isolate, the process for a fault was given the faults %q and not %q: %s", child.Faults, o.Faults, cure)
	case o.Deadline != child.Deadline && !o.Real, o.Real != child.Real, o.Calls != child.Calls:
		return fmt.Errorf("with Options.Isolate, the process for a fault had other options (deadline %s, real %t, %d calls at once) than this one (%s, %t, %d): %s",
			child.Deadline, child.Real, child.Calls, o.Deadline, o.Real, o.Calls, cure)
	}
	return nil
}

// A record is what such a process writes.
type record struct {
	Result   verdict.DetailedResult
	Patience verdict.Patience
	Leaks    []string // even when healthy
	Failed   string   // why there is no result
}

// callsOf counts the calls of Run and Judge in each test that is running, by
// its *testing.T: a process that is started for one of them has nothing else
// to tell it from the others.
var callsOf sync.Map

// numberOf returns the number of this call in the test, from 1.
func numberOf(t *testing.T) int {
	n, counted := callsOf.LoadOrStore(t, new(atomic.Int64))
	if !counted {
		t.Cleanup(func() { callsOf.Delete(t) })
	}
	return int(n.(*atomic.Int64).Add(1))
}

// assigned returns the assignment that this process was started with, nil
// without one.
func assigned() (*assignment, error) {
	text := os.Getenv(assignmentVariable)
	if text == "" {
		return nil, nil
	}
	a := new(assignment)
	if err := json.Unmarshal([]byte(text), a); err != nil {
		return nil, fmt.Errorf("faulttest: %s: %w", assignmentVariable, err)
	}
	return a, nil
}

// errElsewhere is the error of a call in a process that was started for
// another.
var errElsewhere = errors.New("faulttest: this process is for another call")

// carryOut does what the assignment says, and then ends the test.
func (r *runner) carryOut(a *assignment) error {
	if a == nil || a.Test != r.t.Name() || a.Call != r.number {
		return errElsewhere
	}
	r.opts.Isolate, r.opts.isolated, r.measured = false, true, true
	report := func(rec record) {
		text, err := json.Marshal(rec)
		if err == nil {
			err = os.WriteFile(a.File, text, 0o600)
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	if err := os.WriteFile(a.File, nil, 0o600); err != nil { // says that it came here
		r.t.Fatal(err)
	}
	known, err := r.healthy()
	if differs := a.Options.differs(r.seen()); differs != nil {
		err = differs
	}
	switch {
	case err != nil:
		report(record{Failed: err.Error()})
	case a.Fault == faultdaemon.FaultNone:
		report(record{Leaks: known.HealthyLeaks()}) // the next run may be this process's last
		report(record{Leaks: known.HealthyLeaks(), Patience: r.patience(known)})
	default:
		known.Patience = a.Patience
		at := slices.IndexFunc(r.cases, func(c verdict.Case) bool { return c.Fault == a.Fault })
		report(record{Result: verdict.DetailedResult(r.judge(known, r.cases[at]))}) // differs has looked for it
	}
	r.t.SkipNow()
	return nil
}

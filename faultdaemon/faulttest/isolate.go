package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// learnElsewhere learns in a process of its own.
func (r *runner) learnElsewhere() (*verdict.Client, error) {
	rec, end := r.elsewhere(assignment{})
	switch {
	case end.killed, end.crash != "":
		return nil, fmt.Errorf("the daemon was healthy, and yet the client %s", end)
	case rec.Failed != "":
		return nil, errors.New(rec.Failed)
	}
	known := r.unknown()
	known.Patience = rec.Patience
	known.IgnoreLeaks(rec.Leaks)
	return known, nil
}

// isolated judges a case in a process of its own.
func (r *runner) isolated(known *verdict.Client, c verdict.Case) Result {
	rec, end := r.elsewhere(assignment{Fault: c.Fault, Patience: known.Patience})
	switch {
	case end.killed, end.crash != "":
		o := verdict.Observation{Hung: end.killed, Crash: end.crash, Ending: end.String()}
		return known.Judge(c, o)
	case rec.Failed != "":
		return verdict.Failed(c, rec.Failed)
	}
	res := Result(rec.Result)
	res.Fault, res.Info = c.Fault, c.Info
	return res
}

// An end is what became of a process that did not report.
type end struct {
	killed bool
	crash  string
}

func (e end) String() string {
	if e.killed {
		return "was killed with its process: it was not back in time"
	}
	return "crashed: " + e.crash
}

// elsewhere has an assignment carried out in a process of its own and returns
// its record or, where that has none, how it ended.
func (r *runner) elsewhere(a assignment) (record, end) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return record{Failed: err.Error()}, end{}
	}
	defer func() { _ = os.RemoveAll(dir) }()
	a.Test, a.Call, a.Options, a.File = r.t.Name(), r.number, r.seen(), filepath.Join(dir, "result")
	out, timeout, err := r.process(a)
	text, missing := os.ReadFile(a.File)
	switch {
	case missing != nil:
		return record{Failed: fmt.Sprintf("its process never came to this call of Run or Judge (%v):\n%s", err, out)}, end{}
	case len(text) == 0 && timeout:
		return record{}, end{killed: true}
	case len(text) == 0:
		return record{}, end{crash: fmt.Sprintf("its process ended with %v\n%s", err, plain(out))}
	}
	var rec record
	if err := json.Unmarshal(text, &rec); err != nil {
		rec.Failed = err.Error()
	}
	return rec, end{}
}

package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// learnElsewhere learns in a process of its own.
func (c *court) learnElsewhere() (*judge, error) {
	rec, end := c.elsewhere(order{Choice: learning})
	switch {
	case end.jammed, end.crash != "":
		return nil, fmt.Errorf("the daemon was healthy, and yet the client %s", end.words())
	case rec.Failed != "":
		return nil, errors.New(rec.Failed)
	}
	return &judge{patience: rec.Patience, leaks: rec.Leaks}, nil
}

// isolated judges a choice in a process of its own.
func (c *court) isolated(j *judge, choice int) Result {
	ch := c.chosen[choice]
	rec, end := c.elsewhere(order{Choice: choice, Patience: j.patience})
	r := rec.Result
	r.started, r.Events = rec.Started, rec.Events
	r.ending = func() string { return rec.Ending }
	switch {
	case end.jammed:
		r = Result{Verdict: Hung, ending: end.words}
	case end.crash != "":
		r = Result{Verdict: Crashed, Crash: end.crash, ending: end.words}
	case rec.Failed != "":
		r = Result{Verdict: Untested, Why: rec.Failed}
	}
	r.Fault, r.Info = ch.fault, ch.info
	return r
}

// An end is what became of a process that did not report.
type end struct {
	jammed bool
	crash  string
}

func (e end) words() string {
	if e.jammed {
		return "was killed with its process: it was not back in time"
	}
	return "crashed: " + e.crash
}

// elsewhere has an order obeyed in a process of its own and returns its record
// or, where that has none, how it ended.
func (c *court) elsewhere(o order) (record, end) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return record{Failed: err.Error()}, end{}
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o.Test, o.Call, o.File = c.t.Name(), c.number, filepath.Join(dir, "result")
	out, timeout, err := c.process(o)
	text, missing := os.ReadFile(o.File)
	switch {
	case missing != nil:
		return record{Failed: fmt.Sprintf("its process never came to this call of Run or Judge (%v):\n%s", err, out)}, end{}
	case len(text) == 0 && timeout:
		return record{}, end{jammed: true}
	case len(text) == 0:
		return record{}, end{crash: fmt.Sprintf("its process ended with %v\n%s", err, plain(out))}
	}
	var rec record
	if err := json.Unmarshal(text, &rec); err != nil {
		rec.Failed = err.Error()
	}
	return rec, end{}
}

package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// orderVariable is the environment variable that tells a process what it was
// started for.
const orderVariable = "FAULTDAEMON_ISOLATED"

// An order is what a process of its own has to do: to judge one fault and to
// write the record into a file.
type order struct {
	Test   string // the test's name
	Call   int    // of Run or Judge in that test
	Choice int    // measurePatience is none
	File   string

	Patience time.Duration // of the client, once it is known
}

// measurePatience is the Choice of a process that runs the client under
// hang_before_response, where it may end that process as under any fault.
const measurePatience = -1

// A record is what such a process writes.
type record struct {
	Result   Result
	Ending   string
	Started  time.Time
	Events   []faultdaemon.Event
	Patience time.Duration
	Failed   string // why there is no result
}

// calls counts the calls of Run and Judge in each test that is running, by
// its *testing.T: a process that is started for one of them has nothing else
// to tell it from the others.
var calls sync.Map

// numberOf returns the number of this call in the test, from 1.
func numberOf(t *testing.T) int {
	n, counted := calls.LoadOrStore(t, new(atomic.Int64))
	if !counted {
		t.Cleanup(func() { calls.Delete(t) })
	}
	return int(n.(*atomic.Int64).Add(1))
}

// ordered returns the order that this process was started with, nil without
// one.
func ordered() (*order, error) {
	text := os.Getenv(orderVariable)
	if text == "" {
		return nil, nil
	}
	o := new(order)
	if err := json.Unmarshal([]byte(text), o); err != nil {
		return nil, fmt.Errorf("faulttest: %s: %w", orderVariable, err)
	}
	return o, nil
}

// errElsewhere is the error of a call in a process that was started for
// another.
var errElsewhere = errors.New("faulttest: this process is for another call")

// obey does what the order says, and then ends the test.
func (c *court) obey(o *order) error {
	if o == nil || o.Test != c.t.Name() || o.Call != c.number {
		return errElsewhere
	}
	c.opts.Isolate = false
	if err := os.WriteFile(o.File, nil, 0o600); err != nil { // says that it came here
		c.t.Fatal(err)
	}
	var rec record
	switch j, err := c.healthy(); {
	case err != nil:
		rec.Failed = err.Error()
	case o.Choice == measurePatience:
		rec.Patience = c.patience()
	default:
		j.patience = o.Patience
		r := c.judge(j, c.chosen[o.Choice])
		rec = record{Result: r, Ending: r.ending, Started: r.started, Events: r.Events}
	}
	text, err := json.Marshal(rec)
	if err == nil {
		err = os.WriteFile(o.File, text, 0o600)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.SkipNow()
	return nil
}

// isolatedPatience is patience, in a process of its own; 0 where the client
// ends that.
func (c *court) isolatedPatience() time.Duration {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return 0
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o := order{Test: c.t.Name(), Call: c.number, Choice: measurePatience, File: filepath.Join(dir, "result")}
	_, _, _ = c.process(o) // what is not in the file is not known
	var rec record
	if text, err := os.ReadFile(o.File); err != nil || json.Unmarshal(text, &rec) != nil {
		return 0
	}
	return rec.Patience
}

// isolated judges a choice in a process of its own.
func (c *court) isolated(j *judge, choice int) Result {
	ch := c.chosen[choice]
	r := Result{Fault: ch.fault, Info: ch.info, Verdict: Untested}
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		r.Why = err.Error()
		return r
	}
	defer func() { _ = os.RemoveAll(dir) }()
	o := order{Test: c.t.Name(), Call: c.number, Choice: choice, Patience: j.patience, File: filepath.Join(dir, "result")}
	out, timeout, err := c.process(o)
	text, missing := os.ReadFile(o.File)
	var rec record
	switch {
	case missing != nil:
		r.Why = fmt.Sprintf("its process never came to this call of Run or Judge (%v):\n%s", err, out)
	case len(text) == 0 && timeout:
		r.Verdict, r.ending = Hung, "was killed with its process: it was not back in time"
	case len(text) == 0:
		r.Verdict, r.Crash = Crashed, fmt.Sprintf("its process ended with %v\n%s", err, plain(out))
		r.ending = "crashed: " + r.Crash
	default:
		if err := json.Unmarshal(text, &rec); err != nil {
			rec.Failed = err.Error()
		}
		if rec.Failed != "" {
			r.Why = rec.Failed
			return r
		}
		info := r.Info
		r = rec.Result
		r.Info, r.ending, r.started, r.Events = info, rec.Ending, rec.Started, rec.Events
	}
	return r
}

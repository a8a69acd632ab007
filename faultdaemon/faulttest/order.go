package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	Choice int    // learning is none
	File   string

	Patience patience // of the client, once it is known
}

// learning is the Choice of a process that runs the client without a fault, and
// under hang_before_response, where it may end that process as under any.
const learning = -1

// A record is what such a process writes.
type record struct {
	Result   Result
	Ending   string
	Started  time.Time
	Events   []faultdaemon.Event
	Patience patience
	Leaks    []string // even when healthy
	Failed   string   // why there is no result
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
	report := func(rec record) {
		text, err := json.Marshal(rec)
		if err == nil {
			err = os.WriteFile(o.File, text, 0o600)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := os.WriteFile(o.File, nil, 0o600); err != nil { // says that it came here
		c.t.Fatal(err)
	}
	switch j, err := c.healthy(); {
	case err != nil:
		report(record{Failed: err.Error()})
	case o.Choice == learning:
		report(record{Leaks: j.leftHealthy()}) // the next run may be this process's last
		report(record{Leaks: j.leftHealthy(), Patience: c.patience()})
	default:
		j.patience = o.Patience
		r := c.judge(j, c.chosen[o.Choice])
		rec := record{Result: r, Started: r.started, Events: r.Events}
		if r.ending != nil {
			rec.Ending = r.ending()
		}
		report(rec)
	}
	c.t.SkipNow()
	return nil
}

package faulttest

import (
	"errors"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// wireResult is a result as JSON has it.
type wireResult struct {
	Fault       faultdaemon.Fault `json:"fault"`
	Verdict     Verdict           `json:"verdict"`
	OK          bool              `json:"ok"`
	New         bool              `json:"new,omitempty"`
	Known       string            `json:"known,omitempty"`
	Error       *string           `json:"error,omitempty"`
	Why         string            `json:"why,omitempty"`
	Crash       string            `json:"crash,omitempty"`
	Leaks       []string          `json:"leaks,omitempty"`
	Took        time.Duration     `json:"took"`
	Calls       int               `json:"calls"`
	Connections int               `json:"connections"`
}

func (r Result) toWire() wireResult {
	w := wireResult{
		Fault: r.Fault, Verdict: r.Verdict, OK: r.OK, New: r.New, Known: r.Known, Why: r.Why,
		Crash: r.Crash, Leaks: r.Leaks, Took: r.Took, Calls: r.Calls, Connections: r.Connections,
	}
	if r.Err != nil {
		text := r.Err.Error()
		w.Error = &text
	}
	return w
}

func (w wireResult) result() Result {
	r := Result{
		Fault: w.Fault, Verdict: w.Verdict, OK: w.OK, New: w.New, Known: w.Known, Why: w.Why,
		Crash: w.Crash, Leaks: w.Leaks, Took: w.Took, Calls: w.Calls, Connections: w.Connections,
	}
	if w.Error != nil {
		r.Err = errors.New(*w.Error)
	}
	return r
}

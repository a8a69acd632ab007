package verdict

import (
	"errors"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// wireResult is a result as JSON has it.
type wireResult struct {
	Fault       faultdaemon.Fault `json:"fault"`
	Stage       faultdaemon.Stage `json:"stage,omitempty"`
	Verdict     Verdict           `json:"verdict"`
	Grade       Grade             `json:"grade,omitempty"`
	OK          bool              `json:"ok"`
	New         bool              `json:"new,omitempty"`
	Known       string            `json:"known,omitempty"`
	Error       *string           `json:"error,omitempty"`
	Why         string            `json:"why,omitempty"`
	Note        string            `json:"note,omitempty"`
	Summary     string            `json:"summary,omitempty"`
	Client      string            `json:"client,omitempty"`
	Expected    string            `json:"expected,omitempty"`
	Cure        string            `json:"cure,omitempty"`
	Bug         string            `json:"bug,omitempty"`
	Crash       string            `json:"crash,omitempty"`
	Leaks       []string          `json:"leaks,omitempty"`
	Memory      int64             `json:"memory,omitempty"`
	Took        time.Duration     `json:"took"`
	Calls       int               `json:"calls"`
	Connections int               `json:"connections"`
	Output      []Output          `json:"output,omitempty"`
	Timeline    []wireEvent       `json:"timeline,omitempty"`
}

// wireEvent is an event as JSON has it: with the time since the client's start.
type wireEvent struct {
	After      time.Duration         `json:"after"`
	Kind       faultdaemon.EventKind `json:"kind"`
	Connection int64                 `json:"connection,omitempty"`
	Exchange   int                   `json:"exchange,omitempty"`
	Fault      faultdaemon.Fault     `json:"fault,omitempty"`
	Bytes      int                   `json:"bytes,omitempty"`
	Offset     int                   `json:"offset,omitempty"`
	Waited     time.Duration         `json:"waited,omitempty"`
	Detail     string                `json:"detail,omitempty"`
}

func (r Result) toWire() wireResult {
	w := wireResult{
		Fault: r.Fault, Stage: r.Info.Stage, Verdict: r.Verdict, Grade: r.Grade, OK: r.OK, New: r.New, Known: r.Known,
		Why: r.Why, Note: r.Note, Summary: r.Info.Summary, Expected: r.Expected, Cure: r.Cure, Bug: r.Info.Bug,
		Crash: r.Crash, Leaks: r.Leaks, Memory: r.Memory, Took: r.Took, Calls: r.Calls, Connections: r.Connections,
	}
	if r.Err != nil {
		text := r.Err.Error()
		w.Error = &text
	}
	return w
}

// addDetail adds what led to the result.
func (w *wireResult) addDetail(r Result) {
	w.Client, w.Output = r.Client, r.Output
	for _, ev := range r.Events {
		if ev.Connection > 0 {
			detail, _, _ := strings.Cut(ev.Detail, "\n") // the stack of a panic differs from run to run
			w.Timeline = append(w.Timeline, wireEvent{
				ev.Time.Sub(r.Started), ev.Kind, ev.Connection, ev.Exchange, ev.Fault, ev.Bytes, ev.Offset, ev.Waited, detail,
			})
		}
	}
}

func (w wireResult) result() Result {
	r := Result{
		Fault: w.Fault, Verdict: w.Verdict, Grade: w.Grade, OK: w.OK, New: w.New, Known: w.Known,
		Why: w.Why, Note: w.Note, Client: w.Client, Expected: w.Expected, Cure: w.Cure,
		Crash: w.Crash, Leaks: w.Leaks, Memory: w.Memory, Took: w.Took, Calls: w.Calls, Connections: w.Connections,
		Output: w.Output,
		Info: faultdaemon.Info{
			Name: faultdaemon.Fault(w.Fault.Name()), Stage: w.Stage, Summary: w.Summary, Bug: w.Bug,
		},
	}
	if w.Error != nil {
		r.Err = errors.New(*w.Error)
	}
	for _, ev := range w.Timeline {
		r.Events = append(r.Events, faultdaemon.Event{
			Time: r.Started.Add(ev.After), Kind: ev.Kind, Connection: ev.Connection, Exchange: ev.Exchange,
			Fault: ev.Fault, Bytes: ev.Bytes, Offset: ev.Offset, Waited: ev.Waited, Detail: ev.Detail,
		})
	}
	return r
}

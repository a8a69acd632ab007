package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Known is a verdict that is expected although it may be wrong. The test fails
// when the verdict is another one, better or worse.
type Known struct {
	Fault   faultdaemon.Fault `json:"fault"` // without arguments: whatever they are
	Verdict Verdict           `json:"verdict"`
	Why     string            `json:"why,omitempty"`
}

// is reports whether a fault is the one whose verdict is known.
func (k Known) is(f faultdaemon.Fault) bool {
	return k.Fault == f || k.Fault == faultdaemon.Fault(f.Name())
}

// records are the verdicts that are expected, and those of this run.
type records struct {
	opts   Options
	known  []Known
	file   []Known // the Baseline's
	update bool
	made   []Known // in this run
}

// newRecords reads the Baseline, if there is one. A missing file is an empty
// one while it is being written.
func newRecords(opts Options) (*records, error) {
	r := &records{opts: opts, known: opts.Known, update: opts.Baseline != "" && os.Getenv("FAULTDAEMON_UPDATE") == "1"}
	if opts.Baseline == "" {
		return r, nil
	}
	text, err := os.ReadFile(opts.Baseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.update:
		return r, nil
	case err != nil:
		return nil, fmt.Errorf("faulttest: Options.Baseline: %w: FAULTDAEMON_UPDATE=1 writes it", err)
	}
	if err := json.Unmarshal(text, &r.file); err != nil {
		return nil, fmt.Errorf("faulttest: Options.Baseline: %s: %w: FAULTDAEMON_UPDATE=1 writes it anew", opts.Baseline, err)
	}
	return r, nil
}

// apply compares a result with what is expected of it.
func (r *records) apply(res Result) Result {
	r.made = append(r.made, Known{Fault: res.Fault, Verdict: res.Verdict})
	at := func(list []Known) int {
		return slices.IndexFunc(list, func(k Known) bool { return k.is(res.Fault) })
	}
	if i := at(r.known); i >= 0 {
		return expect(res, r.known[i], "Options.Known")
	}
	switch i := at(r.file); {
	case r.opts.Baseline == "":
	case r.update:
		res.OK = true
	case i >= 0:
		return expect(res, r.file[i], r.opts.Baseline)
	default:
		res.New = true
		res.OK = res.OK || !r.opts.Strict
	}
	return res
}

// expect returns the result as one that is right if it is the known one.
func expect(res Result, k Known, where string) Result {
	if res.Verdict != k.Verdict {
		if res.OK {
			res.Why = fmt.Sprintf("this is right, but %s says %q: take it out", where, k.Verdict)
		} else {
			res.Why = fmt.Sprintf("%s says %q", where, k.Verdict)
		}
		res.OK = false
		return res
	}
	if !res.OK {
		res.OK, res.Known = true, k.Why
		if res.Known == "" {
			res.Known = "known from " + where
		}
	}
	return res
}

// save writes the Baseline if it is to be written: the verdicts of this run
// and, of faults that did not run, those that the file had.
func (r *records) save() error {
	if !r.update {
		return nil
	}
	list := slices.Clone(r.made)
	for i := range list {
		for _, old := range r.file {
			if old.Fault == list[i].Fault && old.Verdict == list[i].Verdict {
				list[i].Why = old.Why
			}
		}
	}
	for _, old := range r.file {
		if !slices.ContainsFunc(list, func(k Known) bool { return k.Fault == old.Fault }) {
			list = append(list, old)
		}
	}
	text, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(r.opts.Baseline, append(text, '\n'), 0o644)
}

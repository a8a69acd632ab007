package verdict

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/faultdaemon/toolkit/internal/wholefile"
)

// A Baseline is a file of accepted verdicts, a JSON array of [Known]. A nil
// Baseline leaves every result unchanged. A Baseline is not safe for concurrent
// use.
type Baseline struct {
	path   string
	strict bool
	update bool
	file   []Known
	made   []Known // in this run
}

// OpenBaseline reads a file of verdicts. If strict is set, a failing result
// that the file does not have still fails. If update is set, Accept accepts
// every verdict and Save writes the file, which need not exist yet.
func OpenBaseline(path string, strict, update bool) (*Baseline, error) {
	b := &Baseline{path: path, strict: strict, update: update}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && update:
		return b, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(text, &b.file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// Accept compares a result with the file. A result that the file does not have
// is marked as New; it passes unless the baseline is strict and the verdict
// fails.
func (b *Baseline) Accept(r Result) Result {
	if b == nil {
		return r
	}
	b.made = append(b.made, Known{Fault: r.Fault, Verdict: r.Verdict})
	if b.update {
		r.OK = true
		return r
	}
	r, listed := Accept(b.file, b.path, r)
	if listed {
		return r
	}
	r.New = true
	r.OK = r.OK || !b.strict
	return r
}

// Save writes the file if the baseline was opened for update. It writes the
// verdicts of this run and keeps those of faults that did not run. Where it returns an
// error, the file is as it was.
func (b *Baseline) Save() error {
	if b == nil || !b.update {
		return nil
	}
	list := slices.Clone(b.made)
	for i := range list {
		for _, old := range b.file {
			if old.Fault == list[i].Fault && old.Verdict == list[i].Verdict {
				list[i].Why = old.Why
			}
		}
	}
	for _, old := range b.file {
		if !slices.ContainsFunc(list, func(k Known) bool { return k.Fault == old.Fault }) {
			list = append(list, old)
		}
	}
	text, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return err
	}
	return wholefile.Write(b.path, append(text, '\n'))
}

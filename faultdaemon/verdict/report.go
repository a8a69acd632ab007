package verdict

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A Report is the results of a client, fault by fault. Two runs of the same
// client in virtual time give the same report.
type Report struct {
	// Results are in the order of the catalogues, or in the order that was
	// asked for.
	Results []Result `json:"results"`

	// NotApplicable are the faults that the protocol cannot have.
	NotApplicable []NotApplicable `json:"not_applicable,omitempty"`

	// Patience is the length of the silence, in nanoseconds, after which the
	// client gives up; 0 means never.
	Patience time.Duration `json:"patience"`

	// Leaks are what the client leaves behind even when the daemon is healthy.
	// No result contains them.
	Leaks []string `json:"leaks,omitempty"`

	// Err is why there are no results: a healthy run failed, or the config or
	// the options cannot be used.
	Err error `json:"-"`

	// Elsewhere says that the report is empty because this process was
	// started to judge another client.
	Elsewhere bool `json:"-"`
}

// OK reports whether there are results, none of them fails, and the client
// leaves nothing behind when the daemon is healthy. It is true for a report
// that is empty because of Elsewhere.
func (r Report) OK() bool {
	passed, failed, untested := r.Count()
	return r.Elsewhere || r.Err == nil && failed == 0 && len(r.Leaks) == 0 && passed+untested > 0
}

// Count returns how many results pass, how many fail, and how many faults are
// untested for a reason that fails nothing.
func (r Report) Count() (passed, failed, untested int) {
	for _, res := range r.Results {
		switch {
		case !res.OK:
			failed++
		case res.Verdict == Untested:
			untested++
		default:
			passed++
		}
	}
	return passed, failed, untested
}

// Worst returns the results sorted by how serious they are: failing results
// first, then unsafe, overstrict, late, lenient, ok, untested.
func (r Report) Worst() []Result {
	list := slices.Clone(r.Results)
	slices.SortStableFunc(list, worse)
	return list
}

// String returns the report as a table, one fault per line, the worst first,
// and a summary. If Err is set, it returns the error.
func (r Report) String() string {
	if r.Err != nil {
		return r.Err.Error() + "\n"
	}
	var rows [][]string
	for _, res := range r.Worst() {
		rows = append(rows, []string{res.Mark(), string(res.Fault), string(res.Verdict), Brief(res.Took), res.Remark()})
	}
	return Table(rows) + r.Summary() + "\n"
}

// Summary returns the report in one line: "47 passed (1 lenient, 2 late), 1
// failed (1 unsafe), 3 untested; the client gives up after 5s". Where Err is set, how
// long the client waits may not be known: then nothing is said of it.
func (r Report) Summary() string {
	passed, failed, untested := r.Count()
	counts := fmt.Sprintf("%d passed%s, %d failed%s, %d untested",
		passed, r.grades(true), failed, r.grades(false), untested)
	if r.Err != nil && r.Patience == 0 {
		return counts
	}
	return counts + "; " + PatienceWords(r.Patience)
}

// grades counts those, beside ok, of the results that pass or that fail.
func (r Report) grades(passing bool) string {
	var list []string
	for _, g := range slices.Backward(grades) {
		n := 0
		for _, res := range r.Results {
			if res.OK == passing && res.Grade == g && g != OK && g != "" {
				n++
			}
		}
		if n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, g))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// MarshalJSON returns the report as an object: results, not_applicable,
// patience and leaks hold the fields, and error the text of Err if it is set.
func (r Report) MarshalJSON() ([]byte, error) {
	type fields Report
	w := struct {
		fields
		Error string `json:"error,omitempty"`
	}{fields: fields(r)}
	if r.Err != nil {
		w.Error = r.Err.Error()
	}
	return json.Marshal(w)
}

// Detailed returns a value whose JSON is that of the report with
// [DetailedResult]s. That JSON can be unmarshalled into a Report.
func (r Report) Detailed() any {
	type fields Report
	w := struct {
		fields
		Results []DetailedResult `json:"results"`
		Error   string           `json:"error,omitempty"`
	}{fields: fields(r)}
	for _, res := range r.Results {
		w.Results = append(w.Results, DetailedResult(res))
	}
	if r.Err != nil {
		w.Error = r.Err.Error()
	}
	return w
}

// Table formats rows, one per line, with their cells in columns.
func Table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = w.Write([]byte(strings.Join(row, "\t") + "\n")) // a strings.Builder takes everything
	}
	_ = w.Flush()
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// PatienceWords describes how long a client waits in a silence.
func PatienceWords(d time.Duration) string {
	if d == 0 {
		return "the client never gives up by itself"
	}
	return "the client gives up after " + Brief(d)
}

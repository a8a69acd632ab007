package bench

import (
	"fmt"
	"strings"
)

// table returns results as Markdown.
func table(results []Result) string {
	var b strings.Builder
	b.WriteString("| what | the toolkit | compared with | takes | ratio | least to greatest | at most | |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range results {
		for _, cells := range r.lines() {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	return b.String()
}

// lines returns the cells of a result: a line for each peer, and one for a result that
// has none.
func (r Result) lines() [][]string {
	unit := r.Row.Unit
	if r.Err != nil {
		return [][]string{{r.Row.Work, "failed: " + oneLine(r.Err), "", "", "", "", "", "missed"}}
	}
	own := unit.format(r.Subject.Value.Median)
	if r.Row.Allocs != nil {
		own += fmt.Sprintf(", %.0f allocations", r.Subject.Allocs)
	}
	var list [][]string
	if len(r.Peers) == 0 {
		s := r.Subject.Value
		list = append(list, []string{
			r.Row.Work, own, "", "", "", unit.format(s.Least) + " to " + unit.format(s.Greatest), unit.format(r.Row.Most),
			r.remark(s.Median <= r.Row.Most),
		})
	}
	for i, c := range r.Peers {
		work := r.Row.Work
		if i > 0 {
			work, own = "", ""
		}
		if c.Err != nil {
			list = append(list, []string{work, own, c.Peer.Name, "failed: " + oneLine(c.Err), "", "", digits(c.Peer.Reach), ""})
			continue
		}
		list = append(list, []string{
			work, own, c.Peer.Name, unit.format(c.Costs.Value.Median),
			digits(c.Ratio.Median), digits(c.Ratio.Least) + " to " + digits(c.Ratio.Greatest), digits(c.Peer.Reach),
			r.remark(c.Ratio.Median <= c.Peer.Reach && (i > 0 || !r.tooManyAllocs())),
		})
	}
	return list
}

// remark says whether a line is within what it is to reach, and where not, why.
func (r Result) remark(reached bool) string {
	switch {
	case reached:
		return "reached"
	case r.Row.Reason == "":
		return "missed"
	}
	return "missed: " + r.Row.Reason
}

func oneLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

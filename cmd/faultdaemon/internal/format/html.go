package format

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

//go:embed report.html.tmpl
var page string

// The parts of the page, as its template has them.
type (
	htmlPage struct {
		Title   string
		Clients []htmlClient
		Filters []htmlFilter
		Rows    []htmlRow
		Left    []htmlLeft
	}
	htmlClient struct {
		Name, Summary string
		OK            bool
		Parts         []htmlPart // of the bar
		Problems      []problem
	}
	htmlPart struct {
		Look  look
		Count int
	}
	htmlFilter struct {
		Look  look
		Count int
	}
	htmlRow struct {
		Fault   faultdaemon.Fault
		Summary string
		Classes string
		Cells   []htmlCell
	}
	htmlCell struct {
		Client   string
		Missing  bool // it was not run under the fault
		Look     look
		Fails    bool
		Remark   string // "new", "known"; else empty
		Took     string
		Timeline []moment
		verdict.Explanation
	}
	htmlLeft struct{ Client, Fault, Reason string }
)

// A look is how a grade is shown: with a sign and a word, and a colour beside.
type look struct{ Class, Sign, Word string }

// looks are those of the grades, worst first; the last is that of no grade.
func looks() []look {
	return []look{
		{"unsafe", "✖", "unsafe"}, {"overstrict", "▲", "overstrict"}, {"late", "◷", "late"},
		{"lenient", "◐", "lenient"}, {"ok", "✔", "ok"}, {"untested", "–", "untested"},
	}
}

// lookOf is the look of a grade.
func lookOf(g verdict.Grade) look {
	all := looks()
	for _, l := range all {
		if l.Class == string(g) {
			return l
		}
	}
	return all[len(all)-1]
}

// HTML writes the document as one page that needs nothing else: a summary, a
// matrix of faults and clients, and for each fault what went over the wire. It
// loads nothing and runs no script.
func (d Document) HTML(w io.Writer) error {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, d.page())
}

func (d Document) page() htmlPage {
	p := htmlPage{Title: "Fault report: " + d.names()}
	for _, c := range d.Clients {
		p.Clients = append(p.Clients, c.html())
		for _, na := range c.Report.NotApplicable {
			p.Left = append(p.Left, htmlLeft{c.Name, string(na.Fault), na.Reason})
		}
	}
	for _, r := range d.rows() {
		p.Rows = append(p.Rows, d.htmlRow(r))
	}
	p.Filters = filters(p.Rows)
	return p
}

func (d Document) names() string {
	var list []string
	for _, c := range d.Clients {
		list = append(list, c.Name)
	}
	return strings.Join(list, ", ")
}

func (c Client) html() htmlClient {
	h := htmlClient{
		Name: c.Name, OK: c.Report.OK() && (c.Sweep == nil || c.Sweep.OK()),
		Summary: c.Report.Summary(), Problems: c.problems(),
	}
	for _, l := range looks() {
		n := 0
		for _, res := range c.Report.Results {
			if lookOf(res.Grade) == l {
				n++
			}
		}
		if n > 0 {
			h.Parts = append(h.Parts, htmlPart{l, n})
		}
	}
	return h
}

func (d Document) htmlRow(r row) htmlRow {
	h := htmlRow{Fault: r.fault, Summary: r.info.Summary}
	classes := make(map[string]bool)
	for i, c := range d.Clients {
		cell := c.htmlCell(r.results[i])
		h.Cells = append(h.Cells, cell)
		classes["is-"+cell.Look.Class] = !cell.Missing || classes["is-"+cell.Look.Class]
		classes["is-fail"] = cell.Fails || classes["is-fail"]
	}
	for _, l := range append(looks(), look{Class: "fail"}) {
		if classes["is-"+l.Class] {
			h.Classes += " is-" + l.Class
		}
	}
	return h
}

func (c Client) htmlCell(res *verdict.Result) htmlCell {
	if res == nil {
		return htmlCell{Client: c.Name, Missing: true}
	}
	h := htmlCell{
		Client: c.Name, Look: lookOf(res.Grade), Fails: !res.OK, Took: verdict.Brief(res.Took),
		Timeline: timeline(*res), Explanation: res.Explain(c.alone(res.Fault)),
	}
	h.Output = nil // as it was printed; the copy below can be shown
	for _, out := range res.Output {
		shown := verdict.Output{Name: out.Name}
		for _, line := range out.Lines {
			shown.Lines = append(shown.Lines, verdict.Clip(line))
		}
		h.Output = append(h.Output, shown)
	}
	if res.OK && (res.New || res.Known != "") {
		h.Remark = res.Mark()
	}
	return h
}

// filters are the grades that occur, with the number of faults, and what fails.
func filters(rows []htmlRow) (list []htmlFilter) {
	for _, l := range append([]look{{"fail", "!", "fails"}}, looks()...) {
		n := 0
		for _, r := range rows {
			if strings.Contains(r.Classes+" ", " is-"+l.Class+" ") {
				n++
			}
		}
		if n > 0 {
			list = append(list, htmlFilter{l, n})
		}
	}
	return list
}

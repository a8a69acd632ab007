package format

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// TableOptions change what [Document.Table] writes.
type TableOptions struct {
	All     bool // a row for every result, also for those that are ok
	Verbose bool // each run's events and the client's output
	Plain   bool // no colours, whether or not they are switched on
}

// width is how many columns a terminal has at least.
const width = 80

// Table writes, for each client, a table of its results, the worst first, what
// led to each that fails, and a summary; several clients come side by side, in a
// table before. It fits 80 columns where the names of faults do. Colours are the
// text library's to switch on or off.
func (d Document) Table(w io.Writer, opts TableOptions) error {
	var b strings.Builder
	several := len(d.Clients) > 1
	if several {
		d.matrix(&b, opts)
	}
	for _, c := range d.Clients {
		if several {
			b.WriteString("\n" + text.Bold.Sprint(c.Name) + "\n")
		}
		if !several {
			c.table(&b, opts)
		}
		c.below(&b, opts)
	}
	all := b.String()
	if opts.Plain {
		all = text.StripEscape(all)
	}
	_, err := io.WriteString(w, all)
	return err
}

// below writes what comes below the table: what led to what fails, and the
// summary.
func (c Client) below(b *strings.Builder, opts TableOptions) {
	for _, res := range c.Report.Worst() {
		if !res.OK || opts.Verbose {
			b.WriteString("\n")
			c.explain(b, res, opts)
		}
	}
	for _, leak := range c.Report.Leaks {
		fmt.Fprintf(b, "\nEven when the daemon is healthy, the client leaves this behind:\n  %s\n", leak)
	}
	if c.Sweep != nil {
		fmt.Fprintf(b, "\n%s", c.Sweep)
	}
	b.WriteString("\n")
	if c.Report.Err != nil {
		b.WriteString(c.colour().Sprint(c.Report.Err) + "\n")
	}
	if n := len(c.Report.NotApplicable); n > 0 && opts.All {
		for _, na := range c.Report.NotApplicable {
			paragraph(b, fmt.Sprintf("%s does not apply: %s", na.Fault, na.Reason))
		}
	}
	for line := range strings.Lines(text.WrapSoft(c.Report.Summary(), width)) {
		b.WriteString(c.colour().Sprint(strings.TrimSpace(line)) + "\n")
	}
	if p := c.Report.Patience; p > 0 && p <= verdict.LeastTolerance {
		fmt.Fprintf(b, "That is too soon to tell giving up from refusing: let it wait longer than %s.\n", verdict.LeastTolerance)
	}
}

func (c Client) colour() text.Colors {
	if c.Report.OK() {
		return text.Colors{text.Bold, text.FgGreen}
	}
	return text.Colors{text.Bold, text.FgRed}
}

// newTable returns a table without borders.
func newTable() table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "  "
	style.Format.Header = text.FormatDefault
	style.Color.Header = text.Colors{text.Bold}
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	return t
}

// table writes the table itself. Its longest column is the last.
func (c Client) table(b *strings.Builder, opts TableOptions) {
	var shown, ok, untested []verdict.Result
	for _, res := range c.Report.Worst() {
		switch {
		case opts.All || !quiet(res):
			shown = append(shown, res)
		case res.Verdict == verdict.Untested:
			untested = append(untested, res)
		default:
			ok = append(ok, res)
		}
	}
	t := newTable()
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 4, Align: text.AlignRight, AlignHeader: text.AlignRight}})
	t.AppendHeader(table.Row{"", "fault", "the client", "time", "expected"})
	room := expectedRoom(shown)
	for _, res := range shown {
		mark := markColour(res).Sprint(res.Mark())
		t.AppendRow(table.Row{mark, res.Fault, verdictWord(res), verdict.Brief(res.Took), text.Snip(expected(res), room, "...")})
	}
	if t.Length() > 0 {
		b.WriteString(t.Render() + "\n")
	}
	if len(shown) > 0 && len(ok)+len(untested) > 0 {
		b.WriteString("\n")
	}
	folded(b, text.FgGreen.Sprint("ok"), ok)
	folded(b, text.FgYellow.Sprint("untested"), untested)
}

// expectedRoom is how wide the column of what is expected may be.
func expectedRoom(shown []verdict.Result) int {
	const gap, least = 2, 10 // a gap is behind each column
	mark, fault, word, took := 0, 0, len("the client"), len("time")
	for _, res := range shown {
		mark = max(mark, len(res.Mark()))
		fault, word = max(fault, len(res.Fault)), max(word, len(verdictWord(res)))
		took = max(took, text.StringWidth(verdict.Brief(res.Took)))
	}
	return max(least, width-mark-fault-word-took-5*gap)
}

// quiet reports whether there is nothing to say about a result.
func quiet(res verdict.Result) bool {
	return res.OK && !res.New && res.Known == "" && !graded(res)
}

// matrix writes a table with a column for each client.
func (d Document) matrix(b *strings.Builder, opts TableOptions) {
	t := newTable()
	header := table.Row{"fault"}
	for _, c := range d.Clients {
		header = append(header, c.Name)
	}
	t.AppendHeader(header)
	hidden := 0
	for _, r := range d.rows() {
		cells, noisy := table.Row{r.fault}, opts.All
		for _, res := range r.results {
			if res == nil {
				cells = append(cells, "")
				continue
			}
			noisy = noisy || !quiet(*res)
			cells = append(cells, markColour(*res).Sprint(cellWord(*res)))
		}
		if !noisy {
			hidden++
			continue
		}
		t.AppendRow(cells)
	}
	if t.Length() > 0 {
		b.WriteString(t.Render() + "\n")
	}
	if hidden > 0 {
		fmt.Fprintf(b, "\n%d faults are ok or untested for all clients (--all shows them)\n", hidden)
	}
}

// cellWord is a result in the words of a cell: "FAIL hung", "survived (lenient)".
func cellWord(res verdict.Result) string {
	switch {
	case !res.OK:
		return "FAIL " + string(res.Verdict)
	case graded(res):
		return fmt.Sprintf("%s (%s)", res.Verdict, res.Grade)
	}
	return string(res.Verdict)
}

// folded writes how many results are not shown, as one line.
func folded(b *strings.Builder, mark string, results []verdict.Result) {
	if len(results) > 0 {
		fmt.Fprintf(b, "%s: %d (--all shows them)\n", mark, len(results))
	}
}

func verdictWord(res verdict.Result) string {
	if res.Grade == "" || res.Grade == verdict.OK || string(res.Grade) == res.Mark() {
		return string(res.Verdict)
	}
	return fmt.Sprintf("%s (%s)", res.Verdict, res.Grade)
}

func markColour(res verdict.Result) text.Colors {
	switch {
	case !res.OK:
		return text.Colors{text.Bold, text.FgRed}
	case res.Mark() == string(verdict.OK):
		return text.Colors{text.FgGreen}
	}
	return text.Colors{text.FgYellow}
}

// expected says what is expected in a few words.
func expected(res verdict.Result) string {
	if res.Verdict == verdict.Untested {
		return "-"
	}
	what, _, _ := strings.Cut(res.Expected, ":")
	return strings.TrimSpace(strings.ReplaceAll(what, " or ", ", "))
}

// explain writes what led to a result.
func (c Client) explain(b *strings.Builder, res verdict.Result, opts TableOptions) {
	e := res.Explain(c.alone(res.Fault))
	if !opts.Verbose {
		e.Timeline, e.Output = nil, relevant(res)
	}
	b.WriteString(markColour(res).Sprint(e.Title()) + "\n")
	paragraph(b, c.subject()+" "+e.Daemon)
	if e.Client != "" {
		paragraph(b, "The client "+e.Client+".")
	}
	if e.Why != "" {
		paragraph(b, fmt.Sprintf("%s: %s.", res.Verdict, strings.TrimSuffix(e.Why, ".")))
	}
	paragraph(b, "Expected: "+e.Expected+".")
	if e.Cure != "" {
		paragraph(b, "Cure: "+e.Cure+".")
	}
	if e.Bug != "" {
		paragraph(b, "Seen in "+e.Bug+".")
	}
	verdict.Section(b, "what the daemon did", e.Timeline)
	for _, leak := range e.Leaks {
		verdict.Section(b, "left behind", strings.Split(leak, "\n"))
	}
	for _, out := range e.Output {
		verdict.Section(b, out.Name, out.Lines)
	}
	if e.Alone != "" {
		b.WriteString("  Run it alone:\n    " + e.Alone + "\n")
	}
}

// relevant is what a client printed that explains its verdict.
func relevant(res verdict.Result) (list []verdict.Output) {
	for _, out := range res.Output {
		if !strings.HasSuffix(out.Name, "stdout") || res.Verdict == verdict.WrongAnswer {
			list = append(list, out)
		}
	}
	return list
}

// paragraph adds a text, indented and broken into lines that are easy to read.
func paragraph(b *strings.Builder, words string) {
	for line := range strings.Lines(text.WrapSoft(words, width-4)) {
		b.WriteString("  " + strings.TrimSpace(line) + "\n")
	}
}

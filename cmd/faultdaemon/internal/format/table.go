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
}

// width is how many columns a terminal has at least.
const width = 80

// Table writes, for each client, a table of its results, the worst first, what
// led to each that fails, and a summary. It fits 80 columns where the names of
// faults do. Colours are the text library's to switch on or off.
func (d Document) Table(w io.Writer, opts TableOptions) error {
	var b strings.Builder
	for i, c := range d.Clients {
		if i > 0 {
			b.WriteString("\n")
		}
		if len(d.Clients) > 1 {
			b.WriteString(text.Bold.Sprint(c.Name) + "\n\n")
		}
		c.table(&b, opts)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Client) table(b *strings.Builder, opts TableOptions) {
	c.rows(b, opts)
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
	fmt.Fprintf(b, "\n%s\n", c.colour().Sprint(c.Report.Summary()))
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

// rows writes the table itself. It has no borders, and its longest column is
// the last.
func (c Client) rows(b *strings.Builder, opts TableOptions) {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "  "
	style.Format.Header = text.FormatDefault
	style.Color.Header = text.Colors{text.Bold}
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 4, Align: text.AlignRight, AlignHeader: text.AlignRight}})
	t.AppendHeader(table.Row{"", "fault", "the client", "time", "expected"})
	var ok, untested []verdict.Result
	for _, res := range c.Report.Worst() {
		switch {
		case res.Verdict == verdict.Untested && res.OK && !opts.All:
			untested = append(untested, res)
		case res.OK && res.Grade == verdict.OK && !res.New && res.Known == "" && !opts.All:
			ok = append(ok, res)
		default:
			mark := markColour(res).Sprint(res.Mark())
			t.AppendRow(table.Row{mark, res.Fault, verdictWord(res), verdict.Brief(res.Took), expected(res)})
		}
	}
	if t.Length() > 0 {
		b.WriteString(t.Render() + "\n")
	}
	folded(b, text.FgGreen.Sprint("ok"), ok)
	folded(b, text.FgYellow.Sprint("untested"), untested)
}

// folded writes several results as one paragraph of names.
func folded(b *strings.Builder, mark string, results []verdict.Result) {
	if len(results) == 0 {
		return
	}
	var names []string
	for _, res := range results {
		names = append(names, res.Fault.Name())
	}
	fmt.Fprintf(b, "\n%s (%d, --all shows them)\n", mark, len(results))
	for line := range strings.Lines(text.WrapSoft(strings.Join(names, " "), width-4)) {
		b.WriteString("  " + strings.TrimSpace(line) + "\n")
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
	const room = 30
	return strings.TrimSpace(text.Snip(strings.ReplaceAll(what, " or ", ", "), room, "..."))
}

// explain writes what led to a result.
func (c Client) explain(b *strings.Builder, res verdict.Result, opts TableOptions) {
	e := res.Explain(c.alone(res.Fault))
	if !opts.Verbose {
		e.Timeline, e.Output = nil, relevant(res)
	}
	b.WriteString(markColour(res).Sprint(e.Title()) + "\n")
	paragraph(b, "The daemon "+e.Daemon)
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
		b.WriteString("  Alone: " + e.Alone + "\n")
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

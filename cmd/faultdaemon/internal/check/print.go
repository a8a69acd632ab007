package check

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/internal/evidence"
)

// Print writes the report: a table of all verdicts, what led to each wrong
// one, and the summary. Colours are the text library's to switch on or off.
func (r *Report) Print(w io.Writer) error {
	var b strings.Builder
	b.WriteString(r.table() + "\n")
	if list := r.untested(); len(list) > 0 {
		b.WriteString("\nUntested:\n  " + strings.Join(list, "\n  ") + "\n")
	}
	for _, res := range r.Results {
		if res.Verdict != Untested && !res.Right {
			b.WriteString("\n" + res.explain())
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.colour().Sprint(r.Summary()))
	if r.Patience > 0 && r.Patience <= minTolerance {
		fmt.Fprintf(&b, "That is too soon to tell giving up from refusing: let it wait longer than %s.\n", minTolerance)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) colour() text.Colors {
	if _, wrong, _ := r.Count(); wrong > 0 {
		return text.Colors{text.Bold, text.FgRed}
	}
	return text.Colors{text.Bold, text.FgGreen}
}

// table is the report without the stories. It has no borders, and its longest
// column is the last, so that it fits into a narrow terminal.
func (r *Report) table() string {
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
	t.AppendHeader(table.Row{"fault", "the client", "", "time", "right is"})
	for _, res := range r.Results {
		mark, colour := res.mark()
		t.AppendRow(table.Row{res.Fault, colour.Sprint(res.Verdict), colour.Sprint(mark), evidence.Brief(res.Took), res.expected()})
	}
	return t.Render()
}

// mark is the last word on a verdict, and its colour.
func (res *Result) mark() (string, text.Colors) {
	switch {
	case res.Verdict == Untested:
		return "-", text.Colors{text.FgYellow}
	case res.Right:
		return "ok", text.Colors{text.FgGreen}
	}
	return "wrong", text.Colors{text.Bold, text.FgRed}
}

// expected says what is right in a few words.
func (res *Result) expected() string {
	if res.Outlasted {
		return "survives if it waits so long"
	}
	return strings.ReplaceAll(res.Info.Client.String(), " or ", ", ")
}

// untested lists the faults that could not be tested, and why.
func (r *Report) untested() []string {
	var list []string
	for _, res := range r.Results {
		if res.Verdict == Untested {
			list = append(list, fmt.Sprintf("%s: %s", res.Fault, res.Untested))
		}
	}
	return list
}

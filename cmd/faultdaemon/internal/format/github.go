package format

import (
	"fmt"
	"io"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// GitHub writes workflow commands that annotate a run of GitHub Actions: an
// error for each result that fails, a warning for each that passes with a grade
// other than ok, the worst first, for GitHub shows the first ten of each.
func (d Document) GitHub(w io.Writer) error {
	var b strings.Builder
	for _, c := range d.Clients {
		for _, problem := range c.problems() {
			annotate(&b, "error", c.Name+": "+problem.What, problem.Text)
		}
		for _, res := range c.Report.Worst() {
			e := res.Explain(c.alone(res.Fault))
			switch {
			case !res.OK:
				annotate(&b, "error", c.Name+": "+e.Title(), e.String())
			case graded(res):
				annotate(&b, "warning", c.Name+": "+e.Title(), e.String())
			}
		}
		annotate(&b, "notice", c.Name, c.Report.Summary())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// annotate adds a workflow command.
func annotate(b *strings.Builder, level, title, message string) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	fmt.Fprintf(b, "::%s title=%s::%s\n", level, property.Replace(title), data.Replace(message))
}

// Markdown writes the document as GitHub shows it in the summary of a step: a
// table of what fails or is graded, each with its explanation to unfold.
func (d Document) Markdown(w io.Writer) error {
	var b strings.Builder
	for _, c := range d.Clients {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", inline(c.Name), c.Report.Summary())
		for _, problem := range c.problems() {
			unfold(&b, problem.What, problem.Text)
		}
		c.markdown(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Client) markdown(b *strings.Builder) {
	var listed []verdict.Result
	for _, res := range c.Report.Worst() {
		if !res.OK || graded(res) {
			listed = append(listed, res)
		}
	}
	if len(listed) == 0 {
		return
	}
	b.WriteString("| | fault | the client | time | expected |\n| --- | --- | --- | ---: | --- |\n")
	for _, res := range listed {
		fmt.Fprintf(b, "| %s | `%s` | %s | %s | %s |\n", res.Mark(), res.Fault, verdictWord(res), verdict.Brief(res.Took), inline(expected(res)))
	}
	b.WriteString("\n")
	for _, res := range listed {
		e := res.Explain(c.alone(res.Fault))
		unfold(b, e.Title(), e.String())
	}
}

// unfold adds a text that is hidden below its title.
func unfold(b *strings.Builder, title, text string) {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", "&#10;") // an empty line would end the HTML
	fmt.Fprintf(b, "<details><summary>%s</summary><pre>%s</pre></details>\n\n", escaped.Replace(title), escaped.Replace(text))
}

// inline makes a text one that Markdown shows as it is, on one line.
func inline(s string) string {
	return strings.NewReplacer("\n", " ", "|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`").Replace(s)
}

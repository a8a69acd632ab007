package gen

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// constBlock renders the block of constants, in spec order.
func (c *catalogue) constBlock() jen.Code {
	return jen.Const().DefsFunc(func(g *jen.Group) {
		for i, e := range c.entries {
			if i > 0 {
				g.Line()
			}
			// // FaultSlowResponse writes the response after a delay.
			// FaultSlowResponse faultdaemon.Fault = "slow_response"
			g.Comment(commentLines(c.constDoc(e)))
			g.Id(constName(e.name)).Qual(corePath, "Fault").Op("=").Lit(e.full)
		}
	})
}

// constDoc is the doc comment of a fault's constant: what it does, what it is
// for, its parameters, what a client sees and what is expected of it.
func (c *catalogue) constDoc(e *entry) string {
	var b strings.Builder
	paragraph(&b, constName(e.name)+" "+e.summary)
	purpose := "It tests " + e.tests
	if e.simulates != "" {
		purpose += " It simulates " + e.simulates
	}
	paragraph(&b, purpose)
	if len(e.params) > 0 {
		b.WriteString("Arguments:\n")
		for _, p := range e.params {
			b.WriteString(wrap("  - "+p.name+": "+p.sentence(), "    "))
		}
		b.WriteString("\n")
	}
	b.WriteString("A client sees:\n\n")
	for _, x := range e.examples {
		b.WriteString("\t" + x.line(e) + "\n")
	}
	b.WriteString("\n")
	expected := "Expected of a client: " + e.outcomes() + "."
	if e.why != "" {
		expected += " " + e.why
	}
	paragraph(&b, expected)
	return strings.TrimRight(b.String(), "\n")
}

func paragraph(b *strings.Builder, text string) {
	b.WriteString(wrap(text, ""))
	b.WriteString("\n")
}

// commentWidth is where doc comments wrap.
const commentWidth = 96

// wrap breaks text into lines; all but the first start with indent.
func wrap(text, indent string) string {
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var b strings.Builder
	line := lead
	for _, word := range strings.Fields(text) {
		if strings.TrimSpace(line) != "" {
			if len(line)+1+len(word) > commentWidth {
				b.WriteString(line + "\n")
				line = indent
			} else {
				line += " "
			}
		}
		line += word
	}
	b.WriteString(line + "\n")
	return b.String()
}

// commentLines puts // before every line.
func commentLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+line, " ")
		if strings.HasPrefix(line, "\t") {
			lines[i] = "//" + line
		}
	}
	return strings.Join(lines, "\n")
}

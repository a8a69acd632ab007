package gen

import (
	"fmt"
	"slices"
	"strings"
)

// docsFile puts the reference of the catalogue into a Markdown file: in place
// of the one that is there, else at the end.
func (c *catalogue) docsFile(current []byte) ([]byte, error) {
	s, text := section{"faults " + c.id()}, c.reference()
	file, found, err := s.replace(string(current), text)
	switch {
	case err != nil:
		return nil, err
	case found:
		return []byte(file), nil
	case strings.TrimSpace(file) == "":
		file = "# Faults"
	}
	return []byte(strings.TrimRight(file, "\n") + "\n\n" + s.wrap(text)), nil
}

// tableFile puts the table of faults into a Markdown file that has a place for
// it. The names link to the reference in docs unless that is nil.
func (c *catalogue) tableFile(current []byte, docs *string) ([]byte, error) {
	s := section{"fault-table"}
	if c.prefix != "" {
		s.name += " " + c.prefix
	}
	file, found, err := s.replace(string(current), c.table(docs))
	if err == nil && !found {
		err = fmt.Errorf("no place for the table: add the lines\n%s\n%s", s.begin(), s.end())
	}
	return []byte(file), err
}

// table is the list of faults, one a row.
func (c *catalogue) table(docs *string) string {
	var b strings.Builder
	b.WriteString("| fault | stage | the daemon | expected of a client |\n| --- | --- | --- | --- |\n")
	for _, e := range c.entries {
		name := "`" + e.full + "`"
		if docs != nil {
			name = fmt.Sprintf("[%s](%s#%s)", name, *docs, e.full)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, e.stage, cell(strings.TrimSuffix(e.summary, ".")), e.outcomes())
	}
	return b.String()
}

// reference is the documentation of every fault, with a table to start from.
func (c *catalogue) reference() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", capital(c.title()), legend)
	if c.connects() {
		b.WriteString(connectLegend + "\n")
	}
	if c.protocol != nil {
		fmt.Fprintf(&b, "The examples speak %s where a fault does not say otherwise.\n\n", speaks(c.protocol))
	}
	here := ""
	b.WriteString(c.table(&here))
	for _, e := range c.entries {
		b.WriteString("\n" + c.chapter(e))
	}
	return b.String()
}

// legend says how to read what follows.
const legend = `A fault acts at a stage: **listen**, once and before there is a connection;
**process**, once per server that the client spawns and before it serves;
**accept**, once per connection and before a request is read; **respond**, once
per exchange and in place of the reply. In the pictures R is what the handler
returns for the request, and times count from the request above to the last
byte. A connection ends as the client's read reports it:

- **open**: nothing more comes, a read waits until its deadline;
- **EOF**: a clean end of the stream;
- **reset**: connection reset by peer (ECONNRESET).

What is expected of a client:

- it **survives**: it has the same answer as from a healthy daemon;
- it **rejects**: it returns an error at once, for the evidence is on the wire;
- it **times out**: it returns an error at its deadline, for there is silence;
- it **differs**: it returns the other, valid answer that the wire carries.

A hang, a crash, a leak, a repeated request and growing memory are never expected.
`

// connectLegend says how to read connects that fail.
const connectLegend = `Where a connect fails, the pictures show how on a Unix socket and in memory. On
TCP, ENOENT is ECONNREFUSED, and EAGAIN is a connect that nobody answers. A request
that follows is on a connection of its own, which is tried until it can be had.
`

// connects reports whether a connect fails in an example.
func (c *catalogue) connects() bool {
	return slices.ContainsFunc(c.entries, func(e *entry) bool {
		return slices.ContainsFunc(e.examples, example.connects)
	})
}

// chapter is the documentation of one fault.
func (c *catalogue) chapter(e *entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<a id=%q></a>\n\n### %s\n\n", e.full, e.full)
	fmt.Fprintf(&b, "%s\n\n", capital(prose(e.summary)))
	for _, fact := range c.facts(e) {
		fmt.Fprintf(&b, "- **%s**: %s\n", fact.name, fact.text)
	}
	if len(e.params) > 0 {
		b.WriteString("\n" + paramTable(e))
	}
	b.WriteString(pictures(e))
	return b.String()
}

// pictures draws the examples; neighbours with the same arguments share a
// block.
func pictures(e *entry) string {
	var b strings.Builder
	for rest := e.examples; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(x example) bool { return x.with != rest[0].with })
		if n < 0 {
			n = len(rest)
		}
		if len(e.params) > 0 {
			fmt.Fprintf(&b, "\n`%s`:\n", e.withArgs(rest[0].with))
		}
		fmt.Fprintf(&b, "\n```text\n%s```\n", e.pictureOf(rest[:n]))
		rest = rest[n:]
	}
	return b.String()
}

type fact struct{ name, text string }

// facts lists what is known about a fault, without what there is not.
func (c *catalogue) facts(e *entry) []fact {
	expected := e.outcomes() + "."
	if e.why != "" {
		expected += " " + prose(e.why)
	}
	all := []fact{
		{"Tests", prose(e.tests)},
		{"Simulates", prose(e.simulates)},
		{"Expected of a client", expected},
		{"Shows only with", e.needWords()},
		{"Stage", e.stage},
		{"Constant", "`" + c.target.name + "." + constName(e.name) + "`"},
		{"Applies to protocols with", renderingList(e.do)},
		{"The examples speak", speaks(e.protocol)},
		{"Verdict runs use", judged(e)},
		{"Also known as", codeList(e.alsoKnownAs)},
		{"Would have found", prose(e.bug)},
	}
	var known []fact
	for _, f := range all {
		if f.text != "" {
			known = append(known, f)
		}
	}
	return known
}

// speaks names a protocol, "" where there is none.
func speaks(protocol *behaviour) string {
	if protocol == nil {
		return ""
	}
	return "`" + protocol.text + "`"
}

func judged(e *entry) string {
	if e.judge == "" {
		return ""
	}
	return "`" + e.withArgs(e.judge) + "`"
}

// codeList writes names as Markdown.
func codeList(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

// paramTable lists the arguments that a fault takes.
func paramTable(e *entry) string {
	var b strings.Builder
	b.WriteString("| argument | kind | default | |\n| --- | --- | --- | --- |\n")
	for _, p := range e.params {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.name, cell(p.kindWords()), cell(p.defaultWords()), cell(p.doc))
	}
	return b.String()
}

// prose writes a sentence of the spec as Markdown.
func prose(s string) string { return strings.ReplaceAll(s, "<", "&lt;") }

// cell writes a sentence of the spec as Markdown inside a table.
func cell(s string) string { return strings.ReplaceAll(prose(s), "|", `\|`) }

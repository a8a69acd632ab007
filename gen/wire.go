package gen

import (
	"fmt"
	"strconv"
	"strings"
)

// line shows an example on one line: `"ping\n" -> "po", stays open`.
func (x example) line(e *entry) string {
	text := ""
	if x.with != "" {
		text = e.withArgs(x.with)
	}
	if x.conns > 1 {
		text = strings.TrimPrefix(text+", "+e.peer()+" "+strconv.Itoa(int(x.conns)), ", ")
	}
	if text != "" {
		text += ": "
	}
	if kind, why := x.failure(); kind == "start" {
		return text + "the start fails with " + why
	}
	text += x.exchangeLine(x.hex)
	last := x
	for _, m := range x.more {
		text += ", then " + m.exchangeLine(x.hex)
		last = m
	}
	words := []string{text}
	if last.connect == "" {
		_, _, short := endOf(last.then)
		words = append(words, short)
	}
	words = append(words, last.processWords(x)...)
	return strings.Join(append(words, last.listenWords(x)...), ", ")
}

// exchangeLine shows a request and the bytes that come for it.
func (x example) exchangeLine(hex bool) string {
	if x.connect != "" {
		return x.connectLine()
	}
	if kind, why := x.failure(); kind == "write" {
		return short(x.send, hex) + ": the write " + failing(why)
	}
	got := "nothing"
	if x.got != "" {
		got = short(x.got, hex)
	}
	if x.writes > 1 {
		got += fmt.Sprintf(" in %d writes", x.writes)
	}
	if x.after != 0 {
		got += " after " + x.after.String()
	}
	if x.passed != "" {
		got += ", " + short(x.passed, hex) + " to the upstream"
	}
	return short(x.send, hex) + " -> " + got
}

// A picture shows what passes between a client and the daemon, one event a
// line:
//
//	        client --> daemon   "ping\n"
//	                            R = "pong\n"
//	+200ms  client <-- daemon   "po"
//	        client <-| daemon   EOF
type picture struct {
	rows []row
}

type row struct {
	when, arrow, what string
}

// arrows are drawn between client and daemon.
const (
	sends   = "client --> daemon"
	gets    = "client <-- daemon"
	nothing = "                 "
)

// ends is how each end is drawn, by the core's constant.
var ends = map[string]struct{ arrow, long, short string }{
	"EndOpen":  {"client     daemon", "open: nothing more comes", "stays open"},
	"EndEOF":   {"client <-| daemon", "EOF", "EOF"},
	"EndReset": {"client <-x daemon", "reset", "reset"},
}

// endOf is how an end is drawn; one that is not known here by its name.
func endOf(name string) (arrow, long, short string) {
	if end, known := ends[name]; known {
		return end.arrow, end.long, end.short
	}
	word := camelWords(strings.TrimPrefix(name, "End"))
	return gets, word, word
}

// pictureOf draws examples one below the other, in the same columns.
func (e *entry) pictureOf(examples []example) *picture {
	p := &picture{}
	for i, x := range examples {
		if i > 0 {
			p.add("", "", "")
		}
		if x.conns > 1 {
			p.add("", nothing, fmt.Sprintf(e.peerWords(), x.conns))
		}
		if kind, why := x.failure(); kind == "start" {
			p.add("", refused, "the start fails with "+why)
			continue
		}
		p.exchange(x, x.hex)
		for _, m := range x.more {
			p.exchange(m, x.hex)
		}
		p.outlives(x.outlives)
		p.except(x.except)
	}
	return p
}

// exchange draws a request and what becomes of it.
func (p *picture) exchange(x example, hex bool) {
	if x.connect != "" {
		p.connect(x)
		return
	}
	sent, arrow := lines(x.send, hex), sends
	kind, why := x.failure()
	switch {
	case kind == "write":
		sent[len(sent)-1] += "   (the write " + failing(why) + ")"
		arrow = refused
	case x.calls < 0:
		sent[len(sent)-1] += "   (not read)"
	case x.calls > 0:
		sent[len(sent)-1] += fmt.Sprintf("   (%s recorded)", count(int(x.calls), "call"))
	}
	p.message("", arrow, sent)
	if x.passed != "" {
		p.message("", nothing, prefix("to the upstream: ", lines(x.passed, hex)))
	}
	if x.got != "" && x.got != x.reply {
		p.message("", nothing, prefix("R = ", lines(x.reply, hex)))
	}
	p.stderr(x, hex)
	when := ""
	if x.after != 0 {
		when = "+" + x.after.String()
	}
	if x.got != "" {
		got := lines(x.got, hex)
		if x.writes > 0 {
			got[len(got)-1] += fmt.Sprintf("   (in %s)", count(int(x.writes), "write"))
		}
		p.message(when, gets, got)
		when = ""
	}
	if len(x.more) > 0 && x.then == "EndOpen" {
		return
	}
	arrow, long, _ := endOf(x.then)
	p.add(when, arrow, long)
	p.status(x.status)
	p.shows(x.shows)
}

func (p *picture) add(when, arrow, what string) {
	p.rows = append(p.rows, row{when, arrow, what})
}

// message draws one message, which may take several lines.
func (p *picture) message(when, arrow string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			when, arrow = "", nothing
		}
		p.add(when, arrow, line)
	}
}

// prefix puts a label before the first line and indents the others.
func prefix(label string, lines []string) []string {
	list := make([]string, len(lines))
	for i, line := range lines {
		list[i] = label + line
		label = strings.Repeat(" ", len(label))
	}
	return list
}

// String returns the picture; the column of times is there only where it says
// something.
func (p *picture) String() string {
	width := 0
	for _, r := range p.rows {
		width = max(width, len(r.when))
	}
	var b strings.Builder
	for _, r := range p.rows {
		line := r.arrow + "   " + r.what
		if width > 0 {
			line = fmt.Sprintf("%*s  ", width, r.when) + line
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

package lookup

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The arrows between client and daemon.
const (
	sends = "client --> daemon"
	gets  = "client <-- daemon"

	fails     = "client --x daemon"
	complains = "client <-- stderr"
	itself    = "          process"
)

// ends are the arrows of the ends; an open connection has none.
var ends = map[string]string{"EOF": "client <-| daemon", "reset": "client <-x daemon"}

// picture draws a trial, one event a line, with the time since the request.
func (t trial) picture() string {
	var b strings.Builder
	line := func(after time.Duration, arrow, what string) {
		when := ""
		if after > 0 {
			when = "+" + verdict.Brief(after)
		}
		fmt.Fprintf(&b, "%8s  %s  %s\n", when, arrow, what)
	}
	line(0, sends, show(t.on.Request))
	line(0, gets, show(t.on.Reply)+"  (a healthy daemon)")
	b.WriteString("\n")
	if t.process != nil && t.process.start != "" {
		line(0, fails, "the start fails: "+t.process.start)
		return b.String()
	}
	for i, request := range t.sent {
		if i > 0 && i == t.again {
			line(0, "                 ", "(a second connection, while the first is open)")
		}
		if why := t.refused[i]; why != "" && t.process != nil {
			line(0, fails, show(request)+"  ("+why+")")
			continue
		}
		line(0, sends, show(request))
		t.replies(i, line)
	}
	if t.process != nil && len(t.process.stderr) > 0 {
		line(0, complains, show(t.process.stderr))
	}
	if t.connect != "" {
		line(0, fails, "the connect fails: "+t.connect)
		return b.String()
	}
	arrow, ended := ends[t.end]
	switch {
	case ended:
		line(t.after, arrow, t.end)
	case t.end != "":
		line(0, "client     daemon", t.end)
	default:
		line(0, "client     daemon", "stays open")
	}
	if t.process != nil && t.process.how != "" {
		line(0, itself, t.process.how)
	}
	return b.String()
}

// replies draws what came for one request: the first reads, and all others as
// one.
func (t trial) replies(request int, line func(time.Duration, string, string)) {
	const enough = 3
	var shown, more, size int
	var last time.Duration
	for _, p := range t.pieces {
		switch {
		case p.reply != request:
		case shown < enough:
			line(p.after, gets, show(p.bytes))
			shown++
		default:
			more, size, last = more+1, size+len(p.bytes), p.after
		}
	}
	if more > 0 {
		line(last, gets, fmt.Sprintf("... %d more reads, %d bytes", more, size))
	}
}

// show quotes the beginning of a text, and shows other bytes in hexadecimal.
func show(message []byte) string {
	const letters, bytes = 60, 24
	text := isText(message)
	enough := bytes
	if text {
		enough = letters
	}
	first, rest := message, ""
	if len(message) > enough {
		first, rest = message[:enough], fmt.Sprintf(" ... (%d bytes)", len(message))
	}
	if text {
		return quoted(string(first)) + rest
	}
	return fmt.Sprintf("% x", first) + rest
}

// isText reports whether bytes are UTF-8 that can be read, by its beginning.
func isText(message []byte) bool {
	const enough = 256
	return strings.IndexFunc(string(message[:min(len(message), enough)]), func(r rune) bool {
		return r == unicode.ReplacementChar || r < ' ' && r != '\n' && r != '\r' && r != '\t'
	}) < 0
}

// quoted quotes a text as Go does, but in single quotes where it has double
// ones.
func quoted(text string) string {
	q := strconv.Quote(text)
	if !strings.Contains(text, `"`) || strings.Contains(text, "'") {
		return q
	}
	return "'" + strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + "'"
}

package gen

import "strings"

// How examples are shown in which the client spawns its server.

// arrows beside those between client and daemon.
const (
	refused   = "client --x daemon"
	complains = "client <-- stderr"
	silenced  = "client <-| stderr"
	itself    = "          process"
)

// stderrRows is how many lines of stderr a picture shows.
const stderrRows = 4

// failure splits Fails: "start" or "write", and why.
func (x example) failure() (kind, why string) {
	kind, why, _ = strings.Cut(x.fails, ": ")
	return kind, why
}

// failing says how a write fails.
func failing(why string) string {
	if why == "blocks" {
		return why
	}
	return "fails with " + why
}

// peer is what the daemon counts.
func (e *entry) peer() string {
	if e.spawned {
		return "process"
	}
	return "connection"
}

// peerWords says, with a verb for the number, which connection or process of the
// daemon an example is about.
func (e *entry) peerWords() string {
	if e.spawned {
		return "(process %d of the daemon; those before it were started first)"
	}
	return "(connection %d of the daemon; those before it are open and idle)"
}

// stderr draws what comes on stderr, and its end.
func (p *picture) stderr(x example, hex bool) {
	if x.stderr != "" {
		text := lines(x.stderr, hex)
		if len(text) > stderrRows {
			text = append(text[:stderrRows-1], "... "+count(size(x.stderr, hex), "byte")+" in all")
		}
		p.message("", complains, text)
	}
	if x.closes == "stderr" {
		p.add("", silenced, "EOF")
	}
}

// size is how many bytes a message has.
func size(s string, hex bool) int {
	if b, err := unhex(s); hex && err == nil {
		return len(b)
	}
	return len(s)
}

// status draws how the process has ended.
func (p *picture) status(status string) {
	if status != "" {
		p.add("", itself, statusWords(status))
	}
}

// outlives draws what the process lives on after.
func (p *picture) outlives(what string) {
	if what != "" {
		p.add("", itself, outlivesWords(what))
	}
}

func statusWords(status string) string {
	kind, how, _ := strings.Cut(status, " ")
	if kind == "signal" {
		return "killed by SIG" + how
	}
	return "exits with status " + how
}

func outlivesWords(what string) string {
	if what == "SIGTERM" {
		return "lives on after the end of stdin and SIGTERM"
	}
	return "lives on after the end of stdin"
}

// processWords says what the process does beside its stdout, of an example whose
// first exchange is first.
func (x example) processWords(first example) (words []string) {
	if x.stderr != "" {
		words = append(words, count(size(x.stderr, first.hex), "byte")+" on stderr")
	}
	if x.closes != "" {
		words = append(words, "EOF on "+x.closes)
	}
	if x.status != "" {
		words = append(words, statusWords(x.status))
	}
	if first.outlives != "" {
		words = append(words, outlivesWords(first.outlives))
	}
	return words
}

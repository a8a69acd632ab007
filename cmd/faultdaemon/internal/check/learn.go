package check

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// healthy runs the client twice without a fault, and returns what is known of it
// then.
func (r *runner) healthy(ctx context.Context) (*verdict.Client, error) {
	var runs [2]verdict.Observation
	for i := range runs {
		o, unread, err := r.observeHealthy(ctx)
		if err != nil {
			return nil, err
		}
		if err := r.wellBehaved(o, unread); err != nil {
			return nil, err
		}
		runs[i] = *o
	}
	known := &verdict.Client{
		Rules: r.opts.Rules, Answer: runs[0].Answer, Equal: reflect.DeepEqual, Deadline: r.opts.Deadline, RealClock: true,
	}
	known.Learn(runs[:]...)
	if err := differentAnswers(runs[0]); err != nil {
		return nil, err
	}
	return known, sameAnswer(runs[0], runs[1])
}

// wellBehaved returns an error that shows what went between the client and a
// healthy daemon, unless the client talked to it and exited with status 0.
// unread is what the client sent that came to no message.
func (r *runner) wellBehaved(o *verdict.Observation, unread []byte) error {
	connected := o.Connections > 0
	if connected && o.Err == nil && !o.Hung {
		return nil
	}
	var b strings.Builder
	if connected {
		fmt.Fprintf(&b, "the daemon was healthy, and yet the client %s\n", o.Ending)
	} else if r.opts.Server != nil {
		fmt.Fprintf(&b, "the client %s and never started its server\n", o.Ending)
	} else {
		fmt.Fprintf(&b, "the client %s and never connected to the daemon\n", o.Ending)
	}
	for _, out := range o.Output {
		verdict.Section(&b, out.Name, out.Lines)
	}
	verdict.Section(&b, "what it sent", verdict.QuoteRequests(o.Requests))
	if len(o.Requests) > 0 {
		verdict.Section(&b, "what was replied to each", []string{r.opts.Replies})
	}
	if len(unread) > 0 {
		verdict.Section(&b, "what it sent that came to no whole message", shown(unread))
	}
	verdict.Section(&b, "what the daemon did", o.Log.Timeline(o.Started))
	b.WriteString(r.cure(o, unread))
	return &HealthyError{text: b.String(), NeverConnected: !connected}
}

// A HealthyError says that nothing can be found out about a client, because
// its runs without any fault are not in order.
type HealthyError struct {
	NeverConnected bool // to the daemon
	text           string
}

// Error is several lines: what the client did, what it said, what it sent and
// was sent, and what to do.
func (e *HealthyError) Error() string { return e.text }

// cure says what to do about a healthy run that failed.
func (r *runner) cure(o *verdict.Observation, unread []byte) string {
	switch {
	case r.opts.Session != nil && o.Hung:
		return "with --session the client reads lines, each the number of a call to make, and answers each with a line: ok and the answer, or error and a text"
	case o.Connections == 0 && r.opts.TCP:
		return "{host}, {port} and {addr} in its arguments, and FAULTDAEMON_ADDR in its environment, are the daemon's address"
	case o.Connections == 0 && r.opts.Server != nil:
		return "{server} in its arguments is the command of its server for a shell, {server-json} the same as a JSON array"
	case o.Connections == 0:
		return "{socket} in its arguments and FAULTDAEMON_SOCKET in its environment are the path of the daemon's socket"
	}
	cure := r.opts.Cure
	if len(o.Requests) == 0 && r.opts.Config.Upstream == nil {
		cure = "no whole request arrived: the daemon reads " + r.opts.Reads
	}
	if r.opts.LooksLike == nil {
		return cure
	}
	var sent []byte
	for _, call := range o.Requests {
		sent = append(sent, call.Request...)
	}
	if guess := r.opts.LooksLike(append(sent, unread...)); guess != "" {
		cure += "\n" + guess
	}
	return cure
}

// shown is the beginning of what a client sent, as text where it is one, else
// in hexadecimal, 16 bytes a line.
func shown(sent []byte) (lines []string) {
	const enough = 512
	more := len(sent) - enough
	sent = sent[:min(len(sent), enough)]
	if isText(sent) {
		for len(sent) > 0 {
			line := firstLine(sent)
			lines = append(lines, fmt.Sprintf("%q", line))
			sent = sent[len(line):]
		}
	}
	for len(sent) > 0 {
		line := sent[:min(len(sent), 16)]
		lines = append(lines, fmt.Sprintf("% -47x  %q", line, line))
		sent = sent[len(line):]
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d bytes more", more))
	}
	return lines
}

// isText reports whether bytes are mostly printable ASCII.
func isText(sent []byte) bool {
	odd := 0
	for _, c := range sent {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
	}
	return odd*16 <= len(sent)
}

// differentAnswers returns an error when two calls of a healthy session have the same
// answer: a late answer of one would pass for that of the other.
func differentAnswers(o verdict.Observation) error {
	answers, _ := o.Answer.([]any)
	for i := range answers {
		for j := range i {
			if reflect.DeepEqual(answers[i], answers[j]) {
				return &HealthyError{text: fmt.Sprintf(
					"calls %d and %d of a session have the same answer, %q: have the client put the number that it reads into its request, and the reply depend on that",
					j, i, text(answers[i]))}
			}
		}
	}
	return nil
}

// sameAnswer returns an error when two healthy runs printed different things.
func sameAnswer(first, second verdict.Observation) error {
	if reflect.DeepEqual(first.Answer, second.Answer) {
		return nil
	}
	var b strings.Builder
	b.WriteString("the daemon was healthy and replied the same twice, and yet the client printed different things\n")
	one, two := firstDifference(text(first.Answer), text(second.Answer))
	verdict.Section(&b, "first", []string{one})
	verdict.Section(&b, "then", []string{two})
	b.WriteString("a verdict needs an output that repeats: fix the client's clock, seed or order, or leave out what changes,\n" +
		`as in: faultdaemon check --ignore '[0-9]+ms' -- CLIENT ARGS...`)
	return &HealthyError{text: b.String()}
}

// text is an answer as it was printed.
func text(answer any) string {
	switch answer := answer.(type) {
	case stdoutAnswer:
		return answer.text
	case []any: // of a session
		var b strings.Builder
		for _, one := range answer {
			b.WriteString(text(one) + "\n")
		}
		return b.String()
	}
	return fmt.Sprint(answer)
}

// firstDifference returns the first line in which two texts differ, quoted with
// its newline.
func firstDifference(a, b string) (string, string) {
	for {
		lineA, lineB := string(firstLine([]byte(a))), string(firstLine([]byte(b)))
		if lineA != lineB || lineA == "" {
			return verdict.Quote([]byte(lineA)), verdict.Quote([]byte(lineB))
		}
		a, b = a[len(lineA):], b[len(lineB):]
	}
}

package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A talk is what is said with the client of a session: it reads the number of a call, a
// line, and answers "ok" and an answer, or "error" and a text, in a line.
type talk struct {
	stdin io.WriteCloser

	mu      sync.Mutex
	partial []byte        // of a line, the first MiB
	answers []answer      // that nobody has taken yet
	more    chan struct{} // one slot: filled when there are answers
}

// An answer is one of those lines.
type answer struct {
	text string
	err  error
}

func newTalk() *talk { return &talk{more: make(chan struct{}, 1)} }

// Write is what the client prints. Lines that are no answers are left out.
func (t *talk) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for rest := p; ; {
		line, more, whole := bytes.Cut(rest, []byte("\n"))
		t.partial = append(t.partial, line[:min(len(line), maxOutput-len(t.partial))]...)
		if !whole {
			return len(p), nil
		}
		t.take(strings.TrimSuffix(string(t.partial), "\r"))
		t.partial, rest = t.partial[:0], more
	}
}

// take keeps a line that is an answer.
func (t *talk) take(line string) {
	word, text, _ := strings.Cut(line, " ")
	switch word {
	case "ok":
		t.answers = append(t.answers, answer{text: text})
	case "error":
		t.answers = append(t.answers, answer{err: errors.New(text)})
	default:
		return
	}
	select {
	case t.more <- struct{}{}:
	default:
	}
}

// ask has the client make a call.
func (t *talk) ask(i int) { _, _ = fmt.Fprintln(t.stdin, i) } // fails where the client has ended

// next returns the next answer, if there is one.
func (t *talk) next() (a answer, found bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.answers) == 0 {
		return a, false
	}
	a, t.answers = t.answers[0], t.answers[1:]
	return a, true
}

package stdio

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// evidence is what a client can tell of why its servers ended.
type evidence struct {
	mu    sync.Mutex
	words []string
}

func (e *evidence) add(words ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.words = append(e.words, words...)
}

// Evidence returns the words of which a client's error has to contain one to say why its
// server has ended: the exit statuses and signals by which the daemon has ended
// processes, as several languages spell them ("1", "SIGKILL", "killed", "137"), and the
// last lines that those had written to stderr. It is empty while the daemon has ended
// none.
func (l *Listener) Evidence() []string {
	l.evidence.mu.Lock()
	defer l.evidence.mu.Unlock()
	return slices.Clone(l.evidence.words)
}

// wordsOfSignal is how the death by a signal is spelled: by its name, as strsignal(3)
// says, by its number, and by the exit status of a shell, which is 128 more.
func wordsOfSignal(name string) []string {
	for _, s := range []struct {
		name, says string
		number     int
	}{{"KILL", "killed", 9}, {"SEGV", "segmentation", 11}, {"ABRT", "aborted", 6}, {"TERM", "terminated", 15}} {
		if s.name == name {
			return []string{"SIG" + name, s.says, strconv.Itoa(s.number), strconv.Itoa(128 + s.number)}
		}
	}
	return []string{"SIG" + name}
}

// lastLine is the last line of a text that is not empty.
func lastLine(text []byte) string {
	text = bytes.TrimSpace(text)
	return strings.TrimSpace(string(text[bytes.LastIndexByte(text, '\n')+1:]))
}

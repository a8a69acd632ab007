package check

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
)

// An End is how a client ended: what an answer is made of.
type End struct {
	Exit   int
	Stdout []byte // the first MiB
	Size   int64  // of all of it, in bytes

	at address
}

// A Compare says what of a client's end is its answer. Two runs whose answers
// are equal did the same.
type Compare func(End) any

// stdoutAnswer is what a client printed.
type stdoutAnswer struct {
	text string
	more int64 // bytes after the first MiB
}

// CompareStdout compares all that the client prints, but for what the patterns
// match and for its daemon's address.
func CompareStdout(ignore []*regexp.Regexp) Compare {
	return func(e End) any {
		text := e.Stdout
		for _, pattern := range ignore {
			text = pattern.ReplaceAll(text, nil)
		}
		return stdoutAnswer{e.at.blank(string(text)), e.Size - int64(len(e.Stdout))}
	}
}

// CompareExit compares the exit status alone.
func CompareExit(e End) any { return e.Exit }

// CompareCommand compares what a shell command makes of what the client prints,
// which it reads from its stdin. A command that fails makes an answer of its
// error.
func CompareCommand(shell string) Compare {
	return func(e End) any {
		cmd := exec.Command("sh", "-c", shell)
		cmd.Stdin = bytes.NewReader(e.Stdout)
		out, err := cmd.Output()
		if err != nil {
			return fmt.Sprintf("%s: %v", shell, err)
		}
		return string(out)
	}
}

package stdio

import (
	"fmt"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Stderr writes a text to the process's stderr.
func Stderr(text string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return writeStderr(e, []byte(text), len(text)) }
}

// StderrLines writes lines of a log to the process's stderr, as many bytes as the
// Int parameter says, and blocks while nobody drains it.
func StderrLines(size string) faultdaemon.Step {
	const line = "2026-01-01T00:00:00Z DEBUG server: nothing new, and a lot of it\n"
	return func(e *faultdaemon.Exchange) error {
		return writeStderr(e, []byte(line), int(min(e.Arg(size).Int(), math.MaxInt)))
	}
}

// StderrWithoutNewline writes one line that does not end to the process's stderr, as
// many bytes as the Int parameter says.
func StderrWithoutNewline(size string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		return writeStderr(e, []byte{'.'}, int(min(e.Arg(size).Int(), math.MaxInt)))
	}
}

// StderrBinary writes every byte from 0x00 to 0xff to the process's stderr, and so
// no text in any encoding.
func StderrBinary(e *faultdaemon.Exchange) error {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return writeStderr(e, all, len(all))
}

// writeStderr writes size bytes of a text that is written again and again.
func writeStderr(e *faultdaemon.Exchange, text []byte, size int) error {
	p, err := processOf(e)
	if err != nil {
		return err
	}
	e.Blocked(fmt.Sprintf("until the client has read %d bytes of stderr, less what the pipe holds", size))
	return act(e, fmt.Sprintf("write %d bytes to stderr", size), p.FillStderr(e.Context(), text, size))
}
